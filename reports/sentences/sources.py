"""What the figures rest on: hypotheses, plants, regulated figures by subject, where each euro goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _

from acc.accounts.persons import sole_member
from acc.accounts.values import MEMBERS, PRODUCERS, Closure, MarketSale, Money
from acc.bills.tariffs import RateUsed
from acc.finance import Finance
from acc.i18n import semicolons, to_hundreds
from acc.indicators import ratio, specific_kwh_per_kwp
from acc.result.result import rates_used
from acc.sides import Side, side
from acc.sites import Grade
from reports.format.labels import ACTORS, SUBJECTS, capital, confidence
from reports.format.language import current
from reports.format.money import eur, eur_text, per_mwh, prices_text
from reports.format.numbers import NumberWithUnit, fr, percent, power, rate, short_date, signed, unit
from reports.format.rate_labels import contract_words, rate_unit, rate_value, stopped_text
from reports.format.rounding import closed_eur, closed_parts, eur_decimals, plant_energies
from reports.format.wording import sentence, text_of, without_titles
from reports.nodes.tree import TextCell, TextTable, first_column, table_by_column
from reports.view.places import plant_groups
from reports.view.privacy import redacted
from reports.view.selection import own_plants
from reports.view.view import View

MOST_REFERENCES = 2
LANGUAGE_OF_SOURCES = "fr"


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of the tables of hypotheses and sources: what, its value, where it is from, when, how sure."""

    what: str
    value: str
    source: str
    day: str = ""
    confidence: str = ""


WORKED_OUT = ("DÉRIVÉ", "ESTIMÉ")
"""How the reference of a rate begins when no text gives it."""


def hypotheses(view: View, *, own: bool = False) -> list[SourceLine]:
    """Return the hypotheses of the figures: value, source, date, confidence, a row each.

    Args:
        own: those of the euros alone, and not what the others pay their suppliers: for a member's sheet.
    """
    rows = [] if own else [_production(view), *_weather(view), _consumption(view), _step(view)]
    money = view.result.money
    if money is not None:
        rows += [*_prices(view, money, own=own), *_plan(view, money, own=own)]
    return rows


def assumed(view: View) -> list[SourceLine]:
    """Return the defaults taken because the folder is silent."""
    given = list(view.result.scenario.assumptions)
    if view.result.money is not None:
        given += [row for row in view.result.money.assumptions if row not in given]

    def printable(text: str) -> str:
        return redacted(without_titles(text), view.result.scenario, view.groups)

    return [SourceLine(printable(what), value, printable(why)) for what, value, why in given]


def _production(view: View) -> SourceLine:
    specific = specific_kwh_per_kwp(view.result.energy, view.kwp)
    modelled = [plant for plant in view.running if plant.curve is None]
    source = view.result.weather.models or _("solar model")
    if not modelled:
        source = _("measured curves")
    elif len(modelled) < len(view.running):
        source = sentence("models-and-measured", models=source, count=len(view.running) - len(modelled))
    name = _("Output of the plants") if view.is_year else _("Output of the plants over the period")
    return SourceLine(name, unit(specific, _("kWh/kWp")), source, years_of(view))


def years_of(view: View) -> str:
    """Return "2026", or "2025–2026" where the period runs over two."""
    first, last = view.first_day.year, view.last_day.year
    return str(first) if first == last else f"{first}–{last}"


def _weather(view: View) -> list[SourceLine]:
    """Return the sun behind the output."""
    weather = view.result.weather
    source = semicolons(filter(None, (weather.source, weather.reference)))
    if weather.ghi_kwh_per_m2 is None:
        return [SourceLine(_("Weather"), "", source)] if source else []
    return [SourceLine(_("Sunshine"), unit(weather.ghi_kwh_per_m2, "kWh/m²"), source)]


def _consumption(view: View) -> SourceLine:
    grades = [quality.grade for quality in view.result.quality]
    fitted, profiles, estimates = map(grades.count, (Grade.FITTED, Grade.PROFILE, Grade.ESTIMATE))
    counts = (
        (_("metered curves: {count}"), len(grades) - fitted - profiles - estimates),
        (_("profiles fitted to the postes of a bill: {count}"), fitted),
        (_("profiles: {count}"), profiles),
        (_("estimates: {count}"), estimates),
    )
    source = ", ".join(text.format(count=fr(count)) for text, count in counts if count)
    value = str(NumberWithUnit(view.scale.plain(view.total_need_kwh), view.unit))
    return SourceLine(_("Consumption"), value, source, years_of(view))


def _step(view: View) -> SourceLine:
    minutes = view.result.scenario.steps.step_minutes
    coarse = max((quality.step_minutes for quality in view.result.quality), default=minutes)
    source = _("step at which the grid operator counts")
    if coarse > minutes:
        source = semicolons([source, sentence("long-steps", minutes=fr(coarse))])
    return SourceLine(_("Step"), unit(minutes, "min"), source)


