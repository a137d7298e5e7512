"""How the points of the front of fairness are said to people, on screens and in figures."""

from gettext import gettext as _

from acc.bills.terms import period_years
from acc.front.result import Front, FrontPoint, PointKind
from acc.time_aggregates import is_year
from reports.format.labels import key_title
from reports.format.money import euros
from reports.format.numbers import percent
from reports.format.proposal_labels import ProposalWords

SAME_EUR = 0.5
"""Below half a euro a year a gain is none."""

SAME_RATIO = 0.0005
"""Half of what is printed: below, nobody is served better."""


def yearly(front: Front, eur: float) -> float:
    """Return euros of the period as euros of a year."""
    return eur / period_years(front.scenario.steps)


def more_eur(front: Front, point: FrontPoint) -> float:
    """Additional yearly gain of all against today's key, EUR; negative for a loss."""
    return yearly(front, point.values.gain_eur_ht - front.here.gain_eur_ht)


def point_sentence(front: Front, point: FrontPoint) -> str:
    """Return a point in words: what it brings beside today's key."""
    more = more_eur(front, point)
    values = {
        "eur": euros(abs(more)),
        "now": percent(front.here.worst_ratio, 1),
        "then": percent(point.values.worst_ratio, 1),
    }
    if point.kind is PointKind.SAME_WORST:
        text = _("{eur} a year more for the group, and nobody is served worse than the worst today ({now}).")
    elif point.kind is PointKind.BETTER_ON_BOTH:
        text = _("{eur} a year more for the group, and the worst served goes from {now} to {then}.")
    elif point.kind is PointKind.NO_COST:
        text = _("As many euros as today for the group, and the worst served goes from {now} to {then}.")
        if more > SAME_EUR:
            text = _("{eur} a year more for the group, and the worst served goes from {now} to {then}.")
    elif more < -SAME_EUR:
        text = _("{eur} a year less for the group; the worst served: {then} of its need.")
    else:
        text = _("{eur} a year more for the group; the worst served: {then} of its need.")
    return text.format(**values)


def answer_sentences(front: Front) -> list[str]:
    """Position of today's key under the front: points better on both sides, or the proof."""
    both, same = front.point(PointKind.BETTER_ON_BOTH), front.point(PointKind.SAME_WORST)
    free = front.point(PointKind.NO_COST)
    body = [point_sentence(front, point) for point in (same, both, free) if point is not None]
    if not body:
        body.append(
            _("Proven: no split brings the group more than today's key without serving the worst one less.")
        )
    if is_flat(front):
        body.append(_("Fairness costs nothing here: every floor of the list brings the group as many euros."))
    body += [_ready(front, name) for name in _ready_keys(front)[:1]]
    fewer = yearly(front, front.nobody_fewer_eur_ht)
    if fewer > SAME_EUR:
        text = _("If nobody may receive fewer kWh than today: {eur} a year more at most.")
        body.append(text.format(eur=euros(fewer)))
    else:
        body.append(_("Proven: nothing can be gained if nobody may receive fewer kWh than today."))
    return body


def proposal_sentences(front: Front) -> list[str]:
    """Proposal of a key by the group's criteria, in one paragraph without names."""
    if front.proposal is None:
        return []
    words = ProposalWords(
        proposal=front.proposal,
        title=key_title,
        people=lambda _ids: "",
        is_year=is_year(front.scenario.steps),
    )
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
    text = _("Ready-made: under {key} the worst served has {then}, and no split brings more there.")
    return text.format(key=key_title(name), then=percent(front.keys[name].values.worst_ratio, 1))
