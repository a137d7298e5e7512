"""How the cells and the settings of an operation folder are checked: the types that their models are made of.

Words of the files (EUR/MWh, `oui`), which `scenarios.entry.folder.load` turns into values of `acc`; no other.
"""

import datetime as dt
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from scenarios.entry.columns.cell_readers import (
    digits,
    number,
    published,
    since,
    siret_key,
    sure_number,
    truth,
    written_day,
)
from scenarios.entry.columns.domains import DAYS, DOMAINS

MOST = 1e10
"""Of any figure, whatever its unit: beyond it stands no operation, and sums of squares would overflow."""


def _in_sight(value: float) -> float:
    if abs(value) > MOST:
        bound = ("greater_than_equal", {"ge": -MOST}) if value < 0.0 else ("less_than_equal", {"le": MOST})
        raise PydanticCustomError(bound[0], "out of sight", bound[1])
    return value


_FINITE, _IN_SIGHT = Field(allow_inf_nan=False), AfterValidator(_in_sight)

Number = Annotated[float, BeforeValidator(number), _FINITE, _IN_SIGHT]
SureNumber = Annotated[float, BeforeValidator(sure_number), _FINITE, _IN_SIGHT]
"""A number of which thousands are likely: `62.000` may be one of them."""

Positive = Annotated[SureNumber, Field(gt=0)]
NotNegative = Annotated[SureNumber, Field(ge=0)]
Whole = Annotated[int, BeforeValidator(sure_number), _IN_SIGHT]
Truth = Annotated[bool, BeforeValidator(truth)]
Published = Annotated[bool | frozenset[str], BeforeValidator(published)]
Ratio = Annotated[Number, Field(ge=0, lt=1)]
PriceEurPerMwh = Annotated[Number, Field(ge=DOMAINS["price"].low, le=DOMAINS["price"].high)]
Insee = Annotated[str, BeforeValidator(digits), Field(pattern=r"^([0-9]{5}|2[AB][0-9]{3})$")]
Prm = Annotated[str, BeforeValidator(digits), Field(pattern=r"^[0-9]{14}$")]
Siret = Annotated[str, BeforeValidator(digits), Field(pattern=r"^[0-9]{14}$"), AfterValidator(siret_key)]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=40)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Commitment = Annotated[str, Field(min_length=1, max_length=140)]
_KNOWN_DAY = Field(ge=DAYS[0], le=DAYS[1])
Day = Annotated[dt.date, BeforeValidator(written_day), _KNOWN_DAY]
Since = Annotated[dt.date, BeforeValidator(since), _KNOWN_DAY]


def _in_curves(value: str) -> str:
    """Keep files inside `curves/`: an operation folder is an input like another, never trusted."""
    file, mark, column = value.partition("#")
    file = file.replace("\\", "/").removeprefix("./").removeprefix("curves/")
    if file.startswith("/") or ".." in file.split("/") or ":" in file:
        raise ValueError("outside-curves")
    return f"{file}{mark}{column}"


CurveFile = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_in_curves)]


class Model(BaseModel):
    """Common ground: unknown words are refused, texts are stripped, values are frozen."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True, str_strip_whitespace=True)


class KeySection(BaseModel):
    """`[key]`: the name of a key; its parameters are checked by the key itself."""

    model_config = ConfigDict(defer_build=True, extra="allow", frozen=True)
    name: str = "prorata"


class CalendarStep(Model):
    """`{ when = "janvier 2027", what = "statuts de la PMO" }`: a step to come."""

    when: Annotated[str, Field(min_length=1, max_length=24)]
    what: Annotated[str, Field(min_length=1, max_length=80)]
