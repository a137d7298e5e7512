"""Why one scenario brings more than another: a sentence for each cause; the amounts sum to the whole."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext
from itertools import pairwise

from acc.i18n import N_, semicolons
from acc.result.change import CauseEffect, ChangeCause, ChangedSetting, ExplainedChange
from acc.sides import NOTHING_EUR
from reports.format.labels import key_title, lowered
from reports.format.money import signed_to_the_euro
from reports.format.numbers import FIXED, MISSING, fr, fr_exact, listed, signed

CAUSES: Mapping[ChangeCause, str] = {
    ChangeCause.CURVES: N_("Curves and weather"),
    ChangeCause.MEMBERS: N_("Members"),
    ChangeCause.ROOFS: N_("Roofs, battery"),
    ChangeCause.KEY: N_("Sharing key"),
    ChangeCause.PRICES: N_("Prices"),
    ChangeCause.TARIFFS: N_("Network tariffs and taxes"),
    ChangeCause.PLAN: N_("Plan of the producers"),
    ChangeCause.OTHER: N_("Other settings"),
}

SETTINGS_TOLD = 3
"""What changed, in a sentence; the others are counted."""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """The whole difference, what each cause is of it, how the parts are read."""

    whole: str
    causes: tuple[str, ...]
    note: str


def change_words(
    change: ExplainedChange, names: Mapping[str, str], *, is_year: bool, closed: Collection[str] = ()
) -> ChangeWords:
    """Explanation of the difference between two results.

    Amounts are differences of levels to the euro: as printed too they sum to the whole.

    Args:
        names: by which sites and plants may be called, by id; others are not named.
        is_year: whether the period is a year.
        closed: ids of whom no figure is told, only what it is that changed; so for who has no name.
    """
    if not change.effects:
        return ChangeWords(_("Nothing differs between the two."), (), "")
    levels = [round(eur) for eur in change.levels_eur]
    amounts: list[int | None] = [now - before for before, now in pairwise(levels)]
    amounts = amounts or [None] * len(change.effects)
    causes = (
        f"{_causes(effect)} ({_changed(effect.changed, names, closed)}){FIXED}: {_whom(eur, effect)}."
        for effect, eur in zip(change.effects, amounts, strict=True)
    )
    note = _("Each cause changes over those before it: another order would part the same sum in another way.")
    return ChangeWords(
        _total_change(change, levels, is_year=is_year), tuple(causes), note if len(levels) > 2 else ""
    )


def _total_change(change: ExplainedChange, levels: Sequence[int], *, is_year: bool) -> str:
    eur = levels[-1] - levels[0] if levels else None
    brings = _brings(eur, change.levels_kwh[-1] - change.levels_kwh[0])
    if not levels:
        return _("In all: {brings}.").format(brings=brings)
    if not change.plan_years:
        text = (
            _("In all, for everybody a year: {brings}.") if is_year else _("In all, for everybody: {brings}.")
        )
        return text.format(brings=brings)
    text = _("In all, for everybody over {years} years: {brings}.")
    return text.format(years=listed([fr(years) for years in change.plan_years]), brings=brings)


def _brings(eur: int | None, shared_kwh: float) -> str:
    mwh = signed(shared_kwh / 1000.0, 0 if abs(shared_kwh) >= 10_000.0 else 1)
    energy = _("{amount} MWh shared").format(amount=mwh)
    if not mwh.startswith(("+", "−")):
        energy = _("as many kWh shared")
    return energy if eur is None else f"{signed_to_the_euro(eur)}, {energy}"


def _whom(eur: int | None, effect: CauseEffect) -> str:
    """Effect of a cause, with numbers of persons who gain more and less by it."""
    brings, changes = _brings(eur, effect.shared_kwh), effect.persons_eur.values()
    more, less = sum(change > NOTHING_EUR for change in changes), sum(c < -NOTHING_EUR for c in changes)
    if not more and not less:
        return brings
    text = _("{brings}; {more} gain more, {less} less")
    return text.format(brings=brings, more=fr(more), less=fr(less))


def _causes(effect: CauseEffect) -> str:
    first, *others = (_(CAUSES[cause]) for cause in effect.causes)
    return listed([first, *map(lowered, others)])


def _changed(changed: Sequence[ChangedSetting], names: Mapping[str, str], closed: Collection[str]) -> str:
    settings = list(dict.fromkeys(_setting(setting, names, closed) for setting in changed))
    if len(settings) > SETTINGS_TOLD:
        count = len(settings) - SETTINGS_TOLD
        more = ngettext("{count} other", "{count} others", count).format(count=fr(count))
        settings = [*settings[:SETTINGS_TOLD], more]
    return semicolons(settings)


FILES: Mapping[str, str] = {
    "quotes": N_("other quotes of plants"),
    "changes": N_("other dated changes"),
    "curves.files": N_("other files in curves/"),
    "cles.files": N_("other files in cles/"),
}
"""What is not told cell by cell, by path."""


def _setting(setting: ChangedSetting, names: Mapping[str, str], closed: Collection[str]) -> str:
    name = names.get(setting.of) or (_("a plant") if setting.path.startswith("plants.") else _("a member"))
    if setting.path in FILES:
        return _(FILES[setting.path])
    if setting.path.endswith(".active") and setting.of:
        text = _("with {name}") if setting.after is True or setting.after == "oui" else _("without {name}")
        return text.format(name=name)
    if setting.path.endswith(".curve"):
        return _("{name}, another curve").format(name=name)
    if setting.path == "key.name":
        return " → ".join(key_title(str(key or "prorata")) for key in (setting.before, setting.after))
    before, after = _value(setting.before), _value(setting.after)
    unit = f"{FIXED}{setting.unit.replace('EUR', '€')}" if setting.unit else ""
    what = f"{name}, {lowered(setting.title)}" if setting.of else lowered(setting.title)
    is_silent = before == after or (setting.of and (setting.of in closed or setting.of not in names))
    return what if is_silent else f"{what}{FIXED}: {before} → {after}{unit}"


def _value(value: object) -> str:
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        try:  # a cell of a table is a text
            value = float(value.replace(",", "."))
        except ValueError:
            return str(value)
    return fr_exact(float(value)) if isinstance(value, int | float) else "…"