def _prices(view: View, money: Money, *, own: bool) -> list[SourceLine]:
    prices, rows = view.result.scenario.prices, []
    if money.local_eur_per_kwh is not None:
        retention = _retention_text(prices.local_years)
        rows.append(SourceLine(_("Local price"), per_mwh(money.local_eur_per_kwh), retention))
    shown = [p for p in money.participants if p.id not in view.result.scenario.moved_ids]
    avoided = [p.supply_eur_per_kwh for p in shown if p.supply_eur_per_kwh is not None]
    if avoided and not own:
        source = _("energy part of the participants’ contracts, without tax nor network")
        if len(avoided) < len(shown):
            source = sentence("known-for-some", source=source, count=len(avoided), total=len(shown))
        rows.append(SourceLine(_("Supplier’s price avoided"), prices_text(avoided), source))
    contracts = {c.code: c for c in (plant.contract for plant in money.plants) if c is not None}
    if contracts:
        source = ", ".join(contract_words(c) for code, c in contracts.items() if code != "price")
        values = prices_text([contract.sold_eur_per_kwh for contract in contracts.values()])
        rows.append(SourceLine(_("Sale of the surplus"), values, source or _("decision of the group")))
    rows += map(negative_hours, money.sales)
    if money.pmo.fees_per_year_eur_ht or prices.pmo_eur_per_year:
        low, high = map(eur, money.pmo.usual_yearly_eur)
        source = _("decision of the group; usual: {low} to {high} a year").format(low=low, high=high)
        fees = unit(money.pmo.fees_per_year_eur_ht, _("€/year"))
        rows.append(SourceLine(_("Fees of the PMO"), fees, source))
    return rows


def negative_hours(sale: MarketSale) -> SourceLine:
    """Hours of negative market price of a surplus, and their cost."""
    text = _("{file}: {kwh} of surplus then, {eur}; stopping the plants then is not counted")
    kwh, cost = sale.negative_kwh, sale.negative_eur_ht
    if sale.stops:
        text = _("{file}: {kwh} of surplus stopped, {eur} more than by selling them")
        kwh, cost = sale.stopped_kwh, sale.stop_gain_eur_ht
    words = text.format(file=sale.file, kwh=unit(kwh, "kWh"), eur=eur_text(cost))
    return SourceLine(_("Price under zero"), unit(sale.negative_hours, "h"), words)


def _retention_text(years: int | None) -> str:
    if years is None:
        return _("decision of the group; for how long is not said")
    return sentence("decided-for-years", years, years=fr(years))


def _plan(view: View, money: Money, *, own: bool) -> list[SourceLine]:
    plan, finance = money.plan, view.result.scenario.finance
    if plan is None or finance is None:
        return []
    rows = []
    if not own or own_plants(view):
        each = unit(to_hundreds(ratio(plan.capex_eur_ht, plan.kwp)), _("€/kWp"))
        stated = _("given by the group") if plan.capex_stated else _("cost by size, to replace by quotes")
        rows.append(SourceLine(_("Investment"), each, stated))
    value = _("{rate}, {years} years").format(rate=rate(plan.discount_ratio), years=fr(plan.horizon_years))
    return [*rows, SourceLine(_("Discounting"), value, _choices(finance))]


def _choices(finance: Finance) -> str:
    parts = [_("output {loss} less each year").format(loss=rate(finance.degradation_ratio))]
    if finance.inverter_year is not None:
        parts.append(_("new inverters in year {year}").format(year=fr(finance.inverter_year)))
    if finance.debt_ratio:
        parts.append(_("{part} borrowed").format(part=percent(finance.debt_ratio)))
    return ", ".join(parts)


def rates(view: View) -> list[SourceLine]:
    """Return the regulated figures used, one row a subject: sources, last date, worst confidence."""
    given = rates_used(view.result)
    subjects: dict[str, list[RateUsed]] = {}
    for used in given:
        subjects.setdefault(used.name.replace("_", ".").partition(".")[0], []).append(used)
    return [_subject(name, used) for name, used in subjects.items()]


def quoted() -> str:
    """Return that sources are told in the language of their texts; empty where it is that of the reader."""
    if current() == LANGUAGE_OF_SOURCES:
        return ""
    return _("Sources and texts of law are quoted in French, as they are published.")


