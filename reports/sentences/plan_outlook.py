"""What would cancel a plan of several operations, what is built for it, what its members have of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

from acc.accounts.values import Money
from acc.household_privacy import FIRMS, HOMES, PUBLIC_BODIES, may_have_a_row
from acc.i18n import semicolons
from acc.result.cancelling import Cancelling, Condition, conditions_for_members
from acc.result.lawful_plan import AbsentPart, BuyerLeaving, LawfulPlan, PlannedPerson
from acc.scenario import Regime
from reports.format.changes import condition_text
from reports.format.labels import regime_word
from reports.format.money import eur, euros
from reports.format.numbers import MISSING, fr, listed, long_date, percent
from reports.format.unlawful import is_to_verify, losers_text
from reports.format.wording import sentence
from reports.nodes.tree import Column, TextCell, TextTable, first_column, table_by_column
from reports.sentences.answer import amount_cell, losers_cell
from reports.view.privacy import LEAST_CLOSED
from reports.view.view import View


def plan_conditions(plan: LawfulPlan, ids: Collection[str]) -> tuple[Cancelling, ...]:
    """Conditions that are told of a plan: the roof is the one whose absence costs these persons most.

    Of the operations, those that may be refused: on derogation, or with something to verify.
    """
    if plan.outlook is None:
        return ()
    unsure = {
        number
        for number, operation in enumerate(plan.operations, start=1)
        if operation.regime is not Regime.KM_2 or is_to_verify(operation)
    }
    lines = conditions_for_members(plan.outlook.conditions, ids)
    return tuple(line for line in lines if line.operation is None or line.operation in unsure)


def plan_condition_text(
    plan: LawfulPlan, line: Cancelling, names: Mapping[str, str], money: Money | None, *, short: bool
) -> str:
    """Condition of a plan in words.

    Args:
        names: what each plant may be called, by id.
        money: that of the folder, which holds the market reference.
        short: on one line of a screen.
    """
    if line.condition is Condition.UNCHANGED:
        return _("Nothing changes")
    if line.condition is Condition.CONNECTION_AT_MOST:
        more_eur = 0.0 if plan.outlook is None else plan.outlook.connection_more_eur
        return _("Connections without a quote cost {eur}").format(eur=euros(more_eur))
    if short and line.day is not None:
        return _("Accise in full from {day}").format(day=long_date(line.day))
    if line.operation is None:
        return condition_text(replace(line, gain_from=None) if short else line, money, names)
    regime = plan.operations[line.operation - 1].regime
    if regime is Regime.KM_2:
        return _("Operation {number} is not confirmed").format(number=fr(line.operation))
    return sentence("derogation-refused", number=fr(line.operation), perimeter=regime_word(regime))


def plan_cancelling_table(
    plan: LawfulPlan,
    ids: Collection[str],
    names: Mapping[str, str],
    money: Money | None = None,
    *,
    short: bool = False,
    who: str = "",
) -> TextTable | None:
    """Table of what some persons have of a plan under each condition, and how many of them lose.

    Args:
        ids: of those who read; `who` they are, where they are not all.
        names, money: as of `plan_condition_text`.
        short: without what a year brings, title nor note.
    """
    lines = plan_conditions(plan, ids)
    if not lines:
        return None
    gains = [line.of(ids) for line in lines]
    texts = [plan_condition_text(plan, line, names, money, short=short) for line in lines]
    counts = [len({*line.losing_ids} & {*ids}) for line in lines]
    columns: list[Column] = [
        (first_column(_("If…")), texts),
        (_("In a year\n€"), [_amount(gain.gain_eur_ht) for gain in gains]),
        (_("members\nwho lose"), [losers_cell(fr(count), count) for count in counts]),
    ]
    if plan.years is not None:
        over = _("Over {years} years\n€ (NPV)").format(years=fr(plan.years))
        columns.insert(2, (over, [_amount(gain.plan_eur_ht) for gain in gains]))
    if short:
        return table_by_column("cancelling", *(columns if plan.years is None else [columns[0], *columns[2:]]))
    title, note = _("What would cancel it"), " ".join(_notes(plan, lines))
    title = f"{title}{_(': ')}{who}" if who else title
    return table_by_column("cancelling", *columns, title=title, note=note)


def _notes(plan: LawfulPlan, lines: Sequence[Cancelling]) -> Iterator[str]:
    """Yield what the rows leave out, and what is left where members of a refused operation find another."""
    outlook = plan.outlook
    if outlook is not None and outlook.connection_unbounded_ids:
        yield sentence("connection-without-end", len(outlook.connection_unbounded_ids))
    if any(line.operation is not None for line in lines):
        yield _("Refused: its new roofs are not built and nobody moves.")
    for absence in plan.without:
        if absence.absent is AbsentPart.DEROGATION:
            left, perimeter = plan.value_eur - absence.lost_eur, regime_word(Regime(absence.id))
            losers = losers_text(absence.losers)
            yield sentence("without-operations-found", perimeter=perimeter, value=euros(left), losers=losers)


def _amount(amount_eur: float | None) -> TextCell:
    return TextCell(MISSING) if amount_eur is None else amount_cell(eur(amount_eur), amount_eur, "strong")


def plan_costs(plan: LawfulPlan) -> str:
    """Sentence on what is built, by how many, VAT beside, connections unknown; empty where not known."""
    outlook = plan.outlook
    if outlook is None or not outlook.investor_ids:
        return ""
    amounts = {"invested": euros(plan.invested_eur), "vat": euros(outlook.vat_eur)}
    texts = [sentence("plan-invested", len(outlook.investor_ids), **amounts)]
    if outlook.connection_unknown_ids:
        more = euros(outlook.connection_more_eur)
        texts.append(sentence("plan-connections", len(outlook.connection_unknown_ids), more=more))
    return " ".join(texts)


def plan_owners(plan: LawfulPlan) -> str:
    """Sentence on the plan where each owner is in the operation of its roof; empty where it is the same."""
    outlook = plan.outlook
    elsewhere = sum(roof.owner_elsewhere for roof in plan.roofs)
    if outlook is None or outlook.owners_inside_eur is None or not elsewhere:
        return ""
    losers = losers_text(outlook.owners_inside_losers or 0)
    value = euros(outlook.owners_inside_eur)
    return sentence("plan-owners-inside", elsewhere, value=value, losers=losers)


def plan_buyers(view: View, plan: LawfulPlan) -> str:
    """Sentence on the largest buyer of each operation, and the loan without it; empty where unknown.

    The loan is that of the run's own output, without a draw.
    """
    leaving = () if plan.outlook is None else plan.outlook.leaving_buyers
    if not leaving:
        return ""
    basis = _("at the computed output, without draws")
    return f"{semicolons(_buyer_text(view, each) for each in leaving)} ({basis})."


def _buyer_text(view: View, leaving: BuyerLeaving) -> str:
    if leaving.cover is not None:
        low, mean = (fr(cover, 2) for cover in leaving.cover)
        outcome = _("covered {mean} on average, {low} in the worst year").format(mean=mean, low=low)
    elif leaving.payback_years is None:
        outcome = _("never paid back")
    else:
        outcome = _("paid back in {years} years").format(years=fr(leaving.payback_years, 1))
    return sentence(
        "buyer-of-operation",
        number=fr(leaving.operation),
        who=view.named_members.get(leaving.buyer.id, _("A member who is not named")),
        part=percent(leaving.buyer.receipts_ratio),
        outcome=outcome,
    )


@dataclass(frozen=True, slots=True)
class PlanRow:
    """Persons of a plan who may be shown in one row."""

    name: str
    ids: tuple[str, ...]


def hidden_members(view: View) -> frozenset[str]:
    """Members without a row of their own in a table by member: as in the brief, three holders at least."""
    members, named = view.outcomes.members, view.named_members
    hidden = {member.id for member in members if member.id not in named}
    if not hidden:
        return frozenset()
    others = sorted((m for m in members if m.id not in hidden), key=lambda m: (m.need_kwh <= 0.0, m.need_kwh))
    return frozenset({*hidden, *(member.id for member in others[: max(LEAST_CLOSED - len(hidden), 0)])})


def member_rows(view: View, plan: LawfulPlan) -> list[PlanRow]:
    """Return the persons of a plan by name, most value first, then those who may not be told apart."""
    hidden, names = hidden_members(view), view.named_members
    shown = sorted((p for p in plan.persons if p.id not in hidden), key=lambda p: -p.value_eur)
    rows = [PlanRow(names.get(person.id, person.name), (person.id,)) for person in shown]
    return [*rows, *_together([person for person in plan.persons if person.id in hidden])]


def _together(persons: Sequence[PlannedPerson]) -> list[PlanRow]:
    ids = tuple(person.id for person in persons)
    return [PlanRow(sentence("members-together", len(ids)), ids)] if ids else []


def kind_rows(view: View, plan: LawfulPlan) -> list[PlanRow]:
    """Return the persons of a plan by kind; kinds that would tell fewer than three apart stand together."""
    hidden, people = hidden_members(view), view.result.scenario.participants
    families = {"public-members": PUBLIC_BODIES, "firm-members": FIRMS, "home-members": HOMES}
    rows, pooled = list[PlanRow](), list[PlannedPerson]()
    for name, kinds in families.items():
        own = [person for person in plan.persons if person.kind in kinds]
        unseen = sum(person.id in hidden for person in own)
        enough = may_have_a_row(people) if kinds is HOMES else unseen == 0 or unseen >= LEAST_CLOSED
        if own and enough:
            rows.append(PlanRow(sentence(name, len(own)), tuple(person.id for person in own)))
        else:
            pooled += own
    pooled += [person for person in plan.persons if person.kind not in PUBLIC_BODIES | FIRMS | HOMES]
    while pooled and rows and len({person.id for person in pooled} & hidden) < LEAST_CLOSED:
        smallest = min(rows, key=lambda row: len(row.ids))
        rows.remove(smallest)
        pooled += [person for person in plan.persons if person.id in smallest.ids]
    return [*rows, *_together(pooled)]


def plan_gains_table(
    plan: LawfulPlan, rows: Sequence[PlanRow], title: str, places: Mapping[str, Sequence[int]] | None = None
) -> TextTable | None:
    """Table of what rows of persons have: in the first year, in one at full accise, over the plan, so too.

    Args:
        places: operations that each person is in, by id, where they are told.
    """
    outlook = plan.outlook
    if outlook is None:
        return None
    full, base = outlook.under(Condition.FULL_ACCISE), outlook.as_planned
    every = [*rows, PlanRow(_("All together"), tuple(base.members))]
    columns: list[Column] = [(first_column(_("Member")), [TextCell(row.name, "name") for row in every])]
    if places is not None:
        numbers = [sorted({number for id_ in row.ids for number in places.get(id_, ())}) for row in rows]
        columns.append((_("Operation"), [*(listed(list(map(fr, of))) or MISSING for of in numbers), ""]))
    lines = [(_("First year\n€"), base), (_("A year at\nfull accise, €"), full)]
    columns += [
        (head, [_amount(line.of(row.ids).gain_eur_ht) for row in every]) for head, line in lines if line
    ]
    if plan.years is not None:
        over = _("Over {years} years\n€ (NPV)").format(years=fr(plan.years))
        lines = [(over, base), (_("The same at\nfull accise, €"), full)]
        columns += [
            (head, [_amount(line.of(row.ids).plan_eur_ht) for row in every]) for head, line in lines if line
        ]
    unknown = sum(not person.is_known for person in plan.persons)
    note = sentence("plan-unknown-members", unknown) if unknown else ""
    return table_by_column("plan-gains", *columns, title=title, note=note, has_total=True)


def places_of(view: View, plan: LawfulPlan) -> dict[str, list[int]]:
    """Operations, from 1, in which each person has a site or a roof, by id."""
    places = plan.places
    return {
        member.id: sorted({places[id_] + 1 for id_ in (*member.site_ids, *member.plant_ids) if id_ in places})
        for member in view.outcomes.members
    }
