"""What others read of those who did not agree: their data, moved once by a secret that the folder keeps.

The program is public: from the printed totals of several keys whoever has it finds a closed member's need. So
what leaves is computed from moved data. A factor is drawn from the secret, the member, the quantity and its
value to two digits: the same in every document, another one where a what-if replaces a value that all know.
Noise of this kind, put in before tabulation, is that of the US County Business Patterns (Evans, Zayatz and
Slanta, 1998).
"""

import hmac
import re
import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, fields, replace
from gettext import gettext as _
from pathlib import Path
from typing import TypeVar

from acc.accounts.persons import Holding
from acc.changes import ADDED, DatedChange
from acc.household_privacy import closed_sites, reader_of
from acc.problem import InputError, Problem
from acc.scenario import FlexibleLoad, Scenario
from acc.sites import Participant, Plant, PlantCosts, Quote
from profiles.files.atomic_write import write_atomic
from profiles.files.open_file import read_within

SECRET = "masque.cle"  # noqa: S105 - the name of a file
"""The secret, beside the tables: it follows copies of the folder, and is handed over with none of them."""

MARK = "out/.masque"
"""Made with the first document: says by which secret, without telling it."""

SECRET_BYTES = 32
HEXADECIMAL = re.compile("([0-9a-f]{2})+")

KWH_MOVED, PRICE_MOVED = (0.12, 0.25), (0.05, 0.10)
"""Least and most that kWh and kWc, and a supplier's price, move up or down. Rounding and what else is known
brings who searches nearer by a point or two: from 12 %, no need is found to 10 %."""

BEHIND_MOVED = (0.10, KWH_MOVED[0])
"""Of kWc behind a meter that moves too: by less than its need, what is left of that is as far as all of it.
Either way: who sees a roof from the street would know from its side that of the need."""

AMOUNTS = frozenset(field.name for field in fields(PlantCosts) if "_eur" in field.name)

Amounts = TypeVar("Amounts", DatedChange, FlexibleLoad, Plant, PlantCosts, Quote)


@dataclass(frozen=True, slots=True)
class Mask:
    """Whose data are moved where others read what is computed, and by the secret of which folder.

    Attributes:
        reader: the audience, to which some may be named; None where all members read.
        holder: id of the member whose own document it is: its data stay.
        end: 1 or -1 moves them back by the most that any secret may have moved them, kWh to their most or to
            their least and kWc the other way: how far off a figure may be, told without the true one.
    """

    folder: Path
    reader: str | None = None
    holder: str = ""
    end: int = 0

    @property
    def secret(self) -> bytes:
        """Secret of the folder, made when it is first asked for; raises as `secret_of`."""
        return secret_of(self.folder)

    def sealed(self, digest: str) -> str:
        """Return a digest that stands for a sha256: who guesses the data cannot try them against it."""
        return _sealed(self.secret, digest)


def ratio(secret: bytes, moved: tuple[float, float], *words: object) -> float:
    """Return the factor of a quantity, its words telling it apart; up or down by a secret sign.

    >>> 0.05 <= abs(ratio(b"secret", PRICE_MOVED, "forge", "price", "1.2e-01") - 1.0) <= 0.10
    True
    """
    digest = hmac.new(secret, "\0".join(map(str, words)).encode(), "sha256").digest()
    least, most = moved
    move = least + (most - least) * int.from_bytes(digest[:6]) / 2**48
    return 1.0 + move if digest[6] & 1 else 1.0 - move


def _sealed(secret: bytes, text: str) -> str:
    return hmac.new(secret, b"digest\0" + text.encode(), "sha256").hexdigest()


def masked(scenario: Scenario, mask: Mask, changed: Collection[str] = ()) -> Scenario:
    """Return a scenario with the data of those who did not agree moved; the very same where all agreed.

    Args:
        changed: ids of sites that a what-if changes: who asks may know what it puts there, so its side too.

    Raises:
        InputError: as `secret_of`.
    """
    people = (*scenario.participants, *scenario.absent)
    closed = {site.id: site for site in closed_sites(people, mask.reader, mask.holder)}
    if not closed:
        return scenario
    secret, scale = mask.secret, scenario.prices.supply_ratio or 1.0
    owned = Counter(site.person for site in closed.values() if site.person)
    holders = {*closed, *owned}
    sides = {
        site.id: ratio(secret, KWH_MOVED, site.person, "side")
        for site in closed.values()
        if owned[site.person or ""] > 1 and site.id not in changed
    }
    sites = tuple(
        _moved_site(site, secret, scale, sides.get(site.id), mask.end) if site.id in closed else site
        for site in scenario.participants
    )
    plants, back = {plant.id: plant for plant in scenario.plants}, 1.0 + mask.end * KWH_MOVED[1]
    kwp = {
        plant.id: _kwp_ratio(plants.get(plant.added_to or "", plant), closed, secret) / back
        for plant in scenario.plants
        if holders & {plant.behind, plant.owner, plant.person}
    }

    def use_ratio(site: str, kind: str, kwh: float) -> float:
        """Return the factor of a use: one of its own, since who knows a use would know that of its site."""
        moved = ratio(secret, KWH_MOVED, site, kind, _two_digits(kwh))
        return moved / (1.0 - mask.end * KWH_MOVED[1]) if site in closed else 1.0

    return replace(
        scenario,
        participants=sites,
        plants=tuple(_moved_plant(p, kwp[p.id]) if p.id in kwp else p for p in scenario.plants),
        changes=tuple(
            _times(use, use_ratio(use.site, use.what, use.kwh), "kwh", "low", "high")
            if use.what in ADDED  # of another change, low and high are parts: no kWh are told
            else use
            for use in scenario.changes
        ),
        flexible=tuple(
            _times(use, use_ratio(use.participant, "flexible", use.daily_kwh), "daily_kwh", "power_kw")
            for use in scenario.flexible
        ),
        moved_ids=frozenset(holders),
    )


