"""What a person reads after `acc front`: the answer, the points, where each key stands, whether it holds."""

from collections.abc import Mapping
from gettext import gettext as _

from rich import box
from rich.table import Table

from acc.i18n import to_hundreds
from acc.result.front import Front, FrontPoint, Judged, KeptPoint, PointKind
from reports.format.front_labels import answer_sentences, is_flat, more_eur, yearly
from reports.format.labels import key_title, not_counted
from reports.format.money import eur, euros
from reports.format.numbers import fr, listed, percent, signed
from reports.terminal.console import console, print_status

EXACT = 1e-9
"""A relative gap up to which a point is proven to be the best."""

LEAST_KWH = 0.5
LESS_SHORT = 0.005
"""Half a point of need: what makes the monthly form worth its work."""

NAMED = 3
"""Who falls short is named up to this many."""


def print_front(front: Front, kept: KeptPoint | None = None) -> None:
    """Print a front."""
    out = console()
    print_status(out, front.status)
    names = {site.id: site.name for site in front.scenario.participants}
    text = _(
        "Today, under {key}: {eur} for everybody together; the worst served, {name}, has {now} of its need."
    )
    here = front.here
    now = {"now": percent(here.worst_ratio, 1), "name": names.get(front.worst_id or "", "–")}
    out.print(text.format(key=key_title(front.today), eur=euros(here.gain_eur_ht), **now), style="bold")
    for sentence in answer_sentences(front):
        out.print(f"· {sentence}")
    _print_levels(front, names)
    out.print(_points_table(front))
    largest = max(point.gap_ratio for point in front.points)
    proof = _("Proven: no split gives more at any of these floors (largest relative gap {gap}).")
    out.print(proof.format(gap=f"{largest:.0e}"), style="dim")
    out.print(_keys_table(front))
    _print_even(front)
    _print_robust(front, names)
    for note in front.notes:
        out.print(f"· {note}", style="dim")
    if kept is not None:
        _print_kept(kept)


def _print_levels(front: Front, names: Mapping[str, str]) -> None:
    out, levels = console(), front.levels
    able = levels > 0.0
    if not able.any():
        return
    lowest, highest = float(levels[able].min()), float(levels.max())
    text = _("Everybody can have {low} of its need.").format(low=percent(lowest, 1))
    if highest > lowest + 0.0005:
        text = _("Everybody can have {low} of its need; whoever is not held back by its hours, {high}.")
        held = [names[p.id] for p, top in zip(front.scenario.participants, levels, strict=True)
                if 0.0 < top < highest - 0.0005]  # fmt: skip
        text = text.format(low=percent(lowest, 1), high=percent(highest, 1))
        text += " " + _("Held back: {names}.").format(names=_some(held))
    if front.never_ids:
        text += " " + not_counted([names[name] for name in front.never_ids])
    out.print(text)


def _some(names: list[str]) -> str:
    """Return the first names, and how many others."""
    if len(names) <= NAMED + 1:
        return listed(names)
    return _("{names} and {count} others").format(
        names=", ".join(names[:NAMED]), count=fr(len(names) - NAMED)
    )


def _points_table(front: Front) -> Table:
    table = _table(
        _("Point"),
        _("Floor"),
        _("Worst served"),
        _("Equality (Gini)"),
        _("For all, €/year"),
        _("Savings €"),
        left=_("What it is"),
    )
    flat = is_flat(front)
    for number, point in enumerate(front.points, start=1):
        values = point.values
        if flat and point.kind is PointKind.STEP:
            continue
        style = "" if point.kind is PointKind.STEP else "bold"
        table.add_row(
            fr(number),
            percent(point.floor_ratio, 1),
            percent(values.worst_ratio, 1),
            fr(values.gini, 3),
            signed(to_hundreds(more_eur(front, point))),
            eur(values.saving_eur_ht),
            _mark(front, point),
            style=style,
        )
    return table


def _mark(front: Front, point: FrontPoint) -> str:
    words = {
        PointKind.MOST_EUROS: _("the most euros"),
        PointKind.SAME_WORST: _("worst as today"),
        PointKind.BETTER_ON_BOTH: _("better on both sides"),
        PointKind.NO_COST: _("at no cost"),
        PointKind.MOST_EVEN: _("the highest floor"),
    }
    last = point is front.points[-1] and point.kind is PointKind.NO_COST
    return _("at no cost, the highest floor") if last else words.get(point.kind, "")


