"""What a person reads after `acc front`, and the points of the front in words, for figures and data too."""

from collections.abc import Iterator, Mapping
from gettext import gettext as _
from pathlib import Path

from acc.bills.bill import period_years
from acc.front.result import Front, FrontPoint, Judged, KeptPoint, KeyPlace, PointKind
from acc.i18n import semicolons, to_hundreds
from acc.time_aggregates import is_year
from reports.format.gains import value_basis
from reports.format.labels import key_title, not_counted
from reports.format.money import eur, euros, signed_euros
from reports.format.numbers import fr, percent, signed
from reports.format.proposals import ProposalWords
from reports.format.wording import sentence, text_of
from reports.nodes.rows import RowColumn, column_table
from reports.nodes.tree import Bullets, Heading, Node, Paragraph, TextTable
from reports.terminal.blocks import noted, some_of, status

SAME_EUR = 0.5
"""Below half a euro a year a gain is none."""

SAME_RATIO = 0.0005
"""Half of what is printed: below, nobody is served better."""


def yearly(front: Front, amount_eur: float) -> float:
    """Return euros of the period as euros of a year."""
    return amount_eur / period_years(front.scenario.steps)


def more_eur(front: Front, point: FrontPoint | KeyPlace) -> float:
    """Additional yearly gain of all against today's key, EUR; negative for a loss."""
    return yearly(front, point.values.gain_eur_ht - front.here.gain_eur_ht)


def point_sentence(front: Front, point: FrontPoint) -> str:
    """Return a point in words: what it brings beside today's key."""
    more = more_eur(front, point)
    now, chosen = (percent(values.worst_ratio, 1) for values in (front.here, point.values))
    name = "less-for-group" if more < -SAME_EUR else "more-for-group"
    if point.kind is PointKind.SAME_WORST:
        name = "more-and-nobody-worse"
    elif point.kind in {PointKind.BETTER_ON_BOTH, PointKind.NO_COST}:
        is_more = more > SAME_EUR or point.kind is PointKind.BETTER_ON_BOTH
        name = "more-and-worst-better" if is_more else "as-many-and-worst-better"
    return sentence(name, eur=euros(abs(more)), now=now, then=chosen)


def answer_sentences(front: Front) -> list[str]:
    """Position of today's key under the front: points better on both sides, or the proof."""
    both, same = front.point(PointKind.BETTER_ON_BOTH), front.point(PointKind.SAME_WORST)
    free = front.point(PointKind.NO_COST)
    body = [point_sentence(front, point) for point in (same, both, free) if point is not None]
    if not body:
        body.append(text_of("proven-best-for-group"))
    if is_flat(front):
        body.append(_("Fairness costs nothing here: every floor of the list brings the group as many euros."))
    body += [_ready(front, name) for name in _ready_keys(front)[:1]]
    fewer = yearly(front, front.nobody_fewer_eur_ht)
    if fewer > SAME_EUR:
        body.append(sentence("if-nobody-receives-less", eur=euros(fewer)))
    else:
        body.append(_("Proven: nothing can be gained if nobody may receive fewer kWh than today."))
    return body


def proposal_sentences(front: Front) -> list[str]:
    """Proposal of a key by the group's criteria, in one paragraph without names."""
    if front.proposal is None:
        return []
    words = ProposalWords(proposal=front.proposal, title=key_title, is_year=is_year(front.scenario.steps))
    return [" ".join(words.sentences)]


def is_flat(front: Front) -> bool:
    """Return whether the highest floor brings everybody as many euros as none."""
    return more_eur(front, front.points[0]) - more_eur(front, front.points[-1]) < SAME_EUR


def _ready_keys(front: Front) -> list[str]:
    """Return keys on the front that serve the worst better than today for as many euros, best first."""
    here = front.here
    keys = [
        key
        for key in front.keys.values()
        if yearly(front, key.distance_eur_ht) < SAME_EUR
        and yearly(front, here.gain_eur_ht - key.values.gain_eur_ht) < SAME_EUR
        and key.values.worst_ratio > here.worst_ratio + SAME_RATIO
    ]
    return [key.name for key in sorted(keys, key=lambda key: -key.values.worst_ratio)]


def _ready(front: Front, name: str) -> str:
    return sentence("ready-made", key=key_title(name), then=percent(front.keys[name].values.worst_ratio, 1))


EXACT = 1e-9
"""A relative gap up to which a point is proven to be the best."""

LEAST_KWH = 0.5
LESS_SHORT = 0.005
"""Half a point of need: what makes the monthly form worth its work."""

NAMED = 3
"""Who falls short is named up to this many."""


def front_nodes(front: Front, kept: KeptPoint | None = None, folder: Path | None = None) -> Iterator[Node]:
    """Yield a front, then the point of it that was kept."""
    yield from status(front.scenario, front.status, folder)
    names = {site.id: site.name for site in front.scenario.participants}
    here = front.here
    now = {"now": percent(here.worst_ratio, 1), "name": names.get(front.worst_id or "", "–")}
    yield Paragraph(
        sentence("today-under-key", key=key_title(front.today), eur=euros(here.gain_eur_ht), **now), "lead"
    )
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
    sums = [f"{_mark(front, point)}{_(': ')}{signed_euros(front.over_plan[point.kind])}" for point in points]
    yield Paragraph(sentence("points-over-plan", points=semicolons(sums)))
    yield Paragraph(value_basis(), "note")


