"""What a local kWh is worth at most, who receives it apart: what bounds of plans are made of."""

from dataclasses import dataclass, field, replace

import numpy as np

from acc.arrays import FloatArray, IntArray, StoreRows, in_memory, let_go
from scenarios.operation.metering.memory import trimmed
from scenarios.studies.lawful.evaluate import powers_of_meter
from scenarios.studies.lawful.meters import NOT_BUILT, Powers, RoofRates, SunnySteps
from scenarios.studies.lawful.model import GroupModel


@dataclass(frozen=True, slots=True, eq=False)
class MeterState:
    """A meter with some roofs, as a bound sees it.

    Attributes:
        power_kwp: of its roofs.
        alone_eur: of everybody over the plan, nothing shared.
        host_kwh: withdrawn by its host, (T',); None on the network.
        injected_kwh, surplus_eur_per_kwh: of each roof, (R, T'); `rates` (R,).
    """

    meter: int
    powers: Powers
    roofs: tuple[tuple[int, int], ...]
    power_kwp: float
    alone_eur: float
    host_kwh: FloatArray | None
    injected_kwh: FloatArray
    surplus_eur_per_kwh: FloatArray
    rates: tuple[RoofRates, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class KwhWorth:
    """Worth over the plan, at most: N sites, P patterns of prices, T' steps, those of each mean year in turn.

    Attributes:
        spared_eur_per_kwh: what a kWh received is worth to a site, local price apart, the most of any roof,
            (P, N); `pattern_of` each step, (T',).
        load_kwh: of sites without roofs, the same in each of `stretches` mean years, (N, T' / K).
        fixed_eur, fee_eur: what being in costs a site, (N,), and an operation, at least: with the least VAT
            that a site bears on it.
        states: of each meter, those with a roof.
        must: whether each meter has a roof in any case.
        taxed_fee_eur: part of the fee, VAT apart, that bears the VAT of who receives in each mean year, at
            least, (K,).
    """

    spared_eur_per_kwh: FloatArray
    pattern_of: IntArray
    load_kwh: FloatArray
    fixed_eur: FloatArray
    fee_eur: float
    states: tuple[tuple[MeterState, ...], ...]
    must: tuple[bool, ...]
    stretches: int = 1
    taxed_fee_eur: FloatArray = field(default_factory=lambda: np.zeros(1))

    @property
    def steps(self) -> int:
        """How many steps there are, those of each mean year."""
        return len(self.pattern_of)

    def load(self, site: int) -> FloatArray:
        """Withdrawals of a site without roofs, (T',), kWh."""
        return np.tile(self.load_kwh[site], self.stretches)

    def without_kwh(self, model: GroupModel) -> "KwhWorth":
        """Return the same with what things cost alone: the kWh of thousands of sites take hundreds of MB."""
        none = np.zeros((0, 0))
        states = tuple(tuple(replace(row, injected_kwh=none) for row in of_meter) for of_meter in self.states)
        let_go(model.meters.output_kwh)
        trimmed()
        return replace(self, load_kwh=none, states=states)

    def by_step(self, site: int) -> FloatArray:
        """Return the worth of a kWh to a site at each step, (T',)."""
        worth: FloatArray = self.spared_eur_per_kwh[self.pattern_of, site]
        return worth


def kwh_worth(
    model: GroupModel,
    without: int = 0,
    *,
    remembers: bool = True,
    store_rows: StoreRows = in_memory,
) -> KwhWorth:
    """Build the values of kWh for bounds.

    Args:
        store_rows: storage of the loads.
        remembers: keep what each meter gives for later calls: of 2,500 roofs and 10,000 persons 700 MB.
    """
    steps = model.steps
    states = tuple(
        tuple(
            _state(model, meter, powers, steps, remembers=remembers)
            for powers in powers_of_meter(model, meter, without)
            if any(power != NOT_BUILT for power in powers)
        )
        for meter in range(len(model.meters.every))
    )
    every = [rate for states_of in states for state in states_of for rate in state.rates]
    prices, edges, years = model.prices, steps.edges, len(model.meters.stretches)
    yearly = [float(rate.yearly[:, 0].sum()) for rate in every]
    least, most = min(yearly, default=0.0), max(yearly, default=0.0)
    of_year = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    pattern_of = np.concatenate([of_year + k * (len(edges) - 1) for k in range(years)])
    fixed = np.where(prices.fixed_eur > 0.0, least, most) * prices.fixed_eur
    fixed = fixed * (1.0 + prices.vat_ratio * any(rate.has_plan for rate in every))
    bears = prices.known.all() and bool(every) and all(rate.has_plan for rate in every)
    least *= 1.0 + prices.vat_ratio.min(initial=1.0) * bears
    taxed = np.stack([rate.yearly[:, 0] for rate in every]).min(axis=0) if bears else np.zeros(years)
    load_kwh = steps.rows(model.meters.gross_kwh, store_rows)
    return KwhWorth(
        spared_eur_per_kwh=_spared(model, states),
        pattern_of=pattern_of,
        load_kwh=load_kwh,
        fixed_eur=np.where(prices.known, fixed, 0.0),
        fee_eur=prices.pmo_eur * least if prices.known.all() else 0.0,
        states=states,
        must=tuple(not all(model.may_leave[roof] for roof in meter.roofs) for meter in model.meters.every),
        stretches=years,
        taxed_fee_eur=prices.pmo_eur * taxed,
    )


def _state(
    model: GroupModel, meter: int, powers: Powers, steps: SunnySteps, *, remembers: bool
) -> MeterState:
    built = model.meters.built(meter, powers)
    if not remembers:
        model.meters.known.clear()
    roofs = [(m, p) for m, p in zip(model.meters.every[meter].roofs, powers, strict=True) if p != NOT_BUILT]
    host = None if built.withdrawn_kwh is None else steps.stacked(built.withdrawn_kwh).ravel()
    # Least surplus income lost per shared kWh of each roof in mean years, (R, K), EUR/kWh: zero beyond a cap.
    injected_kwh = built.injected_kwh.sum(axis=2)
    lost = [rate.surplus_lost_eur(kwh)[:, 0] for rate, kwh in zip(built.rates, injected_kwh, strict=True)]
    free = [rate.surplus_eur_per_kwh[:, 0] for rate in built.rates]
    surplus = np.divide(lost, injected_kwh, out=np.array(free), where=injected_kwh > 0.0)
    return MeterState(
        meter=meter,
        powers=powers,
        roofs=tuple(roofs),
        power_kwp=sum(model.meters.plant(m, p).kwp for m, p in roofs),
        alone_eur=float(built.alone_eur[0].sum()),
        host_kwh=host,
        injected_kwh=steps.stacked(built.injected_kwh).reshape(len(roofs), -1),
        surplus_eur_per_kwh=np.repeat(surplus, steps.edges[-1], axis=1),
        rates=built.rates,
    )


def _spared(model: GroupModel, states: tuple[tuple[MeterState, ...], ...]) -> FloatArray:
    """Return the most that a kWh is worth to each site by pattern of each mean year, any roof, (P, N)."""
    prices, years = model.prices, range(len(model.meters.stretches))
    best = np.full((len(years), *prices.supply_eur_per_kwh.shape), -np.inf)
    for states_of in states:
        for state in states_of:
            for (roof, _power), rate in zip(state.roofs, state.rates, strict=True):
                vat = prices.vat_ratio * rate.has_plan
                for k in years:
                    own = rate.supply[k, 0] * prices.supply_eur_per_kwh
                    own = own + rate.accise[k, 0] * prices.accise_eur_per_kwh * prices.untaxed_ratio[roof]
                    own = (own - rate.costs[k, 0] * prices.pmo_eur_per_kwh) * (1.0 + vat)
                    paid = rate.local[k, 0] * prices.local_eur_per_kwh[prices.sold_as[roof]]
                    own = own - paid * np.where(prices.own[roof], 0.0, vat)
                    best[k] = np.maximum(best[k], np.where(prices.known, own, paid))
    return best.reshape(-1, best.shape[-1])
