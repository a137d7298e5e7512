"""One alternative computed: its accounts as `acc run` has them, and the same made ready for draws.

Each alternative as the `--set` words that make it of the folder: `acc run` then gives it again.

What would change the answer: the price of the surplus, the local price, who takes part.

`[worth]` of operation.toml: the prices of the alternatives that the folder does not need otherwise.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext as _

import numpy as np

from acc.accounts.person_values import PersonMoney
from acc.accounts.values import Money
from acc.bills.tariffs import NOT_SOLD
from acc.indicators import Energy
from acc.plan.cash_flows import grown, latest_payback_years, payback
from acc.problem import InputError, Problem
from acc.result.change import tips_at
from acc.scenario import Scenario
from acc.sites import Plant, Position
from acc.worth.result import Roof, Tipping, Way, WayState, WithoutKind
from scenarios.entry.columns.row_models import WorthSection
from scenarios.entry.columns.toml_text import toml_of
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.sections import read_section
from scenarios.entry.folder.settings import Setting, read_setting
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import NUMPY, at_run_prices, drawn_gain
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.quick import case_of_run
from scenarios.operation.metering.meter import Metered
from scenarios.operation.ready.operation import Operation
from scenarios.operation.ready.request import files_used

SECTION = "worth"


def read_worth(source: RawFolder, ppa_eur_per_mwh: float | None = None) -> WorthSection:
    """Read the worth settings of the folder, or the price of a purchase contract as an option.

    Raises:
        InputError: every fault of the section.
    """
    faults: list[Problem] = []
    table = read_section(source, SECTION, source.sections.get(SECTION, {}), WorthSection, faults)
    if faults or table is None:
        raise InputError(faults)
    return table if ppa_eur_per_mwh is None else table.model_copy(update={"ppa_eur_per_mwh": ppa_eur_per_mwh})


def check_worth(source: RawFolder, operation: Operation) -> None:
    """Refuse a folder without what the alternatives are compared by.

    Raises:
        InputError: each thing that is missing.
    """
    read_worth(source)
    if operation.tariffs is None:
        message = _("a local price is needed for euros: give local_eur_per_mwh")
        raise InputError([Problem("[prices]", message)])
    if not operation.scenario.plants:
        raise InputError([Problem("plants.csv", _("no plant to decide on: at least one is expected"))])


ALONE, TOGETHER = "operation.sharing=false", "operation.sharing=true"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlternativeRequest:
    """One alternative, asked of the folder; `reason` says why it cannot be computed."""

    choice: Way
    words: tuple[str, ...] = ()
    state: WayState = WayState.COMPARED
    reason: str = ""

    @property
    def settings(self) -> tuple[Setting, ...]:
        """The changes that the words mean."""
        return tuple(read_setting(word) for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWords:
    """The battery of the alternative with one: its words, or why there is none."""

    words: tuple[str, ...] = ()
    state: WayState = WayState.COMPARED
    reason: str = ""


def alternative_requests(
    scenario: Scenario,
    roofs: Sequence[Roof],
    choice: WorthSection,
    sky: Position | None,
    stored: StoredWords,
) -> tuple[AlternativeRequest, ...]:
    """Return every alternative, in the order of `Way`.

    Args:
        sky: where a generated or downloaded sky is read; None when curves are measured.
        stored: the words of a battery, beside those of own use and sharing.
    """
    idle = () if scenario.battery is None else ("battery.active=false",)
    together = () if scenario.sharing else (TOGETHER,)
    network = (*_on_the_network(scenario), *idle, *together)
    behind = (*_behind(scenario, roofs, built=True), *together)
    return (
        AlternativeRequest(choice=Way.FOLDER),
        AlternativeRequest(choice=Way.NOTHING, words=(*(_off(plant) for plant in _written(scenario)), ALONE)),
        _own_use(scenario, roofs, sky),
        _sold(Way.TOTAL_SALE, scenario, choice.total_sale),
        AlternativeRequest(choice=Way.SHARING, words=network),
        AlternativeRequest(choice=Way.BOTH, words=(*behind, *idle)),
        AlternativeRequest(
            choice=Way.BATTERY,
            words=(*behind, *stored.words) if not stored.reason else (),
            state=stored.state,
            reason=stored.reason,
        ),
        _sold(Way.PPA, scenario, choice.ppa_eur_per_mwh)
        if choice.ppa_eur_per_mwh is not None
        else AlternativeRequest(
            choice=Way.PPA,
            state=WayState.NOT_COMPARABLE,
            reason=_("no price is given (`ppa_eur_per_mwh` in `[worth]`, or --ppa)"),
        ),
    )


def _own_use(scenario: Scenario, roofs: Sequence[Roof], sky: Position | None) -> AlternativeRequest:
    if not any(roof.host for roof in roofs):
        reason = _("no roof has a site of the same owner under it, or within 100 m")
        return AlternativeRequest(choice=Way.OWN_USE, state=WayState.NOT_POSSIBLE, reason=reason)
    words = (*_behind(scenario, roofs, built=False),)
    if sky is not None and any(roof.host is None for roof in roofs) and scenario.weather.position is None:
        # The sky is read in the middle of the sites: one plant less would move it.
        words += (f"weather.latitude={sky.latitude_deg}", f"weather.longitude={sky.longitude_deg}")
    return AlternativeRequest(choice=Way.OWN_USE, words=(*words, ALONE))


def _behind(scenario: Scenario, roofs: Sequence[Roof], *, built: bool) -> Iterator[str]:
    """Words that connect each plant behind the meter of its site; others on the network, or unbuilt.

    Args:
        built: whether a plant without a site is.
    """
    for plant, roof in zip(scenario.plants, roofs, strict=True):
        if plant.added_to is not None:
            continue
        if roof.host is not None and not roof.stated:
            yield f"plants.{plant.id}.behind={_text(roof.host)}"
        elif roof.host is None and not built:
            yield _off(plant)


def _on_the_network(scenario: Scenario) -> Iterator[str]:
    """Words that take each plant from behind its meter; its owner is unchanged."""
    for plant in _written(scenario):
        if plant.behind is not None:
            yield f'plants.{plant.id}.behind=""'
            if plant.owner is None and plant.person is None:
                yield f"plants.{plant.id}.owner={_text(plant.behind)}"


def _sold(choice: Way, scenario: Scenario, price: str | float | None) -> AlternativeRequest:
    """Return a sale of all that is made, at another price or under another contract where one is given."""
    words = list(_on_the_network(scenario))
    if price is not None:
        words.append(f"prices.surplus={toml_of(price)}")
        words += [
            f"plants.{plant.id}.surplus={toml_of(str(price))}"
            for plant in _written(scenario)
            if plant.surplus is not None
        ]
    return AlternativeRequest(choice=choice, words=(*words, ALONE))


def _written(scenario: Scenario) -> list[Plant]:
    """Return the plants that have a row: what comes later beside one follows it."""
    return [plant for plant in scenario.plants if plant.added_to is None]


def _off(plant: Plant) -> str:
    return f"plants.{plant.id}.active=false"


def _text(name: str) -> str:
    """Return an id as `--set` reads it: without quotes where none are needed."""
    return name if read_setting(f"x={name}").value == name else toml_of(name)


@dataclass(frozen=True, slots=True, eq=False)
class Computed:
    """One alternative; nothing but zeros for doing nothing.

    Attributes:
        inputs: sha256 of each file that it rests on, by name.
    """

    request: AlternativeRequest
    operation: Operation
    energy: Energy
    money: Money
    case: Case
    inputs: Mapping[str, str]

    @property
    def shares(self) -> bool:
        """Whether there is an operation: of a folder, whether it says so."""
        return self.operation.scenario.sharing

    @property
    def unsold(self) -> tuple[str, ...]:
        """Names of the plants whose surplus has no known price."""
        tariffs = self.case.tariffs
        assert tariffs is not None  # there is money
        plants = zip(self.operation.scenario.plants, tariffs.plants, strict=True)
        return tuple(
            plant.name
            for plant, tariff in plants
            if tariff.surplus is None or tariff.surplus.code == NOT_SOLD
        )

    @property
    def payback_years(self) -> float | None:
        """When what everybody gains has paid what was invested."""
        years = [person.by_year_eur_ht for person in self.money.persons if person.by_year_eur_ht]
        return payback(np.sum(years, axis=0))[0] if years else None

    @property
    def latest_payback_years(self) -> float | None:
        """The same with connections at their upper figure, inf if never; None where none has one."""
        years = [
            person.connected_by_year_eur_ht
            for person in self.money.persons
            if person.connected_by_year_eur_ht
        ]
        return latest_payback_years(np.sum(years, axis=0).tolist()) if years else None

    def plant_values(self) -> Mapping[str, float]:
        """Value of each plant to its owner over the plan, before tax, EUR; empty without a plan."""
        plan, income = self.case.plan, self.money.plant_income
        if plan is None or income is None:
            return {}
        worth = plan.flows(income).project_eur_ht @ plan.discounting
        return {plant.id: float(eur) for plant, eur in zip(self.money.plants, worth, strict=True)}

    def surplus_slope(self) -> float:
        """Gain of all per EUR/kWh on the surplus price, with its indexation."""
        plan, income = self.case.plan, self.money.plant_income
        if plan is None or income is None:
            return float(sum(plant.surplus_kwh for plant in self.money.plants))
        contracts = [plant.contract for plant in plan.plants]
        grows = [grown(contract.indexation_ratio, plan.finance.horizon_years) for contract in contracts]
        paid_kwh, _over = plan.surplus_kwh(income)
        sold = np.array([contract.code != NOT_SOLD for contract in contracts])
        return float(((paid_kwh * np.array(grows)) @ plan.discounting) @ sold)


def computed(
    request: AlternativeRequest, operation: Operation, metered: Metered, *, reformed: bool
) -> Computed | None:
    """Return an alternative; None where no price is decided."""
    outcome = operation.outcome(operation.scenario.key, leaving=False)
    if outcome.money is None:
        return None
    case = case_of_run(at_run_prices(operation, outcome.money), metered, reform=reformed)
    inputs = files_used(operation.scenario, metered, operation.folder)
    return Computed(request, operation, outcome.energy, outcome.money, case, inputs)


def neutral(ids: Sequence[str], out: frozenset[str] = frozenset()) -> Draw:
    """Return the draw that changes nothing, but that those of `out` use nothing."""
    names = ("solar_yield", "model_yield", "capex", "supply_price", "local_price", "load_growth")
    values = {name: 0.0 if name == "load_growth" else 1.0 for name in names}
    load = {name: 0.0 if name in out else 1.0 for name in ids}
    return Draw(0, 0, values, load, None)


def pays_surplus(request: AlternativeRequest) -> bool:
    """Return whether an alternative sells at the folder's price of the surplus."""
    own = any(word.startswith("prices.surplus=") for word in request.words)
    return request.choice is not Way.NOTHING and not own


