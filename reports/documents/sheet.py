"""A member's sheet: its own page, a page of its sites and plants where it has several, rules and limits."""

from dataclasses import replace
from gettext import gettext as _

from acc.result.result import Result
from reports.documents.blocks import departure, listed, opening
from reports.documents.last_pages import sheet_end
from reports.figures import from_view
from reports.figures.drawn import Illustrated, Picture, picture
from reports.figures.money import bill, cash
from reports.nodes.tree import Callout, Document, Figure, Group, Heading, Node, Paragraph, Section, titled
from reports.sentences import answer, limits, sheet, sheet_top
from reports.sentences.cancelling import cancelling_table
from reports.sentences.holdings import balance, plants_table, price_text, sites_table
from reports.sentences.leaving import own_leaving
from reports.sentences.sharing_hours import days_alt
from reports.sentences.years import own_changes, own_title
from reports.view import own_bill
from reports.view.view import View, holders_shown, sheet_view_of


def sheet_document(result: Result, person_id: str) -> Illustrated:
    """Return the sheet of one person, ready to compose."""
    ids = [person.id for person in holders_shown(result)]
    view = sheet_view_of(result, ids.index(person_id))
    document = Document(
        look="sheet",
        frame=sheet.sheet_frame(view),
        status=answer.status(view, limits.own_rules(view), asks=False),
        sections=tuple(_sections(view)),
        ran_on=result.provenance.ran_on,
    )
    return Illustrated(document, _pictures(view))


def _sections(view: View) -> list[Section]:
    first = opening(
        sheet_top.lead(view), sheet.request(view), sheet_top.tiles(view), sheet_top.own_note(view)
    )
    choices, has_sites = _choices(view), bool(own_bill.own_columns(view))
    holder = set() if view.holder is None else {view.holder.id}
    ratio = own_bill.bill_ratio(view)
    table = cancelling_table(view.result, view.names, holder, exact=True, bill_ratio=ratio)
    cancelling = [] if table is None else [table]
    plants = [table for table in [plants_table(view)] if table is not None]
    money = balance(view)
    last = _with_changes(view, sheet_end(view, sheet.own_hypotheses(view)))
    if money is None:
        return [Section((*first, _bill(view), *cancelling, _signed(choices), *_curves(view))), last]
    nodes = [titled(money.title, replace(money, title="")), *_cash(view)]
    first += [_bill(view), Group(tuple(nodes), len(nodes), "pair")]
    if not has_sites:
        return [Section((*first, *cancelling, *plants, _signed(choices))), last]
    price, sites = price_text(view), sites_table(view)
    priced = [titled(_("What a shared kWh costs you"), Paragraph(price), name="price")] if price else []
    own = [*([sites] if sites else []), *plants, *_curves(view), choices]
    return [Section((*first, *cancelling, _signed(*priced))), Section(tuple(own)), last]


def _with_changes(view: View, last: Section) -> Section:
    """Return the last page, what the holder announced first: its own page has no room for a long list."""
    changes = own_changes(view)
    return replace(last, blocks=(listed(own_title(), changes), *last.blocks)) if changes else last


def _bill(view: View) -> Group:
    has_sites, price = bool(own_bill.own_columns(view)), price_text(view)
    parts: list[Node] = [Heading(sheet.bill_heading(view) if has_sites else sheet.plants_heading(view))]
    if own_bill.own_bill(view) is None:
        parts.append(Paragraph(sheet.no_bill(view), "missing"))
    else:
        parts.append(Figure("bill", sheet.bill_alt(view)))
    if price and balance(view) is None:
        parts.append(Paragraph(price, "note"))
    return Group(tuple(parts))


def _curves(view: View) -> list[Node]:
    if not own_bill.own_columns(view):
        return []
    months = titled(_("Month by month"), Figure("months", sheet.months_alt(view)))
    days = titled(_("A mean day of each season"), Figure("days", days_alt(view, own_bill.OWN)))
    return [Group((months, days), 2, "pair")]


def _cash(view: View) -> list[Node]:
    years = own_bill.own_years(view)
    if years is None:
        return []
    return [titled(_("Your balance, year after year"), Figure("cash", sheet.cash_alt(years)))]


def _choices(view: View) -> Group:
    signed = listed(_("What you would sign"), sheet.signed_items(view))
    contract = (signed,) if view.result.is_lawful else ()  # of what is not lawful nothing is signed
    changes = titled(_("If the key or the price changes"), sheet.changes(view))
    leaving = departure(view, own_leaving(view))
    return Group((changes, Group((*contract, leaving), name="contract")), 2, "choices")


def _signed(*blocks: Node) -> Group:
    """Return the last block of the holder's page, with who may read it."""
    text = _(
        "Made for this member alone, from its metering data and its prices. "
        "Not to be passed on without its consent."
    )
    return Group((*blocks, Callout(_("Confidential sheet"), text, look="confidential")), name="signed")


def _pictures(view: View) -> dict[str, Picture]:
    own, figures = own_bill.OWN, {}
    # All that who holds one site asks stands on one page, under the band of an unlawful operation too.
    high_mm = 62.0 if balance(view) else 44.0 if view.result.is_lawful else 36.0
    if own_bill.own_columns(view):
        figures["months"] = picture(from_view.member_months_figure(view, own, high_mm))
        figures["days"] = picture(from_view.member_days_figure(view, own, high_mm))
    parts = own_bill.own_bill(view)
    if parts is not None:
        figures["bill"] = picture(bill(*parts, sheet.bill_caption(view)))
    years = own_bill.own_years(view)
    if years is not None:
        figures["cash"] = picture(cash(from_view.cash_of(view, years), (86.0, 52.0)))
    return figures
