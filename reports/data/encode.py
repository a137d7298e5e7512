"""Results as JSON: one encoder of every dataclass; `KEYS` lists those whose keys are not their fields."""

import io
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from gettext import gettext as _
from itertools import repeat
from pathlib import Path
from types import MappingProxyType, NoneType
from typing import Annotated, BinaryIO, Generic, NamedTuple, Never, NotRequired, TypeAlias, TypedDict, TypeVar

from acc.accounts.values import ActorLine, Money
from acc.arrays import JsonObject, JsonValue
from acc.indicators import Energy
from acc.plan.values import Plan
from acc.result.cancelling import Cancelling, GainUnderCondition
from acc.result.change import CauseEffect, ExplainedChange
from acc.result.files import FormsState
from acc.result.lawful_plan import LawfulPlan, Outside, PlannedOperation, PlannedPerson
from acc.result.proposal import Proposal
from acc.result.result import ShiftUsed
from reports.data import columns
from reports.data.table import attribute
from reports.format.gains import before_investment, value_basis
from reports.format.rate_labels import carbon_sentences, sale_sentences

Document: TypeAlias = JsonObject

Picked: TypeAlias = dict[str, object]
"""Keys of a JSON object, with values that are not yet encoded."""


def encode(value: object) -> JsonValue:
    """Lists, objects, texts and numbers of a value and of all that it holds.

    >>> encode({"day": date(2026, 1, 2), "ids": ("a", "b")})
    {'day': '2026-01-02', 'ids': ['a', 'b']}
    """
    if type(value) is float:  # most of a result
        return value if math.isfinite(value) else None
    value = _plain(value)
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    assert value is None or isinstance(value, str | int | float)  # JSON has no other
    return value


