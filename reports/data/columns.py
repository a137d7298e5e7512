"""The columns of the results, one line each: JSON, CSV, workbook, screens and page all read these tables.

To add a column, add a line: its total, its width, its formula where it is a ratio follow in every medium.
"""

from collections.abc import Mapping
from gettext import gettext as _

from acc.accounts.person_values import PersonMoney
from acc.i18n import N_
from acc.indicators import Energy
from reports.data.rows import KeyResultRow, MonthRow, PairRows, ParticipantResultRow, PlantResultRow
from reports.data.table import DATA, PAGE, SCREEN, SHEET, At, Column, Need, Ratio, Table, Total, Unit
from reports.format.labels import GRADES
from reports.format.money import ends_text, euros


def _ends(ends: tuple[float, float, float] | None) -> str | None:
    return ends_text(ends[0], ends[2], ends[1]) if ends else None


def _reasons(row: ParticipantResultRow) -> list[Mapping[str, str | float]] | None:
    return None if row.money is None else [{"cause": r.cause, **r.amounts} for r in row.money.reasons]


TEXT, KWH, KWP, RATIO, EUR = Unit.TEXT, Unit.KWH, Unit.KWP, Unit.RATIO, Unit.EUR
SUM, RATIO_OF_SUMS = Total.SUM, Total.RATIO
EUROS, RANGES, QUALITY = Need.EUROS, Need.RANGES, Need.QUALITY
PEOPLE = SHEET | SCREEN
CHANCES = N_("8 chances out of 10")

# fmt: off
PLANTS: Table[PlantResultRow] = Table((
    Column("id", "", TEXT, At("plant.id"), shown=DATA),
    Column("name", N_("Plant"), TEXT, At("name")),
    Column("kwp", N_("Power (kWp)"), KWP, lambda r: r.plant.kwp, SUM, short=N_("kWp")),
    Column("made_kwh", N_("Produced ({unit})"), KWH, lambda r: r.own_use_kwh + r.production_kwh, SUM,
           shown=SCREEN, short=N_("Produced {unit}"), keep=1),
    Column("production_kwh", N_("Injected ({unit})"), KWH, lambda r: r.production_kwh, SUM,
           short=N_("Injected")),
    Column("own_use_kwh", N_("Own use ({unit})"), KWH, lambda r: r.own_use_kwh, SUM, short=N_("On site"),
           before="production_kwh", keep=2),
    Column("received_kwh", N_("Shared ({unit})"), KWH, lambda r: r.shared_kwh, SUM, short=N_("Shared")),
    Column("surplus_kwh", N_("Surplus ({unit})"), KWH, lambda r: r.surplus_kwh, SUM, short=N_("Surplus")),
    Column("used_ratio", N_("Shared of injected"), RATIO, Ratio("received_kwh", "production_kwh"),
           RATIO_OF_SUMS, shown=SHEET),
    Column("stopped_kwh", "", KWH, At("money.stopped_kwh"), SUM, shown=DATA, needs=EUROS),
    Column("contract", "", TEXT, At("money.contract.code"), shown=DATA, needs=EUROS),
    Column("local_eur_ht", "", EUR, At("money.local_eur_ht"), SUM, shown=DATA, needs=EUROS),
    Column("surplus_eur_ht", "", EUR, At("money.surplus_eur_ht"), SUM, shown=DATA, needs=EUROS),
    Column("gain_eur_ht", "", EUR, At("money.gain_eur_ht"), SUM, shown=DATA, needs=EUROS),
    Column("accise_exempt", "", TEXT, At("money.accise_exempt"), shown=DATA, needs=EUROS),
), PlantResultRow)

