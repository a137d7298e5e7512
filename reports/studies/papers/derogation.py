"""The request for a derogation: every pair of sites beyond the 2 km, the communes and their classes."""

from collections.abc import Iterator
from gettext import gettext as _
from gettext import ngettext

from reports.format.labels import regime_word
from reports.format.numbers import exact, fr, unit
from reports.nodes.tree import Heading, Node, Paragraph, TextCell, TextColumn, TextTable
from reports.studies.papers.common import (
    Draft,
    PaperCase,
    blank_cell,
    counsel,
    fields,
    margin,
    organiser_fields,
    organiser_signer,
)
from reports.view.places import WITHOUT_DEROGATION_KM, far_pairs


def requests(case: PaperCase) -> Iterator[Draft]:
    """Yield the request where some pair is beyond the 2 km."""
    pairs = far_pairs(case.scenario, case.distances_km)
    if pairs:
        yield Draft(
            title=_("Request for a derogation from the distance"),
            file=_("derogation-request"),
            about=_("to the minister in charge of energy"),
            readers=counsel(),
            blocks=tuple(_blocks(case, pairs)),
            signers=(organiser_signer(case.scenario),),
        )


def _blocks(case: PaperCase, pairs: list[tuple[str, str, float]]) -> Iterator[Node]:
    scenario = case.scenario
    limit = next((check.limit for check in case.result.checks if check.rule == "distance"), None)
    longest = pairs[0]
    yield Heading(_("The organising legal person (PMO)"))
    yield organiser_fields(scenario)
    yield Heading(_("The request"))
    yield fields(
        (_("Operation"), scenario.name),
        (_("Derogation asked for"), regime_word(scenario.regime)),
        (_("Distance of the two farthest sites"), unit(longest[2], "km", 3)),
        (_("The two farthest sites"), f"{longest[0]} – {longest[1]}"),
        (_("Power of the plants together"), exact(sum(plant.kwp for plant in scenario.plants), _("kWp"))),
        (_("Reason, in the words of the group"), scenario.words.promise),
        (_("Why no smaller perimeter serves"), None),
    )
    yield Paragraph(
        _(
            "The organising legal person asks for the derogation of article 1 bis of the arrêté of 21 "
            "November 2019, as amended, for the life of the operation, in the communes listed here."
        )
    )
    yield margin(
        _(
            "A derogation stands as long as the distance and the listed communes hold: a member in another "
            "commune takes a new request. No text that was read says how long an answer takes."
        )
    )
    yield Heading(_("Communes and density classes"))
    yield _communes_table(case)
    yield Paragraph(_("INSEE's grid in force on the day of the request counts."))
    yield Heading(_("Pairs of sites beyond {limit} km").format(limit=fr(WITHOUT_DEROGATION_KM)))
    text = ngettext(
        "{count} pair. The map of the sites is joined.",
        "{count} pairs. The map of the sites is joined.",
        len(pairs),
    )
    yield Paragraph(text.format(count=fr(len(pairs))))
    yield _pairs_table(pairs, limit)


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
