"""A member's sheet, on paper for its holder, and its own page, without anybody else, to be given away."""

from dataclasses import replace
from gettext import gettext as _

from acc.result.result import Result
from reports.documents.blocks import departure, listed, opening, sheet_end
from reports.figures import from_view
from reports.figures.drawn import Illustrated, Picture, picture
from reports.figures.money import bill, cash
from reports.format.labels import lowered
from reports.format.money import per_mwh
from reports.format.numbers import FIXED, energy_scale
from reports.format.wording import text_of
from reports.nodes.tree import (
    Bullets,
    Callout,
    Document,
    Figure,
    Frame,
    Group,
    Heading,
    Node,
    Paragraph,
    Section,
    Status,
    Tiles,
    present,
    titled,
)
from reports.sentences import answer, limits, sheet
from reports.sentences.answer import cancelling_table
from reports.sentences.audiences import days_alt
from reports.sentences.holdings import (
    balance,
    cash_alt,
    own_hypotheses,
    plants_table,
    price_text,
    sites_table,
)
from reports.sentences.overview import frame
from reports.sentences.questions import answers_at_home, questions
from reports.sentences.years import own_changes, own_leaving, own_title
from reports.view.selection import OWN, buying_home, own_bill, own_columns, own_homes, own_plants, own_years
from reports.view.view import View, holders_shown, sheet_view_of


def sheet_document(result: Result, person_id: str) -> Illustrated:
    """Return the sheet of one person, ready to compose."""
    ids = [person.id for person in holders_shown(result)]
    view = sheet_view_of(result, ids.index(person_id))
    document = Document(
        look="sheet",
        frame=sheet.sheet_frame(view),
        status=answer.status(view, limits.own_rules(view)),
        sections=tuple(_sections(view)),
        ran_on=result.provenance.ran_on,
    )
    return Illustrated(document, _pictures(view))


def _sections(view: View) -> list[Section]:
    last = sheet_end(view, own_hypotheses(view))
    if not view.result.is_lawful:
        return [Section((_nothing_to_gain(), *last.blocks))]
    if changes := own_changes(view):  # the holder's own page has no room for a long list
        last = replace(last, blocks=(listed(own_title(), changes), *last.blocks))
    first = opening(sheet.lead(view), sheet.request(view), sheet.tiles(view), sheet.own_note(view))
    choices, home = _choices(view), buying_home(view)
    holder = set() if view.holder is None else {view.holder.id}
    table = cancelling_table(view.result, view.outcomes, view.names, holder, exact=True, at_home=home)
    answers = [] if own_homes(view) is None else [questions(answers_at_home(view), 3)]
    cancelling, plants, money = present(table), present(plants_table(view)), balance(view)
    if money is None:
        pair = [Group((*cancelling, *answers), 2)] if cancelling and answers else cancelling
        return [Section((*first, _bill(view), *pair, _signed(choices), *_curves(view))), last]
    nodes: list[Node] = [titled(money.title, replace(money, title=""))]
    if (years := own_years(view)) is not None:
        nodes.append(titled(_("Your balance, year after year"), Figure("cash", cash_alt(years))))
    first += [_bill(view), Group(tuple(nodes), len(nodes), "pair")]
    if not own_columns(view):
        return [Section((*first, *cancelling, *plants, _signed(choices))), last]
    price = price_text(view)
    priced = [titled(_("What a shared kWh costs you"), Paragraph(price), name="price")] if price else []
    own = (*present(sites_table(view)), *plants, *_curves(view), choices)
    return [Section((*first, *cancelling, *answers, _signed(*priced))), Section(own), last]


def _nothing_to_gain() -> Group:
    """First block of what is not lawful: no gain; the band says what its holder would have elsewhere."""
    return Group((Paragraph(text_of("sheet-of-forbidden"), "lead"),), name="opening")


def _bill(view: View) -> Group:
    has_sites, price = bool(own_columns(view)), price_text(view)
    parts: list[Node] = [Heading(sheet.bill_heading(view) if has_sites else sheet.plants_heading(view))]
    if own_bill(view) is None:
        parts.append(Paragraph(sheet.no_bill(view), "missing"))
    else:
        parts.append(Figure("bill", sheet.bill_alt(view)))
    if price and balance(view) is None:
        parts.append(Paragraph(price, "note"))
    return Group(tuple(parts))


def _curves(view: View) -> list[Node]:
    if not own_columns(view):
        return []
    months = titled(_("Month by month"), Figure("months", sheet.months_alt(view)))
    days = titled(_("A mean day of each season"), Figure("days", days_alt(view, OWN)))
    return [Group((months, days), 2, "pair")]


def _choices(view: View) -> Group:
    signed = listed(_("What you would sign"), sheet.signed_items(view))
    contract = (signed,) if view.result.is_lawful else ()  # of what is not lawful nothing is signed
    changes = titled(_("If the key or the price changes"), sheet.changes(view))
    leaving = departure(view, own_leaving(view))
    return Group((changes, Group((*contract, leaving), name="contract")), 2, "choices")