PARTICIPANTS: Table[ParticipantResultRow] = Table((
    Column("id", "", TEXT, At("id"), shown=DATA),
    Column("name", N_("Participant"), TEXT, At("name")),
    Column("kind", N_("Kind"), TEXT, At("kind"), shown=DATA | SHEET),
    Column("consumption_kwh", N_("Need ({unit})"), KWH, lambda r: r.consumption_kwh, SUM,
           short=N_("Need {unit}"), left=N_("Need left ({unit})"), left_short=N_("Left {unit}")),
    Column("received_kwh", N_("Shared ({unit})"), KWH, lambda r: r.received_kwh, SUM,
           short=N_("Received {unit}")),
    Column("complement_kwh", N_("Complement ({unit})"), KWH, lambda r: r.complement_kwh, SUM,
           shown=DATA | SHEET | PAGE),
    Column("autoproduction_ratio", N_("Part of the need served"), RATIO,
           Ratio("received_kwh", "consumption_kwh"), RATIO_OF_SUMS, short=N_("% of need"),
           before="complement_kwh", left=N_("Part of the need left served"), left_short=N_("% of it")),
    Column("worth_eur_per_mwh", N_("Worth of a local kWh (€/MWh)"), Unit.EUR_PER_MWH,
           lambda r: r.worth_eur_per_mwh, shown=SHEET, needs=EUROS),
    Column("saving_eur_ht", N_("Saving ({unit} without tax)"), EUR, lambda r: r.saving_eur_ht, SUM,
           short=N_("Saving {unit}"), needs=EUROS, or_null=True, signed=True),
    Column("saving_range", "", TEXT, lambda r: _ends(r.range_eur_ht), shown=SCREEN, short=CHANCES,
           needs=RANGES, keep=3),
    Column("full_accise_saving_eur_ht", N_("Saving at full accise ({unit} without tax)"), EUR,
           At("money.full_accise_saving_eur_ht"), SUM, shown=DATA | PEOPLE,
           short=N_("full accise €"), needs=EUROS, keep=1, signed=True),
    Column("by_year_eur_ht", "", EUR, At("money.by_year_eur_ht"), shown=DATA, needs=EUROS),
    Column("loses_from_year", N_("Loses from year"), Unit.COUNT, At("money.loses_from_year"),
           shown=DATA | SHEET, needs=EUROS),
    Column("full_accise_loses_from_year", "", Unit.COUNT, At("money.full_accise_loses_from_year"),
           shown=DATA, needs=EUROS),
    Column("saving_eur_ttc", "", EUR, At("money.saving_eur_ttc"), SUM, shown=DATA, needs=EUROS),
    Column("saving_eur_per_kwh", "", EUR, At("money.saving_eur_per_kwh"), shown=DATA, needs=EUROS),
    Column("loses", "", TEXT, At("money.loses"), shown=DATA, needs=EUROS),
    Column("missing", "", TEXT, At("money.missing"), shown=DATA, needs=EUROS),
    Column("turpe", "", TEXT, At("money.turpe"), shown=DATA, needs=EUROS),
    Column("turpe_option", "", TEXT, At("money.option"), shown=DATA, needs=EUROS),
    Column("recovers_vat", "", TEXT, At("money.recovers_vat"), shown=DATA, needs=EUROS),
    Column("before", "", TEXT, At("money.before"), shown=DATA, needs=EUROS),
    Column("after", "", TEXT, At("money.after"), shown=DATA, needs=EUROS),
    Column("break_even_eur_per_mwh", N_("Supplier’s threshold (€/MWh)"), Unit.EUR_PER_MWH,
           lambda r: r.break_even_eur_per_mwh, shown=SHEET | PAGE, needs=EUROS),
    Column("break_even_supply_eur_per_kwh", "", EUR, At("money.break_even_supply_eur_per_kwh"),
           shown=DATA, needs=EUROS),
    Column("break_even_local_eur_per_kwh", "", EUR, At("money.break_even_local_eur_per_kwh"),
           shown=DATA, needs=EUROS),
    Column("reasons", "", TEXT, _reasons, shown=DATA, needs=EUROS),
    Column("low_eur_ht", N_("Low saving (passed 9 times out of 10)"), EUR,
           lambda r: r.range_eur_ht and r.range_eur_ht[0], shown=SHEET, needs=RANGES),
    Column("middle_eur_ht", "", EUR, lambda r: r.range_eur_ht and r.range_eur_ht[1], shown=PAGE,
           needs=RANGES),
    Column("high_eur_ht", N_("High saving (passed once out of 10)"), EUR,
           lambda r: r.range_eur_ht and r.range_eur_ht[2], shown=SHEET, needs=RANGES),
    Column("grade", "", TEXT, At("quality.grade"), shown=DATA, needs=QUALITY),
    Column("curve", N_("Quality"), TEXT, lambda r: r.quality and _(GRADES[r.quality.grade]), shown=SCREEN,
           needs=QUALITY, keep=4),
    Column("source", "", TEXT, At("quality.source"), shown=DATA, needs=QUALITY),
    Column("filled_ratio", "", RATIO, At("quality.filled_ratio"), shown=DATA, needs=QUALITY),
), ParticipantResultRow)

