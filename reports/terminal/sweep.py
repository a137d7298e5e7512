"""What a person reads of a sweep: ranges of each key, which one wins for whom, whence the spread."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from pathlib import Path

from rich.table import Table

from acc.result.result import Alone, Effect
from acc.result.sweep import Chances, DrawnSpread, SweepReport, VariantDraws
from reports.format.labels import key_short, key_title, lowered
from reports.format.numbers import fr, percent, signed_percent
from reports.format.sweep_labels import FACTOR_WORDS, FEWEST_FOR_CHANCES, INDICATOR_WORDS
from reports.terminal.console import console, print_files, print_status, table_of

LEAST_SHARE = 0.005
"""A share below half a per cent is not printed."""

HALF = 0.5

WIDE = 100
"""Columns of a terminal that holds the four indicators of each key."""

MANY = 100.0
"""Draws a second above which a decimal says nothing."""


def print_sweep(report: SweepReport, files: Sequence[Path], names: Mapping[str, str]) -> None:
    """Print the summary of a sweep.

    Args:
        names: of the participants, by id.
    """
    out = console()
    if report.status is not None:
        print_status(out, report.status)
    message = _("{draws} paired draws, seed {seed}, weather years: {years}. Ranges: 8 draws out of 10.")
    if report.draws < FEWEST_FOR_CHANCES:
        message = _(
            "{draws} paired draws, seed {seed}, weather years: {years}. Too few for their ranges (P10 to "
            "P90) to be called 8 chances out of 10."
        )
    years = report.weather_years
    out.print(message.format(draws=fr(report.draws), seed=report.seed, years=years), style="bold")
    for variant in report.variants:
        _print_variant(variant, names)
    _print_spreads(report.spreads)
    for note in report.notes:
        out.print(f"⚠ {note}", style="yellow")
    print_files(files)


def progress_text(done: int, total: int, kept: int, seconds: float) -> str:
    """Return how far a sweep is, how fast it goes, and the time left; `kept` draws were there before.

    >>> progress_text(300, 1000, 100, 4.0), progress_text(100, 1000, 100, 4.0)
    ('300 / 1,000, 50.0 draws/s, 14 s left', '100 / 1,000')
    """
    text = f"{fr(done)} / {fr(total)}"
    if done <= kept or seconds <= 0.0:
        return text
    rate = (done - kept) / seconds
    left = round((total - done) / rate)
    minutes, rest = divmod(left, 60)
    time = (
        _("{minutes} min {seconds} s").format(minutes=fr(minutes), seconds=rest) if minutes else f"{rest} s"
    )
    told = _("{rate} draws/s, {time} left").format(rate=fr(rate, 1 if rate < MANY else 0), time=time)
    return f"{text}, {told}"


def _print_variant(variant: VariantDraws, names: Mapping[str, str]) -> None:
    out = console()
    if variant.name:
        out.print(variant.name, style="bold")
    out.print(_keys_table(variant))
    own = variant.keys[variant.own]
    _print_chances(own.chances)
    _print_wins(variant)
    _print_members(variant, names)
    for name, shares in variant.variance_shares.items():
        drawn = [(word, share) for word, share in shares.items() if share >= LEAST_SHARE][:4]
        parts = ", ".join(f"{_(FACTOR_WORDS[word])} {percent(share)}" for word, share in drawn)
        text = _("Spread of {indicator}: {parts}").format(indicator=_(INDICATOR_WORDS[name]), parts=parts)
        out.print(text, style="dim")
    out.print(_alone_table(own.alone, names))


def _keys_table(variant: VariantDraws) -> Table:
    """Return the middle and the range of each indicator of the group, by key."""
    indicators = (
        ("received_kwh", _("Shared MWh"), 0),
        ("gain_eur_ht", _("Everybody k€"), 1),
        ("saving_eur_ht", _("Saved k€"), 1),
        ("npv_eur_ht", _("Plants' value k€"), 0),
    )
    first = variant.keys[variant.own].ranges
    shown = [item for item in indicators if "" in first.get(item[0], {})]
    if len(shown) == len(indicators) and console().width < WIDE:
        # So that no figure is cut: what each participant saves stands in its own table below.
        shown = [item for item in shown if item[0] != "saving_eur_ht"]
    table = table_of((_("Key"), "left"), *((title, "right") for _name, title, _d in shown))
    for key, found in variant.keys.items():
        cells = []
        for name, _title, usual in shown:
            figures = [value / 1000.0 for value in found.ranges[name][""]]
            cells.append(_range(figures, _decimals(figures, usual)))
        table.add_row(key_title(key), *cells)
    return table


def _range(figures: Sequence[float], decimals: int) -> str:
    """Return "31.7 (17.5 – 45.5)": the middle, then the ends."""
    low, middle, high = (fr(value, decimals) for value in figures)
    return f"{middle} ({low} – {high})"


def _decimals(figures: Sequence[float], usual: int) -> int:
    """Return how many decimals keep small figures apart."""
    largest = max(abs(value) for value in figures)
    return max(usual, 2 if largest < 1.0 else 1 if largest < 20.0 else 0)


def _print_chances(chances: Chances | None) -> None:
    if chances is None:
        return
    message = _("Producers: paid back in {paid} of the draws, present value (VAN) above zero in {positive}.")
    text = message.format(paid=percent(chances.paid_back), positive=percent(chances.npv_positive))
    console().print(text)


def _print_wins(variant: VariantDraws) -> None:
    """Print the first key against each other one, draw by draw: members, the group, and the regret."""
    indicator = _compared(variant)
    if indicator is None:
        return
    out, regret, own = console(), variant.regret[indicator], variant.own
    unit = "MWh" if indicator == "received_kwh" else "k€"
    out.print(
        _("{key} against each other key, {indicator}, draw by draw:").format(
            key=key_title(own), indicator=_(INDICATOR_WORDS[indicator])
        )
    )
    table = table_of(
        (_("Against"), "left"),
        (_("Better"), "right"),
        (_("Worse"), "right"),
        (_("Group +"), "right"),
        (_("Group −"), "right"),
        (_("Regret {unit}").format(unit=unit), "right"),
    )
    figures = [by_member[""] / 1000.0 for by_member in regret.values()]
    decimals = _decimals(figures, 1)
    table.add_row(key_short(own), "–", "–", "–", "–", fr(regret[own][""] / 1000.0, decimals))
    beats = variant.beats[indicator]
    for rival, by_member in beats[own].items():
        back = beats[rival][own]
        table.add_row(
            key_short(rival),
            fr(sum(part > HALF for who, part in by_member.items() if who)),
            fr(sum(part > HALF for who, part in back.items() if who)),
            percent(by_member[""]),
            percent(back[""]),
            fr(regret[rival][""] / 1000.0, decimals),
        )
    out.print(table)
    out.print(
        _(
            "Better, worse: persons (or members), in more than half of the draws. Group: in which part of "
            "them all together gain or lose. Regret: what a key leaves to the group, on "
            "average, against the best key of each draw."
        ),
        style="dim",
    )
    _print_ahead(variant, indicator, own)


def _print_ahead(variant: VariantDraws, indicator: str, own: str) -> None:
    """Print for how many members the best other key beats the first one, or is beaten, nearly always."""
    regret = {key: by_member[""] for key, by_member in variant.regret[indicator].items()}
    rival = min((key for key in regret if key != own), key=lambda key: regret[key])
    first, second = (own, rival) if regret[own] <= regret[rival] else (rival, own)
    found = variant.ahead[indicator][first][second]
    message = _(
        "In 9 draws out of 10, {first} does better than {second} for at least {count} of {members} members."
    )
    if indicator == "gain_eur_ht":
        message = _(
            "In 9 draws out of 10, {first} does better than {second} for at least {count} of {members} "
            "persons."
        )
    keys = {"first": key_short(first), "second": key_short(second)}
    console().print(message.format(**keys, count=found.at_least, members=found.members))


def _compared(variant: VariantDraws) -> str | None:
    """Return what keys are judged on: what everybody gains, else savings, else kWh; None for one key."""
    if len(variant.keys) < 2:
        return None
    for indicator in ("gain_eur_ht", "saving_eur_ht", "received_kwh"):
        if all("" in by_member for by_member in variant.regret[indicator].values()):
            return indicator
    return None


def _print_members(variant: VariantDraws, names: Mapping[str, str]) -> None:
    """Print what each member saves or receives under the first key, and which key suits it best."""
    own = variant.own
    found = variant.keys[own].ranges
    indicator = "saving_eur_ht" if "saving_eur_ht" in found else "received_kwh"
    rows = {who: values for who, values in found.get(indicator, {}).items() if who}
    if not rows:
        return
    table = table_of(
        (_("Participant"), "left"),
        (_("Saved €") if indicator == "saving_eur_ht" else _("Received kWh"), "right"),
        (_("Best key"), "right"),
        (_("of the draws"), "right"),
    )
    for who, figures in rows.items():
        ratios = {key: by[who] for key, by in variant.best[indicator].items() if who in by}
        best = max(ratios, key=lambda key: ratios[key], default=own)
        alike = min(ratios.values(), default=1.0) == max(ratios.values(), default=1.0)
        shown = (_("all alike"), "–") if alike else (key_short(best), percent(ratios[best]))
        table.add_row(names.get(who, who), _range(figures, _decimals(figures, 0)), *shown)
    console().print(_("Under {key}:").format(key=lowered(key_title(own))))
    console().print(table)


def _print_spreads(spreads: Mapping[str, DrawnSpread]) -> None:
    """Print what was drawn, and where each range comes from."""
    out = console()
    out.print(_("What was drawn:"))
    for name, spread in spreads.items():
        text = f"· {_(FACTOR_WORDS[name])} : {_spread(name, spread)}"
        if spread.source:
            text += f" ({spread.source})"
        if spread.default:
            text += " " + _("[default: [sweep] {name} says otherwise]").format(name=name)
        out.print(text, style="dim", markup=False)


def _spread(name: str, spread: DrawnSpread) -> str:
    """Return a distribution in words, as changes of what the folder says."""

    def change(value: float) -> str:
        moved = value if name == "load_growth" else value - 1.0
        return signed_percent(moved) if moved else percent(0.0)

    if spread.shape == "fixed":
        return _("{value}, not drawn").format(value=change(spread.middle))
    if spread.shape == "uniform":
        return _("from {low} to {high}, any as likely").format(
            low=change(spread.low), high=change(spread.high)
        )
    if spread.shape == "triangular":
        return _("from {low} to {high}, most often {middle}").format(
            low=change(spread.low), high=change(spread.high), middle=change(spread.middle)
        )
    return _("around {middle}, standard deviation {spread}").format(
        middle=change(spread.middle), spread=percent(spread.spread, 1)
    )


def _alone_table(alone: Mapping[str, Alone], names: Mapping[str, str]) -> Table:
    """Return what each hypothesis does by itself, the strongest on the last column first."""
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
    if len(indicators) > 3 and console().width < WIDE:
        indicators = [one for one in indicators if one[0] != "saving_eur_ht"]  # so that no figure is cut
    table = table_of(
        (_("One hypothesis at a time"), "left"), *((title, "right") for _name, title, _d in indicators)
    )
    usual = [fr(alone[name].reference / 1000.0, decimals) for name, _title, decimals in indicators]
    table.add_row(_("all as expected"), *usual)
    by_name = {name: {e.factor: e for e in alone[name].effects} for name, _title, _d in indicators}
    order = {factor: e for name in reversed(by_name) for factor, e in by_name[name].items()}
    for factor, effect in order.items():
        cells = [
            " / ".join(fr(value / 1000.0, decimals) for value in by_name[name][factor].found)
            if factor in by_name[name]
            else ""
            for name, _title, decimals in indicators
        ]
        table.add_row(_hypothesis(effect, names), *cells)
    return table


def _hypothesis(effect: Effect, names: Mapping[str, str]) -> str:
    name = _(FACTOR_WORDS[effect.factor])
    if effect.who:
        return f"{name} ({names.get(effect.who, effect.who)})"
    if not effect.change:
        return name
    return f"{name} ({' / '.join(signed_percent(ratio) for ratio in effect.change)})"
