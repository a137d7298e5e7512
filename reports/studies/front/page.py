"""The control "between euros and equality": what each point of the front costs, and whom it serves."""

from gettext import gettext as _
from typing import NamedTuple

from acc.front.result import Front, FrontPoint
from reports.format.numbers import percent
from reports.format.wording import sentence
from reports.page.amounts import eur_text, rounded_eur, with_unit


class FairStep(NamedTuple):
    """One point: its floor as the state writes it, what it is called, what it costs in a sentence."""

    floor: str
    text: str
    sentence: str


class FairChoice(NamedTuple):
    """The steps of the control, the one chosen, and whether they were made for other prices."""

    steps: tuple[FairStep, ...]
    chosen: int
    is_stale: bool

    @property
    def step(self) -> FairStep:
        """The step that is chosen."""
        return self.steps[self.chosen]


def fairness_of(
    front: Front, floor_ratio: float | None, *, period_years: float, is_stale: bool
) -> FairChoice:
    """Return the control for a front; without a floor it stands at the end of the euros."""
    points = _apart(front)
    steps = tuple(_step(point, points[0], period_years) for point in points)
    ratio = floor_ratio or 0.0
    chosen = min(range(len(points)), key=lambda rank: abs(points[rank].floor_ratio - ratio))
    return FairChoice(steps, chosen, is_stale)


def _apart(front: Front) -> list[FrontPoint]:
    """Return the points by growing floor, one for each that is told apart."""
    apart: list[FrontPoint] = []
    for point in sorted(front.points, key=lambda other: other.floor_ratio):
        if not apart or point.floor_ratio - apart[-1].floor_ratio > 1e-9:
            apart.append(point)
    return apart


def _step(point: FrontPoint, first: FrontPoint, period_years: float) -> FairStep:
    cost = (first.values.gain_eur_ht - point.values.gain_eur_ht) / period_years
    floor = percent(point.floor_ratio)
    text = _("each at least {floor}").format(floor=floor)
    name = "costs-the-group" if rounded_eur(cost) else "costs-the-group-nothing"
    if point is first:
        name = "most-for-the-group"
    cost_text = sentence(name, cost=with_unit(eur_text(cost), "€"), floor=floor)
    return FairStep(repr(float(point.floor_ratio)), text, cost_text)
