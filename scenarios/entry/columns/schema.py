"""How the cells and the settings of an operation folder are checked: the types that their models are made of.

Words of the files (EUR/MWh, `oui`), which `scenarios.entry.folder.load` turns into values of `acc`; no other.
"""

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

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
from scenarios.entry.columns.domains import DAYS, within

MOST = 1e10
"""Of any figure of a file of another program, whatever its unit: sums of squares would overflow beyond."""


_FINITE = Field(allow_inf_nan=False)

# Bounds come with a type: `typed` below, or the line of a column.
Number = Annotated[float, BeforeValidator(number), _FINITE]
SureNumber = Annotated[float, BeforeValidator(sure_number), _FINITE]
"""A number of which thousands are likely: `62.000` may be one of them."""

Whole = Annotated[int, BeforeValidator(sure_number)]
Truth = Annotated[bool, BeforeValidator(truth)]
Published = Annotated[bool | frozenset[str], BeforeValidator(published)]


def typed(name: str, **own: float) -> Any:
    """Bounds of a type of `domains`, narrowed by `own`: `gt`, `ge`, `lt`, `le`."""
    bounds: dict[str, Any] = dict(within(name, own))
    return Field(**bounds)


PriceEurPerMwh = Annotated[Number, typed("price")]
Power = Annotated[SureNumber, typed("power")]
Energy = Annotated[SureNumber, typed("energy")]
Euros = Annotated[SureNumber, typed("euros")]
Balance = Annotated[Number, typed("balance")]
Ratio = Annotated[Number, typed("ratio")]
Factor = Annotated[Number, typed("factor")]
Growth = Annotated[Number, typed("growth")]
Count = Annotated[Whole, typed("count")]
Years = Annotated[Whole, typed("years")]
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
