"""The sheet of the lawful plan in place of an unlawful operation, its doubt, what each absence costs."""

from collections.abc import Iterator
from gettext import gettext as _

from acc.result.lawful_plan import AbsentPart, LawfulPlan, PlanWithout
from reports.format.lawful_plan import absence_name, doubt_text, left_out_text, perimeter_text, plan_name
from reports.format.unlawful import way_text
from reports.sentences.unlawful import named_sites
from reports.view.view import View
from reports.workbook.cells import Cell, CellKind, Role, Row, Sheet, Value, heads, number, text, titled

WIDTHS = (44.0, 26.0, *(16.0,) * 6)


def lawful_plan_sheet(view: View) -> Sheet | None:
    """Return the plan kept for an operation that is not lawful; None where there is none."""
    plan = view.result.way
    if plan is None:
        return None
    top = titled(_("Lawful plan"), *filter(None, [way_text(plan), doubt_text(plan), left_out_text(plan)]))
    blocks = [_operations(view, plan), _persons(view, plan), _doubts(plan), _without(view, plan)]
    rows = [row for block in blocks if len(block) > 2 for row in ((), *block)]
    return Sheet(title=_("Lawful plan"), rows=(*top, *rows), widths=WIDTHS, landscape=True)


def _block(title: str, words: list[str], rows: Iterator[tuple[Value, ...]], left: int = 1) -> list[Row]:
    cells = [tuple(_cell(value) for value in row) for row in rows]
    return [(text(title, Role.SECTION),), heads(words, range(left)), *cells]


def _cell(value: Value) -> Cell:
    if isinstance(value, Cell):
        return value
    return text(value or "") if isinstance(value, str | None) else number(value, CellKind.EUR)


def _count(value: int) -> Cell:
    return number(value, CellKind.COUNT)


def _operations(view: View, plan: LawfulPlan) -> list[Row]:
    rows = (
        (
            named_sites(view, operation.participant_ids, len(operation.participant_ids)),
            perimeter_text(operation),
            _count(len(operation.participant_ids)),
            _count(len(operation.plant_ids)),
            number(operation.received_kwh, CellKind.KWH),
            operation.value_eur if plan.euros_known else None,
        )
        for operation in plan.operations
    )
    words = [
        _("Sites of the operation"),
        _("Perimeter"),
        _("Sites"),
        _("Plants"),
        _("Shared, kWh"),
        _("Value, €"),
    ]
    return _block(_("Operations"), words, rows, 2)


def _persons(view: View, plan: LawfulPlan) -> list[Row]:
    """Figures of members with printable names; others are left out."""
    named = view.named_members
    ratios = plan.doubts[0].lose_ratios if plan.doubts else {}
    rows = (
        (
            named[person.id],
            None,
            person.value_eur,
            person.year_eur,
            person.sharing_eur,
            number(ratios.get(person.id, 0.0), CellKind.PERCENT) if plan.doubts else None,
        )
        for person in (plan.persons if plan.losers_known else ())
        if person.id in named and person.is_known
    )
    words = [
        _("Member"),
        "",
        _("Value, €"),
        _("First year, €"),
        _("Sharing adds, €"),
        _("Draws in which it loses"),
    ]
    return _block(_("Members who may be named"), words, rows, 2)


def _doubts(plan: LawfulPlan) -> list[Row]:
    rows = (
        (
            plan_name(doubt.constraints),
            None,
            doubt.value_eur,
            doubt.low_eur,
            doubt.middle_eur,
            doubt.high_eur,
            number(doubt.best_ratio, CellKind.PERCENT),
            _count(len(doubt.lose_ratios)) if plan.losers_known else None,
        )
        for doubt in plan.doubts
    )
    words = [
        _("Plan"),
        "",
        _("Value, €"),
        _("Low, €"),
        _("Middle, €"),
        _("High, €"),
        _("Best of these"),
        _("Members who lose in some draw"),
    ]
    return _block(_("The same draws for each plan"), words, rows, 2)


def _without(view: View, plan: LawfulPlan) -> list[Row]:
    """Cost of each absence to the others, except of members and roofs without printable names."""
    plants = view.result.scenario.plants
    own = {plant.id: plant.name for plant in plants if view.names[plant.id] == plant.name}
    names = {**own, **view.named_members}
    rows = (
        (absence_name(loss, names), _kind(loss), loss.lost_eur, loss.unchanged_eur, _count(loss.losers))
        for loss in plan.without
        if loss.absent is AbsentPart.DEROGATION or loss.id in names
    )
    words = [
        _("Without"),
        _("What"),
        _("Lost once found anew, €"),
        _("Lost if nobody moves, €"),
        _("Members who lose"),
    ]
    return _block(_("Without one, what the others would lose over the plan:"), words, rows, 2)


def _kind(loss: PlanWithout) -> str:
    return {
        AbsentPart.DEROGATION: _("derogation"),
        AbsentPart.MEMBER: _("member"),
        AbsentPart.ROOF: _("plant"),
    }[loss.absent]
