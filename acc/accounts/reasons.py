"""Why euros are unknown or a member loses, and the sentences that say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from acc.i18n import N_


class Missing(StrEnum):
    """Why some euros are unknown; the sentence is in `MISSING_TEXTS`."""

    SUPPLY_PRICE = "supply-price"
    LOCAL_PRICE = "local-price"
    SURPLUS_PRICE = "surplus-price"
    FINANCE = "finance"
    SHORT_PERIOD = "short-period"


MISSING_TEXTS: Mapping[Missing, str] = {
    Missing.SUPPLY_PRICE: N_("the price of its supplier is not known (`supply_eur_per_mwh`)"),
    Missing.LOCAL_PRICE: N_("the local price is not decided (`prices.local_eur_per_mwh`)"),
    Missing.SURPLUS_PRICE: N_("how the surplus is sold is not decided (`prices.surplus`)"),
    Missing.FINANCE: N_("no hypotheses for a plan (`[finance]`)"),
    Missing.SHORT_PERIOD: N_("a plan needs whole years: run a period of a year"),
}


class OptionState(StrEnum):
    """How the ACC option of the TURPE (autoproduit / alloproduit) stands for a participant."""

    CHOSEN = "chosen"
    """Possible and cheaper: counted."""
    DEARER = "dearer"
    """Possible, but it would cost more: not counted."""
    TO_VERIFY = "to-verify"
    """Nobody knows whether all are behind one HTA/BT substation: computed, not counted."""
    NOT_POSSIBLE = "not-possible"
    """Not all behind one substation, or a version without such an option."""


class Cause(StrEnum):
    """Why a participant loses; the sentence with its amounts is in `CAUSE_TEXTS`."""

    NOTHING_RECEIVED = "nothing-received"
    LOCAL_PRICE = "local-price"
    PMO_FEE = "pmo-fee"
    FIXED_PART = "fixed-part"
    FEES_AND_FIXED_PART = "fees-and-fixed-part"
    """Neither alone would: it takes both."""


CAUSE_TEXTS: Mapping[Cause, str] = {
    Cause.NOTHING_RECEIVED: N_("receives no local kWh and still pays {fixed_eur_ht} for taking part"),
    Cause.LOCAL_PRICE: N_(
        "pays {local_eur_per_kwh} for a local kWh that spares {spared_eur_per_kwh} of supplier, "
        "network and accise"
    ),
    Cause.PMO_FEE: N_("the fees of the PMO, {pmo_eur_ht}, take more than the {margin_eur_ht} that is gained"),
    Cause.FIXED_PART: N_(
        "the fixed parts of taking part, {fixed_eur_ht}, are more than the {margin_eur_ht} that is gained"
    ),
    Cause.FEES_AND_FIXED_PART: N_(
        "the fees of the PMO, {pmo_eur_ht}, and the fixed parts, {fixed_eur_ht}, are together more than the "
        "{margin_eur_ht} that is gained"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One cause of a loss; `amounts` fills the named places of `CAUSE_TEXTS[cause]`, unit in the name."""

    cause: Cause
    amounts: Mapping[str, float]