def _levels(front: Front, names: Mapping[str, str]) -> Iterator[Node]:
    levels = front.levels
    able = levels > 0.0
    if not able.any():
        return
    lowest, highest = float(levels[able].min()), float(levels.max())
    text = _("Everybody can have {low} of its need.").format(low=percent(lowest, 1))
    if highest > lowest + 0.0005:
        limited = [names[p.id] for p, top in zip(front.scenario.participants, levels, strict=True)
                if 0.0 < top < highest - 0.0005]  # fmt: skip
        text = sentence("floor-of-everybody", low=percent(lowest, 1), high=percent(highest, 1))
        text += " " + _("Held back: {names}.").format(names=some_of(limited, NAMED))
    if front.never_ids:
        text += " " + not_counted([names[name] for name in front.never_ids])
    yield Paragraph(text)


def _points_table(front: Front) -> TextTable:
    flat = is_flat(front)
    return column_table(
        [row for row in enumerate(front.points, start=1) if not (flat and row[1].kind is PointKind.STEP)],
        RowColumn(_("Point"), lambda row: fr(row[0]), "left"),
        RowColumn(_("Floor"), lambda row: percent(row[1].floor_ratio, 1)),
        RowColumn(_("Worst served"), lambda row: percent(row[1].values.worst_ratio, 1)),
        RowColumn(_("Equality (Gini)"), lambda row: fr(row[1].values.gini, 3)),
        RowColumn(_("For all, €/year"), lambda row: signed(to_hundreds(more_eur(front, row[1])))),
        RowColumn(_("Savings €"), lambda row: eur(row[1].values.saving_eur_ht)),
        RowColumn(_("What it is"), lambda row: _mark(front, row[1]), "left"),
        strong=lambda row: row[1].kind is not PointKind.STEP,
        note=sentence("proven-no-split", gap=f"{max(point.gap_ratio for point in front.points):.0e}"),
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
    return column_table(
        front.keys.values(),
        RowColumn(_("Key"), lambda place: key_title(place.name), "left"),
        RowColumn(_("Worst served"), lambda place: percent(place.values.worst_ratio, 1)),
        RowColumn(_("Equality (Gini)"), lambda place: fr(place.values.gini, 3)),
        RowColumn(_("For all, €/year"), lambda place: signed(to_hundreds(more_eur(front, place)))),
        RowColumn(
            _("Below the front, €/year"),
            lambda place: eur(max(0.0, yearly(front, place.distance_eur_ht))),
        ),
        strong=lambda place: place.name == front.today,
    )


def _even(front: Front) -> Iterator[Node]:
    """Yield the best split at each Gini index, and how near to the best possible it is proven to be."""
    if not front.even_points:
        return
    short = max(yearly(front, point.bound_eur_ht - point.values.gain_eur_ht) for point in front.even_points)
    largest = max(point.gap_ratio for point in front.even_points)
    proof = _("Not exact everywhere: a split could give up to {eur} € a year more (relative gap {gap}).")
    if largest <= EXACT:
        proof = _("Proven: no split gives more at any of these indices (largest relative gap {gap}).")
    yield column_table(
        front.even_points,
        RowColumn(_("Equality (Gini)"), lambda point: fr(point.values.gini, 3), "left"),
        RowColumn(_("Worst served"), lambda point: percent(point.values.worst_ratio, 1)),
        RowColumn(_("For all, €/year"), lambda point: signed(to_hundreds(more_eur(front, point)))),
        RowColumn(
            _("Left to the surplus, kWh"),
            lambda point: fr(point.left_kwh) if point.left_kwh >= LEAST_KWH else "–",
        ),
        title=_("Against the Gini index (0: all cover the same part of their need):"),
        note=proof.format(gap=f"{largest:.0e}", eur=fr(short, 2)),
    )


def _robust(front: Front, names: Mapping[str, str]) -> Iterator[Node]:
    if not front.robust:
        return
    first = front.robust[0]
    yield Paragraph(sentence("chosen-on-draws", trained=fr(first.trained), judged=fr(first.judged)))
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
        yield Paragraph(sentence("another-year-orders", kept=fr(100.0 * kept_short, 1)))
    elif kept_short > monthly_short + LESS_SHORT:
        points = {"kept": fr(100.0 * kept_short, 1), "monthly": fr(100.0 * monthly_short, 1)}
        yield Paragraph(sentence("orders-fall-short", **points))


def _judged_words(front: Front, judged: Judged, names: Mapping[str, str]) -> str:
    gain = signed(to_hundreds(yearly(front, judged.gain_eur_ht)))
    if not judged.short_ids:
        return _("{gain} € a year for all, everybody has what was promised").format(gain=gain)
    points = 100.0 * judged.short_ratio
    who = some_of([names[name] for name in judged.short_ids], NAMED)
    name = "short-by-a-point" if points < 2.0 else "short-by-points"
    return sentence(name, gain=gain, short=fr(points, 1), names=who)


def _kept(kept: KeptPoint) -> list[str]:
    """Files of the kept point, its declaration, and the cost of its rounding."""
    lost, ratio = fr(kept.lost_eur_ht, 2) + " €", fr(100.0 * kept.lost_ratio, 4)
    return [
        _('Kept as the variant “{name}”: acc run DIR --variant "{name}".').format(name=kept.variant),
        sentence("declared-with-file" if kept.file is not None else "declared-each-month", file=kept.file),
        sentence("coefficients-rounded-to-decimals", decimals=fr(kept.decimals), eur=lost, ratio=ratio),
    ]
