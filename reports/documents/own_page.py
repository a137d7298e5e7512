"""A member's own page: its sheet without a name, a figure or a sum of anybody else, to be given away."""

from dataclasses import replace
from gettext import gettext as _

from acc.result.result import Result
from acc.sites import Participant, Plant
from reports.documents.blocks import listed
from reports.format.labels import lowered
from reports.format.money import per_mwh
from reports.format.numbers import FIXED, energy_scale
from reports.nodes.tree import (
    Bullets,
    Callout,
    Document,
    Frame,
    Group,
    Heading,
    Node,
    Paragraph,
    Section,
    Status,
    Tiles,
    titled,
)
from reports.sentences import answer, limits, sheet, sheet_top
from reports.sentences.holdings import balance, plants_table, price_text, sites_table
from reports.sentences.overview import label
from reports.sentences.years import own_changes, own_title
from reports.view.own_bill import OWN, own_bill, own_columns, own_plants
from reports.view.view import View, holders_shown, sheet_view_of

BILLS, PRICE, DAYS = "own-bills", "own-price", "own-days"
"""Groups that a page draws by itself."""


def own_view(result: Result, person_id: str) -> View:
    """Return the view of one person: it has no other row, no other name, and the unit of its own kWh."""
    ids = [person.id for person in holders_shown(result)]
    view = sheet_view_of(result, ids.index(person_id))
    energy, plants = result.energy, list(own_plants(view))
    kwh = [*energy.consumption_kwh[list(own_columns(view))], *energy.production_kwh[plants]]
    names = {site.id: site.name for site in _own(view)}
    return replace(
        view,
        groups=view.groups[: OWN + 1],
        names=names,
        scale=energy_scale(max(map(float, kwh), default=0.0)),
    )


def _own(view: View) -> list[Participant | Plant]:
    scenario = view.result.scenario
    sites = [scenario.participants[n] for n in own_columns(view)]
    return [*sites, *(scenario.plants[m] for m in own_plants(view))]


def own_document(view: View) -> Document:
    """Return the page of a view that `own_view` made."""
    return Document(
        look="sheet",
        frame=_frame(view),
        status=_status(view),
        sections=(
            Section((Paragraph(sheet_top.lead(view), "lead"),)),
            Section((Tiles(tuple(sheet_top.tiles(view))), Paragraph(sheet_top.own_note(view), "note"))),
            *_sections(view),
        ),
        ran_on=view.result.provenance.ran_on,
    )


def _sections(view: View) -> list[Section]:
    has_sites = bool(own_columns(view))
    sections = [Section(_bills(view), name="bills")] if has_sites else []
    if price := price_text(view):
        heading = Heading(_("What a shared kWh costs you"))
        sections.append(Section((heading, Group((), name=PRICE), Paragraph(price)), name="price"))
    tables = [table for table in (balance(view), sites_table(view), plants_table(view)) if table is not None]
    if tables:
        parts = [titled(table.title, replace(table, title="")) for table in tables]
        sections.append(Section((Heading(_("What you hold")), *parts), name="held"))
    if has_sites:
        days = Heading(_("A mean day, kW"))
        sections.append(Section((days, Group((), name=DAYS)), name="days"))
    if changes := own_changes(view):
        sections.append(Section((Heading(own_title()), Bullets(tuple(changes))), name="years"))
    return [*sections, Section(tuple(_request(view)), name="asked")]


def _bills(view: View) -> tuple[Node, ...]:
    if own_bill(view) is None:
        return (Heading(sheet.bill_heading(view)), Paragraph(sheet.no_bill(view), "missing"))
    note = Paragraph(sheet.bill_caption(view), "note")
    return (Heading(sheet.bill_heading(view)), Group((), name=BILLS), note)


def _request(view: View) -> list[Node]:
    words = view.result.scenario.words
    nodes: list[Node] = [Heading(_("What is asked of you")), Paragraph(_unnamed(view, sheet.request(view)))]
    if view.result.is_lawful:  # of what is not lawful nothing is signed
        items = [_unnamed(view, item) for item in sheet.signed_items(view)]
        nodes.append(listed(_("What you would sign"), items))
    if words.contact:
        nodes.append(Paragraph(_("Contact: {contact}").format(contact=_unnamed(view, words.contact))))
    return nodes


def _frame(view: View) -> Frame:
    """Return the frame; a scenario is not called by its name, which says who is in or out of it."""
    scenario, provenance, holder = view.result.scenario, view.result.provenance, view.holder
    assert holder is not None
    key = _("key: {key}").format(key=lowered(view.chosen.title))
    local = scenario.prices.local_eur_per_kwh
    price = "" if local is None else _("local price {price}").format(price=per_mwh(local))
    name = _unnamed(view, scenario.name)
    parts = [name, view.groups[OWN].kind, sheet.holdings_text(view), key, price, view.ran_on]
    footer = _("This page shows your figures only. {scenario} · acc {version} · data {digest} · {date}")
    return Frame(
        kind=_("Collective self-consumption · my sheet"),
        title=holder.name,
        subtitle=f"{FIXED}· ".join(part for part in parts if part),
        label=label(scenario),
        footer=footer.format(
            scenario=name, version=provenance.version, digest=provenance.digest[:8], date=view.ran_on
        ),
        is_example=scenario.fictitious,
    )


def _status(view: View) -> Status:
    """Status of the operation; a prohibition names others, who are left out here."""
    if view.result.is_lawful:
        return answer.status(view, limits.own_rules(view), asks=False)
    broken = _("As it stands the operation breaks a rule; its group has to change it.")
    text = f"{broken} {_('These figures only compare.')}"
    return Status(Callout(_("Not lawful"), text, look="band", tone="worse"))


def _unnamed(view: View, text: str) -> str:
    """Return a text that a person wrote in the folder, without the names of the others."""
    scenario = view.result.scenario
    names = {site.name for site in (*scenario.participants, *scenario.plants, *scenario.absent)}
    names |= {person.name for person in scenario.persons or ()}
    names -= {*view.names.values(), view.holder.name if view.holder else ""}
    someone = _("another participant")
    # The longest first: one name may hold another.
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, someone)
    return text
