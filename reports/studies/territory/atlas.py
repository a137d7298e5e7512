"""The atlas of a territory: where to begin on its first pages, then a page for each operation.

Public bodies alone are named; homes stand on a coarse grid.
"""

from collections.abc import Iterator
from gettext import gettext as _

from matplotlib.figure import Figure as Drawn

from acc.sites import Plant
from acc.territory.result import TerritoryOperation, TerritoryReport
from acc.units import THOUSAND
from reports.documents.blocks import listed, rules_table
from reports.figures.drawn import Illustrated, picture
from reports.figures.site_map import Dot, FarthestPair, site_map
from reports.format.labels import KINDS
from reports.format.money import euros, millions, thousands
from reports.format.numbers import fr, percent, quantity, unit
from reports.format.wording import text_of
from reports.nodes.tree import (
    Bullets,
    Callout,
    Document,
    Figure,
    Group,
    Heading,
    Node,
    Paragraph,
    Section,
    TextCell,
    TextColumn,
    Tiles,
    quantity_box,
    table_of,
    titled,
)
from reports.studies.territory import sentences as words
from reports.studies.territory.data import may_be_named, sites_of
from reports.studies.territory.map import TerritorySpot, territory_map
from reports.view.privacy import shown_degrees

MAP = "territory"
MOST_ROOFS = 12
"""Of an operation, told one by one: the largest."""
MILLION = 1e6


def atlas(report: TerritoryReport, ran_on: str) -> Illustrated:
    """Return the atlas, ready to compose.

    Args:
        ran_on: ISO date.
    """
    pictures = {name: picture(drawn) for name, drawn in atlas_figures(report).items()}
    return Illustrated(atlas_document(report, ran_on), pictures)


def atlas_document(report: TerritoryReport, ran_on: str) -> Document:
    """Return the atlas as a tree; its figures are those of `atlas_figures`."""
    pages = [_operation_page(report, number) for number in range(1, len(report.operations) + 1)]
    return Document(
        look="atlas",
        frame=words.territory_frame(report),
        status=words.territory_status(report),
        sections=(
            _first_page(report),
            *([_table_page(report)] if report.operations else []),
            *pages,
            *([_read_page(report)] if report.sources else []),
        ),
        ran_on=ran_on,
    )


def atlas_figures(report: TerritoryReport) -> dict[str, Drawn]:
    """Return the maps by name: of the territory, and of each operation."""
    number = report.plan.places
    spots, dots = list[TerritorySpot](), dict[str, Dot]()
    for site in report.units:
        if site.position is not None:
            lat, lon = shown_degrees(site, report.scenario)
            spots.append(
                TerritorySpot((lon, lat), number.get(site.id), isinstance(site, Plant), site.commune or "")
            )
            name = site.name if may_be_named(site) else ""
            dots[site.id] = Dot(name, lat, lon, is_plant=isinstance(site, Plant))
    maps = {MAP: territory_map(spots, len(report.operations), report.outlines)} if spots else {}
    for k, operation in enumerate(report.operations, start=1):
        maps[f"{MAP}-{k}"] = _operation_map(operation, dots)
    return maps


def _operation_map(operation: TerritoryOperation, dots: dict[str, Dot]) -> Drawn:
    planned = operation.planned
    ids = [id_ for id_ in planned.ids if id_ in dots]
    ends = [ids.index(id_) for id_ in planned.longest_ids if id_ in ids]
    pair = None
    if planned.longest_km is not None and len(ends) == 2:
        pair = FarthestPair(ends[0], ends[1], planned.longest_km, planned.limit_km)
    return site_map([dots[id_] for id_ in ids], pair)


def _first_page(report: TerritoryReport) -> Section:
    """First page: operations to found, distance to the optimum, and the map."""
    blocks: list[Node] = [Group((Paragraph(words.lead_text(report), "lead"),), name="opening")]
    if report.operations:
        blocks.append(Group((_tiles(report),)))
    blocks.append(Group(words.proof_nodes(report)))
    if any(site.position is not None for site in report.units):
        alt = _("Map of the territory: {count} operations under their numbers.")
        blocks.append(Figure(MAP, alt.format(count=fr(len(report.operations))), text_of("atlas-numbers")))
    return Section(tuple(blocks))


def _tiles(report: TerritoryReport) -> Tiles:
    added = (millions if abs(report.added_eur) >= MILLION else thousands)(report.added_eur)
    shared = ". ".join(filter(None, [words.sites_of_all(report), words.shared_range(report, report)]))
    first_ones = words.first_ones_text(report)
    gap = quantity(100.0 * report.gap_eur / report.bound_eur, "%", 1) if report.bound_eur > 0.0 else None
    boxes = [
        quantity_box(added, _("beside the roofs alone"), words.drawn_range(report)),
        quantity_box(quantity(report.received_kwh / THOUSAND, "MWh"), _("shared in the period"), shared),
        quantity_box(quantity(len(report.operations), ""), _("operations to found"), first_ones),
    ]
    if gap is not None:
        label, note = _("what a better plan could add"), _("{amount} at most: see the proof below")
        boxes.append(quantity_box(gap, label, note.format(amount=euros(report.gap_eur))))
    return Tiles(tuple(boxes))