PERSONS: Table[PersonMoney] = Table((
    Column("id", "", TEXT, At("id"), shown=DATA),
    Column("name", N_("Person"), TEXT, At("name")),
    Column("participant_ids", "", TEXT, At("participant_ids"), shown=DATA),
    Column("plant_ids", "", TEXT, At("plant_ids"), shown=DATA),
    Column("bills_before_eur_ht", N_("Bills before ({unit} without tax)"), EUR,
           lambda p: p.bills_before_eur_ht, SUM, short=N_("Bills €"), keep=3),
    Column("bills_after_eur_ht", N_("Bills after ({unit} without tax)"), EUR,
           lambda p: p.bills_after_eur_ht, SUM, short=N_("after €"), keep=3),
    Column("own_use_eur_ht", N_("Spared behind its own meters"), EUR, lambda p: p.own_use_eur_ht, SUM,
           shown=DATA | SHEET),
    Column("internal_eur_ht", N_("From one pocket to the other"), EUR, lambda p: p.internal_eur_ht, SUM,
           shown=DATA | SHEET),
    Column("sales_eur_ht", N_("Sold to others"), EUR, lambda p: p.sales_eur_ht, SUM, short=N_("Sales €"),
           keep=4),
    Column("costs_eur_ht", N_("Costs of its plants"), EUR, lambda p: p.costs_eur_ht, SUM,
           short=N_("Costs €"), keep=2),
    Column("rent_eur_ht", N_("Rent received"), EUR, lambda p: p.rent_eur_ht, SUM, shown=DATA | SHEET),
    Column("gain_eur_ht", N_("Gain ({unit} without tax)"), EUR, lambda p: p.gain_eur_ht, SUM,
           short=N_("Gain {unit}"), signed=True),
    Column("without_sharing_eur_ht", N_("of which without sharing"), EUR,
           lambda p: p.without_sharing_eur_ht, SUM, shown=DATA | SHEET),
    Column("sharing_eur_ht", N_("of which by sharing alone"), EUR, lambda p: p.sharing_eur_ht, SUM,
           short=N_("by sharing alone"), keep=7, signed=True),
    Column("full_accise_gain_eur_ht", N_("Gain at full accise ({unit} without tax)"), EUR,
           lambda p: p.full_accise_gain_eur_ht, SUM, short=N_("full accise €"), keep=6, signed=True),
    Column("npv_eur_ht", N_("Present value ({unit})"), EUR, lambda p: p.npv_eur_ht, SUM,
           short=N_("NPV €"), keep=8, signed=True),
    Column("without_sharing_npv_eur_ht", N_("Present value without sharing"), EUR,
           lambda p: p.without_sharing_npv_eur_ht, SUM, shown=DATA | SHEET),
    Column("sharing_npv_eur_ht", N_("Present value by sharing alone"), EUR, lambda p: p.sharing_npv_eur_ht,
           SUM, shown=DATA | SHEET),
    Column("connected_npv_eur_ht", N_("Present value, unknown connections at their upper figure"), EUR,
           lambda p: p.connected_npv_eur_ht, SUM, shown=DATA | SHEET),
    Column("full_accise_npv_eur_ht", N_("Present value at full accise"), EUR,
           lambda p: p.full_accise_npv_eur_ht, SUM, shown=DATA | SHEET),
    Column("lost_vat_eur", "", EUR, lambda p: p.lost_vat_eur, SUM, shown=DATA),
    Column("profit_tax_npv_eur", N_("of which tax on profit"), EUR, lambda p: -p.profit_tax_npv_eur, SUM,
           shown=DATA | SHEET),
    Column("plant_vat_npv_eur", N_("of which VAT lost on its plants"), EUR,
           lambda p: -p.plant_vat_npv_eur, SUM, shown=DATA | SHEET),
    Column("lost_vat_npv_eur", N_("of which VAT on its bills"), EUR, lambda p: -p.lost_vat_npv_eur, SUM,
           shown=DATA | SHEET),
    Column("npv_eur", "", EUR, lambda p: p.npv_eur, SUM, shown=DATA),
    Column("gain_by_year_eur_ht", "", EUR, At("gain_by_year_eur_ht"), shown=DATA),
    Column("by_year_eur_ht", "", EUR, At("by_year_eur_ht"), shown=DATA),
    Column("loses_from_year", N_("Loses from year"), Unit.COUNT, lambda p: p.loses_from_year,
           shown=DATA | SHEET),
    Column("full_accise_loses_from_year", "", Unit.COUNT, lambda p: p.full_accise_loses_from_year,
           shown=DATA),
    Column("unknown_ids", "", TEXT, At("unknown_ids"), shown=DATA),
), PersonMoney)

