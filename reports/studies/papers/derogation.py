"""The request for a derogation: every pair of sites beyond the 2 km, the communes and their classes."""

from collections.abc import Iterator
from gettext import gettext as _

from reports.format.numbers import exact, fr, unit
from reports.nodes.tree import TextCell, TextColumn, TextTable
from reports.studies.papers.common import PaperCase
from reports.studies.papers.texts import Draft, blank_cell, draft_of
from reports.view.far_pairs import WITHOUT_DEROGATION_KM, far_pairs


def requests(case: PaperCase) -> Iterator[Draft]:
    """Yield the request where some pair is beyond the 2 km."""
    scenario, pairs = case.scenario, far_pairs(case.scenario, case.distances_km)
    if not pairs:
        return
    limit = next((check.limit for check in case.result.checks if check.rule == "distance"), None)
    first, second, longest_km = pairs[0]
    values = case.values(
        distance=unit(longest_km, "km", 3),
        farthest=f"{first} – {second}",
        power=exact(sum(plant.kwp for plant in scenario.plants), _("kWp")),
        promise=scenario.words.promise,
        communes_table=(_communes_table(case),),
        limit_km=fr(WITHOUT_DEROGATION_KM),
        is_single=len(pairs) == 1,
        count_of_pairs=fr(len(pairs)),
        pairs=(_pairs_table(pairs, limit),),
    )
    yield draft_of("derogation", values)


def _communes_table(case: PaperCase) -> TextTable:
    scenario = case.scenario
    communes_rows = sorted(
        {
            (site.commune or "", site.insee or "", site.density_class)
            for site in (*scenario.participants, *scenario.plants)
        },
        key=lambda row: (row[0], row[1], row[2] or 0),
    )
    blank = blank_cell()
    columns = (
        TextColumn(_("Commune"), "rest", "left"),
        TextColumn("INSEE", 30, "left"),
        TextColumn(_("Density class"), 34, "left"),
    )
    rows = tuple(
        (
            TextCell(name) if name else blank,
            TextCell(insee) if insee else blank,
            blank if density is None else TextCell(str(density)),
        )
        for name, insee, density in communes_rows
    )
    return TextTable("communes", columns, rows)


def _pairs_table(pairs: list[tuple[str, str, float]], limit_km: float | None) -> TextTable:
    columns = (
        TextColumn(_("Site"), "rest", "left"),
        TextColumn(_("Site"), "rest", "left"),
        TextColumn(_("Distance, km"), 28),
        TextColumn(_("Over the limit asked for"), 34, "left"),
    )
    rows = tuple(
        (
            TextCell(pair),
            TextCell(other),
            TextCell(fr(km, 3)),
            TextCell(_("yes") if limit_km is not None and km > limit_km else _("no")),
        )
        for pair, other, km in pairs
    )
    return TextTable("far-pairs", columns, rows)
