"""Sheets of words: summary, what would cancel it, hypotheses one at a time, rules, provenance."""

from collections.abc import Sequence
from datetime import date
from gettext import gettext as _

from acc.bills.tariffs import RateUsed
from acc.i18n import semicolons
from acc.indicators import Energy
from acc.plan.values import Plan
from acc.result.result import Effect, rates_used
from acc.rules.check import Check
from acc.units import eur_per_mwh
from reports.data import columns
from reports.data.rows import shown_needs, shown_unit
from reports.data.table import Column, Medium, Ratio, Unit, as_number
from reports.format.draws import FACTOR_WORDS
from reports.format.gains import before_investment, connection_text, value_basis
from reports.format.labels import STATES, SUBJECTS, WORST_FIRST, confidence, lowered
from reports.format.numbers import days_text, long_date, short_date
from reports.format.rate_labels import rate_title, rate_unit
from reports.format.wording import text_of
from reports.sentences.answer import cancelling_table
from reports.sentences.gains import effects, expected, has_tornado, tornado_caption, tried_text
from reports.sentences.limits import all_warnings, personal_data, provenance
from reports.sentences.overview import label, scenario_name, subtitle, title
from reports.sentences.sources import SourceLine, assumed, hypotheses, rates
from reports.sentences.unlawful import band_paragraph, named_sites, rule_title
from reports.studies.workbook.cells import (
    KINDS,
    CellKind,
    Role,
    Row,
    Sheet,
    SheetColumn,
    Value,
    at,
    body_row,
    column_sheet,
    heads,
    named,
    number,
    row_values,
    text,
    titled,
)
from reports.studies.workbook.inputs import Input, inputs
from reports.studies.workbook.participants import energy_unit
from reports.studies.workbook.plan_column import plan_book
from reports.view.privacy import redacted
from reports.view.view import View


def cancelling_rows(view: View) -> list[Row]:
    """Return a section of the summary; nothing without euros."""
    table = cancelling_table(view.result, view.outcomes, view.names, view.outcomes.ids)
    if table is None:
        return []
    rows: list[Row] = [(), (text(table.title, Role.SECTION),)]
    heads = [column.head.split("\n") for column in table.columns]
    for condition, *cells in table.rows:
        for place in range(0, len(cells), 2):
            (what, unit), lose = heads[place + 1], " ".join(heads[place + 2])
            label = f"{condition.text}{_(': ')}{lowered(what)}"
            value = number(cells[place].value, CellKind.EUR)
            rows.append((text(label), value, text(unit), text(f"{lose}{_(': ')}{cells[place + 1].text}")))
    return rows


def alone_sheet(view: View) -> Sheet | None:
    """Return the figures of the tornado; None where no sweep tells them."""
    if not has_tornado(view):
        return None
    top = titled(_("One hypothesis at a time"), tornado_caption(view))
    columns: list[SheetColumn[object]] = [
        SheetColumn(_("Hypothesis"), 32),
        SheetColumn(_("Tried"), 30),
        SheetColumn(_("NPV, low end €"), 16, CellKind.EUR),
        SheetColumn(_("NPV, high end €"), 16, CellKind.EUR),
        SheetColumn(_("Change, low end €"), 18, CellKind.EUR),
        SheetColumn(_("Change, high end €"), 18, CellKind.EUR),
    ]
    first = body_row(top)
    reference = number(expected(view).reference, CellKind.EUR, Role.TOTAL)
    usual = text(_("all as expected"), Role.TOTAL), text("", Role.TOTAL), reference
    rows = [_effect_row(view, effect, first + 1 + n, first) for n, effect in enumerate(effects(view))]
    return column_sheet(_("One hypothesis at a time"), top, columns, [usual, *rows])


def _effect_row(view: View, effect: Effect, row: int, usual: int) -> Sequence[Value]:
    """Effect of one hypothesis; a departure has one end."""
    reference = expected(view).reference
    changes = [
        number(value - reference, CellKind.EUR, formula=f"={at(row, 2 + n)}-{at(usual, 2, fixed=True)}")
        for n, value in enumerate(effect.values)
    ]
    words = _(FACTOR_WORDS[effect.factor]), tried_text(view, effect)
    return *words, *_both(effect.values), *_both(changes)