KEYS: Table[KeyResultRow] = Table((
    Column("title", N_("Key"), TEXT, lambda r: r.title, shown=PEOPLE),
    Column("received_kwh", N_("Shared ({unit})"), KWH, lambda r: float(r.energy.received_kwh.sum()),
           shown=PEOPLE, short=N_("Shared {unit}")),
    Column("surplus_kwh", N_("Surplus ({unit})"), KWH, lambda r: float(r.energy.surplus_kwh.sum()),
           shown=PEOPLE, short=N_("Surplus {unit}"), keep=1),
    Column("autoconsommation_ratio", N_("Shared of injected"), RATIO,
           lambda r: r.energy.autoconsommation_ratio, shown=SHEET),
    Column("autoproduction_ratio", N_("Part of the need served"), RATIO,
           lambda r: r.energy.autoproduction_ratio, shown=SHEET, left=N_("Part of the need left served")),
    Column("fairness", "", TEXT, At("fairness"), shown=DATA),
    Column("min_ratio", N_("Worst served"), RATIO, At("fairness.min_ratio"), shown=SCREEN, keep=6,
           decimals=1),
    Column("gini", N_("Equality (Gini)"), Unit.NUMBER, At("fairness.gini"), shown=SCREEN, keep=5, decimals=3),
    Column("saving_eur_ht", N_("Saving ({unit} without tax)"), EUR, lambda r: r.saving_eur_ht,
           shown=PEOPLE, short=N_("Saved {unit}"), needs=EUROS, keep=8, signed=True),
    Column("full_accise_saving_eur_ht", N_("Saving at full accise ({unit} without tax)"), EUR,
           At("money.full_accise_saving_eur_ht"), shown=SHEET, needs=EUROS, signed=True),
    Column("everybody_eur_ht", N_("Everybody {unit}"), EUR, At("money.total.gain_eur_ht"), shown=SCREEN,
           needs=EUROS, keep=9, signed=True),
    Column("full_accise_everybody_eur_ht", N_("full accise €"), EUR,
           At("money.total.full_accise_gain_eur_ht"), shown=SCREEN, needs=EUROS, keep=5, signed=True),
    Column("everybody_npv_eur_ht", N_("NPV €"), EUR, At("money.total.npv_eur_ht"), shown=SCREEN,
           needs=EUROS, keep=7, signed=True),
    Column("losers", N_("Lose"), Unit.COUNT, lambda r: r.losers, shown=SCREEN, needs=EUROS, keep=7),
    Column("worst", N_("Worst member"), TEXT, lambda r: r.worst and f"{r.worst[0]} ({euros(r.worst[1])})",
           shown=SCREEN, needs=EUROS, keep=2),
), KeyResultRow)

MONTHS: Table[MonthRow] = Table((
    Column("label", "", TEXT, lambda r: r.label, shown=SHEET),
    Column("production_kwh", N_("Injected"), KWH, lambda r: r.production_kwh, SUM, shown=SHEET),
    Column("consumption_kwh", N_("Need"), KWH, lambda r: r.consumption_kwh, SUM, shown=SHEET,
           left=N_("Need left")),
    Column("received_kwh", N_("Shared"), KWH, lambda r: r.received_kwh, SUM, shown=SHEET),
    Column("complement_kwh", N_("Complement"), KWH, lambda r: r.complement_kwh, SUM, shown=SHEET),
    Column("surplus_kwh", N_("Surplus"), KWH, lambda r: r.surplus_kwh, SUM, shown=SHEET),
))

INDICATORS: Table[Energy] = Table((
    Column("production_kwh", N_("Injected by the plants"), KWH, lambda e: float(e.production_kwh.sum()),
           shown=DATA | SHEET),
    Column("own_use_kwh", N_("Used on site"), KWH, lambda e: float(e.own_use_kwh.sum()), shown=DATA | SHEET),
    Column("consumption_kwh", N_("Need of the participants"), KWH, lambda e: float(e.consumption_kwh.sum()),
           shown=DATA | SHEET, left=N_("Need left of the participants")),
    Column("received_kwh", N_("Shared energy"), KWH, lambda e: float(e.received_kwh.sum()),
           shown=DATA | SHEET),
    Column("surplus_kwh", N_("Surplus"), KWH, lambda e: float(e.surplus_kwh.sum()), shown=DATA | SHEET),
    Column("complement_kwh", N_("complement bought from suppliers"), KWH,
           lambda e: float(e.complement_kwh.sum()), shown=DATA),
    Column("autoconsommation_ratio", N_("Shared of injected"), RATIO, Ratio("received_kwh", "production_kwh"),
           shown=DATA | SHEET, formula=N_("shared energy / energy injected by the plants")),
    Column("autoproduction_ratio", N_("Part of the need served"), RATIO,
           Ratio("received_kwh", "consumption_kwh"), shown=DATA | SHEET,
           formula=N_("shared energy / energy withdrawn by the participants"),
           left=N_("Part of the need left served")),
), Energy)
"""Of an operation; "taux de couverture" is ambiguous and not used."""

PAIRS: Table[PairRows] = Table((
    Column("plant", "", TEXT, lambda r: r.plant, shown=DATA),
    Column("participant", "", TEXT, lambda r: r.participant, shown=DATA),
    Column("by", "", TEXT, lambda r: r.by, shown=DATA),
    Column("name", "", TEXT, lambda r: r.name, shown=DATA),
    Column("kwh", "", KWH, lambda r: r.kwh, SUM, shown=DATA),
))
# fmt: on