def _keys_table(front: Front) -> Table:
    table = _table(
        _("Key"),
        _("Worst served"),
        _("Equality (Gini)"),
        _("For all, €/year"),
        _("Below the front, €/year"),
        left="",
    )
    for name, place in front.keys.items():
        more = yearly(front, place.values.gain_eur_ht - front.here.gain_eur_ht)
        table.add_row(
            key_title(name),
            percent(place.values.worst_ratio, 1),
            fr(place.values.gini, 3),
            signed(to_hundreds(more)),
            eur(max(0.0, yearly(front, place.distance_eur_ht))),
            style="bold" if name == front.today else "",
        )
    return table


def _print_even(front: Front) -> None:
    """Print the best split at each Gini index, and how near to the best possible it is proven to be."""
    if not front.even_points:
        return
    out = console()
    table = _table(
        _("Equality (Gini)"), _("Worst served"), _("For all, €/year"), _("Left to the surplus, kWh"), left=""
    )
    for point in front.even_points:
        left = fr(point.left_kwh) if point.left_kwh >= LEAST_KWH else "–"
        worst = percent(point.values.worst_ratio, 1)
        table.add_row(fr(point.values.gini, 3), worst, signed(to_hundreds(more_eur(front, point))), left)
    out.print(_("Against the Gini index (0: all cover the same part of their need):"), style="bold")
    out.print(table)
    short = max(yearly(front, point.bound_eur_ht - point.values.gain_eur_ht) for point in front.even_points)
    largest = max(point.gap_ratio for point in front.even_points)
    if largest <= EXACT:
        proof = _("Proven: no split gives more at any of these indices (largest relative gap {gap}).")
    else:
        proof = _("Not exact everywhere: a split could give up to {eur} € a year more (relative gap {gap}).")
    out.print(proof.format(gap=f"{largest:.0e}", eur=fr(short, 2)), style="dim")


def _print_robust(front: Front, names: Mapping[str, str]) -> None:
    if not front.robust:
        return
    out, first = console(), front.robust[0]
    text = _("Chosen on {trained} draws of needs, sun and prices, judged on {judged} others:")
    out.print(text.format(trained=fr(first.trained), judged=fr(first.judged)))
    for one in front.robust:
        point = front.point(one.kind)
        mark = _mark(front, point) if point else ""
        out.print(f"· {mark}, {percent(one.floor_ratio, 1)}", style="bold")
        out.print("  " + _("orders kept: {judged}").format(judged=_judged_words(front, one.kept, names)))
        out.print(
            "  " + _("solved each month: {judged}").format(judged=_judged_words(front, one.monthly, names))
        )
    kept, monthly = (
        max(getattr(one, form).short_ratio for one in front.robust) for form in ("kept", "monthly")
    )
    if kept > monthly + LESS_SHORT:
        text = _(
            "Another year, orders kept fall {kept} points short, solved each month {monthly}: --monthly."
        )
        out.print(text.format(kept=fr(100.0 * kept, 1), monthly=fr(100.0 * monthly, 1)))


def _judged_words(front: Front, judged: Judged, names: Mapping[str, str]) -> str:
    gain = signed(to_hundreds(yearly(front, judged.gain_eur_ht)))
    if not judged.short_ids:
        return _("{gain} € a year for all, everybody has what was promised").format(gain=gain)
    points = 100.0 * judged.short_ratio
    text = _("{gain} € a year for all, up to {short} points short: {names}")
    if points < 2.0:
        text = _("{gain} € a year for all, up to {short} point short: {names}")
    short = fr(points, 1)
    return text.format(gain=gain, short=short, names=_some([names[name] for name in judged.short_ids]))


def _print_kept(kept: KeptPoint) -> None:
    out = console()
    text = _('Kept as the variant “{name}”: acc run DIR --variant "{name}".').format(name=kept.variant)
    out.print(text, style="bold")
    if kept.file is None:
        out.print(
            _(
                "Key `optimal` solved anew each month: declared as dynamique simple; its coefficients are "
                "known once the month's meters are."
            )
        )
    else:
        text = _(
            "Key `optimal`, orders kept in {file}: declared as dynamique simple; the orders are known "
            "before, the coefficients once the month's meters are."
        )
        out.print(text.format(file=kept.file))
    text = _(
        "Coefficients rounded to {decimals} decimals cost {eur} together, and {ratio} point of its need to "
        "one at most."
    )
    values = {
        "decimals": fr(kept.decimals),
        "eur": fr(kept.lost_eur_ht, 2) + " €",
        "ratio": fr(100.0 * kept.lost_ratio, 4),
    }
    out.print(text.format(**values))


def _table(first: str, *others: str, left: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, overflow="fold")
    for title in others:
        table.add_column(title, justify="right", min_width=5)
    if left:
        table.add_column(left, overflow="fold")
    return table
