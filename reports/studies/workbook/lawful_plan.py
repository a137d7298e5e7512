"""The sheet of the lawful plan in place of an unlawful operation, its doubt, what each absence costs."""

from collections.abc import Iterable, Sequence
from gettext import gettext as _

from acc.result import lawful_plan as plans
from reports.format.unlawful import (
    absence_name,
    doubt_text,
    left_out_text,
    perimeter_text,
    plan_name,
    way_text,
)
from reports.format.wording import word_tables
from reports.sentences.plan_outlook import hidden_members
from reports.sentences.unlawful import named_sites
from reports.studies.workbook.cells import (
    CellKind,
    Role,
    Row,
    RowT,
    Sheet,
    SheetColumn,
    Value,
    cell,
    heads,
    row_values,
    text,
    titled,
)
from reports.view.view import View

COUNT, EUR = CellKind.COUNT, CellKind.EUR

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


def _block(
    title: str, columns: Sequence[SheetColumn[RowT]], rows: Iterable[RowT], left: int = 2
) -> list[Row]:
    kinds = [column.kind for column in columns]
    cells = [tuple(map(cell, row, kinds)) for row in row_values(columns, rows)]
    return [(text(title, Role.SECTION),), heads([column.head for column in columns], range(left)), *cells]


def _operations(view: View, plan: plans.LawfulPlan) -> list[Row]:
    def sites(operation: plans.PlannedOperation) -> str:
        return named_sites(view, operation.participant_ids, len(operation.participant_ids))

    columns: list[SheetColumn[plans.PlannedOperation]] = [
        SheetColumn(_("Sites of the operation"), 0, value=sites),
        SheetColumn(_("Perimeter"), 0, value=perimeter_text),
        SheetColumn(_("Sites"), 0, COUNT, lambda operation: len(operation.participant_ids)),
        SheetColumn(_("Plants"), 0, COUNT, lambda operation: len(operation.plant_ids)),
        SheetColumn(_("Shared, kWh"), 0, CellKind.KWH, lambda operation: operation.received_kwh),
        SheetColumn(_("Value, €"), 0, EUR, lambda o: o.value_eur if plan.euros_known else None),
    ]
    return _block(_("Operations"), columns, plan.operations)


def _persons(view: View, plan: plans.LawfulPlan) -> list[Row]:
    """Figures of members with printable names; others are left out."""
    named, hidden = view.named_members, hidden_members(view)
    ratios = plan.doubts[0].lose_shares if plan.doubts else {}
    persons = plan.persons if plan.losers_known else ()

    def losing(person: plans.PlannedPerson) -> Value:
        return ratios.get(person.id, 0.0) if plan.doubts else None

    columns: list[SheetColumn[plans.PlannedPerson]] = [
        SheetColumn(_("Member"), 0, value=lambda person: named[person.id]),
        SheetColumn("", 0),
        SheetColumn(_("Value, €"), 0, EUR, lambda person: person.value_eur),
        SheetColumn(_("First year, €"), 0, EUR, lambda person: person.year_eur),
        SheetColumn(_("Sharing adds, €"), 0, EUR, lambda person: person.sharing_eur),
        SheetColumn(_("Draws in which it loses"), 0, CellKind.PERCENT, losing),
    ]
    shown = [person for person in persons if person.id in named.keys() - hidden and person.is_known]
    return _block(_("Members who may be named"), columns, shown)


def _doubts(plan: plans.LawfulPlan) -> list[Row]:
    def losers(doubt: plans.PlanDoubt) -> Value:
        return len(doubt.lose_shares) if plan.losers_known else None

    columns: list[SheetColumn[plans.PlanDoubt]] = [
        SheetColumn(_("Plan"), 0, value=lambda doubt: plan_name(doubt.constraints)),
        SheetColumn("", 0),
        SheetColumn(_("Value, €"), 0, EUR, lambda doubt: doubt.value_eur),
        SheetColumn(_("Low, €"), 0, EUR, lambda doubt: doubt.low_eur),
        SheetColumn(_("Middle, €"), 0, EUR, lambda doubt: doubt.middle_eur),
        SheetColumn(_("High, €"), 0, EUR, lambda doubt: doubt.high_eur),
        SheetColumn(_("Best of these"), 0, CellKind.PERCENT, lambda doubt: doubt.best_ratio),
        SheetColumn(_("Members who lose in some draw"), 0, COUNT, losers),
    ]
    return _block(_("The same draws for each plan"), columns, plan.doubts)


def _without(view: View, plan: plans.LawfulPlan) -> list[Row]:
    """Cost of each absence to the others, except of members and roofs without printable names."""
    plants = view.result.scenario.plants
    own = {plant.id: plant.name for plant in plants if view.names[plant.id] == plant.name}
    names = {**own, **view.named_members}
    shown = [loss for loss in plan.without if loss.absent is plans.AbsentPart.DEROGATION or loss.id in names]
    columns: list[SheetColumn[plans.PlanWithout]] = [
        SheetColumn(_("Without"), 0, value=lambda loss: absence_name(loss, names)),
        SheetColumn(_("What"), 0, value=_kind),
        SheetColumn(_("Lost once found anew, €"), 0, EUR, lambda loss: loss.lost_eur),
        SheetColumn(_("Lost if nobody moves, €"), 0, EUR, lambda loss: loss.unchanged_eur),
        SheetColumn(_("Members who lose"), 0, COUNT, lambda loss: loss.losers),
    ]
    return _block(_("Without one, what the others would lose over the plan:"), columns, shown)


def _kind(loss: plans.PlanWithout) -> str:
    parts = word_tables()["absent-parts"]
    return _(parts[loss.absent])
