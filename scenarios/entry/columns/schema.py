"""What a person may write in an operation folder: one model a section or table, all of it validated.

Words of the files (EUR/MWh, `oui`), which `scenarios.entry.folder.load` turns into values of `acc`; no other.
"""

import datetime as dt
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from acc.scenario import DecisionCriterion, Regime
from scenarios.entry.columns.cell_readers import (
    day,
    digits,
    number,
    one_of,
    published,
    sure_number,
    truth,
    written_day,
)

Number = Annotated[float, BeforeValidator(number), Field(allow_inf_nan=False)]
SureNumber = Annotated[float, BeforeValidator(sure_number), Field(allow_inf_nan=False)]
"""A number of which thousands are likely: `62.000` may be one of them."""

Positive = Annotated[SureNumber, Field(gt=0)]
NotNegative = Annotated[SureNumber, Field(ge=0)]
Whole = Annotated[int, BeforeValidator(sure_number)]
Truth = Annotated[bool, BeforeValidator(truth)]
Published = Annotated[bool | frozenset[str], BeforeValidator(published)]
Ratio = Annotated[Number, Field(ge=0, lt=1)]
PriceEurPerMwh = Annotated[Number, Field(ge=0, le=2000)]
Latitude = Annotated[Number, Field(ge=-90, le=90)]
Longitude = Annotated[Number, Field(ge=-180, le=180)]
Insee = Annotated[str, BeforeValidator(digits), Field(pattern=r"^(\d{5}|2[AB]\d{3})$")]
Prm = Annotated[str, BeforeValidator(digits), Field(pattern=r"^\d{14}$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Commitment = Annotated[str, Field(min_length=1, max_length=140)]
Day = Annotated[dt.date, BeforeValidator(day)]
DayCell = Annotated[dt.date, BeforeValidator(written_day)]
PriceRatio = Annotated[Number, Field(gt=0, le=10)]


def _in_curves(value: str) -> str:
    """Keep files inside `curves/`: an operation folder is an input like another, never trusted."""
    file, mark, column = value.partition("#")
    file = file.replace("\\", "/").removeprefix("./").removeprefix("curves/")
    if file.startswith("/") or ".." in file.split("/") or ":" in file:
        raise ValueError("outside-curves")
    return f"{file}{mark}{column}"


CurveFile = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_in_curves)]
Sale = CurveFile
"""How a surplus is sold: a contract of the rates, or a file of `curves/` with a price for each hour."""


class Model(BaseModel):
    """Common ground: unknown words are refused, texts are stripped, values are frozen."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, str_strip_whitespace=True)


class OperationSection(Model):
    """`[operation]`: what is studied, over which local days (end excluded)."""

    name: Name
    start: Day
    end: Day
    step_minutes: Literal[5, 10, 15, 30, 60] = 15
    perimeter: Annotated[Regime, one_of("perimeter")] = Regime.KM_2
    place: Name | None = None
    fictitious: bool = False
    rates_on: Day | None = None
    sharing: bool = True
    density_file: CurveFile | None = None
    contracts_file: CurveFile | None = None
    holes: Annotated[Literal["auto", "linear", "week", "refuse"], one_of("holes")] = "auto"


class KeySection(BaseModel):
    """`[key]`: the name of a key; its parameters are checked by the key itself."""

    model_config = ConfigDict(defer_build=True, extra="allow", frozen=True)
    name: str = "prorata"


class PricesSection(Model):
    """`[prices]`: EUR/MWh without tax."""

    local_eur_per_mwh: PriceEurPerMwh | None = None
    local_by_slot_eur_per_mwh: dict[str, PriceEurPerMwh] = {}
    local_by_plant_eur_per_mwh: dict[str, PriceEurPerMwh] = {}
    local_by_participant_eur_per_mwh: dict[str, PriceEurPerMwh] = {}
    local_by_person_eur_per_mwh: dict[str, PriceEurPerMwh] = {}
    local_years: Annotated[int, Field(ge=1, le=50)] | None = None
    surplus: Sale | PriceEurPerMwh | None = None
    surplus_fee_eur_per_mwh: NotNegative = 0.0
    pmo_eur_per_year: NotNegative = 0.0
    pmo_eur_per_mwh: NotNegative = 0.0
    same_substation: bool | None = None
    off_peak_reform: bool = False
    supply_ratio: PriceRatio | None = None
    local_ratio: PriceRatio | None = None
    full_accise: bool = False
    supply_at_market: bool = False


class FinanceSection(Model):
    """`[finance]`: hypotheses of the producers' plan, money without tax."""

    horizon_years: Annotated[int, Field(ge=1, le=50)] = 20
    discount_ratio: Annotated[float, Field(ge=-0.1, le=0.5)] = 0.04
    real: bool = False
    inflation_ratio: Annotated[float, Field(ge=-0.05, le=0.2)] | None = None
    capex_eur_per_kwp: Positive | None = None
    opex_eur_per_kwp_year: NotNegative | None = None
    degradation_ratio: Annotated[float, Field(ge=0, lt=0.1)] = 0.005
    indexation_ratio: Annotated[float, Field(ge=-0.1, le=0.2)] = 0.0
    supply_indexation_ratio: Annotated[float, Field(ge=-0.1, le=0.2)] | None = None
    market_indexation_ratio: Annotated[float, Field(ge=-0.1, le=0.2)] | None = None
    opex_indexation_ratio: Annotated[float, Field(ge=-0.1, le=0.2)] | None = None
    inverter_year: Annotated[int, Field(ge=1, le=50)] | None = 13
    inverter_eur_per_kwp: NotNegative | None = None
    grant_eur: NotNegative = 0.0
    debt_ratio: Annotated[float, Field(ge=0, le=1)] = 0.0
    debt_interest_ratio: Annotated[float, Field(ge=0, le=0.3)] = 0.04
    debt_years: Annotated[int, Field(ge=1, le=40)] = 15
    tax_ratio: Ratio = 0.0
    churn_ratio: Annotated[float, Field(ge=0, le=1)] | None = None
    commitment_years: Annotated[int, Field(ge=0, le=50)] | None = None
    market_eur_per_mwh: PriceEurPerMwh | None = None