def _both(values: Sequence[Value]) -> tuple[Value, Value]:
    return values[0], values[1] if len(values) > 1 else None


NAMED = {
    "production_kwh": "total_injected",
    "own_use_kwh": "total_own_use",
    "consumption_kwh": "total_need",
    "received_kwh": "total_shared",
    "surplus_kwh": "total_surplus",
}
"""Cells that hold an indicator on another sheet, by the name of its column."""

DETAILED = frozenset({"cta", "tva", "surplus", "pv", "pmo", "co2", "perimeter"})
"""Subjects whose figures are listed one by one; the others would tell the contract of a participant."""


def summary_sheet(view: View) -> Sheet:
    """Return the key figures, live, with what each is."""
    unlawful = band_paragraph(view)
    top = (
        (text(label(view.result.scenario), Role.LABEL),),
        *(((text(unlawful, Role.ALERT),),) if unlawful else ()),
        *titled(title(view), subtitle(view)),
        (text(_how(view), Role.NOTE),),
        (),
        heads([_("Key figure"), _("Value"), _("Unit"), _("How it is computed")], left=(0, 2, 3)),
    )
    rows = (*top, *_figures(view), *cancelling_rows(view))
    return Sheet(title=_("Summary"), rows=rows, widths=(44, 16, 18, 60), landscape=True)


def _how(view: View) -> str:
    if inputs(view):
        return text_of("yellow-cells-sheet")
    return _("Amounts are without tax; energies are those of the run.")


def _figures(view: View) -> list[Row]:
    shown = columns.INDICATORS.shown(Medium.SHEET, shown_needs(view))
    ratios = [column for column in shown if column.unit is Unit.RATIO]
    energies = [_indicator(view, column) for column in shown if column not in ratios]
    battery = _battery(view, energy_unit(view))
    return [*energies, *battery, *(_indicator(view, column) for column in ratios), *_money_figures(view)]


def _indicator(view: View, column: Column[Energy]) -> Row:
    value, name = as_number(columns.INDICATORS.value(column, view.result.energy)), column.name
    parts = column.value if isinstance(column.value, Ratio) else (name,)
    live = "/".join(named(NAMED[part]) for part in parts) if NAMED.keys() >= set(parts) else ""
    how = _(column.formula) if column.formula else ""
    return _row(column.head(), value, KINDS[column.unit], shown_unit(view, column.unit), live, how)


def _battery(view: View, unit: str) -> list[Row]:
    used = view.result.storage
    if used is None:
        return []
    how = text(_("counted with the shared energy, the losses aside"))
    return [
        (text(_("Taken by the battery")), number(used.charge_kwh, CellKind.KWH), text(unit), text("")),
        (text(_("Given back by the battery")), number(used.discharge_kwh, CellKind.KWH), text(unit), how),
    ]


def _row(what: str, value: float, kind: CellKind, unit: str, formula: str, how: str = "") -> Row:
    return (text(what), number(value, kind, formula=f"={formula}" if formula else ""), text(unit), text(how))


def _money_figures(view: View) -> list[Row]:
    rows = _everybody(view)
    if view.has_savings:
        how = _("bills of today less bills with the sharing, of all whose prices are known")
        total, name = view.chosen.total_saving_eur_ht, named("total_saving")
        rows.append(_row(_("Saving of the participants"), total, CellKind.EUR, view.eur_unit, name, how))
    book = plan_book(view)
    if book is None:
        return rows
    plan = book.plan
    how, value = _("cash of the producers, discounted"), _("Net present value of the plants")
    rows.append(_row(value, plan.npv_eur_ht, CellKind.EUR, "€", named("project_npv"), how))
    if (irr := plan.irr_ratio) is not None:
        how = _("rate at which the present value is zero")
        rows.append(_row(_("Rate of return"), irr, CellKind.PERCENT, "", named("project_irr"), how))
    if (years := plan.payback_years) is not None:
        how, unit = _("from when on the cumulated cash stays above zero"), _("years")
        rows.append(_row(_("Payback"), years, CellKind.YEARS, unit, named("project_payback"), how))
    rows += _connected(plan)
    if book.is_open and plan.lcoe_eur_per_kwh is not None:
        how, name = _("discounted costs / discounted kWh, without tax nor grant"), named("project_lcoe")
        cost = eur_per_mwh(plan.lcoe_eur_per_kwh)
        rows.append(_row(_("Cost of a kWh produced"), cost, CellKind.PRICE, "€/MWh", name, how))
    return rows


