"""The list of participants that goes with the request to start: PMO and mandatary, producers, consumers."""

from gettext import gettext as _

from acc.holders import party_of
from acc.parties import Organiser
from acc.plan.plants import power_kva
from acc.scenario import Scenario
from reports.view.view import View
from reports.workbook.cells import CellKind, Row, Sheet, SheetColumn, column_sheet
from reports.workbook.drafts import draft

WIDE, NARROW = 34, 18


def participants_list(view: View) -> tuple[Sheet, ...]:
    """Return the three sheets of the list; what the folder does not say is marked, to be completed."""
    return (_operation(view), _producers(view), _consumers(view))


def _shown(value: str | None) -> str:
    return value or _("to complete")


def _operation(view: View) -> Sheet:
    scenario = view.result.scenario
    organiser = scenario.organiser or Organiser()
    rows = [
        (_("Operation"), scenario.name),
        (_("Organising legal person (PMO)"), _shown(organiser.name)),
        ("SIRET", _shown(organiser.siret)),
        (_("Address of the seat"), _shown(organiser.address)),
        (_("Represented by"), _shown(organiser.signatory)),
        (_("Mail or telephone"), _shown(organiser.contact)),
        (_("Mandatary before the grid operator"), _shown(organiser.mandatary)),
        (_("First day of the operation (the 1st of a month)"), _shown(None)),
    ]
    top = _top(view, _("Operation, PMO, mandatary"))
    columns = (SheetColumn(_("Field"), WIDE + 10), SheetColumn(_("Value"), WIDE + 20))
    return column_sheet(_("Operation PMO mandatary"), top, columns, rows, stay=0)


def _top(view: View, title: str) -> tuple[Row, ...]:
    return draft(
        view,
        title,
        _("For the grid operator alone: it holds whole delivery point numbers and the names of all."),
        _("The holder must be that of the contract on the point."),
    )


def _point(scenario: Scenario, id_: str, prm: str | None) -> tuple[str, str, str, str]:
    own = party_of(scenario, id_)
    return (prm or _("to give"), _shown(own.holder or own.legal_name), _shown(own.address), _shown(own.siret))


def _heads() -> tuple[SheetColumn, ...]:
    return (
        SheetColumn(_("Point"), WIDE),
        SheetColumn(_("Number (PRM)"), NARROW + 2),
        SheetColumn(_("Holder"), WIDE),
        SheetColumn(_("Address"), WIDE),
        SheetColumn("SIRET", NARROW),
    )


def _producers(view: View) -> Sheet:
    scenario = view.result.scenario
    columns = (
        *_heads(),
        SheetColumn(_("Mail or telephone"), WIDE),
        SheetColumn(_("kWp"), 10, CellKind.EXACT),
        SheetColumn("kVA", 10, CellKind.EXACT),
        SheetColumn(_("Who takes the surplus"), WIDE),
    )
    rows = []
    for plant in scenario.plants:
        own = party_of(scenario, plant.id)
        point = _point(scenario, plant.id, plant.prm)
        power = (plant.kwp, power_kva(plant))
        rows.append((plant.name, *point, _shown(own.contact), *power, _shown(own.surplus_taker)))
    return column_sheet(_("Producers"), _top(view, _("Producers")), columns, rows)


def _consumers(view: View) -> Sheet:
    scenario = view.result.scenario
    columns = (*_heads(), SheetColumn(_("Supplier of the complement"), WIDE))
    rows = [
        (site.name, *_point(scenario, site.id, site.prm), _shown(party_of(scenario, site.id).supplier))
        for site in scenario.participants
    ]
    return column_sheet(_("Consumers"), _top(view, _("Consumers")), columns, rows)
