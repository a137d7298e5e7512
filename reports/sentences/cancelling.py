"""What would cancel what the operation brings its readers, in a table of one line a condition."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from gettext import gettext as _

from acc.result.result import Result, conditions_for_members
from acc.sides import loses
from acc.time_aggregates import is_year
from reports.format.cancelling import condition_text
from reports.format.gains import before_investment
from reports.format.money import eur
from reports.format.numbers import MISSING, fr, signed
from reports.nodes.tree import TextCell, TextColumn, TextTable, table_of


def cancelling_table(
    result: Result,
    names: Mapping[str, str],
    ids: Collection[str],
    *,
    exact: bool = False,
    bill_ratio: float = 1.0,
) -> TextTable | None:
    """Table of gains of some members under each condition, with number of losers among all.

    Args:
        names: what each plant may be called, by id.
        ids: of those who read.
        exact: to the euro, as the sheet of a member tells its balance.
        bill_ratio: of a home that only buys, what a euro without tax is on its sheet: with VAT, for one home.
    """
    money, text = result.money, signed if exact else eur
    lines = conditions_for_members(result.cancelling, ids)
    if not lines:
        return None
    years = None if money is None or money.plan is None else money.plan.horizon_years
    rows = []
    for line in lines:
        outcome = line.of(ids)
        row = [
            TextCell(condition_text(line, money, names)),
            _amount(None if outcome.gain_eur_ht is None else outcome.gain_eur_ht * bill_ratio, text),
            _losers(line.losers),
            _amount(outcome.plan_eur_ht, text),
            _losers(line.losers_over_plan),
        ]
        rows.append(row if years is not None else row[:3])
    unit = _("€/year") if is_year(result.scenario.steps) else "€"
    gain = _("Gain\n{unit}") if bill_ratio == 1.0 else _("Saving, with tax\n{unit}")
    heads, lose = [gain.format(unit=unit)], _("members\nwho lose")
    if years is not None:
        heads += [lose, _("Over {years} years\n€ (NPV)").format(years=fr(years))]
    columns = [TextColumn(_("If…"), "rest", "left"), *map(TextColumn, (*heads, lose))]
    title = _("What would cancel it")
    if money is not None and money.plan is not None and money.plan.without_connection_ids:
        title = _("What would cancel it, the connection left out")
    if any(person.plant_ids for person in (money.persons if money else ()) if person.id in ids):
        taxed = any(person.is_taxed for person in (money.persons if money else ()) if person.id in ids)
        text_ = _("{title} (gain {before})")
        title = text_.format(title=title, before=before_investment("", is_taxed=taxed))
    return replace(table_of("cancelling", columns, rows), title=title)


def _amount(amount_eur: float | None, text: Callable[[float], str]) -> TextCell:
    """Return the cell of an amount, red where it is a loss; a dash where it is unknown."""
    if amount_eur is None:
        return TextCell(MISSING)
    if loses(amount_eur):
        return TextCell(text(amount_eur), "money", amount_eur, tone="worse")
    return TextCell(text(amount_eur), "strong", amount_eur)


def _losers(count: int) -> TextCell:
    return TextCell(fr(count), "money", count, tone="worse") if count else TextCell(fr(count), value=count)
