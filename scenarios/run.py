"""The whole chain in a screenful: folder -> scenario -> exchange -> allocation -> indicators -> result."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from gettext import gettext as _
from pathlib import Path

from acc.arrays import FloatArray
from acc.checks import checks
from acc.exchange import Exchange
from acc.indicators import energy
from acc.keys import KEYS, KeyContext, build_key
from acc.leave import Departure, largest_receiver, without_participant
from acc.perimeter import Members
from acc.problem import InputError
from acc.result import KeyOutcome, Provenance, Result
from acc.scenario import KeyChoice, Scenario
from acc.settle import Key, settle
from acc.spared import spared_by_step
from acc.tariffs import Tariffs
from acc.terms import bill_terms, period_years
from acc.version import VERSION
from scenarios.cache import Cache, file_sha256
from scenarios.coefficient_files import with_coefficients
from scenarios.exchange import Metered, Progress, meter
from scenarios.geography import members_of
from scenarios.load import load
from scenarios.money import money, tariffs_of
from scenarios.rates import read_rates
from scenarios.rules import perimeter_rules
from scenarios.source import OPERATION, PARTICIPANTS, PLANTS

CACHE = Path("out") / ".cache"


def run(  # noqa: PLR0913 - what a person may ask of a run, each part optional
    folder: Path,
    *,
    ran_on: date,
    variant: str | None = None,
    key: str | None = None,
    others: Iterable[str] = (),
    all_keys: bool = False,
    use_cache: bool = True,
    progress: Progress = lambda _text: None,
) -> Result:
    """Return the result of an operation folder, and of `others` keys on the same exchange.

    Args:
        all_keys: compare every key of the table, leaving out those whose parameters the folder does not
            give (a warning names them).

    Raises:
        InputError: every fault of the folder, its curves, its key and its prices.
    """
    ground, metered = open_ground(folder, variant=variant, key=key, use_cache=use_cache, progress=progress)
    scenario = ground.scenario
    chosen = ground.outcome(scenario.key)
    compared, left_out = ground.outcomes(KEYS if all_keys else others, lenient=all_keys)
    warnings = (
        *scenario.notes,
        *metered.warnings,
        *(chosen.money.warnings if chosen.money else ()),
        *left_out,
    )
    return Result(
        scenario=scenario,
        exchange=metered.exchange,
        allocation=chosen.allocation,
        energy=chosen.energy,
        checks=checks(ground.members, scenario.regime, perimeter_rules(read_rates(), scenario.on)),
        quality=metered.quality,
        weather=metered.weather,
        provenance=provenance(scenario, metered, folder, ran_on, tuple(dict.fromkeys(warnings))),
        others=compared,
        departure=departure(ground, chosen),
        money=chosen.money,
    )


def open_ground(
    folder: Path,
    *,
    variant: str | None = None,
    key: str | None = None,
    use_cache: bool = True,
    progress: Progress = lambda _text: None,
) -> tuple["Ground", Metered]:
    """Return what the keys of a folder share, and how its curves are known; see `run`."""
    scenario = load(folder, variant=variant, key=key)
    metered = meter(scenario, folder, Cache(folder / CACHE if use_cache else None), progress)
    return ground_of(scenario, metered, folder), metered


@dataclass(frozen=True, eq=False)
class Ground:
    """What every key of one scenario shares: the meters, the places, the prices.

    Attributes:
        folder: where a key may read a file of its own.
        tariffs: None when the folder decides no price: euros are then not computed.
    """

    scenario: Scenario
    folder: Path
    exchange: Exchange
    members: Members
    tariffs: Tariffs | None

    @cached_property
    def context(self) -> KeyContext:
        """What a key may know of the operation."""
        count = len(self.scenario.participants)
        return KeyContext(
            self.scenario.participants,
            self.scenario.plants,
            self.exchange.consumption_kwh.sum(axis=0),
            distances_km=self.members.distances_km[count:, :count],
            inactive_ids=self.scenario.inactive_ids,
            saving_eur_per_kwh=self._spared(),
            steps=self.exchange.steps,
        )

    def _spared(self) -> FloatArray | None:
        """Return what a local kWh spares each participant at each step; None when prices are not known."""
        if self.tariffs is None:
            return None
        steps = self.exchange.steps
        terms = bill_terms(self.tariffs, self.scenario.prices, self.scenario.plants, period_years(steps))
        return spared_by_step(terms, [member.clock for member in self.tariffs.members], steps)

    def key(self, choice: KeyChoice) -> Key:
        """Return the key of a choice, its file read.

        Raises:
            InputError: parameters that the key cannot use, or a file that breaks a rule.
        """
        scenario = self.scenario
        read = with_coefficients(choice, self.folder, scenario.steps, scenario.participants, scenario.plants)
        return build_key(read.name, read.parameters, self.context)

    def outcome(self, choice: KeyChoice) -> KeyOutcome:
        """Return what a key makes of the exchange, in kWh and in euros.

        Raises:
            InputError: parameters that the key cannot use.
        """
        allocation = settle(self.exchange, self.key(choice))
        sums = energy(self.exchange, allocation)
        euros = self.tariffs and money(self.scenario, self.exchange, allocation, sums, self.tariffs)
        return KeyOutcome(name=choice.name, allocation=allocation, energy=sums, money=euros or None)

    def outcomes(
        self, names: Iterable[str], *, lenient: bool
    ) -> tuple[dict[str, KeyOutcome], tuple[str, ...]]:
        """Return the outcome of each key but the chosen one, and what to say of those left out.

        Raises:
            InputError: a key without its parameters, unless `lenient`.
        """
        found: dict[str, KeyOutcome] = {}
        left_out = []
        for name in names:
            try:
                if name != self.scenario.key.name:
                    found[name] = self.outcome(self.scenario.choice(name))
            except InputError as fault:
                if not lenient:
                    raise
                why = "; ".join(problem.message for problem in fault.problems)
                message = _("the key {name} is not compared: {why}. Its parameters go to [keys.{name}]")
                left_out.append(message.format(name=name, why=why))
        return found, tuple(left_out)


def ground_of(scenario: Scenario, metered: Metered, folder: Path) -> Ground:
    """Return what the keys of a scenario share; tariffs only where a local price is decided."""
    priced = scenario.prices.is_decided
    return Ground(
        scenario,
        folder,
        metered.exchange,
        members_of(scenario.participants, scenario.plants),
        tariffs_of(scenario, metered.exchange) if priced else None,
    )


def departure(ground: Ground, chosen: KeyOutcome) -> Departure | None:
    """Return the operation without its largest receiver; None when nothing is shared or nobody would stay."""
    received = chosen.energy.received_kwh
    if len(received) < 2 or not received.sum() > 0.0:
        return None
    leaver = largest_receiver(chosen.energy)
    try:
        return without_participant(
            ground.exchange, chosen.allocation, ground.context, ground.scenario.key, leaver
        )
    except InputError:
        return None  # a key whose parameters name the one who leaves has no meaning without it


def provenance(
    scenario: Scenario, metered: Metered, folder: Path, ran_on: date, warnings: tuple[str, ...]
) -> Provenance:
    """Return what makes the run repeatable: version, sha256 of every input, seed."""
    files = {name: file_sha256(folder / name) for name in (OPERATION, PARTICIPANTS, PLANTS)}
    inputs = dict(sorted({**files, **metered.inputs}.items()))
    what = {"inputs": inputs, "variant": scenario.variant, "key": scenario.key.name, "version": VERSION}
    return Provenance(
        version=VERSION,
        inputs=inputs,
        digest=hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest(),
        ran_on=ran_on.isoformat(),
        seed=scenario.weather.seed,
        warnings=warnings,
    )
