"""What `acc run` prints first: who gains, how sure, who loses, plants, rules, price; then the kWh."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext

import numpy as np

from acc.accounts.person_values import Cause
from acc.accounts.persons import sole_member
from acc.accounts.values import Money
from acc.changes import What
from acc.i18n import semicolons, to_hundreds
from acc.keys import KEYS, EnedisType
from acc.plan.cash_flows import latest_payback_years, payback
from acc.plan.plants import has_roof_losses, taken_as_roofs
from acc.plan.values import Plan
from acc.result.outcomes import MemberOutcome, Outcomes, SiteOutcome, outcomes
from acc.result.result import Result
from acc.rules.check import CONFIRMED_BY_OPERATOR, Check, State
from acc.time_aggregates import is_year
from acc.years.states import later_ids
from reports.data import columns
from reports.data.rows import ParticipantResultRow, participant_rows, plant_rows, shown_of
from reports.data.table import Medium, Need
from reports.format.draws import FEWEST_FOR_CHANCES
from reports.format.gains import (
    before_investment,
    connected_losers_of,
    connection_text,
    payback_quantity,
    two_parts,
    value_text,
)
from reports.format.labels import RULE_SUBJECTS, capital, counted, lowered
from reports.format.money import euros, money_range, per_mwh, prices_text, reason_text
from reports.format.numbers import NumberWithUnit, fr, percent, scale_of, short_date, signed
from reports.format.palette import Tone
from reports.format.proposals import named, price_texts
from reports.format.quantity import Notion
from reports.format.rate_labels import expiring_line, stopped_text
from reports.format.rounding import rest_of
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Node, Paragraph, TextTable, Tiles, ValueBox, with_texts
from reports.sentences.losers import who_loses
from reports.terminal import blocks
from reports.view import quantities

LEAST_LOCAL_EUR_PER_KWH = 0.005
"""A local price below was most likely typed in EUR/kWh where EUR/MWh are expected."""


def answer_nodes(result: Result) -> Iterator[Node]:
    """Yield the answer, its doubt, who loses, the plants, the rules and the prices that suit all."""
    yield from gain_nodes(result)
    if result.money is not None:
        yield from _losing_sites(result, outcomes(result))
    yield from plan_nodes(result)


def gain_nodes(result: Result) -> Iterator[Node]:
    """Yield what all members gain, from how much to how much, and the members who lose."""
    if result.money is None:
        yield Paragraph(_("Euros are not computed: no local price is decided in [prices]."), tone="sun_text")
        return
    outcome = outcomes(result)
    yield _gain(result, outcome)
    yield from _doubt(result, outcome)
    yield from _losing(result, outcome)


def plan_nodes(result: Result, *, short: bool = False) -> Iterator[Node]:
    """Yield what the plants cost and bring, the rules, the prices that suit all, and unknown euros.

    Args:
        short: of the prices, those over the plan alone; no list of plants to check.
    """
    money = result.money
    if money is None:
        yield Paragraph(_rules(result))
        return
    if money.plan is not None:
        yield Paragraph(_plants(result, money.plan))
        yield from blocks.plan_ranges(result)
        yield from () if short else _doubted_kinds(result)
    yield from map(Paragraph, filter(None, [stopped_text(money.plants)]))
    yield Paragraph(_rules(result))
    prices = _prices(result, money) if sole_member(money) is None else [text_of("one-member")]
    yield from map(Paragraph, prices[-1:] if short else prices)
    of_sites = (missing for site in money.participants for missing in site.missing)
    yield from blocks.unknown_euros([*of_sites, *money.plan_missing])


def _prices(result: Result, money: Money) -> list[str]:
    """Return the local prices that suit everyone, or who is in the way."""
    names = {person.id: person.name for person in money.persons}
    return price_texts(money, result.scenario, lambda ids: named([names[id_] for id_ in ids]))


def a_year(result: Result) -> str:
    """Return "a year", or how many days the period has."""
    steps = result.scenario.steps
    if is_year(steps):
        return _("a year")
    days = (steps.end_utc - steps.start_utc).days
    return ngettext("in {count} day", "in {count} days", days).format(count=fr(days))


def _gain(result: Result, outcome: Outcomes) -> Node:
    """Number of gaining members, total gain, part of sharing, and number of losers."""
    money = result.money
    assert money is not None
    gain = quantities.gain(outcome)
    if not gain.is_known:
        return Paragraph(sentence("gains-unknown-at-price", price=_price(money)), tone="sun_text")
    alone = sole_member(money) is not None
    name, who = ("run-gain-of-one", capital(_winners(outcome))) if alone else ("run-gain", _winners(outcome))
    words = {"price": _price(money), "who": who, "amount": gain, "a_year": a_year(result)}
    listed = {member.id for member in outcome.losers}  # each has its line, with its euros

    def naming(members: Sequence[MemberOutcome]) -> str:
        return "" if {m.id for m in members} <= listed else _(": ") + named([m.name for m in members])

    lose = semicolons(filter(None, [who_loses(outcome, outcome, naming), connected_losers_of(outcome)]))
    text = sentence(name, **words, parts=_parts(outcome), losers=lose)
    sure: Tone = "sun_text" if outcome.losers_connected else "shared_dark"
    return Paragraph(text, "lead", "worse" if outcome.losers or outcome.losers_over_plan else sure)


def _winners(outcome: Outcomes) -> str:
    winners = len(outcome.winners)
    if not winners:
        return _("no member gains")
    counts = {"winners": quantities.winners(outcome), "count": quantities.members(outcome)}
    return sentence("run-winners", winners, **counts)


def _parts(outcome: Outcomes) -> str:
    """Return that the investment is not counted, and the two parts of the gain, where there are plants."""
    together = outcome.together
    if not together.plant_ids:
        return ""
    parts = two_parts(*quantities.gain_parts(outcome))
    return f", {before_investment(parts, is_taxed=together.is_taxed)}"


def _price(money: Money) -> str:
    """Return the local price, or the lowest and the highest that somebody pays."""
    paid = [p.local_eur_per_kwh for p in money.participants if p.local_eur_per_kwh is not None]
    if paid:
        return prices_text(paid)
    return per_mwh(money.local_eur_per_kwh)


def _doubt(result: Result, outcome: Outcomes) -> Iterator[Node]:
    """Yield from how much to how much, in how many draws, and what full accise would leave."""
    texts, range_eur = [], outcome.range_eur_ht
    if range_eur is not None:
        draws = result.ranges_draws or 0
        ends = money_range(range_eur[0], range_eur[2], range_eur[1])
        quantities.gain(outcome).between(range_eur[0], range_eur[2]).note(ends)
        name = "run-range-of-few-draws" if draws < FEWEST_FOR_CHANCES else "run-range"
        texts.append(sentence(name, range=capital(ends), draws=fr(draws)))
    full = quantities.full_accise_gain(outcome)
    if full.is_known and not result.cancelling:  # told there, beside what else would cancel the gain
        texts.append(_("If shared kWh bore the accise: {amount}.").format(amount=full))
    if texts:
        yield Paragraph(f"  {' '.join(texts)}", "note")


def _losing(result: Result, outcome: Outcomes) -> Iterator[Node]:
    """Yield the members who lose, with amounts and reasons."""
    losers = [(m.name, _own_site(outcome, m), -(m.gain_eur_ht or 0.0)) for m in outcome.losers]
    yield from _loss_lines(result, _("Loses: {name}, {amount} {a_year}."), losers)


def _losing_sites(result: Result, outcome: Outcomes) -> Iterator[Node]:
    """Yield the losing sites of members who gain, with amounts and reasons."""
    names = blocks.site_names(result.scenario)
    own = [_own_site(outcome, member) for member in outcome.losers]
    sites = [site for site in outcome.losing_sites if site not in own]
    losers = [(names[site.id], site, -(site.saving_eur_ht or 0.0)) for site in sites]
    yield from _loss_lines(result, _("Site that pays more: {name}, {amount} {a_year}."), losers)
    if last := _without_them(outcome):
        yield Paragraph(last, tone="worse")


def _own_site(outcome: Outcomes, member: MemberOutcome) -> SiteOutcome | None:
    """Return the only site of a member who holds nothing else: its loss is that of the site."""
    if len(member.site_ids) != 1 or member.plant_ids:
        return None
    return next(site for site in outcome.sites if site.id == member.site_ids[0])


def _loss_lines(
    result: Result, text: str, losers: Sequence[tuple[str, SiteOutcome | None, float]]
) -> Iterator[Node]:
    """Yield the first losers (name, site, loss in EUR) with their reasons, then the others counted."""
    for name, site, eur in losers[: blocks.MOST_NAMES]:
        reasons = [f"{capital(reason_text(reason))}." for reason in (site.reasons if site else ())]
        line = text.format(name=name, amount=euros(eur), a_year=a_year(result))
        yield Paragraph(" ".join([line, *reasons]), tone="worse")
    if rest := [eur for _name, _site, eur in losers[blocks.MOST_NAMES :]]:
        ends = money_range(min(rest), max(rest))
        yield Paragraph(sentence("run-other-losers", len(rest), range=ends), tone="worse")


def _without_them(outcome: Outcomes) -> str:
    """Return that nobody loses without the sites that do, where it is sure: they receive nothing.

    What they pay would at worst be paid by the others: none of these would lose by it.
    """
    losers = outcome.losing_sites
    idle = all([reason.cause for reason in site.reasons] == [Cause.NOTHING_RECEIVED] for site in losers)
    paid = -sum(site.saving_eur_ht or 0.0 for site in losers)
    kept = [site.saving_eur_ht or 0.0 for site in outcome.sites if site not in losers]
    if not losers or not idle or not kept or min(kept) <= paid:
        return ""
    return ngettext("Without it, nobody loses.", "Without them, nobody loses.", len(losers))


def _plants(result: Result, plan: Plan) -> str:
    """Cost, payback and value of the plants."""
    capex, connection = value_text(*quantities.investment_ends(plan)), connection_text(plan)
    if connection:
        capex = f"{capex} ({connection})"
    sole = sole_member(result.money)
    if sole is not None and sole.by_year_eur_ht:
        payback_years = payback(np.array(sole.by_year_eur_ht))[0]
        latest = latest_payback_years(sole.connected_by_year_eur_ht)
        horizon = NumberWithUnit(fr(plan.horizon_years), _("years"))
        never = payback_years is None
        ends = quantities.paybacks(Notion.BILLS_PAYBACK, payback_years, latest)
        name = "plants-not-paid-by-bills-spared" if never else "plants-paid-by-bills-spared"
        return sentence(name, capex=capex, years=horizon if never else payback_quantity(*ends))
    if plan.payback_years is None:
        text = sentence("plants-never-paid-back-in", capex=capex, horizon=fr(plan.horizon_years))
        price = result.scenario.prices.local_eur_per_kwh
        asks = price is not None and 0.0 < price < LEAST_LOCAL_EUR_PER_KWH
        return " ".join([text, *([_("Local price in €/kWh?")] if asks else [])])
    return sentence(
        "plants-paid-back",
        capex=capex,
        payback=payback_quantity(*quantities.payback(plan)),
        horizon=fr(plan.horizon_years),
        npv=value_text(*quantities.plants_value(plan)),
        tax=_("after tax") if plan.with_tax else _("before tax"),
    )


def _doubted_kinds(result: Result) -> Iterator[Node]:
    """Yield the plants counted as roofs although the folder suggests another kind."""
    scenario = result.scenario
    taken = [p for p in taken_as_roofs(scenario.plants) if f"plants.{p.id}.kind" in scenario.doubted]
    texts = {
        True: _("Counted as a roof, to be checked (`kind`): {names}."),
        False: _("Counted at the price of a roof, to be checked (`kind`): {names}."),
    }
    for has_losses, text in texts.items():
        names = [plant.name for plant in taken if has_roof_losses(plant) is has_losses]
        if names:
            yield Paragraph(text.format(names=", ".join(names)), tone="sun_text")


def _rules(result: Result) -> str:
    """Number of rules by state, then the key and the data to send to Enedis."""
    counts = Counter(check.state for check in result.rules)
    texts = [counted(state, counts[state]) for state in State if counts[state]]
    key = KEYS[result.scenario.key.name]
    declared = _("Enedis computes it, nothing to send")
    if key.enedis is not EnedisType.DEFAULT:
        declared = _("declared to Enedis: {type}").format(type=key.enedis)
    text = _("Rules: {states}. Key: {key}; {declared}.")
    return text.format(states=", ".join(texts), key=lowered(_(key.title)), declared=declared)


def to_verify(result: Result) -> Iterator[Node]:
    """Yield what is left to verify, by subject: what the network operator knows, the rest, rates that end."""
    open_ = [check for check in result.rules if check.state is State.TO_VERIFY]
    of_operator = [subject(check) for check in open_ if check.rule in CONFIRMED_BY_OPERATOR]
    others = [subject(check) for check in open_ if check.rule not in CONFIRMED_BY_OPERATOR]
    if of_operator:
        yield Paragraph(sentence("to-verify-with-enedis", points=semicolons(of_operator)))
    if others:
        yield Paragraph(_("To verify: {points}.").format(points=semicolons(others)))
    if ending := expiring_line(result):
        yield Paragraph(ending)


def subject(check: Check) -> str:
    """What a rule is about, in a few words."""
    return _(RULE_SUBJECTS[check.rule]) if check.rule in RULE_SUBJECTS else check.title


MOST_SITES = 15
"""Sites at most that have a line each."""


def energies(result: Result) -> Iterator[Node]:
    """Yield the energies: produced, injected, shared; needed, received, bought."""
    sums, scale = result.energy, scale_of(result.energy)
    own, injected, shared = (
        float(a.sum()) for a in (sums.own_use_kwh, sums.production_kwh, sums.received_kwh)
    )
    need, surplus, rest = (
        float(a.sum()) for a in (sums.consumption_kwh, sums.surplus_kwh, sums.complement_kwh)
    )
    unit_kwh, decimals = scale.unit_kwh, scale.decimals
    printed = {kwh: round(kwh / unit_kwh, decimals) * unit_kwh for kwh in (own, injected, need)}
    rows = [
        (injected, _("{unit} injected, of which {shared} shared ({ratio}) and {surplus} of surplus")),
        (need, _("{unit} of need, of which {shared} received ({part}) and {rest} of complement")),
    ]
    if own > 0.0:
        rows = [
            (
                printed[own] + printed[injected],
                _("{unit} produced, of which {own} used on site and {injected} injected"),
            ),
            rows[0],
            (printed[own] + printed[need], _("{unit} of need, of which {own} used on site and {left} left")),
            (need, _("{unit} of need left, of which {shared} received ({part}) and {rest} of complement")),
        ]
    amounts = {"own": own, "injected": injected, "shared": shared, "left": need}
    words = {name: scale.plain(kwh) for name, kwh in amounts.items()}
    words["surplus"] = rest_of(scale, injected, shared, surplus)
    words["rest"] = rest_of(scale, need, shared, rest)
    words |= {"ratio": percent(sums.autoconsommation_ratio), "part": percent(sums.autoproduction_ratio)}
    texts = [(scale.plain(kwh), text.format(**words, unit=scale.name)) for kwh, text in rows]
    yield Tiles(tuple(ValueBox(number, "", text) for number, text in texts))
    yield from blocks.ratio_ranges(result)
    flows = [
        (
            blocks.written(result).text(column, columns.INDICATORS.value(column, sums)),
            f"{_(column.title)} = {_(column.formula)}" if column.formula else _(column.title),
        )
        for column in columns.INDICATORS.shown(Medium.SCREEN)
    ]
    yield from (Paragraph(f"{value}  {head}") for value, head in flows)


def participants_table(result: Result) -> TextTable:
    """Return the sites, those who lose first, then by what they save; beyond fifteen, others together."""
    rows = participant_rows(result, result.energy, result.money)
    drawn = (result.ranges or {}).get("saving_eur_ht", {})
    rows = sorted((replace(row, range_eur_ht=drawn.get(row.id)) for row in rows), key=_losers_first)
    how, sites = blocks.written(result), columns.PARTICIPANTS
    have = shown_of(result, Need.QUALITY, *([Need.RANGES] if drawn else []))
    named = rows if len(rows) <= MOST_SITES + 1 else rows[:MOST_SITES]
    heads = {"saving_range": _(blocks.chances_head(result))}
    table = _of_first_year(result, blocks.screen_table(sites, named, how, have, heads=heads))
    others = rows[len(named) :]
    if others:
        texts = {"name": sentence("other-sites", len(others)), "saving_eur_ht": _from_to(others)}
        table = replace(table, rows=(*table.rows, blocks.total_cells(sites, others, how, have, texts)))
    texts = {"name": _("Together"), "curve": ""}
    texts["saving_range"] = blocks.short_range(result.ranges, "saving_eur_ht", "")
    table = replace(table, total=blocks.total_cells(sites, rows, how, have, texts))
    sums = blocks.closed_sums(sites, [*([row] for row in named), *([others] if others else [])], how, have)
    if others:  # what they save is told from the least to the most
        sums.pop([column.name for column in sites.shown(Medium.SCREEN, have)].index("saving_eur_ht"), None)
    return with_texts(table, sums)


def _losers_first(row: ParticipantResultRow) -> tuple[bool, float, float]:
    """Return the place of a site: who loses, most first; then who saves, most first; unknown by energy."""
    saving = row.saving_eur_ht
    if saving is None:
        return True, 0.0, -row.received_kwh
    return saving >= 0.0, saving if saving < 0.0 else -saving, -row.received_kwh


def _from_to(rows: Sequence[ParticipantResultRow]) -> str:
    """Return the least and the most that several sites save; empty where nothing is known."""
    known = [row.saving_eur_ht for row in rows if row.saving_eur_ht is not None]
    if not known:
        return ""
    low, high = signed(to_hundreds(min(known))), signed(to_hundreds(max(known)))
    return low if low == high else _("{low} to {high}").format(low=low, high=high)


def plants_table(result: Result) -> TextTable:
    """Return the plants: what each makes, where it goes."""
    starts = {c.site: c.since for c in result.scenario.changes if c.what is What.STARTS}
    later = later_ids(result.scenario.changes, result.scenario.steps)
    text = _("{name} (from {day})")
    rows = [
        replace(row, name=text.format(name=row.name, day=short_date(starts[row.plant.id])))
        if row.plant.id in later
        else row
        for row in plant_rows(result.scenario, result.energy, result.money)
    ]
    how, have = blocks.written(result), shown_of(result)
    names = [column.name for column in columns.PLANTS.shown(Medium.SCREEN, have)]
    left = [rest_of(how.scale, row.production_kwh, row.shared_kwh, row.surplus_kwh) for row in rows]
    table = blocks.screen_table(columns.PLANTS, rows, how, have)
    table = with_texts(table, {names.index("surplus_kwh"): left})
    return _of_first_year(result, table)


def _of_first_year(result: Result, table: TextTable) -> TextTable:
    """Return a table whose first head names the year that it tells, where years differ."""
    if result.years is None:
        return table
    first, *others = table.columns
    head = _("{what}, {year}").format(what=first.head, year=result.years.name(1))
    return replace(table, columns=(replace(first, head=head), *others))