def tipping_of(every: Mapping[Way, Computed]) -> Tipping | None:
    """Tipping values of the answer; None where sharing cannot be computed."""
    shared = [choice for choice, computed in every.items() if computed.shares]
    if not shared:
        return None
    known = [Way.NOTHING, *every]
    values = np.array([0.0 if c is Way.NOTHING else _value(every[c].money.total) for c in known])
    slopes = np.array(
        [every[c].surplus_slope() if c in every and pays_surplus(every[c].request) else 0.0 for c in known]
    )
    shares = np.array([choice in shared for choice in known])
    best = max(shared, key=lambda choice: _value(every[choice].money.total))
    taxed = any(computed.case.is_taxed for computed in every.values())
    without = float(values[~shares].max())
    return Tipping(
        ahead_eur=float(values[shares].max()) - without,
        surplus_change_eur_per_kwh=None
        if taxed
        else tips_at(values, slopes, shares, -_lowest_price(every[best])),
        surplus_eur_per_kwh=_common_surplus_price(every[best]),
        choice=best,
        corridor=every[best].money.corridor,
        plan_corridor=every[best].money.plan_corridor,
        kinds=_kinds(every[best], without),
        surplus_is_searched=not taxed,
    )


def _value(total: PersonMoney | None) -> float:
    if total is None:
        return 0.0
    return total.gain_eur_ht if total.npv_eur_ht is None else total.npv_eur_ht


