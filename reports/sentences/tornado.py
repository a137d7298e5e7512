"""The tornado of a brief: what each hypothesis does by itself to everybody's present value.

Where somebody's is not known, it is that of the producers.
"""

from gettext import gettext as _

from acc.i18n import semicolons
from acc.result.result import Alone, Effect
from reports.format.draw_labels import FACTOR_WORDS
from reports.format.money import thousands
from reports.format.numbers import fr, listed, percent, signed, signed_percent
from reports.view.privacy import drawn_names
from reports.view.selection import Swing
from reports.view.view import View

EVERYBODY_NPV, NPV = "everybody_npv_eur_ht", "npv_eur_ht"
CHURN = "churn"
MOST_SWINGS = 9
LEAST_EUR = 50.0
"""A move that would print as zero thousands is not drawn."""


def has_tornado(view: View) -> bool:
    """Return whether a sweep told what each hypothesis does to the producers' plan."""
    return bool(swings(view))


def swings(view: View) -> list[Swing]:
    """Return the rows of the tornado, the strongest first."""
    if NPV not in view.result.alone:
        return []
    reference = expected(view).reference
    rows = [
        Swing(
            _(FACTOR_WORDS[effect.factor]),
            tried_text(view, effect),
            tuple((value - reference) / 1000.0 for value in effect.found),
            _values(effect),
        )
        for effect in effects(view)
    ]
    rows += _departures(view)
    return sorted(rows, key=lambda row: -max(map(abs, row.moves_keur)))[:MOST_SWINGS]


def of_everybody(view: View) -> bool:
    """Return whether the tornado is of everybody's present value."""
    return EVERYBODY_NPV in view.result.alone


def _departures(view: View) -> list[Swing]:
    """Loss of the plan from yearly departures of members, for the value of all."""
    money = view.result.money
    if money is None or money.total is None or money.total.npv_eur_ht is None or not of_everybody(view):
        return []
    return [
        Swing(
            _(FACTOR_WORDS[CHURN]),
            _("{ratio} each year").format(ratio=percent(after.churn_ratio)),
            ((after.everybody_npv_eur_ht - money.total.npv_eur_ht) / 1000.0,),
        )
        for after in money.plans_after
        if after.churn_ratio and abs(after.everybody_npv_eur_ht - money.total.npv_eur_ht) >= LEAST_EUR
    ]


def effects(view: View) -> list[Effect]:
    """Effects that may be shown of each hypothesis; a home's departure is private."""
    alone, names = expected(view), drawn_names(view.result.scenario)
    return [
        effect
        for effect in alone.effects
        if (effect.who is None or effect.who in names)
        and max(abs(value - alone.reference) for value in effect.found) >= LEAST_EUR
    ]


def expected(view: View) -> Alone:
    """Return the present value with every hypothesis at its middle, and what each does; where it is known."""
    return view.result.alone[EVERYBODY_NPV if of_everybody(view) else NPV]


def tried_text(view: View, effect: Effect) -> str:
    """Return the values tried: "−10 % or +18 %", who leaves, other years of the same sky, the reform."""
    if effect.who is not None:
        return drawn_names(view.result.scenario)[effect.who]
    if not effect.change:
        return {"weather": _("the other years drawn"), "off_peak_reform": _("after the reform")}.get(
            effect.factor, ""
        )
    if len(effect.change) == 1:
        return signed_percent(effect.change[0])
    return _("{low} or {high}").format(
        low=signed_percent(effect.change[0]), high=signed_percent(effect.change[-1])
    )


def _values(effect: Effect) -> tuple[str, ...]:
    """Return the value tried at each end, where two were."""
    if effect.who is not None or len(effect.change) != 2 or len(effect.found) != 2:
        return ()
    return tuple(signed_percent(change) for change in effect.change)


def tornado_caption(view: View) -> str:
    """Caption of the tornado."""
    text = _(
        "A single hypothesis at a time, within its range of 8 chances out of 10; to the left, the value "
        "falls, to the right it rises. Strongest: {name}."
    )
    sentence = text.format(name=swings(view)[0].name)
    draws = view.result.ranges_draws
    return sentence if draws is None else f"{sentence} " + _("{draws} draws.").format(draws=fr(draws))


def tornado_alt(view: View) -> str:
    """Alternative text of the tornado: each hypothesis with its effect, in k€."""
    rows = [_row_text(swing) for swing in swings(view)]
    text = _("Effect of one hypothesis at a time on the producers’ present value of {value}. {rows}.")
    if of_everybody(view):
        text = _("Effect of one hypothesis at a time on everybody’s present value of {value}. {rows}.")
    return text.format(value=thousands(expected(view).reference), rows=semicolons(rows))


def _row_text(swing: Swing) -> str:
    moves = listed([f"{signed(move) if abs(move) >= 0.5 else fr(0.0)}\u00a0k€" for move in swing.moves_keur])
    return f"{swing.name} ({swing.tried}) {moves}" if swing.tried else f"{swing.name} {moves}"