def _signed(*blocks: Node) -> Group:
    """Return the last block of the holder's page, with who may read it."""
    text = text_of("sheet-confidential")
    return Group((*blocks, Callout(_("Confidential sheet"), text, look="confidential")), name="signed")


def _pictures(view: View) -> dict[str, Picture]:
    figures = {}
    # All that who holds one site asks stands on one page, under the band of an unlawful operation too.
    high_mm = 62.0 if balance(view) else 44.0 if view.result.is_lawful else 36.0
    if own_columns(view):
        figures["months"] = picture(from_view.member_months_figure(view, OWN, high_mm))
        figures["days"] = picture(from_view.member_days_figure(view, OWN, high_mm))
    if (parts := own_bill(view)) is not None:
        figures["bill"] = picture(bill(*parts, sheet.bill_caption(view)))
    if (years := own_years(view)) is not None:
        figures["cash"] = picture(cash(from_view.cash_of(view, years), (86.0, 52.0)))
    return figures


BILLS, PRICE, DAYS = "own-bills", "own-price", "own-days"
"""Groups that a page draws by itself."""


def own_view(result: Result, person_id: str) -> View:
    """Return the view of one person: it has no other row, no other name, and the unit of its own kWh."""
    ids = [person.id for person in holders_shown(result)]
    view = sheet_view_of(result, ids.index(person_id))
    scenario, energy, sites, plants = result.scenario, result.energy, own_columns(view), own_plants(view)
    kwh = [*energy.consumption_kwh[list(sites)], *energy.production_kwh[list(plants)]]
    own = (*(scenario.participants[n] for n in sites), *(scenario.plants[m] for m in plants))
    scale = energy_scale(max(map(float, kwh), default=0.0))
    names = {site.id: site.name for site in own}
    return replace(view, groups=view.groups[: OWN + 1], names=names, scale=scale)


def own_document(view: View) -> Document:
    """Return the page of a view that `own_view` made."""
    return Document(
        look="sheet",
        frame=_frame(view),
        status=_status(view),
        sections=tuple(_own_sections(view)),
        ran_on=view.result.provenance.ran_on,
    )


def _own_sections(view: View) -> list[Section]:
    if not view.result.is_lawful:
        return [Section((_nothing_to_gain(),)), Section(tuple(_own_request(view)), name="asked")]
    has_sites = bool(own_columns(view))
    sections = [
        Section((Paragraph(sheet.lead(view), "lead"),)),
        Section((Tiles(tuple(sheet.tiles(view))), Paragraph(sheet.own_note(view), "note"))),
        *([Section(_own_bills(view), name="bills")] if has_sites else []),
    ]
    if price := price_text(view):
        heading = Heading(_("What a shared kWh costs you"))
        sections.append(Section((heading, Group((), name=PRICE), Paragraph(price)), name="price"))
    tables = (balance(view), sites_table(view), plants_table(view))
    parts = [titled(table.title, replace(table, title="")) for table in tables if table is not None]
    if parts:
        sections.append(Section((Heading(_("What you hold")), *parts), name="held"))
    if has_sites:
        days = Heading(_("A mean day, kW"))
        sections.append(Section((days, Group((), name=DAYS)), name="days"))
    if changes := own_changes(view):
        sections.append(Section((Heading(own_title()), Bullets(tuple(changes))), name="years"))
    return [*sections, Section(tuple(_own_request(view)), name="asked")]


def _own_bills(view: View) -> tuple[Node, ...]:
    if own_bill(view) is None:
        return (Heading(sheet.bill_heading(view)), Paragraph(sheet.no_bill(view), "missing"))
    note = Paragraph(sheet.bill_caption(view), "note")
    return (Heading(sheet.bill_heading(view)), Group((), name=BILLS), note)


def _own_request(view: View) -> list[Node]:
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
    scenario, local = view.result.scenario, view.result.scenario.prices.local_eur_per_kwh
    assert view.holder is not None
    key = _("key: {key}").format(key=lowered(view.chosen.title))
    price = "" if local is None else _("local price {price}").format(price=per_mwh(local))
    name, kind = _unnamed(view, scenario.name), view.groups[OWN].kind
    parts = filter(None, [name, kind, sheet.holdings_text(view), key, price, view.ran_on])
    footer = _("This page shows your figures only. {scenario} · acc {version} · data {digest} · {date}")
    title = _("Collective self-consumption · my sheet")
    return frame(view, title, view.holder.name, f"{FIXED}· ".join(parts), footer, name)


def _status(view: View) -> Status:
    """Status of the operation; a prohibition names others, who are left out here."""
    if view.result.is_lawful:
        return answer.status(view, limits.own_rules(view))
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