def _connected(plan: Plan) -> list[Row]:
    """Return the same figures where connections that nobody knows cost their upper figure."""
    dearer, how = plan.connected, connection_text(plan)
    if dearer is None:
        return []
    rows = (
        (_("Net present value of the plants, connection at its most"), dearer.npv_eur_ht, CellKind.EUR, "€"),
        (_("Payback, connection at its most"), dearer.payback_years, CellKind.YEARS, _("years")),
    )
    return [_row(what, value, kind, unit, "", how) for what, value, kind, unit in rows if value is not None]


def _everybody(view: View) -> list[Row]:
    """Opening of the first page of the brief: the gain of all members, and its value."""
    money = view.result.money
    if money is None or (total := money.total) is None:
        return []
    how = _("sites and plants of all members, own use counted; as computed: yellow cells do not move it")
    how = semicolons([how, before_investment("", is_taxed=total.is_taxed)])
    gain = _row(_("Gain of all members"), total.gain_eur_ht, CellKind.EUR, view.eur_unit, "", how)
    rows = [gain, *_two_parts(total.without_sharing_eur_ht, total.sharing_eur_ht, view.eur_unit)]
    if total.npv_eur_ht is None:
        return rows
    how = _("the same over the years of the plan, investment paid, in euros of today")
    how = f"{how}. {value_basis()}"
    value = _row(_("Net present value of all members"), total.npv_eur_ht, CellKind.EUR, "€", "", how)
    return [*rows, value, *_two_parts(total.without_sharing_npv_eur_ht, total.sharing_npv_eur_ht, "€")]


def _two_parts(without_eur: float | None, sharing_eur: float | None, unit: str) -> list[Row]:
    """Return the two parts of an amount of all members; nothing where they are not known."""
    if without_eur is None or sharing_eur is None:
        return []
    return [
        _row(_("of which without sharing"), without_eur, CellKind.EUR, unit, "", text_of("own-use-all")),
        _row(_("of which by sharing alone"), sharing_eur, CellKind.EUR, unit, ""),
    ]


def hypotheses_sheet(view: View) -> Sheet:
    """Return the yellow cells, then every hypothesis and figure with its source, date and confidence."""
    top = titled(_("Hypotheses"), _("Yellow cells may be changed; formulas of the other sheets read them."))
    columns: list[SheetColumn[Input]] = [
        SheetColumn(_("Hypothesis"), 46, value=lambda own: own.label),
        SheetColumn(_("Value"), 16, CellKind.EXACT, lambda own: number(own.value, own.kind, Role.INPUT)),
        SheetColumn(_("Unit"), 18, value=lambda own: own.unit),
        SheetColumn(_("Source"), 70, value=lambda own: own.source),
        SheetColumn(_("Date"), 12, value=lambda own: own.date),
        SheetColumn(_("Confidence"), 12, value=lambda own: own.confidence),
        SheetColumn(_("Name"), 22, value=lambda own: text(named(own.name), Role.NOTE)),
    ]
    given, book, first = inputs(view), plan_book(view), body_row(top)
    yellow: list[Sequence[Value]] = [*row_values(columns, given)]
    names = {hypothesis.name: (first + place, 1) for place, hypothesis in enumerate(given)}
    if book is not None and book.finance.real:
        yellow.append(_nominal(view))
        names["nominal_rate"] = (first + len(given), 1)
    return column_sheet(_("Hypotheses"), top, columns, [*yellow, *_tables(view)], names=names)


def _nominal(view: View) -> Sequence[Value]:
    book = plan_book(view)
    assert book is not None
    rate = (1.0 + book.finance.discount_ratio) * (1.0 + (book.finance.inflation_ratio or 0.0)) - 1.0
    formula = f"=(1+{named('discount_rate')})*(1+{named('inflation')})-1"
    return (
        _("Discount rate of money of each year"),
        number(rate, CellKind.PERCENT, formula=formula),
        _("a year"),
        _("discount rate and inflation together"),
        None,
        None,
        text(named("nominal_rate"), Role.NOTE),
    )


