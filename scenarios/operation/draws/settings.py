"""`[sweep]` of operation.toml: what is drawn, how widely, and where each spread comes from."""

import csv
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from gettext import gettext as _
from math import exp, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Annotated, Literal

import numpy as np
from pydantic import BeforeValidator, Field

from acc.bills.tariffs import Tariffs
from acc.keys import KEYS
from acc.keys.rule import unknown_name
from acc.problem import InputError, Problem, refuse
from acc.result.sweep import DrawnSpread
from acc.version import VERSION
from scenarios.entry.columns.schema import (
    Count,
    Factor,
    Growth,
    Integer,
    Model,
    Name,
    Number,
    Ratio,
    typed,
)
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.sections import as_list, read_section
from scenarios.entry.folder.settings import Setting, with_settings
from scenarios.operation.store.store import code_sha256

SECTION = "sweep"
DEFAULTS = Path(__file__).parents[2] / "data" / "sweep_spreads.csv"
MODEL = "model_yield"
SPREADS = ("load_growth", "solar_yield", MODEL, "supply_price", "local_price", "capex")
"""Everything drawn by a spread. `load_growth` adds to 1; the others multiply.

Of `MODEL` a draw has the middle: what strays of it is drawn plant by plant (`outputs`).
"""


PartOf = Callable[[str], float]
"""From the name of what is drawn to which part of its law, 0 to 1."""

FARTHEST = 3.0
"""Standard deviations at which what is drawn by a normal law is cut."""


