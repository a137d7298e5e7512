"""What draws give: indicators by draw and key, euros of many rows computed at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from acc.arrays import FloatArray
from acc.bills.bill import BillTerms
from acc.bills.tariff_slots import SLOTS
from acc.changes import DatedChange
from acc.plan.cash_flows import PlanTerms, payback
from acc.years.plan_years import line_weights
from acc.years.states import years_of_plant
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.euros import OF_KWH, Euros, KwhRows, LaterRows, Volumes, euros_of, joined
from scenarios.operation.draws.meters import MOST_SETTLED, Meters, SharedOut, surplus_price_ratio

MEMBER_INDICATORS = ("consumption_kwh", "received_kwh", "autoproduction_ratio", "saving_eur_ht")
"""Known of each participant, and of all together."""


GROUP_INDICATORS = (
    "production_kwh",
    "surplus_kwh",
    "autoconsommation_ratio",
    "local_eur_ht",
    "gain_eur_ht",
    "everybody_npv_eur_ht",
    "npv_eur_ht",
    "payback_years",
    "connected_everybody_npv_eur_ht",
    "connected_npv_eur_ht",
    "connected_payback_years",
)
"""Known of the operation only; its gain is that of all persons together, `npv_eur_ht` that of the plants.

`connected`: where connections that nobody knows cost their upper figure.
"""

CASH, LATER_KWH, LATER_EUR = BY_YEAR = ("cumulated_eur", "later_received_kwh", "later_gain_eur_ht")
"""Known of the operation in each year of a plan: the producers' cash cumulated to it; where dated changes
tell the years apart, what is shared in it and what all gain in it before what is built.
"""


INDICATORS = (*MEMBER_INDICATORS, *GROUP_INDICATORS)


def _column(name: str) -> int:
    return INDICATORS.index(name)


def by_year(kwh: Volumes, euros: Euros | None, years: int) -> FloatArray:
    """Return `BY_YEAR` in years 0 to H of R rows, (R, 3, years); nan where one has no meaning."""
    out = np.full((len(kwh.stays), len(BY_YEAR), years), np.nan)
    if euros is not None and euros.flows_eur is not None:
        out[:, BY_YEAR.index(CASH)] = euros.flows_eur.cumsum(axis=1)
    if kwh.later is None:
        return out
    out[:, BY_YEAR.index(LATER_KWH), 1:] = kwh.later.shared_kwh
    if euros is not None and euros.yearly_eur is not None:
        out[:, BY_YEAR.index(LATER_EUR), 1:] = euros.yearly_eur[:, 1:]
    return out


def kwh_and_euros(kwh: Volumes, euros: Euros | None, plan: PlanTerms | None) -> FloatArray:
    """Return the indicators of R rows, (R, 1 + N, indicators); nan where one has no meaning."""
    out = np.full((len(kwh.stays), 1 + kwh.stays.shape[1], len(INDICATORS)), np.nan)
    _write_kwh(out, kwh)
    if euros is not None:
        _write_euros(out, euros, plan)
    return out


def _write_kwh(out: FloatArray, kwh: Volumes) -> None:
    """Write the kWh of rows in the columns of their indicators."""
    stays, first = kwh.stays, kwh.kwh
    consumed, received = first.consumption_kwh.sum(axis=-1), first.local_kwh.sum(axis=(1, 3))
    out[:, 1:, _column("consumption_kwh")] = np.where(stays, consumed, np.nan)
    out[:, 1:, _column("received_kwh")] = np.where(stays, received, np.nan)
    out[:, 1:, _column("autoproduction_ratio")] = np.where(stays, _ratio(received, consumed), np.nan)
    needed, injected, shared = (each.sum(axis=1) for each in (consumed, kwh.injected_kwh, first.shared_kwh))
    out[:, GROUP, _column("consumption_kwh")] = needed
    out[:, GROUP, _column("received_kwh")] = shared
    out[:, GROUP, _column("autoproduction_ratio")] = _ratio(shared, needed)
    out[:, GROUP, _column("production_kwh")] = injected
    out[:, GROUP, _column("surplus_kwh")] = first.surplus_kwh.sum(axis=1)
    out[:, GROUP, _column("autoconsommation_ratio")] = _ratio(shared, injected)


def _ratio(part: FloatArray, total: FloatArray) -> FloatArray:
    return np.divide(part, total, out=np.full_like(part, np.nan), where=total > 0.0)


def _write_euros(out: FloatArray, euros: Euros, plan: PlanTerms | None) -> None:
    """Write savings, income and gains."""
    savings, known = euros.savings_eur, np.isfinite(euros.savings_eur)
    out[:, 1:, _column("saving_eur_ht")] = savings
    saved_eur = np.where(known, savings, 0.0).sum(axis=1)
    out[:, GROUP, _column("saving_eur_ht")] = np.where(known.any(axis=1), saved_eur, np.nan)
    out[:, GROUP, _column("local_eur_ht")] = euros.sold_eur.sum(axis=1)
    out[:, GROUP, _column("gain_eur_ht")] = euros.gain_eur.sum(axis=1)
    if plan is None:
        return
    for prefix, npv_eur, flows_eur in (
        ("", euros.npv_eur, euros.flows_eur),
        ("connected_", euros.connected_npv_eur, euros.connected_flows_eur),
    ):
        if npv_eur is None or flows_eur is None:
            continue
        out[:, GROUP, _column(f"{prefix}npv_eur_ht")] = flows_eur @ plan.discounting
        out[:, GROUP, _column(f"{prefix}everybody_npv_eur_ht")] = npv_eur.sum(axis=1)
        out[:, GROUP, _column(f"{prefix}payback_years")] = _payback_years(flows_eur)


def _payback_years(flows_eur: FloatArray) -> FloatArray:
    """Return the payback of each row of flows, (R,); nan where it never comes, or is not known."""
    years = [payback(flows)[0] if np.isfinite(flows).all() else None for flows in flows_eur]
    return np.array([np.nan if value is None else value for value in years], dtype=np.float64)


def drawn_terms(terms: BillTerms, drawn: Draw) -> BillTerms:
    """Return the terms of the bills under the prices of a draw."""
    return replace(
        terms,
        supply_eur_per_kwh=terms.supply_eur_per_kwh * drawn.values["supply_price"],
        local_eur_per_kwh=terms.local_eur_per_kwh * drawn.values["local_price"],
    )


GROUP = 0
"""Row of the whole operation; participants follow."""


@dataclass(frozen=True, slots=True, eq=False)
class DrawResults:
    """The results of some draws.

    Attributes:
        values: shape (draws, variants, keys, 1 + members, indicators): the operation first, then the
            members of the plan; nan where an indicator has no meaning (a member who left, a price that
            is not known).
        by_year: `BY_YEAR` in each year of a plan, 0 to H, (draws, variants, keys, 3, H + 1), nan without one.
        gain_eur: of each person of the plan, (draws, variants, keys, P), nan where it has no meaning.
    """

    values: FloatArray
    by_year: FloatArray
    gain_eur: FloatArray

    def between(self, first: int, stop: int) -> "DrawResults":
        """Return the results of draws `first` to `stop` (excluded)."""
        return DrawResults(self.values[first:stop], self.by_year[first:stop], self.gain_eur[first:stop])

    def before(self, other: "DrawResults") -> "DrawResults":
        """Return these results, then those of other draws of the same plan."""
        return DrawResults(
            np.concatenate([self.values, other.values]),
            np.concatenate([self.by_year, other.by_year]),
            np.concatenate([self.gain_eur, other.gain_eur]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class LaterSums:
    """The years of a plan that a draw settles, the same of each of them, and the changes that are counted."""

    years: tuple[int, ...]
    sums_of_years: tuple[tuple[Meters, tuple[SharedOut | None, ...]], ...]
    changes: tuple[DatedChange, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnKwh:
    """The kWh of a draw: what the meters see, and what each key shares; None of a key without meaning."""

    meters: Meters
    sums: tuple[SharedOut | None, ...]
    later: LaterSums | None = None


MOST_VALUES = 2_000_000
"""Numbers in the largest arrays of draws whose euros are computed at once: 16 MB."""


@dataclass(slots=True, eq=False)
class RowsWaiting:
    """Draws of a case whose kWh are known: their euros are computed many at once, and written in `results`.

    Attributes:
        places: where its operation and members, and its persons, stand in the plan.
        rows: draw and key of each row; `size` numbers in the largest of their arrays, written from `most` on.
    """

    case: Case
    results: DrawResults
    variant: int
    places: tuple[list[int], list[int]]
    rows: list[tuple[int, int]] = field(default_factory=list)
    volumes: list[Volumes] = field(default_factory=list)
    size: int = 0
    most: int = MOST_VALUES

    def add(self, position: int, drawn: Draw, shared: DrawnKwh) -> None:
        """Take a draw; what waits is written where memory asks for it.

        A key whose parameters have no meaning without the one who left has no result in this draw.
        """
        later = () if shared.later is None else shared.later.sums_of_years
        every = (shared.sums, *(sums for _meters, sums in later))
        known = [k for k in range(len(shared.sums)) if all(sums[k] is not None for sums in every)]
        if not known:
            return
        kwh = volumes_of(self.case, drawn, shared, known)
        self.rows += [(position, k) for k in known]
        self.volumes.append(kwh)
        self.size += max(kwh.size, len(known) * len(self.case.ids) * self.case.cash_years)
        if self.size > self.most:
            self.write()

    def write(self) -> None:
        """Compute the waiting rows, and write them at their place in the results of the plan."""
        if not self.rows:
            return
        members, persons = self.places
        results = _results(self.case, joined(self.volumes))
        for row, (position, k) in enumerate(self.rows):
            at = position, self.variant, k
            self.results.values[at][members] = results.values[row]
            self.results.by_year[at][:, : results.by_year.shape[2]] = results.by_year[row]
            self.results.gain_eur[at][persons] = results.gain_eur[row]
        self.rows, self.volumes, self.size = [], [], 0


def _results(case: Case, kwh: Volumes) -> DrawResults:
    """Return the results of R rows, (R, ...)."""
    euros = None if case.terms is None else euros_of(case, kwh)
    gain = np.zeros((len(kwh.stays), 0)) if euros is None else euros.gain_eur
    years = by_year(kwh, euros, case.cash_years)
    return DrawResults(kwh_and_euros(kwh, euros, case.plan), years, gain)


def volumes_of(case: Case, drawn: Draw, shared: DrawnKwh, keys: Sequence[int] | None = None) -> Volumes:
    """Volumes for the computation of euros, one row per valid key.

    Args:
        keys: their places; None for all.
    """
    places = range(len(shared.sums)) if keys is None else keys
    meters, rows = shared.meters, len(places)
    slots = case.slots(reformed=drawn.reformed)
    # 1 where a group is in a slot of a participant's own clock, (N, G, S).
    of_year = partial(_year_kwh, case, (slots[:, :, None] == np.arange(len(SLOTS))).astype(np.float64))
    later = None
    if shared.later is not None:
        years = [of_year(seen, [sums[k] for k in places]) for seen, sums in shared.later.sums_of_years]
        later = _later(case, shared.later, years)

    def of_draw(values: FloatArray | float) -> FloatArray:
        array = np.asarray(values)
        return np.broadcast_to(array, (rows, *array.shape))

    return Volumes(
        kwh=of_year(meters, [shared.sums[k] for k in places]),
        injected_kwh=of_draw(meters.made_kwh.sum(axis=1)),
        surplus_price_ratio=of_draw(surplus_price_ratio(case, meters)),
        stays=np.broadcast_to(np.array([name != drawn.leaver for name in case.ids]), (rows, len(case.ids))),
        supply_ratio=of_draw(drawn.values["supply_price"]),
        local_ratio=of_draw(drawn.values["local_price"]),
        capex_ratio=of_draw(drawn.values["capex"]),
        key=np.array([*places], dtype=np.float64),
        later=later,
    )


def _year_kwh(case: Case, by_slot: FloatArray, meters: Meters, sums: Sequence[SharedOut | None]) -> KwhRows:
    """Used, shared and surplus kWh of a year, one row per key."""
    known = [shared for shared in sums if shared is not None]
    own = np.einsum("mg,mgs->ms", meters.own_by_group_kwh, by_slot[np.maximum(case.behind, 0)])
    used = np.einsum("ng,ngs->ns", meters.consumption_by_group_kwh, by_slot)
    rows = len(known)
    return KwhRows(
        consumption_kwh=np.broadcast_to(used, (rows, *used.shape)),
        local_kwh=np.einsum("kmgn,ngs->kmns", np.stack([s.sums.local_kwh for s in known]), by_slot),
        own_use_kwh=np.broadcast_to(own, (rows, *own.shape)),
        shared_kwh=np.stack([s.sums.shared_kwh for s in known]),
        surplus_kwh=np.stack([s.surplus_kwh for s in known]),
    )


def _later(case: Case, later: LaterSums, years: Sequence[KwhRows]) -> LaterRows:
    """Return the years that were settled, and how the others lie between them, a row for each key."""
    horizon, rows = case.later_years, len(years[0].shared_kwh)
    # Draws that settle fewer years have the last one again, which weighs nothing.
    padded = [*years, *[years[-1]] * (MOST_SETTLED - len(years))]
    weights, base = np.zeros((horizon, len(padded))), case.later
    wear = 0.0 if base is None or not len(base.base.wear_ratio) else float(base.base.wear_ratio.mean())
    weights[:, : len(years)] = line_weights(later.years, horizon, wear)
    runs = [years_of_plant(plant.id, later.changes, case.scenario.steps) for plant in case.scenario.plants]
    spans = np.array([(first, last or 0) for first, last in runs], dtype=np.float64).reshape(len(runs), 2)
    return LaterRows(
        kwh=KwhRows(*(np.stack([getattr(year, name) for year in padded], axis=1) for name in OF_KWH)),
        weights=np.broadcast_to(weights, (rows, *weights.shape)),
        runs=np.broadcast_to(spans, (rows, *spans.shape)),
    )