def _tables(view: View) -> list[Sequence[Value]]:
    blocks = (
        (_("What the figures rest on"), [_words(row) for row in hypotheses(view)]),
        (_("Taken by default, to confirm"), [_words(row) for row in assumed(view)]),
        (_("Regulated and published figures"), _rates(view)),
    )
    rows: list[Sequence[Value]] = []
    for name, body in blocks:
        if body:
            rows += [(), (text(name, Role.SECTION),), *body]
    return rows


def _words(row: SourceLine) -> Sequence[Value]:
    return row.what, row.value, None, row.source, row.day, row.confidence


def _rates(view: View) -> list[Sequence[Value]]:
    """Return published figures one by one, or by subject where they would tell somebody's contract."""
    single = [used for used in rates_used(view.result) if _subject(used) in DETAILED]
    titles = {_(SUBJECTS[name]) for name in DETAILED}
    rest = [_words(row) for row in rates(view) if row.what not in titles]
    return [*rest, *(_rate(used) for used in single)]


def _subject(used: RateUsed) -> str:
    return used.name.replace("_", ".").partition(".")[0]


def _rate(used: RateUsed) -> Sequence[Value]:
    return (
        f"{rate_title(used.name)} ({used.name})",
        used.value,
        rate_unit(used.unit),
        used.reference,
        short_date(date.fromisoformat(used.in_force_from)),
        confidence(used.confidence),
    )


def rules_sheet(view: View) -> Sheet:
    """Return the regulatory checks, worst first."""
    top = titled(_("Rules"), _("How the operation stands towards each rule, worst first."))

    def culprits(check: Check) -> str | None:
        return named_sites(view, check.culprits, len(check.culprits)) if check.culprits else None

    def act(check: Check) -> str:
        return redacted(check.act or check.remedy, view.result.scenario, view.groups)

    def since(check: Check) -> str | None:
        return long_date(check.in_force_from) if check.in_force_from else None

    columns: list[SheetColumn[Check]] = [
        SheetColumn(_("Rule"), 50, value=lambda check: rule_title(view, check)),
        SheetColumn(_("State"), 20, value=lambda check: _(STATES[check.state])),
        SheetColumn(_("Measured"), 12, CellKind.EXACT, lambda check: _rounded(check.measured)),
        SheetColumn(_("Limit"), 12, CellKind.EXACT, lambda check: _rounded(check.limit)),
        SheetColumn(_("Unit"), 9, value=lambda check: check.unit),
        SheetColumn(_("Because of"), 30, value=culprits),
        SheetColumn(_("What to do"), 40, value=act),
        SheetColumn(_("Text"), 34, value=lambda check: check.reference),
        SheetColumn(_("In force from"), 18, value=since),
        SheetColumn(_("Confidence"), 12, value=lambda check: confidence(check.confidence)),
    ]
    worst_first = sorted(view.result.rules, key=lambda check: WORST_FIRST.index(check.state))
    return column_sheet(_("Rules"), top, columns, row_values(columns, worst_first))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def provenance_sheet(view: View) -> Sheet:
    """Provenance of the file, warnings, and treatment of personal data."""
    origin = view.result.provenance
    facts = (
        (_("Scenario"), scenario_name(view.result.scenario)),
        (_("Key"), view.chosen.title),
        (_("Period"), days_text(view.first_day, view.last_day)),
        (_("Step of the computation"), f"{view.result.scenario.steps.step_minutes}\u00a0min"),
        (_("Simulator"), f"acc {origin.version}"),
        (_("Seed"), str(origin.seed)),
        (_("Input files"), str(len(origin.inputs))),
        (_("sha256 of the input files"), origin.printed_digest[:16]),
        (_("Computed on"), view.ran_on),
    )
    rows: list[Row] = [(text(what), text(value)) for what, value in facts]
    return Sheet(
        title=_("Provenance"),
        rows=(
            *titled(_("Provenance"), provenance(view).text),
            (),
            *rows,
            *_section(_("To read with care"), all_warnings(view)),
            *_section(_("Personal data"), [personal_data(view)]),
        ),
        widths=(34, 90),
    )


def _section(name: str, sentences: Sequence[str]) -> list[Row]:
    rows = [(text(""), text(sentence)) for sentence in sentences]
    return [(), (text(name, Role.SECTION),), *rows] if sentences else []