@lru_cache(maxsize=1 << 16)
def cut_normal(quantile_share: float) -> float:
    """Quantile of the standard normal law, cut at three standard deviations."""
    if not 0.0 < quantile_share < 1.0:
        return FARTHEST if quantile_share >= 1.0 else -FARTHEST
    return min(max(NormalDist().inv_cdf(quantile_share), -FARTHEST), FARTHEST)


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution and where it comes from.

    Attributes:
        low, middle, high: lowest, middle and highest value (triangular); lowest and highest (uniform);
            `middle` alone (fixed). `normal` and `lognormal`: standard deviation, and middle.
        source: a sentence for the hypotheses.
    """

    shape: str
    middle: float
    low: float = 0.0
    high: float = 0.0
    source: str = ""

    def quantile(self, quantile_share: float) -> float:
        """Return the value that this part of the draws stays under; a normal law is cut at three deviations.

        >>> Spread("uniform", 1.0, 0.8, 1.2).quantile(0.25)
        0.9
        """
        if self.shape == "fixed":
            return self.middle
        if self.shape == "uniform":
            return self.low + quantile_share * (self.high - self.low)
        if self.shape == "triangular":
            return self._triangular_quantile(quantile_share)
        deviation = cut_normal(quantile_share) * self.low
        return self.middle * exp(deviation) if self.shape == "lognormal" else self.middle + deviation

    def _triangular_quantile(self, quantile_share: float) -> float:
        """Half of the draws lie on each side of the middle, so that it is theirs, unless it is an end."""
        if self.low < self.middle < self.high:
            if quantile_share <= 0.5:
                return self.low + sqrt(2.0 * quantile_share) * (self.middle - self.low)
            return self.high - sqrt(2.0 * (1.0 - quantile_share)) * (self.high - self.middle)
        width, rise, fall = self.high - self.low, self.middle - self.low, self.high - self.middle
        if quantile_share * width <= rise:
            return self.low + sqrt(quantile_share * width * rise)
        return self.high - sqrt((1.0 - quantile_share) * width * fall)

    @property
    def lowest(self) -> float:
        """The lowest value that can be drawn."""
        if self.shape == "fixed":
            return self.middle
        if self.shape == "normal":
            return self.middle - 3.0 * self.low
        return self.middle * float(np.exp(-3.0 * self.low)) if self.shape == "lognormal" else self.low


class SpreadTable(Model):
    """One spread as it is written: `{ shape = "triangular", low = 0.9, middle = 1, high = 1.2 }`."""

    shape: Literal["fixed", "uniform", "triangular", "normal", "lognormal"] = "triangular"
    middle: Growth | None = None
    low: Growth | None = None
    high: Growth | None = None
    spread: Factor | None = None
    source: Annotated[str, Field(max_length=300)] = ""


class SweepSection(Model):
    """`[sweep]`: how many draws, of what."""

    draws: Annotated[Integer, typed("count", ge=1, le=1_000_000)] = 200
    seed: Count = 24
    keys: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()
    variants: Annotated[tuple[Name, ...], BeforeValidator(as_list)] = ()
    weather_years: Annotated[Integer, typed("years", ge=1, le=40)] = 5
    load_noise: Annotated[Number, typed("factor", le=5)] = 1.0
    withdrawal_ratio: Annotated[Number, typed("ratio", lt=1)] = 0.0
    off_peak_reform_ratio: Ratio = 0.5
    load_growth: SpreadTable | None = None
    solar_yield: SpreadTable | None = None
    model_yield: SpreadTable | None = None
    supply_price: SpreadTable | None = None
    local_price: SpreadTable | None = None
    capex: SpreadTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepChoice:
    """What a sweep draws.

    Attributes:
        keys: empty for the folder's own and every other whose parameters are known.
        variants: beside the folder as it stands, which always comes first.
        weather_years: how many; each draw takes one.
        load_noise: how much of what is not known of each curve is drawn, 1 for all of it, 0 for none.
        withdrawal_ratio: part of the draws in which one participant, any of them, leaves.
        off_peak_reform_ratio: part of the draws in which off-peak hours are those of after the reform.
        assumptions: defaults taken: (what, value, why).
        rows_drawn: whether dated changes may fail to happen, come late or be of another size.
    """

    draws: int
    seed: int
    keys: tuple[str, ...]
    variants: tuple[str, ...]
    weather_years: int
    load_noise: float
    withdrawal_ratio: float
    off_peak_reform_ratio: float
    spreads: Mapping[str, Spread]
    assumptions: tuple[tuple[str, str, str], ...] = ()
    rows_drawn: bool = True

    @property
    def for_single_weather_year(self) -> "SweepChoice":
        """The draws around the folder as it stands and its own weather year, where nobody leaves."""
        return replace(self, keys=(), variants=(), weather_years=1, withdrawal_ratio=0.0)

    @property
    def without_uncertainty(self) -> "SweepChoice":
        """One draw where nothing is uncertain, as a run has it: middle values, curves as they are."""
        spreads = {name: Spread("fixed", spread.quantile(0.5)) for name, spread in self.spreads.items()}
        certain = replace(
            self.for_single_weather_year, keys=self.keys, variants=self.variants, spreads=spreads
        )
        return replace(certain, draws=1, load_noise=0.0, off_peak_reform_ratio=0.0, rows_drawn=False)


def read_sweep(source: RawFolder, *, draws: int | None = None, seed: int | None = None) -> SweepChoice:
    """Read the sweep settings of the folder, with defaults; `draws` and `seed` override them.

    Raises:
        InputError: every fault of the section.
    """
    options = [("draws", draws), ("seed", seed)]
    changes = [Setting(f"{SECTION}.{key}", value, f"--{key}") for key, value in options if value is not None]
    source = with_settings(source, changes, heads=(SECTION,))
    problems: list[Problem] = []
    section = read_section(source, SECTION, source.sections.get(SECTION, {}), SweepSection, problems)
    if section is None:
        raise InputError(problems)
    problems += _names_problems(section, source)
    spreads, taken = _spreads(section, source, problems)
    refuse(problems)
    return SweepChoice(
        draws=section.draws,
        seed=section.seed,
        keys=tuple(dict.fromkeys(section.keys)),
        variants=tuple(dict.fromkeys(section.variants)),
        weather_years=section.weather_years,
        load_noise=section.load_noise,
        withdrawal_ratio=section.withdrawal_ratio,
        off_peak_reform_ratio=section.off_peak_reform_ratio,
        spreads=spreads,
        assumptions=taken,
    )


def _names_problems(section: SweepSection, source: RawFolder) -> list[Problem]:
    where = source.place(SECTION, "keys")
    problems = [Problem(where, unknown_name(name, tuple(KEYS))) for name in section.keys if name not in KEYS]
    place = source.place(SECTION, "variants")
    known = source.known_variants
    return problems + [
        Problem(place, unknown_name(name, known)) for name in section.variants if name not in known
    ]


def _spreads(
    section: SweepSection, source: RawFolder, problems: list[Problem]
) -> tuple[dict[str, Spread], tuple[tuple[str, str, str], ...]]:
    spreads, taken = dict(default_spreads()), []
    for name in SPREADS:
        table = getattr(section, name)
        if table is None:
            spread = spreads[name]
            taken.append((name, shown(spread), spread.source))
            continue
        spread = spread_of(table)
        lowest = -1.0 if name == "load_growth" else 0.0
        fault = spread_fault(table, spread, lowest)
        if fault:
            problems.append(Problem(source.place(SECTION, name), fault))
        spreads[name] = spread
    return spreads, tuple(taken)


def spread_of(table: SpreadTable) -> Spread:
    """Return the spread of a table; what is left out is the middle."""
    known = [v for v in (table.middle, table.low, table.high) if v is not None]
    middle = table.middle if table.middle is not None else sum(known) / max(1, len(known))
    if table.shape in {"normal", "lognormal"}:
        return Spread(table.shape, middle, table.spread or 0.0, source=table.source)
    low = middle if table.low is None else table.low
    high = middle if table.high is None else table.high
    return Spread(table.shape, middle, low, high, table.source)


def spread_fault(table: SpreadTable, spread: Spread, lowest: float) -> str | None:
    """Fault in a spread, translated, or None.

    Args:
        lowest: value that no draw may reach or pass.
    """
    if table.shape in {"normal", "lognormal"}:
        if table.spread is None or table.middle is None:
            return _("{shape}: `middle` and `spread` (a standard deviation) are expected").format(
                shape=table.shape
            )
    elif table.shape != "fixed" and (table.low is None or table.high is None):
        return _("{shape}: `low` and `high` are expected").format(shape=table.shape)
    elif not spread.low <= spread.middle <= spread.high:
        return _("{low:g}, {middle:g}, {high:g} is refused: low, middle and high in growing order").format(
            low=spread.low, middle=spread.middle, high=spread.high
        )
    if not spread.lowest > lowest:
        return _("a draw could be as low as {value:g}: above {lowest:g} is expected").format(
            value=spread.lowest, lowest=lowest
        )
    return None


def shown(spread: Spread) -> str:
    """Return a spread in a line: `triangular 0.8 / 1 / 1.3`."""
    if spread.shape == "fixed":
        return f"{spread.middle:g}"
    if spread.shape in {"normal", "lognormal"}:
        return f"{spread.shape} {spread.middle:g} ± {spread.low:g}"
    return f"{spread.shape} {spread.low:g} / {spread.middle:g} / {spread.high:g}"


def figures_of(shape: str) -> tuple[str, ...]:
    """Return the names of the figures that a shape has."""
    known = {"fixed": ("middle",), "uniform": ("low", "high"), "triangular": ("low", "middle", "high")}
    return known.get(shape, ("middle", "spread"))


def spread_drawn(drawn: DrawnSpread) -> Spread:
    """Return the spread that results tell."""
    low = drawn.spread if drawn.shape in {"normal", "lognormal"} else drawn.low
    return Spread(drawn.shape, drawn.middle, low, drawn.high, drawn.source)


def drawn_spread(spread: Spread, *, default: bool) -> DrawnSpread:
    """Return a spread as results tell it: the figures that its shape has, and its source.

    >>> told = drawn_spread(Spread("normal", 1.0, 0.04, source="x"), default=True)
    >>> told.middle, told.spread, told.low
    (1.0, 0.04, 0.0)
    """
    figures = asdict(spread) | {"spread": spread.low}
    own = {name: figures[name] for name in figures_of(spread.shape)}
    return DrawnSpread(shape=spread.shape, source=spread.source, default=default, **own)


@lru_cache(maxsize=1)
def default_spreads() -> Mapping[str, Spread]:
    """Return the spreads taken where the folder is silent, each with its source."""
    return read_spreads(DEFAULTS)


def read_spreads(path: Path) -> dict[str, Spread]:
    """Return the laws of a table, by name."""
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["name"]: Spread(
                row["shape"],
                float(row["middle"]),
                float(row["low"] or 0.0),
                float(row["high"] or 0.0),
                row["source"],
            )
            for row in csv.DictReader(file)
        }


def sweep_digest(
    choice: SweepChoice,
    keys: tuple[str, ...],
    engine: str,
    inputs: Mapping[str, str],
    tariffs: Sequence[Tariffs | None],
) -> str:
    """Return the sha256 of everything that a result rests on; the number of draws only adds parts.

    Args:
        tariffs: of each variant: the regulated rates as they were read, whatever they were read from.
    """
    what = {
        "choice": asdict(replace(choice, draws=1)),
        "keys": keys,
        "engine": engine,
        "inputs": dict(inputs),
        # Every figure that turns kWh into euros; sentences are left out, they are in a language.
        "rates": [t and asdict(replace(t, assumptions=(), warnings=())) for t in tariffs],
        "version": VERSION,
        "code": code_sha256(),
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()
