"""What is drawn of every choice: what each person gains, whatever connections cost.

The battery of the alternative with one: that of the folder, else the best that `acc size` finds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from gettext import gettext as _

import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.arrays import BoolArray, FloatArray
from acc.i18n import semicolons
from acc.plan.cash_flows import nominal_discount_ratio
from acc.problem import InputError
from acc.quantiles import quantiles_with_unknown_connection, recentre_draws, recentre_quantiles
from acc.result.change import best_ratios
from acc.scenario import Battery, Scenario
from acc.sides import NOTHING_EUR
from acc.size.result import SizedBattery
from acc.worth.result import Gain, Way, WayState
from scenarios.operation.draws.compute import NUMPY, DrawnGain, drawn_kwh, gains_of, plan_of
from scenarios.operation.draws.draws import Draw, draw, usual_draws
from scenarios.operation.draws.euros import Volumes
from scenarios.operation.draws.quick import kept_kwh, kwh_parts
from scenarios.operation.draws.settings import SweepChoice
from scenarios.studies.size.settings import BatteryChoice
from scenarios.studies.worth.compare import Computed, StoredWords, neutral

NO_PRICE = WayState.NOT_COMPARABLE

LEAST_KWH = 0.1
"""A smaller battery is none: what a search leaves of zero."""


def battery_words(
    scenario: Scenario, choice: BatteryChoice | None, search: Callable[[], SizedBattery | None]
) -> StoredWords:
    """Words that add a battery to a folder, or keep its own; or reason why none is compared.

    Args:
        choice: of `[size.battery]`; None without it.
        search: finds the best one.
    """
    if scenario.battery is not None:
        return _own(scenario.battery)
    if choice is None:
        reason = _("no battery: describe one in [battery], or ask for its size in [size.battery]")
        return StoredWords(state=NO_PRICE, reason=reason)
    try:
        response = search()
    except InputError as fault:
        reason = _("`acc size` cannot look for one: {why}")
        return StoredWords(
            state=NO_PRICE, reason=reason.format(why=semicolons(p.message for p in fault.problems))
        )
    kwh = 0.0 if response is None else response.kwh
    if kwh < LEAST_KWH:
        reason = _("no battery pays (`acc size`)")
        return StoredWords(state=WayState.NOT_POSSIBLE, reason=reason)
    return StoredWords(words=_sized(kwh, choice, scenario))


def _own(battery: Battery) -> StoredWords:
    if battery.capex_eur is None:
        reason = _("the price of the battery is not known (`capex_eur` in `[battery]`)")
        return StoredWords(state=NO_PRICE, reason=reason)
    return StoredWords()


def _sized(energy_kwh: float, choice: BatteryChoice, scenario: Scenario) -> tuple[str, ...]:
    """Return the battery found, its replacement counted at the start at its worth of today."""
    capex, finance = choice.fixed_eur + energy_kwh * choice.capex_eur_per_kwh, scenario.finance
    if finance is not None and choice.replacement_year is not None and choice.replacement_eur_per_kwh:
        year = choice.replacement_year
        grown = (1.0 + finance.indexation_ratio) ** (year - 1)
        capex += (
            energy_kwh
            * choice.replacement_eur_per_kwh
            * grown
            / (1.0 + nominal_discount_ratio(finance)) ** year
        )
    return (
        f"battery.energy_kwh={energy_kwh}",
        f"battery.power_kw={energy_kwh / choice.fill_hours}",
        f"battery.round_trip_ratio={choice.round_trip_ratio}",
        f"battery.capex_eur={capex}",
        f"battery.opex_eur_per_year={energy_kwh * choice.opex_eur_per_kwh_year}",
    )


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
