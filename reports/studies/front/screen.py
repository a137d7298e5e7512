"""What a person reads after `acc front`: the answer, the points, where each key stands, whether it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path

from acc.front.result import Front, FrontPoint, Judged, KeptPoint, PointKind
from acc.i18n import semicolons, to_hundreds
from reports.format.gains import value_basis
from reports.format.labels import key_title, not_counted
from reports.format.money import eur, euros, signed_euros
from reports.format.numbers import fr, percent, signed
from reports.nodes.tree import Bullets, Heading, Node, Paragraph, TextTable
from reports.studies.front.labels import answer_sentences, is_flat, more_eur, proposal_sentences, yearly
from reports.terminal.blocks import noted, some_of, status, text_table

EXACT = 1e-9
"""A relative gap up to which a point is proven to be the best."""

LEAST_KWH = 0.5
LESS_SHORT = 0.005
"""Half a point of need: what makes the monthly form worth its work."""

NAMED = 3
"""Who falls short is named up to this many."""


def front_nodes(front: Front, kept: KeptPoint | None = None, folder: Path | None = None) -> Iterator[Node]:
    """Yield a front, then the point of it that was kept."""
    yield from status(front.status, folder)
    names = {site.id: site.name for site in front.scenario.participants}
    text = _(
        "Today, under {key}: {eur} for everybody together; the worst served, {name}, has {now} of its need."
    )
    here = front.here
    now = {"now": percent(here.worst_ratio, 1), "name": names.get(front.worst_id or "", "–")}
    yield Paragraph(text.format(key=key_title(front.today), eur=euros(here.gain_eur_ht), **now), "lead")
    yield Bullets(tuple(answer_sentences(front)))
    yield from _over_plan(front)
    yield from map(Paragraph, proposal_sentences(front))
    yield from _levels(front, names)
    yield _points_table(front)
    yield _keys_table(front)
    yield from _even(front)
    yield from _robust(front, names)
    yield from noted(front.notes)
    yield from map(Paragraph, [] if kept is None else _kept(kept))


def _over_plan(front: Front) -> Iterator[Node]:
    """Yield the values of the named points over the plan, where changes are dated."""
    points = [point for point in front.points if point.kind in front.over_plan]
    if not points:
        return
    text = _("Over the plan (NPV), each year with its dated changes, these keys kept: {points}.")
    sums = [f"{_mark(front, point)}{_(': ')}{signed_euros(front.over_plan[point.kind])}" for point in points]
    yield Paragraph(text.format(points=semicolons(sums)))
    yield Paragraph(value_basis(), "note")


def _levels(front: Front, names: Mapping[str, str]) -> Iterator[Node]:
    levels = front.levels
    able = levels > 0.0
    if not able.any():
        return
    lowest, highest = float(levels[able].min()), float(levels.max())
    text = _("Everybody can have {low} of its need.").format(low=percent(lowest, 1))
    if highest > lowest + 0.0005:
        text = _("Everybody can have {low} of its need; whoever is not held back by its hours, {high}.")
        limited = [names[p.id] for p, top in zip(front.scenario.participants, levels, strict=True)
                if 0.0 < top < highest - 0.0005]  # fmt: skip
        text = text.format(low=percent(lowest, 1), high=percent(highest, 1))
        text += " " + _("Held back: {names}.").format(names=some_of(limited, NAMED))
    if front.never_ids:
        text += " " + not_counted([names[name] for name in front.never_ids])
    yield Paragraph(text)


def _points_table(front: Front) -> TextTable:
    heads = [
        _("Point"),
        _("Floor"),
        _("Worst served"),
        _("Equality (Gini)"),
        _("For all, €/year"),
        _("Savings €"),
        _("What it is"),
    ]
    flat = is_flat(front)
    shown = [
        (number, point)
        for number, point in enumerate(front.points, start=1)
        if not (flat and point.kind is PointKind.STEP)
    ]
    rows = [
        (
            fr(number),
            percent(point.floor_ratio, 1),
            percent(point.values.worst_ratio, 1),
            fr(point.values.gini, 3),
            signed(to_hundreds(more_eur(front, point))),
            eur(point.values.saving_eur_ht),
            _mark(front, point),
        )
        for number, point in shown
    ]
    proof = _("Proven: no split gives more at any of these floors (largest relative gap {gap}).")
    return replace(
        text_table(
            heads,
            rows,
            words=(0, 6),
            strong={place for place, (_n, point) in enumerate(shown) if point.kind is not PointKind.STEP},
        ),
        note=proof.format(gap=f"{max(point.gap_ratio for point in front.points):.0e}"),
    )


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


def _keys_table(front: Front) -> TextTable:
    heads = [
        _("Key"),
        _("Worst served"),
        _("Equality (Gini)"),
        _("For all, €/year"),
        _("Below the front, €/year"),
    ]
    rows = [
        (
            key_title(name),
            percent(place.values.worst_ratio, 1),
            fr(place.values.gini, 3),
            signed(to_hundreds(yearly(front, place.values.gain_eur_ht - front.here.gain_eur_ht))),
            eur(max(0.0, yearly(front, place.distance_eur_ht))),
        )
        for name, place in front.keys.items()
    ]
    return text_table(heads, rows, strong=[n for n, name in enumerate(front.keys) if name == front.today])


def _even(front: Front) -> Iterator[Node]:
    """Yield the best split at each Gini index, and how near to the best possible it is proven to be."""
    if not front.even_points:
        return
    heads = [_("Equality (Gini)"), _("Worst served"), _("For all, €/year"), _("Left to the surplus, kWh")]
    rows = [
        (
            fr(point.values.gini, 3),
            percent(point.values.worst_ratio, 1),
            signed(to_hundreds(more_eur(front, point))),
            fr(point.left_kwh) if point.left_kwh >= LEAST_KWH else "–",
        )
        for point in front.even_points
    ]
    short = max(yearly(front, point.bound_eur_ht - point.values.gain_eur_ht) for point in front.even_points)
    largest = max(point.gap_ratio for point in front.even_points)
    proof = _("Not exact everywhere: a split could give up to {eur} € a year more (relative gap {gap}).")
    if largest <= EXACT:
        proof = _("Proven: no split gives more at any of these indices (largest relative gap {gap}).")
    yield replace(
        text_table(heads, rows),
        title=_("Against the Gini index (0: all cover the same part of their need):"),
        note=proof.format(gap=f"{largest:.0e}", eur=fr(short, 2)),
    )


def _robust(front: Front, names: Mapping[str, str]) -> Iterator[Node]:
    if not front.robust:
        return
    first = front.robust[0]
    text = _("Chosen on {trained} draws of needs, sun and prices, judged on {judged} others:")
    yield Paragraph(text.format(trained=fr(first.trained), judged=fr(first.judged)))
    for robust in front.robust:
        point = front.point(robust.kind)
        mark = _mark(front, point) if point else ""
        yield Heading(f"· {mark}, {percent(robust.floor_ratio, 1)}", 3)
        kept = _judged_words(front, robust.kept, names)
        yield Paragraph("  " + _("orders kept: {judged}").format(judged=kept))
        if robust.monthly is not None:
            monthly = _judged_words(front, robust.monthly, names)
            yield Paragraph("  " + _("solved each month: {judged}").format(judged=monthly))
    kept_short = max(year.kept.short_ratio for year in front.robust)
    by_month = [year.monthly.short_ratio for year in front.robust if year.monthly is not None]
    monthly_short = max(by_month, default=0.0)
    if kept_short > LESS_SHORT and not by_month:
        text = _("Another year, orders kept fall {kept} points short. Whether solving them anew each month "
                 "holds better: --monthly, longer.")  # fmt: skip
        yield Paragraph(text.format(kept=fr(100.0 * kept_short, 1)))
    elif kept_short > monthly_short + LESS_SHORT:
        text = _(
            "Another year, orders kept fall {kept} points short, solved each month {monthly}: --monthly."
        )
        points = {"kept": kept_short, "monthly": monthly_short}
        yield Paragraph(text.format(**{name: fr(100.0 * ratio, 1) for name, ratio in points.items()}))


def _judged_words(front: Front, judged: Judged, names: Mapping[str, str]) -> str:
    gain = signed(to_hundreds(yearly(front, judged.gain_eur_ht)))
    if not judged.short_ids:
        return _("{gain} € a year for all, everybody has what was promised").format(gain=gain)
    points = 100.0 * judged.short_ratio
    text = _("{gain} € a year for all, up to {short} points short: {names}")
    if points < 2.0:
        text = _("{gain} € a year for all, up to {short} point short: {names}")
    who = some_of([names[name] for name in judged.short_ids], NAMED)
    return text.format(gain=gain, short=fr(points, 1), names=who)


def _kept(kept: KeptPoint) -> list[str]:
    """Files of the kept point, its declaration, and the cost of its rounding."""
    text = _("Key `optimal` solved anew each month: declared as dynamique simple; its coefficients are "
             "known once the month's meters are.")  # fmt: skip
    if kept.file is not None:
        text = _(
            "Key `optimal`, orders kept in {file}: declared as dynamique simple; the orders are known "
            "before, the coefficients once the month's meters are."
        )
    cost = _(
        "Coefficients rounded to {decimals} decimals cost {eur} together, and {ratio} point of its need to "
        "one at most."
    )
    values = {
        "decimals": fr(kept.decimals),
        "eur": fr(kept.lost_eur_ht, 2) + " €",
        "ratio": fr(100.0 * kept.lost_ratio, 4),
    }
    return [
        _('Kept as the variant “{name}”: acc run DIR --variant "{name}".').format(name=kept.variant),
        text.format(file=kept.file),
        cost.format(**values),
    ]
