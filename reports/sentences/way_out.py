"""Page 1 of what is not lawful: the way out in place of the gain. No gain of the forbidden whole is told."""

from dataclasses import replace
from gettext import gettext as _

from acc.i18n import semicolons
from acc.result.cancelling import Condition
from acc.result.lawful_plan import AbsentPart, LawfulPlan, PlannedOperation
from acc.rules.check import Check
from acc.scenario import Regime
from acc.sides import loses
from reports.format.labels import capital, key_title, lowered, regime_word
from reports.format.money import eur, euros, money_range, per_mwh, thousands
from reports.format.numbers import MISSING, fr, listed, plants_count, power, sites_count
from reports.format.palette import Tone
from reports.format.rounding import closed_eur
from reports.format.unlawful import (
    chances_text,
    is_to_verify,
    losers_text,
    members_text,
    plan_worth,
    way_text,
)
from reports.format.wording import sentence
from reports.nodes.tree import (
    Callout,
    Column,
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
    first_column,
    quantity_box,
    table_by_column,
)
from reports.sentences.answer import metered
from reports.sentences.moved import moved_line
from reports.sentences.proposal import quotes_act, table_of_acts
from reports.sentences.unlawful import named_sites, remedy_text, rule_title
from reports.view.view import View

MOST_IN_THE_WAY = 6
COMMAND = "acc members {folder} --split"


def has_plan(view: View) -> bool:
    """Return whether lawful operations were found and kept."""
    plan = view.result.way
    return plan is not None and bool(plan.operations)


def forbidden_band(view: View) -> Callout:
    """Red band of a page: one operation of all is not lawful, by which rule, by how much; nothing to sign."""
    broken = [f"{_broken_title(view, check)}." for check in view.result.checks if check.forbids]
    title = sentence("forbidden-whole", len(view.result.scenario.participants))
    return Callout(title, " ".join([*broken, _("Sign nothing for it.")]), look="band", tone="worse")


def _broken_title(view: View, check: Check) -> str:
    return capital(rule_title(view, check).rstrip("."))


def allowed(plan: LawfulPlan) -> Callout:
    """What is lawful in its place: how many operations, who loses now and at full accise, what to obtain."""
    full = None if plan.outlook is None else plan.outlook.under(Condition.FULL_ACCISE)
    parts = []
    if plan.losers_known:
        parts.append(_("{losers} if nothing changes").format(losers=losers_text(len(plan.losers))))
        if full is not None:
            at_full = losers_text(len(full.losing_ids))
            parts.append(_("{losers} if the accise comes back in full").format(losers=at_full))
    elif plan.euros_known:
        parts.append(_("who loses is not known, as no local price is decided"))
    if count := len(plan.derogations):
        parts.append(sentence("obtain-derogations", count))
    if unsure := sum(map(is_to_verify, plan.operations)):
        parts.append(sentence("verify-operations", unsure))
    title = sentence("allowed-operations", len(plan.operations), members=members_text(plan))
    tone: Tone = "sun_text" if plan.losers_known and plan.losers else "shared_dark"
    return Callout(title, f"{capital(semicolons(parts))}.", look="answer", tone=tone)


def plan_boxes(plan: LawfulPlan) -> list[ValueBox]:
    """Three tiles of a plan: value and range, what is to be invested, derogations."""
    if not plan.euros_known:
        shared = ValueBox(fr(plan.received_kwh / 1000.0), "MWh", _("shared by these operations"))
        return [shared, _derogation_box(plan)]
    words = sentence("for-members", len(plan.persons))
    if plan.years is not None:
        words = _("{who} in {years} years, works paid").format(who=words, years=fr(plan.years))
    notes = []
    if plan.doubts:
        own = plan.doubts[0]
        drawn = money_range(own.low_eur, own.high_eur, own.value_eur)
        notes.append(_("8 chances in 10: {range}").format(range=drawn))
    sharing = sum(person.sharing_eur for person in plan.persons)
    notes.append(_("sharing alone adds {sharing}").format(sharing=thousands(sharing)))
    worth = quantity_box(plan_worth(plan).printed("k€"), words, semicolons(notes))
    worth = replace(worth, tone="worse" if loses(plan.value_eur) else None)
    return [worth, _invested_box(plan), _derogation_box(plan)]