def _plain(value: object) -> object:
    """One value as an object, a list or a leaf, its contents as they are: days in ISO, no NaN."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Enum):
        return value.value
    if type(value) in PLAIN or isinstance(value, str | int):
        return value
    if is_dataclass(value) or hasattr(value, "_asdict"):
        return keyed(value)
    if isinstance(value, date | Path):
        return str(value)
    return value.tolist() if hasattr(value, "tolist") else value


def keyed(value: object) -> Picked:
    """Keys of an object with their values as they are; none of None."""
    if value is None or isinstance(value, Mapping):
        return dict(value or {})
    if hasattr(value, "_asdict"):
        return dict(value._asdict())
    keys = KEYS.get(type(value).__name__, "*")
    return pick(value, keys) if isinstance(keys, str) else keys(value)  # type: ignore[arg-type]


def pick(source: object, words: str, /, **values: object) -> Picked:
    """Keys in their order, whose values an object has.

    Args:
        words: `key`, or `key=path.of.attributes`; `key?` is left out where it is None; `*` is each field,
            `*path` each key of what is there; `-key` takes one away.
        values: of the keys that are no attribute.

    >>> pick(date(2026, 1, 2), "on year number=month", on="a day")
    {'on': 'a day', 'year': 2026, 'number': 1}
    """
    record: Picked = {}
    for word in words.split():
        name, _equals, path = word.partition("=")
        key = name.strip("*?-")
        if name == "*":
            record |= {name: getattr(source, name) for name in source.__dataclass_fields__}  # type: ignore[attr-defined]
        elif name.startswith("-"):
            del record[key]
        elif name.startswith("*"):
            record |= keyed(values[key] if key in values else attribute(source, key))
        else:
            value = values[key] if key in values else attribute(source, path or key)
            if value is not None or not name.endswith("?"):
                record[key] = value
    return record


SourceT_contra = TypeVar("SourceT_contra", contravariant=True)
Read: TypeAlias = Callable[[SourceT_contra], object]
"""What reads a value of an object."""


class Keys(Generic[SourceT_contra]):
    """Keys of a class of objects: what `keyed` encodes, and what `acc schema` prints.

    Attributes:
        source: the class.
        words: as `pick` reads them.
        values: of the keys that are no attribute: a function of the object, or the type of the value and that
            function, None where who encodes gives the value.
        parts: of the keys that are attributes, the keys of what each holds, or the row that each of its
            items is.
    """

    def __init__(
        self,
        source: type[SourceT_contra],
        words: str,
        /,
        **values: "Parts | Read[SourceT_contra] | tuple[object, Read[SourceT_contra] | None]",
    ) -> None:
        self.source, self.words = source, words
        self.parts = {key: own for key, own in values.items() if isinstance(own, Keys | type)}
        self.values = {
            key: own if isinstance(own, tuple) else (None, own)
            for key, own in values.items()
            if not isinstance(own, Keys | type)
        }

    def record(self, source: SourceT_contra, /, **given: object) -> Picked:
        """Keys of an object, with values that are not yet encoded."""
        made = {key: read(source) for key, (_type, read) in self.values.items() if read is not None}
        record = pick(source, self.words, **made, **given)
        return record | {key: _parts(own, record[key]) for key, own in self.parts.items()}

    def document(self, source: SourceT_contra, /, **given: object) -> JsonObject:
        """Keys of an object, with all that their values hold encoded."""
        return {key: encode(value) for key, value in self.record(source, **given).items()}


Parts: TypeAlias = Keys[Never] | type[tuple[object, ...]]
"""Keys of a value or of each that it holds, or the row that each of its items is."""


def _parts(keys: Parts, value: object) -> object:
    """Keys of what a value is or holds, or the row of each item; None of None."""
    if isinstance(keys, type):
        rows = value.items() if isinstance(value, Mapping) else value
        return [keys(*row) for row in rows]  # type: ignore[attr-defined]
    if isinstance(value, Mapping):
        return {key: keys.record(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [keys.record(item) for item in value]
    return None if value is None else keys.record(value)  # type: ignore[arg-type]


def document(source: object, words: str, /, **values: object) -> JsonObject:
    """Keys of `pick`, with all that their values hold encoded."""
    return {key: encode(value) for key, value in pick(source, words, **values).items()}


def _energy(energy: Energy) -> Annotated[Picked, columns.INDICATORS]:
    return columns.INDICATORS.record(energy)


class WithId(TypedDict):
    """Key of an object of a list."""

    id: str


class Ends(NamedTuple):
    """Low, middle and high of draws: 8 chances in 10 to be between."""

    p10: float
    p50: float
    p90: float


class Ranged(TypedDict, total=False):
    """Ranges by indicator, where they are drawn."""

    ranges: Mapping[str, Ends]


class MovedLoad(NamedTuple):
    """A flexible load, kWh."""

    participant: str
    kwh: float
    moved_kwh: float


class OfPerson(NamedTuple):
    """What a change brings a person, EUR excl. VAT."""

    id: str
    eur_ht: float


def measure(*, is_value: bool) -> str:
    """Key of the figure that cases are ranked by."""
    return "npv_eur_ht" if is_value else "gain_eur_ht"


class ComparedCase(TypedDict):
    """Change of everybody in a case, in one of two units."""

    name: str
    more_eur_ht: NotRequired[float]
    more_kwh: NotRequired[float]
    loser_ids: Sequence[str]


def _cases(proposal: Proposal) -> list[Annotated[Picked, ComparedCase]]:
    unit = "more_eur_ht" if proposal.in_euros else "more_kwh"
    return [
        {"name": case, unit: proposal.more(place), "loser_ids": proposal.loser_ids[place]}
        for place, case in enumerate(proposal.names)
    ]


class Bases(TypedDict):
    """What the figures count, in words."""

    gain_eur_ht: str
    npv_eur_ht: str
    by_year_eur_ht: NotRequired[str]


class Assumption(NamedTuple):
    """A default taken where the folder is silent."""

    what: str
    value: str
    why: str


def _bases(money: Money) -> Bases:
    return {
        "gain_eur_ht": before_investment("", is_taxed=money.total is not None and money.total.is_taxed),
        "npv_eur_ht": value_basis(),
        "by_year_eur_ht": _("what enters and leaves the account, tax on profit paid, as the value counts it"),
    }


CONNECTED = Keys(Plan, "npv_eur_ht payback_years connection_eur_ht")

PLANNED = Keys(
    PlannedOperation,
    "folder perimeter=regime key recommended_key=proposed_key sites=participant_ids plants=plant_ids "
    "gain_eur_ht=year_eur npv_eur_ht=value_eur received_kwh longest_km longest_ids limit_km checks=states",
    folder=(str | None, lambda _planned: None),
)


def planned_operations(plan: LawfulPlan, folders: Sequence[str] = ()) -> list[Annotated[Picked, PLANNED]]:
    """Operations of a plan, with their folders where they are written."""
    return [
        {**PLANNED.record(planned), "folder": folder}
        for planned, folder in zip(plan.operations, folders or repeat(None), strict=bool(folders))
    ]


class OutsideSite(NamedTuple):
    """A site that is in no operation."""

    id: str
    reason: Outside


PLAN_PERSON = Keys(
    PlannedPerson,
    "id name npv_eur_ht=value_eur gain_eur_ht=year_eur sharing_eur_ht=sharing_eur "
    "recommended_npv_eur_ht=proposed_eur recommended_gain_eur_ht=proposed_year_eur loses",
    loses=(bool | None, lambda person: person.loses if person.is_known else None),
)


def _plan_persons(plan: LawfulPlan) -> list[Annotated[Picked, PLAN_PERSON]]:
    """Persons of a plan; values count the supply price of each of their sites, null where one is unknown."""
    unvalued = ("npv_eur_ht", "recommended_npv_eur_ht") if plan.years is None else ()
    priced = ("npv_eur_ht", "gain_eur_ht", "sharing_eur_ht")
    return [
        PLAN_PERSON.record(person) | dict.fromkeys((*unvalued, *(() if person.is_known else priced)))
        for person in (plan.persons if plan.losers_known else ())
    ]


KEYS: Mapping[str, str | Callable[[Never], Picked]] = MappingProxyType(
    {
        "ActorLine": "* change_eur",
        "Cancelling": Keys(
            Cancelling,
            "condition operation? setting from=day plant=plant_id gain_from leaving_ratio leaving_after "
            "*everybody losers losers_over_plan members",
            members=(
                list[Annotated[Picked, WithId, GainUnderCondition]],
                lambda c: [{"id": id_, **keyed(gain)} for id_, gain in c.members.items()],
            ),
        ).record,
        "Carbon": "kwh=produced_kwh avoided_kg=avoided_kgco2 mean_g_per_kwh *factor",
        "CauseEffect": Keys(
            CauseEffect,
            "causes changed eur_ht=amount_eur shared_kwh persons=persons_eur",
            changed=(
                Mapping[str, tuple[object, object]],
                lambda effect: {change.path: (change.before, change.after) for change in effect.changed},
            ),
            persons=OfPerson,
        ).record,
        "Chance": "* is_equal",
        "Corridor": "moved is_open low high ceilings floors never_ids unknown_ids",
        "DatedChange": "site what since until ratio kwh chance_ratio delay_years low high source",
        "Energy": _energy,
        "ExplainedChange": Keys(
            ExplainedChange,
            "by difference_eur_ht difference_kwh causes=effects",
            by=(str, lambda change: measure(is_value=bool(change.plan_years))),
            difference_eur_ht=(
                float | None,
                lambda change: change.levels_eur[-1] - change.levels_eur[0] if change.levels_eur else None,
            ),
            difference_kwh=(float, lambda change: change.levels_kwh[-1] - change.levels_kwh[0]),
        ).record,
        "FormsState": Keys(
            FormsState,
            "members answered waiting consents unread estimated",
            members=(int, lambda state: len(state.names)),
            waiting=(list[str], lambda state: [id_ for id_ in state.names if id_ not in state.answered]),
        ).record,
        "GainUnderCondition": "gain_eur_ht npv_eur_ht=plan_eur_ht",
        "LawfulPlan": Keys(
            LawfulPlan,
            "operations outside npv_eur_ht gain_eur_ht=year_eur received_kwh bound_eur_ht=bound_eur "
            "key_bound_eur_ht=key_bound_eur bound_kwh searched_npv_eur_ht=searched_eur bound_basis gap_ratio "
            "to_confirm confirmed_npv_eur_ht=confirmed_eur losers capex_eur_ht=invested_eur derogations "
            "owners_elsewhere roofs persons found_by left_out draws doubts without_each=without outlook?",
            operations=planned_operations,
            outside=OutsideSite,
            npv_eur_ht=(float, lambda plan: None if plan.years is None else plan.value_eur),
            losers=(
                list[str] | None,
                lambda plan: [person.id for person in plan.losers] if plan.losers_known else None,
            ),
            owners_elsewhere=(
                int,
                lambda plan: sum(roof.owner_elsewhere for roof in plan.roofs if roof.kwp > 0.0),
            ),
            persons=_plan_persons,
            found_by=(str | None, lambda plan: plan.version or None),
        ).record,
        "MemberOutcome": "id name consumption_kwh=need_kwh received_kwh gain_eur_ht",
        "Money": Keys(
            Money,
            "rates_on=on bases period_years saving_eur_ht full_accise_saving_eur_ht unknown_ids loser_ids "
            "worst_id=worst.id corridor plan_corridor closure pmo market surplus_sales=sales flat_npv_eur_ht "
            "surplus_words carbon carbon_words plan_missing plans_after plans assumptions rates",
            bases=_bases,
            loser_ids=(list[str], lambda money: [participant.id for participant in money.losers]),
            closure=(Sequence[ActorLine], lambda money: money.closure.lines if money.closure else ()),
            surplus_words=sale_sentences,
            carbon_words=carbon_sentences,
            assumptions=Assumption,
        ).record,
        "OperationStatus": "*document",
        "Outlook": "regime state leaving staying shares state_without",
        "PersonMoney": columns.PERSONS.record,
        "Plan": Keys(
            Plan, "* -flows -connected connection_more_eur_ht connected flows", connected=CONNECTED
        ).record,
        "PlanAfter": "* everybody_npv_eur_ht",
        "PlanConstraints": "most owners_inside without if_confirmed=confirmed",
        "PlanDoubt": "*constraints value_eur_ht=value_eur p10_eur_ht=low_eur p50_eur_ht=middle_eur "
        "p90_eur_ht=high_eur best_ratio lose_ratios=lose_shares",
        "PlanOutlook": "conditions investor_ids capex_vat_eur=vat_eur borne_capex_vat_eur=borne_vat_eur "
        "connection_unknown_ids connection_unbounded_ids connection_more_eur_ht=connection_more_eur "
        "owners_inside_npv_eur_ht=owners_inside_eur owners_inside_losers leaving_buyers",
        "PlanWithout": "gone=absent id lost_eur_ht=lost_eur unchanged_lost_eur_ht=unchanged_eur losers",
        "Proposal": Keys(
            Proposal,
            "chosen=name written plan_years cases",
            written=(str, lambda proposal: proposal.names[0]),
            cases=_cases,
        ).record,
        "RateInForce": "*rate subject stale=is_stale",
        "RowValue": "*change alone_kwh last_kwh shapley_kwh need_kwh production_kwh local_ratio "
        "alone_eur_ht?=alone_eur last_eur_ht?=last_eur shapley_eur_ht?=shapley_eur "
        "own_alone_eur_ht?=own_alone_eur own_last_eur_ht?=own_last_eur",
        "ShiftUsed": Keys(ShiftUsed, "moved_kwh loads without", loads=MovedLoad).record,
        "ValueStep": "step eur=amount_eur",
    }
)
"""Of classes by name: their keys as `pick` reads them, or what records them."""


def to_json(document: object) -> str:
    r"""JSON text of a document; what is not a number is null, never NaN (RFC 8259).

    >>> to_json({"a": [1, float("nan")], "b": ()})
    '{\n  "a": [\n    1,\n    null\n  ],\n  "b": []\n}'
    """
    pieces: list[str] = []
    _put(document, "\n", pieces.append)
    return "".join(pieces)


def write_document(document: object, file: BinaryIO) -> None:
    """Write a document as JSON piece by piece: of thousands of sites the whole would weigh 0.2 GB."""
    out = io.TextIOWrapper(file, encoding="utf-8", newline="")
    _put(document, "\n", out.write)
    out.detach()  # flushed; the file stays open for who gave it


def _put(value: object, margin: str, put: Callable[[str], object]) -> None:
    """Put the JSON text of a value; `margin` is a new line and the blanks that it stands behind."""
    inside, value = margin + "  ", _plain(value)
    is_object = isinstance(value, Mapping)
    if not isinstance(value, Mapping | list | tuple):
        put(float.__repr__(value) if isinstance(value, float) else _encoded(value))
        return
    begin, end = "{}" if is_object else "[]"
    if text := _flat(value, inside):
        put(f"{begin}{inside}{text}{margin}{end}")
        return
    before = begin
    for key in value:
        put(f"{before}{inside}{_encoded(str(key))}: " if is_object else f"{before}{inside}")
        _put(value[key] if isinstance(value, Mapping) else key, inside, put)
        before = ","
    put(f"{margin}{end}" if before == "," else begin + end)


def _flat(value: Mapping[object, object] | Sequence[object], margin: str) -> str:
    """Text between the brackets of numbers, words and nulls alone, which are most of a document.

    Empty where there is none, or another value among them.
    """
    items = value.values() if type(value) is dict else () if isinstance(value, Mapping) else value
    if not items or not LEAVES.issuperset(map(type, items)):
        return ""
    flat = dict(zip(map(str, value), items, strict=True)) if isinstance(value, Mapping) else value
    try:
        return _encoder(margin)(flat)[1:-1]
    except ValueError:  # one is not finite
        return ""


LEAVES = frozenset({str, int, float, bool, NoneType})
PLAIN = LEAVES | {dict, list}

_encoded = json.JSONEncoder(ensure_ascii=False).encode


@cache
def _encoder(margin: str) -> Callable[[object], str]:
    """Writes flat values in C, each on a line of its own."""
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(f",{margin}", ": ")).encode