def _table_page(report: TerritoryReport) -> Section:
    """Return the operations in their order, what refusals leave, what the figures leave out."""
    said = () if report.sources else report.said
    notes = [*words.doubt_texts(report), *said, *words.limit_texts(report)]
    first_ones = words.first_ones_text(report)
    lead = [Paragraph(first_ones, "chances")] if first_ones else []
    acts = Callout(_("What is asked"), text_of("first-acts-of-territory"), look="asked")
    sources = [titled(_("From which data"), words.sources_table(report))] if report.sources else []
    return Section(
        (
            Group((Heading(words.order_text(report)), *lead)),
            words.operations_table(report),
            listed(_("How to read it"), [text.replace("`", "") for text in notes]),
            *([acts] if first_ones else []),
            *sources,
        ),
        name="operations",
    )


def _read_page(report: TerritoryReport) -> Section:
    """What was read of files as downloaded, left and assumed: long, so behind the operations."""
    said = Bullets(tuple(text.replace("`", "") for text in report.said))
    return Section((Heading(_("What the files say")), said), name="sources")


def _operation_page(report: TerritoryReport, number: int) -> Section:
    operation = report.operations[number - 1]
    title = Heading(words.operation_title(report, number))
    paragraph = Paragraph(words.operation_status_of(report, operation), tone="sun_text")
    blocks: list[Node] = [
        Group((title, paragraph, Tiles(words.operation_tiles(report, operation)))),
        Group((_map(report, number), _members(report, operation)), 2, "columns"),
        titled(_("Why it is lawful, what is to verify"), rules_table(words.rules_of(report, operation))),
        listed(_("What may stop it"), list(_blocks(report, operation))),
    ]
    return Section(tuple(blocks), name=f"operation-{number}")


def _map(report: TerritoryReport, number: int) -> Node:
    operation = report.operations[number - 1]
    alt = _("Map of the operation: {sites} sites and {roofs} roofs.").format(
        sites=fr(len(operation.planned.participant_ids)), roofs=fr(len(operation.planned.plant_ids))
    )
    return Figure(f"{MAP}-{number}", alt, _reach(operation))


def _reach(operation: TerritoryOperation) -> str:
    planned = operation.planned
    if planned.limit_km is None:
        return _("The rule is about the territory of one EPCI, whatever the distance.")
    if planned.longest_km is None:
        return ""
    text = _("The two farthest are {distance} apart, {limit} are allowed: {left} are left.")
    return text.format(
        distance=unit(planned.longest_km, "km", 1),
        limit=unit(planned.limit_km, "km"),
        left=unit(planned.limit_km - planned.longest_km, "km", 1),
    )


def _members(report: TerritoryReport, operation: TerritoryOperation) -> Node:
    """Return public bodies by their names, the largest roofs, the others counted."""
    roofs = set(operation.planned.plant_ids)
    public = [site for site in sites_of(report, operation) if may_be_named(site)]
    rows = [
        [TextCell(site.name, "name", note=site.commune or ""), TextCell(_(KINDS[site.kind]))]
        for site in public[: words.MOST_MEMBERS]
    ]
    largest = sorted((p for p in report.scenario.plants if p.id in roofs), key=lambda p: (-p.kwp, p.id))
    for rank, roof in enumerate(largest[:MOST_ROOFS], start=1):
        name = TextCell(_("Roof {number}").format(number=fr(rank)), "name", note=roof.commune or "")
        rows.append([name, TextCell(unit(roof.kwp, "kWc"))])
    columns = (TextColumn(_("Members"), "rest", "left"), TextColumn("", align="right"))
    more = words.more_members_text(len(public) - words.MOST_MEMBERS, len(largest) - MOST_ROOFS)
    texts = [Paragraph(text, "note") for text in (more, words.others_text(report, operation)) if text]
    return Group((table_of("points", columns, rows), *texts))


def _blocks(report: TerritoryReport, operation: TerritoryOperation) -> Iterator[str]:
    """Yield the risks of an operation: draws, a derogation, estimated needs, the key."""
    if operation.failing_ratio >= 0.01:
        text = _("In {ratio} of draws (refusals, needs estimated) it no longer pays its organiser.")
        yield text.format(ratio=percent(operation.failing_ratio))
    if operation.planned.regime != "2km":
        yield _("A derogation to ask for, before any work.")
    guessed = words.guessed(report, operation)
    if guessed:
        text = _("{count} of {all} needs are estimated from a size: ask for the bills first.")
        yield text.format(count=fr(guessed), all=fr(len(operation.planned.participant_ids)))
    text = _("Under the key of the law it brings {amount}: the key is to be chosen before the members sign.")
    yield text.format(amount=euros(operation.default_key_eur))
