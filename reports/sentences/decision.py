"""Page 1 to decide on: the line of its readers, what each row of members gets, how sure it is."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.finance import Finance
from acc.household_privacy import FIRMS, HOMES, PUBLIC_BODIES, homes
from acc.result.outcomes import MemberOutcome, Outcomes
from acc.sites import Kind
from reports.format.draws import chances_words, question_text
from reports.format.gains import value_basis
from reports.format.money import range_ends
from reports.format.numbers import MISSING, fr, listed, percent, plants_count, rate, span
from reports.format.quantity import Quantity
from reports.format.rounding import closed_eur, closed_parts
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Column, TextCell, TextTable, first_column, table_by_column
from reports.sentences.answer import amount_cell, metered, readers_outcomes
from reports.sentences.money import drawn_text
from reports.sentences.moved import moved_line
from reports.sentences.questions import missing
from reports.sentences.verdict import losers_of
from reports.view import quantities
from reports.view.member_rows import Row, member_rows
from reports.view.view import View

Kinds = frozenset[Kind] | None


def own_line(view: View, kinds: Kinds) -> str:
    """What the operation brings the readers of a note for some, counted among them alone."""
    outcomes = readers_outcomes(view, kinds)
    if not outcomes.known:
        return ""
    who, ends = people_text(view, outcomes.members), ""
    gain = quantities.gain(view.outcomes, outcomes.ids)
    if len(outcomes.members) == 1:
        only = outcomes.members[0]
        who, drawn = view.named_members.get(only.id, who), only.range_eur_ht
        if drawn is not None:
            ends = f" ({span(*range_ends(drawn[0], drawn[2], drawn[1]))})"
            gain = gain.between(drawn[0], drawn[2])
    text, lose = f"{gain.as_(view.eur_writer)}{ends}", losers_of(view, outcomes)
    first = sentence("readers-gain", who=who, gain=text, losers=lose)
    unknown = len(outcomes.members) - len(outcomes.known)
    return f"{first} {sentence('uncounted-members', unknown)}" if unknown else first


def shares_table(view: View, kinds: Kinds = None) -> TextTable | None:
    """Table of what each row of members gets: first year, a year at full accise, the plan, the loan."""
    outcomes, money = readers_outcomes(view, kinds), view.result.money
    if not outcomes.known or money is None:
        return None
    rows = [*member_rows(view, {member.id for member in outcomes.known}), outcomes.known]
    ids, everybody = [frozenset(member.id for member in row) for row in rows], view.outcomes
    total = sentence("all-members", len(outcomes.known)) if kinds is None else _("Together")
    names = [*(row_text(view, row) for row in rows[:-1]), total]
    gains = [quantities.gain(everybody, of) for of in ids]
    full = [quantities.full_accise_gain(everybody, of) for of in ids]
    columns: list[Column] = [
        (first_column(_("Member")), [TextCell(name, "name") for name in names]),
        (_("First year\n{unit}").format(unit=view.eur_unit), _amounts(gains)),
    ]
    if all(each.is_known for each in full):
        columns.append((_("At full accise\n{unit}").format(unit=view.eur_unit), _amounts(full)))
    if money.plan is not None and outcomes.plan_years is not None:
        head = _("{years} years,\nworks paid, €").format(years=fr(outcomes.plan_years))
        columns.append((head, _amounts([quantities.value(everybody, of) for of in ids])))
        loans = [quantities.members_loan(money.plans, everybody, of) for of in ids]
        if loans[-1].value:
            annuities = [quantities.members_annuity(money.plans, everybody, of) for of in ids]
            pairs = zip(closed(loans, exact=True), closed(annuities, exact=True), strict=True)
            texts = [
                f"{loan.printed().number} / {annuity.printed().number}" if loan.value else MISSING
                for loan, annuity in pairs
            ]
            columns.append((_("Loan /\nannuity, €"), texts))
    note, title = _shares_note(view, outcomes), _("What each gets (without tax)")
    return table_by_column("shares", *columns, title=title, note=note, has_total=True)


def closed(amounts: Sequence[Quantity], *, exact: bool = False) -> list[Quantity]:
    """Return the rows and their total, rounded so that what is printed adds up: `exact`, to the euro."""
    *parts, total = (amount.value for amount in amounts)
    closed, shown = (closed_parts(parts, total, 0), total) if exact else closed_eur(parts, total)
    return [each.printed_as(eur).as_("€ exact") for each, eur in zip(amounts, [*closed, shown], strict=True)]


def _amounts(amounts: Sequence[Quantity]) -> list[TextCell]:
    return [amount_cell(amount.printed().number, amount.value) for amount in closed(amounts)]


def _shares_note(view: View, outcomes: Outcomes) -> str:
    finance, notes = view.result.scenario.finance, []
    if any(member.kind in HOMES for member in outcomes.members):
        notes.append(_("Homes: the sheet of each tells its gain, with tax."))
    if view.plan is not None:
        notes += [loan_terms(finance)] if finance is not None and finance.debt_ratio else []
        notes.append(value_basis())
    return " ".join(notes)


def loan_terms(finance: Finance | None) -> str:
    """Return the terms of the loan that the folder writes; else that none is, and who writes one where."""
    if finance is None or not finance.debt_ratio:
        return missing(text_of("missing-loan"))
    return _("Loan: {part} of the works without tax, {years} years, {rate}.").format(
        part=percent(finance.debt_ratio), years=fr(finance.debt_years), rate=rate(finance.debt_interest_ratio)
    )


def row_text(view: View, row: Row) -> str:
    """Return the name of a member alone, with what it holds; else how many of which kinds, and plants."""
    running = {plant.id for plant in view.running}
    plants = sum(len(running & {*member.plant_ids}) for member in row)
    built, name = plants_count(plants) if plants else "", view.named_members.get(row[0].id)
    if len(row) > 1 or name is None:
        return ", ".join(filter(None, [people_text(view, row), built]))
    count = len(row[0].site_ids)
    holdings = listed([text for text in (sentence("sites", count) if count > 1 else "", built) if text])
    return f"{name}{_(': ')}{holdings}" if holdings else name


def people_text(view: View, members: Sequence[MemberOutcome]) -> str:
    """Return "2 public bodies, 3 companies and associations and 4 households"."""
    people = {site.id: site for site in view.result.scenario.participants}
    at_home = [member for member in members if member.kind in HOMES]
    counts = {
        "public-bodies": sum(member.kind in PUBLIC_BODIES for member in members),
        "firms": sum(member.kind in FIRMS for member in members),
        "signing-owners": sum(member.kind is None for member in members),
        "households": sum(homes(people[id_]) for member in at_home for id_ in member.site_ids),
    }
    return listed([sentence(name, count) for name, count in counts.items() if count])


def sure_text(view: View) -> str:
    """How sure it is, in a line: draws, what is metered, whether plants are paid back, what to ask first."""
    open_ = [view.result.scenario.participants[i].id for group in view.groups for i in group.named]
    question = question_text(view.result.drawn, {id_: view.names[id_] for id_ in open_})
    paid_back, plants = None if view.result.drawn is None else view.result.drawn.paid_back_ratio, ""
    if paid_back is not None and view.plan is not None:
        often = chances_words(paid_back, view.result.ranges_draws or 0)
        years = fr(view.plan.horizon_years)
        plants = _("Plants paid back in {years} years: {often}.").format(years=years, often=often)
    return " ".join(filter(None, [drawn_text(view), metered(view), plants, question, moved_line(view)]))
