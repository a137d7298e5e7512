"""The legal checks of an operation, in the order in which they are shown."""

from acc.legal.case import LegalCase
from acc.legal.contracts import check_network_option, check_pmo, check_supply_end, check_volume
from acc.legal.procurement import check_procurement
from acc.legal.public_money import check_aid, check_public_domain
from acc.rules.check import Check

CHECKS = (
    check_procurement,
    check_pmo,
    check_volume,
    check_supply_end,
    check_aid,
    check_public_domain,
)


def legal_checks(case: LegalCase) -> tuple[Check, ...]:
    """Return every legal check; none makes sharing itself unlawful (`binding` is False).

    Of one person, the option of its network tariff too, where it has one to ask for.
    """
    option = None if case.holder is None else check_network_option(case)
    return (*(check(case) for check in CHECKS), *([] if option is None else [option]))