def holder_mask(mask: Mask, scenario: Scenario, holder: Holding) -> Mask:
    """Return the mask of a sheet: its holder's data stay, and those of who agreed to be named to its like.

    Args:
        mask: of what all read; scenario: as they read it.
    """
    people = (*scenario.participants, *scenario.absent)
    reader = reader_of(holder.kind)
    reader = reader if any(reader in site.publish_to for site in people) else None
    own = {holder.id, *(scenario.participants[column].id for column in holder.sites)}
    return Mask(mask.folder, reader, holder.id if own & scenario.moved_ids else "")


def _moved_site(
    site: Participant, secret: bytes, supply_ratio: float, side: float | None, end: int
) -> Participant:
    """Return a site with other kWh and prices; prices that all move together keep their factor.

    Args:
        side: a factor on the side of 1 to which all sites of its person move, else their sum may stay.
        end: as that of a mask.
    """
    # Not the profile, nor how a bill parts its kWh, nor the bill that a measured curve is compared with: each
    # would draw a second factor of the same kWh, and their mean is nearer.
    source, bill_kwh = site.source, site.bill and site.bill.total_kwh
    scaled = replace(source, profile=None, annual_kwh=None if source.curve else bill_kwh or source.annual_kwh)
    kwh_ratio = ratio(secret, KWH_MOVED, site.id, "kwh", *map(_two_digits, astuple(scaled)))
    if side is not None and (side > 1.0) != (kwh_ratio > 1.0):
        kwh_ratio = 2.0 - kwh_ratio
    prices = site.contract.energy_eur_per_kwh
    written = [_two_digits(eur / supply_ratio) for eur in prices.values()] if supply_ratio else []
    price_ratio = ratio(secret, PRICE_MOVED, site.id, "price", *written) / (1.0 - end * PRICE_MOVED[1])
    contract = replace(site.contract, energy_eur_per_kwh={k: eur * price_ratio for k, eur in prices.items()})
    return replace(site, kwh_ratio=kwh_ratio / (1.0 - end * KWH_MOVED[1]), contract=contract)


def _kwp_ratio(plant: Plant, closed: Collection[str], secret: bytes) -> float:
    """Factor of a plant's power: behind a closed meter, less than by which the need there moves."""
    moved = BEHIND_MOVED if plant.behind in closed else KWH_MOVED
    return ratio(secret, moved, plant.id, "kwp", _two_digits(plant.kwp))


def _moved_plant(plant: Plant, kwp_ratio: float) -> Plant:
    """Return a plant of another power: what it costs and yields by kWc stays."""
    costs = plant.costs and _times(plant.costs, kwp_ratio, *AMOUNTS)
    quotes = tuple(_times(quote, kwp_ratio, "kwp", "capex_eur", "connection_eur") for quote in plant.quotes)
    moved = _times(plant, kwp_ratio, "kwp", "inverter_kva")
    return replace(moved, kwp_ratio=kwp_ratio, costs=costs, quotes=quotes)


def _times(item: Amounts, ratio: float, *names: str) -> Amounts:
    amounts = {name: getattr(item, name) for name in names}
    return replace(item, **{name: value * ratio for name, value in amounts.items() if value is not None})


def _two_digits(value: object) -> str:
    if isinstance(value, Mapping):
        return repr({name: _two_digits(some) for name, some in value.items()})
    return f"{value:.1e}" if isinstance(value, float | int) else repr(value)


def secret_of(folder: Path) -> bytes:
    """Return the secret of a folder; it is made with the first document, or when a room first looks.

    What a room sees leaves too: moved by another secret than the documents, both together tell more.

    Raises:
        InputError: the secret by which earlier documents were made is gone, or another one.
    """
    path, mark = folder / SECRET, folder / MARK
    secret, made_by = bytes.fromhex(_read(path)), _read(mark)
    if not secret and not made_by:
        secret = secrets.token_bytes(SECRET_BYTES)
        write_atomic(path, f"{secret.hex()}\n")
    now = _sealed(secret, "mark")
    if made_by and made_by != now:
        message = _(
            "the secret by which earlier documents were made is gone, or another one: beside them, new ones "
            "would tell the data of who did not agree. Put {file} back from a copy of the folder; if none of "
            "these documents was handed round, remove {mark}"
        )
        raise InputError([Problem(SECRET, message.format(file=SECRET, mark=MARK))])
    if not made_by:
        write_atomic(mark, f"{now}\n")
    return secret


def _read(path: Path) -> str:
    """Return the digits of a file, empty where it is not there or holds something else."""
    text = read_within(path, 1_000).decode("ascii", "replace").strip() if path.is_file() else ""
    return text if HEXADECIMAL.fullmatch(text) else ""