def _invested_box(plan: LawfulPlan) -> ValueBox:
    outlook, words, notes = plan.outlook, _("without tax, to invest"), []
    if outlook is not None:
        if outlook.investor_ids:
            words = sentence("invest-by-owners", len(outlook.investor_ids))
        notes.append(_("VAT beside: {vat}").format(vat=thousands(outlook.vat_eur)))
        if more := outlook.connection_more_eur:
            notes.append(_("connection: up to {eur} more").format(eur=thousands(more)))
        if unknown := len(outlook.connection_unbounded_ids):
            notes.append(sentence("connections-unknown", unknown))
    return quantity_box(thousands(plan.invested_eur), words, semicolons(notes))


def _derogation_box(plan: LawfulPlan) -> ValueBox:
    count, text = len(plan.derogations), _("without {perimeter}: {eur} less")
    words = sentence("derogations-of", count, operations=fr(len(plan.operations)))
    lost = [
        text.format(perimeter=regime_word(Regime(absence.id)), eur=thousands(absence.lost_eur))
        for absence in plan.without
        if absence.absent is AbsentPart.DEROGATION
    ]
    return ValueBox(fr(count), "", words, semicolons(lost), tone="sun_text" if count else None)


def operations_table(view: View, plan: LawfulPlan, most: int = 2) -> TextTable:
    """Table of the operations, and of what stands in none: perimeter, sites, plants, kWh, value.

    Args:
        most: sites of an operation that are named.
    """
    operations = plan.operations
    alone = any(roof.operation is None and roof.kwp for roof in plan.roofs)
    rest = [_("in no operation")] if plan.outside or alone else []
    titles = [f"{fr(number)} · {_perimeter(each)}" for number, each in enumerate(operations, start=1)]
    notes = [named_sites(view, operation.participant_ids, most) for operation in operations]
    names = [TextCell(title, "name", note=note) for title, note in zip(titles, notes, strict=True)]
    sites = [len(operation.participant_ids) for operation in operations]
    sites += [len(plan.outside) for _rest in rest]
    numbers = [*range(1, len(operations) + 1), *(None for _rest in rest)]
    kwp = [sum(roof.kwp for roof in plan.roofs if roof.operation == number) for number in numbers]
    shared = [fr(operation.received_kwh / 1000.0) for operation in operations] + [MISSING for _rest in rest]
    columns: list[Column] = [
        (first_column(_("Operation")), [*names, *rest, _("Together")]),
        (_("Sites"), [*map(fr, sites), fr(sum(sites))]),
        (_("Plants"), [str(power(each)) for each in (*kwp, sum(kwp))]),
        (_("Shared\nMWh"), [*shared, fr(plan.received_kwh / 1000.0)]),
        *([_values(plan, len(rest))] if plan.euros_known else []),
    ]
    note = _operations_note(view, plan)
    title = _("The lawful operations")
    return table_by_column("operations", *columns, title=title, note=note, has_total=True)


def _values(plan: LawfulPlan, rest: int) -> Column:
    """Column of the values of the operations, of what stands in none where there is a row, of all."""
    values = [operation.value_eur for operation in plan.operations]
    parts, total = closed_eur([*values, *[plan.value_eur - sum(values)] * rest], plan.value_eur)
    head = _("Value\n€")
    if plan.years is not None:
        head = _("{years} years,\nworks paid, €").format(years=fr(plan.years))
    return head, [eur(each) for each in (*parts, total)]


def _perimeter(operation: PlannedOperation) -> str:
    text = regime_word(operation.regime)
    return f"{text} *" if operation.regime is not Regime.KM_2 else text


