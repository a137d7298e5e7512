"""What is drawn of every choice: what each person gains, whatever connections cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.arrays import BoolArray, FloatArray
from acc.quantiles import quantiles_with_unknown_connection, recentre_draws, recentre_quantiles
from acc.result.change import best_ratios
from acc.sides import NOTHING_EUR
from acc.worth.choices import Way
from acc.worth.result import Gain
from scenarios.operation.draws.compute import NUMPY, DrawnGain, drawn_kwh, gains_of, plan_of
from scenarios.operation.draws.draws import Draw, draw, usual_draws
from scenarios.operation.draws.euros import Volumes
from scenarios.operation.draws.quick import kept_kwh, kwh_parts
from scenarios.operation.draws.settings import SweepChoice
from scenarios.studies.worth.compare import Computed, neutral


@dataclass(frozen=True, slots=True, eq=False)
class DrawnChoices:
    """What ranks, of each person under each choice in each draw.

    Attributes:
        eur, connected_eur: EUR, (A, P, D); the second where connections that nobody knows cost their upper
            figure.
        central_eur, central_connected_eur: the same where nothing is drawn, (A, P): draws are around them.
        usual: which draws have what central figures rest on, (D,).
        is_value: whether they are present values; else gains of the period, as one choice has no plan.
    """

    eur: FloatArray
    connected_eur: FloatArray
    central_eur: FloatArray
    central_connected_eur: FloatArray
    usual: BoolArray
    is_value: bool

    def of(self, person: int | None = None) -> "DrawnOf":
        """Draws of all together, or of one person."""
        both = (self.eur, self.central_eur), (self.connected_eur, self.central_connected_eur)
        free, dear = (
            [eur.sum(axis=1) if person is None else eur[:, person] for eur in (central, drawn.T)]
            for drawn, central in both
        )
        eur, connected_eur = (recentre_draws(central, drawn, self.usual).T for central, drawn in (free, dear))
        return DrawnOf(eur, connected_eur, self.usual, self.is_value)


@dataclass(frozen=True, slots=True, eq=False)
class DrawnOf:
    """The same of somebody, (A, D), laid around what is printed: ranges and chances are counted on it."""

    eur: FloatArray
    connected_eur: FloatArray
    usual: BoolArray
    is_value: bool

    def gain(self, choice: int, of: PersonMoney | None) -> Gain:
        """Gain of a choice, also with connections at their upper figure.

        Args:
            choice: its row.
            of: the central figures; None: nothing.
        """
        npv = 0.0 if of is None else of.npv_eur_ht
        late = npv if of is None or of.connected_npv_eur_ht is None else of.connected_npv_eur_ht
        connected = self._around(self.connected_eur, choice, of, late)
        return replace(self._around(self.eur, choice, of, npv), connected=connected)

    def ahead_eur(self, shares: BoolArray, central_eur: tuple[float, float]) -> tuple[float, float, float]:
        """Lead of the best choice with sharing, as in `quantiles_with_unknown_connection`.

        Args:
            central_eur: by the central figures.
        """
        lead, late = (
            of[shares].max(axis=0) - of[~shares].max(axis=0) for of in (self.eur, self.connected_eur)
        )
        return quantiles_with_unknown_connection(central_eur, (lead, late), self.usual)

    def _around(
        self, drawn_eur: FloatArray, choice: int, of: PersonMoney | None, npv_eur: float | None
    ) -> Gain:
        """Return the gain, its range around the central figure, as that of a run."""
        own, gain_eur = drawn_eur[choice], 0.0 if of is None else of.gain_eur_ht
        central_eur = npv_eur if self.is_value else gain_eur
        low, middle, high = recentre_quantiles(
            np.float64(np.nan if central_eur is None else central_eur), own, self.usual
        ).tolist()
        return Gain(
            gain_eur_ht=gain_eur,
            npv_eur_ht=npv_eur,
            low_eur=low,
            middle_eur=middle,
            high_eur=high,
            loss_ratio=float((own < -NOTHING_EUR).mean()),
            best_ratio=float(best_ratios(drawn_eur)[choice]),
        )


def drawn_choices(
    known: Sequence[Way], every: Mapping[Way, Computed], sweep: SweepChoice, persons: Sequence[str]
) -> DrawnChoices:
    """Gain of each person in each draw under the choices with figures.

    What is injected, used and shared is kept beside the meters: another price draws none of it anew.
    """
    around = next(iter(every.values()))
    case = around.case

    @cache
    def draws() -> list[Draw]:
        return [draw(sweep, number, case.unknowns) for number in range(sweep.draws)] or [neutral(case.ids)]

    def shared(computed: Computed) -> Volumes:
        own, of_draws = _parts(computed, sweep), _parts(around, sweep)
        parts = None if own is None or of_draws is None else {"choice": own, "draws": of_draws}
        return kept_kwh(
            parts, computed.operation.cache, lambda: drawn_kwh([computed.case], draws(), NUMPY)[0]
        )

    gains = np.zeros((len(known), len(persons), max(sweep.draws, 1)))
    values, connected = np.zeros_like(gains), np.zeros_like(gains)
    gain_of: dict[tuple[str, ...], DrawnGain] = {}
    planned = True
    for a, choice in enumerate(known):
        if choice is Way.NOTHING:
            continue
        result = every[choice]
        if result.request.words not in gain_of:
            gain_of[result.request.words] = gains_of(result.case, shared(result))
        drawn = gain_of[result.request.words]
        rows = [persons.index(person) for person in result.case.persons]
        gains[a, rows] = drawn.gain_eur
        planned = planned and drawn.npv_eur is not None
        if drawn.npv_eur is not None:
            values[a, rows], connected[a, rows] = drawn.npv_eur, drawn.connected_npv_eur
    usual = (
        usual_draws(sweep, has_reform=case.reformed_slots is not None) if sweep.draws else np.ones(1, bool)
    )
    central = _central_gains_eur(known, every, persons, planned=planned)
    if not planned:
        return DrawnChoices(gains, gains, *central, usual, is_value=False)
    return DrawnChoices(values, connected, *central, usual, is_value=True)


def _central_gains_eur(
    known: Sequence[Way], every: Mapping[Way, Computed], persons: Sequence[str], *, planned: bool
) -> tuple[FloatArray, FloatArray]:
    """Gain of each person without draws, connections free, then at most, (A, P) each, EUR."""
    free, dear = np.zeros((2, len(known), len(persons)))
    for a, choice in enumerate(known):
        for person in () if choice is Way.NOTHING else every[choice].money.persons:
            at, value = (a, persons.index(person.id)), person.npv_eur_ht if planned else person.gain_eur_ht
            late = person.connected_npv_eur_ht if planned else None
            free[at] = np.nan if value is None else value
            dear[at] = free[at] if late is None else late
    return free, dear


def _parts(computed: Computed, sweep: SweepChoice) -> Mapping[str, object] | None:
    """Return all that the kWh of the draws of an alternative rest on, None where a price moves them."""
    return kwh_parts(
        plan_of(sweep, [computed.case], (computed.case.scenario.key.name,), NUMPY), computed.inputs
    )