class CarbonSection(Model):
    """`[carbon]`: files of `curves/` with the carbon of the grid by the hour, g/kWh."""

    average: CurveFile | None = None
    marginal: CurveFile | None = None
    scope: Literal["direct", "life-cycle"] = "direct"


class WeatherSection(Model):
    """`[weather]`: `generated`, `pvgis`, or a file of `curves/`."""

    source: CurveFile = "generated"
    seed: Annotated[int, Field(ge=0)] = 24
    year: Annotated[int, Field(ge=1980, le=2100)] | None = None
    months: CurveFile | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class DecideSection(Model):
    """`[decide]`: the group's criteria for a key, the first one first."""

    order: tuple[DecisionCriterion, ...] = tuple(DecisionCriterion)
    near_ratio: Annotated[NotNegative, Field(le=1)] = 0.01


class WorthSection(Model):
    """`[worth]`: prices of the alternatives of sharing, without tax."""

    total_sale: Sale | PriceEurPerMwh | None = None
    ppa_eur_per_mwh: PriceEurPerMwh | None = None


class BatterySection(Model):
    """`[battery]`: a battery shared by the operation."""

    id: Id = "batterie"
    name: Name = "Batterie"
    active: Truth = True
    energy_kwh: Annotated[Positive, Field(le=1e6)]
    power_kw: Annotated[Positive, Field(le=1e5)]
    round_trip_ratio: Annotated[Positive, Field(le=1)]
    initial_ratio: Annotated[NotNegative, Field(le=1)] = 0.0
    prm_charge: Prm | None = None
    prm_discharge: Prm | None = None
    capex_eur: NotNegative | None = None
    opex_eur_per_year: NotNegative = 0.0
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class FlexibleSection(Model):
    """One `[[flexible]]`: energy of a participant that can be used at another hour of the same day."""

    participant: Id
    daily_kwh: Annotated[Positive, Field(le=1e6)]
    power_kw: Annotated[Positive, Field(le=1e5)]
    usual: str | None = None
    allowed: str | None = None


class CalendarStep(Model):
    """`{ when = "janvier 2027", what = "statuts de la PMO" }`: a step to come."""

    when: Annotated[str, Field(min_length=1, max_length=24)]
    what: Annotated[str, Field(min_length=1, max_length=80)]


class WordsSection(Model):
    """`[words]`: texts of the brief."""

    promise: Annotated[str, Field(max_length=60)] | None = None
    decision: Annotated[str, Field(max_length=240)] | None = None
    contact: Annotated[str, Field(max_length=120)] | None = None
    confidential: bool = False
    commitments: Annotated[tuple[Commitment, ...], Field(max_length=2)] = ()
    calendar: Annotated[tuple[CalendarStep, ...], Field(max_length=5)] = ()


SECTIONS: dict[str, type[BaseModel]] = {
    "operation": OperationSection,
    "key": KeySection,
    "prices": PricesSection,
    "finance": FinanceSection,
    "weather": WeatherSection,
    "words": WordsSection,
    "battery": BatterySection,
    "decide": DecideSection,
    "carbon": CarbonSection,
}
"""The sections of `operation.toml`, in the order in which they are read."""

OPTIONAL_SECTIONS = frozenset({"finance", "battery"})
"""Sections without which a thing is left out, not taken with its defaults."""