def _operations_note(view: View, plan: LawfulPlan) -> str:
    prices, key = view.result.scenario.prices, lowered(key_title(view.result.scenario.key.name))
    parts = [_("* on derogation.")] if plan.derogations else []
    parts.append(_("Key: {key}.").format(key=key))
    if prices.local_eur_per_kwh is not None:
        parts.append(_("Price: {price} without tax.").format(price=per_mwh(prices.local_eur_per_kwh)))
    if prices.pmo_eur_per_year:
        amount = euros(prices.pmo_eur_per_year)
        parts.append(_("PMO: {amount} a year for each operation.").format(amount=amount))
    return " ".join(parts)


def plan_acts(view: View, plan: LawfulPlan) -> TextTable:
    """Table of what is asked in place of any signature: derogations first."""
    outlook, members = plan.outlook, view.outcomes.members
    numbers = [fr(n) for n, o in enumerate(plan.operations, start=1) if o.regime is not Regime.KM_2]
    rows = [(_("The group"), sentence("choose-operations", len(plan.operations)), "organiser")]
    if numbers:
        operations = sentence("of-operations", len(numbers), numbers=listed(numbers))
        ask = sentence("ask-for-derogations", len(numbers), of=operations)
        rows.append((_("The PMO"), ask, "derogations"))
    if outlook is not None and outlook.connection_unknown_ids:
        rows.append(quotes_act(view, outlook.connection_unknown_ids))
    letter = _("A letter of intent; acts and deliberations come after")
    rows.append((sentence("members", len(members)), letter, "all"))
    return table_of_acts(view, _("What is asked, in this order"), rows)


def plan_sure(view: View, plan: LawfulPlan) -> str:
    """How sure a plan is, in a line."""
    return " ".join(filter(None, [metered(view), moved_line(view), chances_text(plan)]))


def to_look_for(view: View) -> Callout:
    """What to do where no plan is kept: the command that looks for one; what a search found if it did."""
    plan = view.result.way
    if plan is not None:
        return Callout(_("What is allowed"), way_text(plan), look="answer", tone="sun_text")
    text = sentence("look-for-plan", command=COMMAND.format(folder=_("FOLDER")))
    return Callout(_("What is allowed is still to be looked for."), text, look="answer", tone="sun_text")


def in_the_way(view: View) -> TextTable:
    """Table of the rules that forbid: by how much, which sites are in the way, what would mend it."""
    broken = [check for check in view.result.checks if check.forbids]
    forbids = [TextCell(_broken_title(view, check), note=remedy_text(view, check)) for check in broken]
    sites = [named_sites(view, check.culprits, MOST_IN_THE_WAY) or MISSING for check in broken]
    return table_by_column(
        "in-the-way",
        (first_column(_("What forbids")), forbids),
        (TextColumn(_("In the way"), 66, "left"), sites),
        title=_("What forbids it, and who is in the way"),
    )


def energy_boxes(view: View) -> list[ValueBox]:
    """Tiles of what stays true whatever the operations: what roofs make, what sites need."""
    energy, scale, plants = view.result.energy, view.scale, plants_count(len(view.running))
    made = float(energy.production_kwh.sum() + energy.own_use_kwh.sum())
    need = float(energy.consumption_kwh.sum() + energy.own_use_kwh.sum())
    sites = sites_count(len(view.result.scenario.participants))
    return [
        quantity_box(power(view.kwp), _("of solar panels"), plants),
        ValueBox(scale.plain(made), view.unit, _("made by the plants")),
        ValueBox(scale.plain(need), view.unit, _("needed by the sites"), sites),
    ]


def first_acts(view: View) -> TextTable:
    """Table of what is asked where no lawful plan is kept: look for one, sign nothing."""
    command = COMMAND.format(folder=_("FOLDER"))
    look = _("Look for the lawful operations: {command}").format(command=command)
    sign = _("Sign nothing; complete bills, curves and places: they serve any operation")
    rows = [(_("Who keeps the folder"), look, "plan"), (_("The members"), sign, "all")]
    return table_of_acts(view, _("What is asked, in this order"), rows)


def comparison_only() -> Callout:
    """What stands above later pages: they are of the forbidden whole, and only compare."""
    text = f"{_('These figures only compare.')} {sentence('forbidden-comparison')}"
    return Callout(_("For comparison only"), text, look="band", tone="worse")