def _lowest_price(computed: Computed) -> float:
    return min((p.contract.eur_per_kwh for p in computed.money.plants if p.contract is not None), default=0.0)


def _common_surplus_price(computed: Computed) -> float | None:
    """Return the price of the surplus, where all plants have the same."""
    prices = {plant.contract.eur_per_kwh for plant in computed.money.plants if plant.contract is not None}
    return prices.pop() if len(prices) == 1 else None


def _kinds(computed: Computed, without_eur: float) -> tuple[WithoutKind, ...]:
    """Return the lead of sharing without the members of each kind; who stands under a plant stays."""
    case = computed.case
    hosts = {case.ids[host] for host in case.hosts.tolist()}
    kinds: dict[str, set[str]] = {}
    for site in case.scenario.participants:
        if site.id not in hosts:
            kinds.setdefault(site.kind.value, set()).add(site.id)
    if len(kinds) < 2 or case.scenario.battery is not None:
        return ()
    by_kind = []
    for kind, ids in kinds.items():
        out = frozenset(ids)
        gain = drawn_gain(computed.case, neutral(case.ids, out), NUMPY, out)
        value = gain.gain_eur if gain.npv_eur is None else gain.npv_eur
        by_kind.append(WithoutKind(kind=kind, members=len(ids), ahead_eur=float(value.sum()) - without_eur))
    return tuple(sorted(by_kind, key=lambda each: each.ahead_eur))
