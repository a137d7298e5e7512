"""How an operation stands in law, who reads, what would cancel what it brings, what is metered."""

from collections.abc import Collection, Mapping, Sequence
from gettext import gettext as _
from math import isfinite

from acc.indicators import known_ratio
from acc.result.cancelling import conditions_for_members
from acc.result.outcomes import Outcomes
from acc.result.result import Result
from acc.rules.check import Check, Legality, State
from acc.sides import loses
from acc.sites import Kind
from acc.time_aggregates import is_year
from reports.format.changes import condition_text
from reports.format.gains import before_investment
from reports.format.numbers import fr, percent
from reports.format.quantity import Quantity
from reports.format.unlawful import status_text
from reports.nodes.tree import (
    CellLook,
    Column,
    Paragraph,
    Status,
    TextCell,
    TextTable,
    first_column,
    table_by_column,
)
from reports.sentences.unlawful import band
from reports.view import quantities
from reports.view.selection import OwnHomes
from reports.view.view import View, holders_shown


def law(view: View, checks: Sequence[Check] | None = None) -> Paragraph | None:
    """Status of the operation under the rules, in a line; None where the band says it.

    Args:
        checks: the rules that the document lists; all of them by default.
    """
    result = view.result
    checks = result.rules if checks is None else checks
    if not result.is_lawful or not checks:
        return None
    states, legal_status = [check.state for check in checks], result.status
    verify, mend = states.count(State.TO_VERIFY), states.count(State.NOT_MET)
    sure = legal_status.lawful is Legality.YES and not (verify or mend)
    text = status_text(legal_status, mend=mend, verify=verify, own=view.holder is not None)
    return Paragraph(text, tone="shared_dark" if sure else "sun_text")


def status(view: View, checks: Sequence[Check] | None = None) -> Status:
    """Status of the operation: what forbids it, or the line of `law`."""
    forbids = band(view)
    if forbids is not None:
        return Status(forbids)
    return Status(law(view, checks) or Paragraph(_("Not checked against the rules"), tone="sun_text"))


def readers_outcomes(view: View, kinds: frozenset[Kind] | None = None) -> Outcomes:
    """Outcomes of the readers: members of some kinds, all by default."""
    holders = holders_shown(view.result)
    return view.outcomes.of({holder.id for holder in holders if kinds is None or holder.kind in kinds})


def metered(view: View) -> str:
    """Part of the needs with metered curves, in words."""
    ratio = known_ratio(view.result.energy, [quality.grade for quality in view.result.quality])
    if not isfinite(ratio):
        return ""
    if ratio == 0.0:
        return _("No curve is metered: the needs come from profiles and estimates.")
    if ratio >= 0.9995:
        return _("All the needs come from metered curves.")
    return _("{part} of the needs come from metered curves.").format(part=percent(ratio))


def cancelling_table(
    result: Result,
    everybody: Outcomes,
    names: Mapping[str, str],
    ids: Collection[str],
    *,
    exact: bool = False,
    at_home: OwnHomes | None = None,
) -> TextTable | None:
    """Table of gains of some members under each condition, with the number of losers among them.

    Args:
        everybody: the members of the result.
        names: what each plant may be called, by id.
        ids: of those who read; of a single one its sign tells whether it loses.
        exact: to the euro, as the sheet of a member tells its balance.
        at_home: of a home that only buys: its sheet tells one home, with VAT.
    """
    money, writer = result.money, "±€ exact" if exact else "€"
    lines = conditions_for_members(result.cancelling, ids)
    if not lines:
        return None
    plan = None if money is None else money.plan
    unit = _("€/year") if is_year(result.scenario.steps) else "€"
    head, over = _("Gain\n{unit}"), _("Over {years} years\n€ (NPV)")
    if exact:
        head = _("Gain, without tax\n{unit}")
    if at_home is not None:
        head, over = _("Saving, with tax\n{unit}"), _("Over {years} years, with tax\n€ (NPV)")
    given = [quantities.given(line, everybody, ids) for line in lines]
    amounts = [[quantities.for_home(amount, at_home).as_(writer) for amount in each] for each in given]
    losers = [quantities.losers_given(line, everybody, ids) for line in lines]
    lose = _("members\nwho lose")
    columns: list[Column] = [
        (first_column(_("If…")), [condition_text(line, money, names) for line in lines]),
        (head.format(unit=unit), [_amount(gain) for gain, _value in amounts]),
        (lose, [losers_cell(first.printed().number, first.value) for first, _over in losers]),
    ]
    if plan is not None:
        years = over.format(years=fr(plan.horizon_years))
        columns.append((years, [_amount(value) for _gain, value in amounts]))
        columns.append((lose, [losers_cell(below.printed().number, below.value) for _first, below in losers]))
    if len(ids) == 1:
        columns = [column for column in columns if column[0] != lose]
    title = _("What would cancel it")
    if plan is not None and plan.without_connection_ids:
        title = _("What would cancel it, the connection left out")
    readers_ = everybody.of(ids).together
    if readers_.plant_ids:
        before = before_investment("", is_taxed=readers_.is_taxed)
        title = _("{title} (gain {before})").format(title=title, before=before)
    return table_by_column("cancelling", *columns, title=title)


def _amount(amount: Quantity) -> TextCell:
    return amount_cell(amount.printed().number, amount.value, "strong")


def amount_cell(text: str, value: float, look: CellLook = "plain") -> TextCell:
    """Return the cell of an amount, red where it is a loss; plain, without value, where it is unknown."""
    if loses(value):
        return TextCell(text, "money", value, tone="worse")
    return TextCell(text, look, value) if isfinite(value) else TextCell(text)


def losers_cell(text: str, count: float) -> TextCell:
    """Return the cell of a number of losers, red where there are some."""
    return TextCell(text, "money", count, tone="worse") if count else TextCell(text, value=count)