def _subject(name: str, used: Sequence[RateUsed]) -> SourceLine:
    references = list(dict.fromkeys(_reference(rate_used.reference) for rate_used in used))
    text, more = semicolons(references[:MOST_REFERENCES]), len(references) - MOST_REFERENCES
    if more > 0:
        text = sentence("other-sources", more, references=text)
    last = short_date(date.fromisoformat(max(rate_used.in_force_from for rate_used in used)))
    worst = max((rate_used.confidence for rate_used in used), key=_doubt)
    value = sentence("rates" if name == "turpe" else "figures", len(used))
    if len(used) == 1:
        value = str(NumberWithUnit(rate_value(used[0].value, used[0].unit), rate_unit(used[0].unit)))
    title = _(SUBJECTS[name]) if name in SUBJECTS else name
    return SourceLine(title, value, text, last, confidence(worst))


def _doubt(code: str) -> tuple[int, int]:
    """Rank of a confidence by uncertainty, for sorting.

    >>> sorted(["M-", "M", "M+", "L", "H-"], key=_doubt)
    ['H-', 'M+', 'M', 'M-', 'L']
    """
    return "HML".find(code[:1]), {"+": -1, "-": 1}.get(code[1:], 0)


def _reference(text: str) -> str:
    """Reference of a figure; the method of a derived one is in the table of rates."""
    return _("worked out, text not read") if text.startswith(WORKED_OUT) else text


def plant_table(view: View) -> TextTable:
    """Return the plants: power, output, and what is made as used on site, shared and surplus."""
    groups, energy, plants = plant_groups(view), view.result.energy, view.result.scenario.plants
    kwp = [sum(plants[place].kwp for place in group.plants) for group in groups]
    injected, own, shared, surplus = (
        [float(kwh[list(group.plants)].sum()) for group in groups]
        for kwh in (energy.production_kwh, energy.own_use_kwh, energy.shared_kwh, energy.surplus_kwh)
    )
    parts = [plant_energies(view.scale, *kwh) for kwh in zip(own, shared, surplus, strict=True)]
    output = [ratio(sent + used, power_kwp) for sent, used, power_kwp in zip(injected, own, kwp, strict=True)]
    heads = (_("Produced\n{unit}"), _("On site\n{unit}"), _("Shared\n{unit}"), _("Surplus\n{unit}"))
    money = view.result.money
    return table_by_column(
        "plants",
        (first_column(_("Plant")), [capital(group.name) for group in groups]),
        (_("Power"), [str(power(power_kwp)) for power_kwp in kwp]),
        (_("Output"), [unit(each, _("kWh/kWp")) for each in output]),
        *((head.format(unit=view.unit), [part[n] for part in parts]) for n, head in enumerate(heads)),
        (_("Shared, %\nof injected"), [percent(ratio(*kwh)) for kwh in zip(shared, injected, strict=True)]),
        note="" if money is None else stopped_text(money.plants),
    )


def closure_table(view: View) -> TextTable | None:
    """Return the euros of each actor, before and after, whose changes sum to zero; None without euros."""
    money = view.result.money
    closure = None if money is None else money.closure
    if closure is None:
        return None
    lines = [(_(ACTORS[line.actor]), line.before_eur, line.after_eur) for line in closure.lines]
    if sole_member(money) is not None:
        own = [line for line in closure.lines if line.actor in {MEMBERS, PRODUCERS}]
        before, after = (sum(getattr(line, name) for line in own) for name in ("before_eur", "after_eur"))
        others = [row for row, line in zip(lines, closure.lines, strict=True) if line not in own]
        lines = [(_("The member’s sites and plants"), before, after), *others]
    changes, _nothing = closed_eur([after - before for _name, before, after in lines], 0.0)
    names, befores, afters = zip(*lines, strict=True)
    head = _("Who receives (+) or pays (−), {unit}").format(unit=view.eur_unit)
    return table_by_column(
        "closure",
        (first_column(head), names),
        (_("Without the sharing"), list(map(eur, befores))),
        (_("With the sharing"), list(map(eur, afters))),
        (_("Change"), [TextCell(signed(change), "strong") for change in changes]),
        note=_closure_note(view, closure),
    )


def _closure_note(view: View, closure: Closure) -> str:
    """Note on the table, and part of the sales in the columns of members."""
    text = text_of("closure-note")
    total = view.result.money.total if view.result.money else None
    sales_eur = next((line.after_eur for line in closure.lines if line.actor == PRODUCERS), 0.0)
    if total is None or side(total.internal_eur_ht) is Side.EVEN or sole_member(view.result.money):
        return text
    sold = _("Of the producers’ {sales}, {others} are sold to others and {own} are paid by their own sites.")
    parts = sales_eur - total.internal_eur_ht, total.internal_eur_ht
    others, own = closed_parts(parts, sales_eur, eur_decimals([sales_eur]))
    return f"{text} " + sold.format(
        sales=eur_text(sales_eur, view.eur_unit),
        others=unit(others, view.eur_unit),
        own=unit(own, view.eur_unit),
    )
