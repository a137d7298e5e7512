"""What the meters see in a draw: what each site draws, and what each plant injects."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from acc.arrays import FloatArray
from acc.batch.needs import Bend, Needs
from acc.water_filling import divided
from scenarios.operation.draws.array_store import mapped
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.devices import moved_loads
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.indicators import Meters
from scenarios.operation.draws.later_meters import DrawnYears, changes_of, drawn_years, out_at_first
from scenarios.operation.draws.unsaid import plane_ratios


def meters_of(case: Case, drawn: Draw) -> Meters:
    """Meters under a draw, in the first year of a plan."""
    return first_and_later(case, drawn)[0]


def first_and_later(case: Case, drawn: Draw) -> tuple[Meters, DrawnYears | None]:
    """Meters of the first year, and the later years where changes move them."""
    if case.later is None:
        return _steady(case, drawn), None
    is_sure, out = drawn.chances is None, out_at_first(changes_of(case, drawn), case)
    if out is not None and not is_sure:
        first = _steady(case, drawn, out)
        steady = first if not out or not case.later_years else _steady(case, drawn)
    else:
        steady = _steady(case, drawn)
        years = drawn_years(case, drawn, steady, case.later.exact)
        first = years.in_year(1) if out is None or out else steady
        if is_sure:
            return first, years
    # Where something is drawn, a step an hour stands for those around it in later years.
    return first, drawn_years(case, drawn, steady, case.later.thin) if case.later_years else None


def _steady(case: Case, drawn: Draw, out: frozenset[str] = frozenset()) -> Meters:
    """Meters under a draw, dated changes counted only through the curves.

    Args:
        out: plants that make nothing, and sites above none that use nothing.
    """
    stock, w = case.stocks[drawn.weather], drawn.weather
    leaver = case.ids.index(drawn.leaver) if drawn.leaver in case.ids else -2
    makes = np.array([plant.id not in out for plant in case.scenario.plants], dtype=np.bool_)
    kwp = np.where((case.behind != leaver) & makes, case.kwp * _yields(case, drawn), 0.0)
    output = mapped(stock.unit) * kwp[:, None]
    needs, bending = used_by_sites(case, drawn, out)
    if bending is None:
        consumption = case.load_by_group_kwh[w] * needs.factor[:, None]
    else:
        consumption = case.cells.by_group(w, bending)
    moved = None
    if case.scenario.flexible:
        moved = moved_loads(case, needs.part(slice(None)), output, consumption)
        needs = _all_needs(moved, np.ones(len(case.ids)))
    host_kwh, own = _own_use(case, needs, output)
    own_by_group = np.zeros((len(own), len(case.sheet.starts) - 1))
    for plant in np.flatnonzero(case.behind >= 0):
        own_by_group[plant] = [own[plant, a:b].sum() for a, b in pairwise(case.sheet.starts)]
        consumption[case.behind[plant]] -= own_by_group[plant]
    return Meters(
        replace(needs, hosts=case.hosts, host_kwh=host_kwh),
        np.maximum(output - own, 0.0),
        np.maximum(consumption, 0.0),
        own_by_group,
        needs.factor,
        kwp,
        bending,
        moved,
    )


def used_by_sites(
    case: Case, drawn: Draw, out: frozenset[str] = frozenset()
) -> tuple[Needs, FloatArray | None]:
    """Needs of sites under a draw, plants and changes aside, and the factors that bend them, (N, P).

    Args:
        out: sites that use nothing.
    """
    stock = case.stocks[drawn.weather]
    factor = np.array([0.0 if name in {*out, drawn.leaver} else drawn.load[name] for name in case.ids])
    bending = _bending(case, drawn, factor)
    if bending is None:
        return _all_needs(mapped(stock.load), factor), None
    base = mapped(stock.bendable)
    # Laid as the base is: what takes a few steps would else copy the factors of all, each time.
    laid = np.asfortranarray(bending) if np.isfortran(base) else bending
    return _all_needs(base, np.ones_like(factor), Bend(laid, case.cells.of_sheet)), bending


def _bending(case: Case, drawn: Draw, level: FloatArray) -> FloatArray | None:
    """Multipliers of each load in each pair, (N, P); None when curves are unchanged."""
    if not drawn.shape:
        return None
    kwh = case.load_by_group_kwh[drawn.weather] * level[:, None]
    return case.cells.factors(drawn.weather, kwh, np.stack([drawn.shape[name] for name in case.ids]))


def _yields(case: Case, drawn: Draw) -> FloatArray:
    """Return the factor of each plant's output, (M,): the bias of the model is not that of a measured one."""
    year, model = drawn.values["solar_yield"], drawn.values["model_yield"]
    factor: FloatArray = np.where(case.modelled, year * model, year)
    if drawn.off_plane_deg == (0.0, 0.0):
        return factor
    return factor * plane_ratios(case.scenario.plants, *drawn.off_plane_deg)


def _all_needs(base_kwh: FloatArray, factor: FloatArray, bend: Bend | None = None) -> Needs:
    """Needs of sites, own use included."""
    nobody = np.zeros(0, dtype=np.int64)
    return Needs(base_kwh, factor, nobody, np.zeros((0, base_kwh.shape[1])), bend)


def _own_use(case: Case, needs: Needs, output: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Remaining needs of hosts, (H, D), and own use served by each plant, (M, D), kWh."""
    own = np.zeros_like(output)
    left = needs.of_rows(case.hosts)
    for row, host in enumerate(case.hosts):
        plants = np.flatnonzero(case.behind == host)
        made = output[plants].sum(axis=0)
        used = np.minimum(made, left[row])
        own[plants] = output[plants] * divided(used, made)
        left[row] -= used
    return left, own
