"""What a person reads of a sweep: ranges of each key, which one wins for whom, whence the spread."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from acc.result.result import Alone, Effect
from acc.result.sweep import DrawnSpread, SweepReport, VariantDraws
from acc.scenario import Scenario
from reports.format.draws import FACTOR_WORDS, FEWEST_FOR_CHANCES, INDICATOR_WORDS
from reports.format.labels import key_short, key_title, lowered
from reports.format.numbers import fr, percent, signed_percent
from reports.format.rounding import borne_ends
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Heading, Node, Paragraph, TextTable
from reports.terminal.blocks import noted, status, text_table, warned, written_files

LEAST_SHARE = 0.005
"""A share below half a per cent is not printed."""

HALF = 0.5


def sweep_nodes(
    report: SweepReport, files: Sequence[Path], scenario: Scenario, folder: Path | None = None
) -> Iterator[Node]:
    """Yield the summary of a sweep, then the files written."""
    if report.status is not None:
        yield from status(scenario, report.status, folder)
    message = _("{draws} paired draws, seed {seed}, weather years: {years}. Ranges: 8 draws out of 10.")
    if report.draws < FEWEST_FOR_CHANCES:
        message = text_of("paired-draws-seed")
    years = report.weather_years
    yield Paragraph(message.format(draws=fr(report.draws), seed=report.seed, years=years), "lead")
    names = {site.id: site.name for site in scenario.participants}
    for variant in report.variants:
        yield from _variant(variant, names)
    yield from _spreads(report.spreads)
    yield from warned(report.notes)
    yield from written_files(files)


def _variant(variant: VariantDraws, names: Mapping[str, str]) -> Iterator[Node]:
    if variant.name:
        yield Heading(variant.name)
    yield _keys_table(variant)
    own = variant.keys[variant.own]
    if own.chances is not None:
        paid, positive = own.chances.paid_back, own.chances.npv_positive
        yield Paragraph(sentence("producers-paid-back", paid=percent(paid), positive=percent(positive)))
    yield from _wins(variant)
    yield from _members(variant, names)
    for name, shares in variant.variance_shares.items():
        drawn = [(word, share) for word, share in shares.items() if share >= LEAST_SHARE][:4]
        parts = ", ".join(f"{_(FACTOR_WORDS[word])} {percent(share)}" for word, share in drawn)
        text = _("Spread of {indicator}: {parts}").format(indicator=_(INDICATOR_WORDS[name]), parts=parts)
        yield Paragraph(text, "note")
    yield _alone_table(own.alone, names)


def _keys_table(variant: VariantDraws) -> TextTable:
    """Return the middle and the range of each indicator of the group, by key."""
    indicators = (
        ("received_kwh", _("Shared MWh"), 0),
        ("gain_eur_ht", _("Everybody k€"), 1),
        ("saving_eur_ht", _("Saved k€"), 1),
        ("npv_eur_ht", _("Plants' value k€"), 0),
    )
    first = variant.keys[variant.own].ranges
    shown = [item for item in indicators if "" in first.get(item[0], {})]
    rows = []
    for key, drawn in variant.keys.items():
        figures = [([value / 1000.0 for value in drawn.ranges[name][""]], usual) for name, _t, usual in shown]
        cells = (_range(values, _decimals(values, usual)) for values, usual in figures)
        rows.append([key_title(key), *cells])
    keep = _savings_go([name for name, _head, _d in shown])
    return text_table([_("Key"), *(head for _name, head, _d in shown)], rows, keep=keep)


def _savings_go(indicators: Sequence[str]) -> dict[int, int]:
    """Return that savings go first where room is short: those of each member have a table of their own."""
    return {place: 1 for place, name in enumerate(indicators, start=1) if name == "saving_eur_ht"}


def _range(figures: Sequence[float], decimals: int) -> str:
    """Return "31.7 (17.5 – 45.5)": the middle, then the ends."""
    low, high = (fr(end, decimals) for end in borne_ends(figures[0], figures[2], decimals))
    return f"{fr(figures[1], decimals)} ({low} – {high})"


def _decimals(figures: Sequence[float], usual: int) -> int:
    """Number of decimals that keeps small figures distinct."""
    largest = max(abs(value) for value in figures)
    return max(usual, 2 if largest < 1.0 else 1 if largest < 20.0 else 0)


def _wins(variant: VariantDraws) -> Iterator[Node]:
    """Yield the first key against each other one, draw by draw: members, the group, and the regret."""
    indicator = _compared(variant)
    if indicator is None:
        return
    regret, own, beats = variant.regret[indicator], variant.own, variant.beats[indicator]
    unit = "MWh" if indicator == "received_kwh" else "k€"
    text = _("{key} against each other key, {indicator}, draw by draw:")
    yield Paragraph(text.format(key=key_title(own), indicator=_(INDICATOR_WORDS[indicator])))
    heads = [_("Against"), _("Better"), _("Worse"), _("Group +"), _("Group −")]
    heads.append(_("Regret {unit}").format(unit=unit))
    decimals = _decimals([by_member[""] / 1000.0 for by_member in regret.values()], 1)
    regrets = {key: fr(by_member[""] / 1000.0, decimals) for key, by_member in regret.items()}
    rows = [[key_short(own), *["–"] * 4, regrets[own]]]
    for rival, by_member in beats[own].items():
        back = beats[rival][own]
        counts = [fr(sum(part > HALF for who, part in won.items() if who)) for won in (by_member, back)]
        rows.append([key_short(rival), *counts, percent(by_member[""]), percent(back[""]), regrets[rival]])
    yield replace(text_table(heads, rows), note=text_of("better-worse-persons"))
    yield _ahead(variant, indicator, own)


def _ahead(variant: VariantDraws, indicator: str, own: str) -> Node:
    """Return for how many members the best other key beats the first one, or is beaten, nearly always."""
    regret = {key: by_member[""] for key, by_member in variant.regret[indicator].items()}
    rival = min((key for key in regret if key != own), key=lambda key: regret[key])
    first, second = (own, rival) if regret[own] <= regret[rival] else (rival, own)
    counts = variant.ahead[indicator][first][second]
    keys = {"first": key_short(first), "second": key_short(second)}
    name = "in-9-draws-too" if indicator == "gain_eur_ht" else "in-9-draws"
    return Paragraph(sentence(name, **keys, count=counts.at_least, members=counts.members))


def _compared(variant: VariantDraws) -> str | None:
    """Indicator for the comparison of keys: total gain, else savings, else kWh; None for one key."""
    if len(variant.keys) < 2:
        return None
    for indicator in ("gain_eur_ht", "saving_eur_ht", "received_kwh"):
        if all("" in by_member for by_member in variant.regret[indicator].values()):
            return indicator
    return None


def _members(variant: VariantDraws, names: Mapping[str, str]) -> Iterator[Node]:
    """Yield the saving or energy of each member under the first key, and its best key."""
    own = variant.own
    ranges = variant.keys[own].ranges
    indicator = "saving_eur_ht" if "saving_eur_ht" in ranges else "received_kwh"
    rows = []
    for who, figures in ranges.get(indicator, {}).items():
        if not who:
            continue
        ratios = {key: by[who] for key, by in variant.best[indicator].items() if who in by}
        best = max(ratios, key=lambda key: ratios[key], default=own)
        alike = min(ratios.values(), default=1.0) == max(ratios.values(), default=1.0)
        shown = (_("all alike"), "–") if alike else (key_short(best), percent(ratios[best]))
        rows.append((names.get(who, who), _range(figures, _decimals(figures, 0)), *shown))
    if rows:
        amount = _("Saved €") if indicator == "saving_eur_ht" else _("Received kWh")
        yield Paragraph(_("Under {key}:").format(key=lowered(key_title(own))))
        yield text_table([_("Participant"), amount, _("Best key"), _("of the draws")], rows)


def _spreads(spreads: Mapping[str, DrawnSpread]) -> Iterator[Node]:
    """Yield the drawn quantities, and the source of each range."""
    yield Paragraph(_("What was drawn:"))
    for name, spread in spreads.items():
        text = f"{_(FACTOR_WORDS[name])} : {_spread(name, spread)}"
        text += f" ({spread.source})" if spread.source else ""
        if spread.default:
            text += " " + _("[default: [sweep] {name} says otherwise]").format(name=name)
        yield from noted([text])


def _spread(name: str, spread: DrawnSpread) -> str:
    """Return a distribution in words, as changes of what the folder says."""

    def change(tried_ratio: float) -> str:
        moved = tried_ratio if name == "load_growth" else tried_ratio - 1.0
        return signed_percent(moved) if moved else percent(0.0)

    if spread.shape == "fixed":
        return _("{value}, not drawn").format(value=change(spread.middle))
    if spread.shape == "uniform":
        return sentence("from-to-any", low=change(spread.low), high=change(spread.high))
    if spread.shape == "triangular":
        return _("from {low} to {high}, most often {middle}").format(
            low=change(spread.low), high=change(spread.high), middle=change(spread.middle)
        )
    return _("around {middle}, standard deviation {spread}").format(
        middle=change(spread.middle), spread=percent(spread.spread, 1)
    )


def _alone_table(alone: Mapping[str, Alone], names: Mapping[str, str]) -> TextTable:
    """Table of the effect of each hypothesis alone, the strongest on the last column first."""
    indicators = [
        (name, title, _decimals([alone[name].reference / 1000.0], decimals))
        for name, title, decimals in (
            ("received_kwh", _("Shared MWh"), 0),
            ("saving_eur_ht", _("Saved k€"), 1),
            ("everybody_npv_eur_ht", _("Everybody's value k€"), 0),
            ("npv_eur_ht", _("Plants' value k€"), 0),
        )
        if name in alone
    ]
    heads = [_("One hypothesis at a time"), *(head for _name, head, _d in indicators)]
    usual = [fr(alone[name].reference / 1000.0, decimals) for name, _title, decimals in indicators]
    rows = [[_("all as expected"), *usual]]
    by_name = {name: {e.factor: e for e in alone[name].effects} for name, _title, _d in indicators}
    order = {factor: e for name in reversed(by_name) for factor, e in by_name[name].items()}
    for factor, effect in order.items():
        cells = [
            " / ".join(fr(value / 1000.0, decimals) for value in by_name[name][factor].values)
            if factor in by_name[name]
            else ""
            for name, _title, decimals in indicators
        ]
        rows.append([_hypothesis(effect, names), *cells])
    return text_table(heads, rows, keep=_savings_go(list(by_name)))


def _hypothesis(effect: Effect, names: Mapping[str, str]) -> str:
    name = _(FACTOR_WORDS[effect.factor])
    if effect.who:
        return f"{name} ({names.get(effect.who, effect.who)})"
    if not effect.change:
        return name
    return f"{name} ({' / '.join(signed_percent(ratio) for ratio in effect.change)})"
