"""Results as JSON: one encoder of every dataclass; `KEYS` lists those whose keys are not their fields."""

import io
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from gettext import gettext as _
from itertools import repeat
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Never, TypeAlias

from acc.accounts.values import Money
from acc.arrays import JsonObject, JsonValue
from acc.indicators import Energy
from acc.plan.values import Plan
from acc.result.change import CauseEffect, ExplainedChange
from acc.result.files import FileCheck, FormsState, Reconciled
from acc.result.lawful_plan import LawfulPlan
from acc.result.proposal import Proposal
from acc.result.result import Cancelling, ShiftUsed
from reports.data import columns
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
    value = _plain(value)
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [encode(item) for item in value]
    assert value is None or isinstance(value, str | int | float)  # JSON has no other
    return value


def _plain(value: object) -> object:
    """One value as an object, a list or a leaf, its contents as they are: days in ISO, no NaN."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int):
        return value
    if is_dataclass(value):
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
            record |= keyed(values[key] if key in values else _attribute(source, key))
        else:
            value = values[key] if key in values else _attribute(source, path or key)
            if value is not None or not name.endswith("?"):
                record[key] = value
    return record


def document(source: object, words: str, /, **values: object) -> JsonObject:
    """Keys of `pick`, with all that their values hold encoded."""
    return {key: encode(value) for key, value in pick(source, words, **values).items()}


def _attribute(source: object, path: str) -> object:
    for name in path.split("."):
        source = None if source is None else getattr(source, name)
    return source


def by_id(values: Mapping[str, object]) -> list[Picked]:
    """Objects in a list, each after its id."""
    return [{"id": id_, **keyed(value)} for id_, value in values.items()]


def ends(drawn: Sequence[float]) -> JsonObject:
    """Low, middle and high of draws: 8 chances in 10 to be between."""
    return dict(zip(("p10", "p50", "p90"), drawn, strict=True))


def _cancelling(cancelling: Cancelling) -> Picked:
    return pick(
        cancelling,
        "condition setting from=day plant=plant_id gain_from leaving_ratio leaving_after *everybody losers "
        "losers_over_plan members",
        members=by_id(cancelling.members),
    )


def _shift(shift: ShiftUsed) -> Picked:
    loads = [{"participant": id_, "kwh": kwh, "moved_kwh": moved} for id_, kwh, moved in shift.loads]
    return pick(shift, "moved_kwh loads without", loads=loads)


def _energy(energy: Energy) -> Picked:
    return columns.INDICATORS.record(energy)


def _cause_effect(effect: CauseEffect) -> Picked:
    return pick(
        effect,
        "causes changed eur_ht=amount_eur shared_kwh persons",
        changed={change.path: [change.before, change.after] for change in effect.changed},
        persons=[{"id": id_, "eur_ht": eur} for id_, eur in effect.persons_eur.items()],
    )


def _change(change: ExplainedChange) -> Picked:
    levels_eur, levels_kwh = change.levels_eur, change.levels_kwh
    return {
        "by": measure(is_value=bool(change.plan_years)),
        "difference_eur_ht": levels_eur[-1] - levels_eur[0] if levels_eur else None,
        "difference_kwh": levels_kwh[-1] - levels_kwh[0],
        "causes": change.effects,
    }


def measure(*, is_value: bool) -> str:
    """Key of the figure that cases are ranked by."""
    return "npv_eur_ht" if is_value else "gain_eur_ht"


def _file_check(check: FileCheck) -> Picked:
    month = f"{check.first_day:%Y-%m}" if check.first_day else None
    return pick(check, "file layout month step_count participant_count findings counts", month=month)


def _reconciled(reconciled: Reconciled) -> Picked:
    """Gaps by meter, then one by one, kWh; PRM are masked."""
    outcome, names = reconciled.reconciliation, reconciled.names
    meter = "id name prm=masked_prm quantity returned_kwh simulated_kwh gap_kwh worst"
    silent = "id name prm=masked_prm first_day missing_days days to_the_end"
    return pick(
        outcome,
        "key meters gaps real_gaps silent problems",
        key=reconciled.key,
        meters=[pick(total, meter, name=names[total.id]) for total in outcome.by_meter],
        silent=[pick(silence, silent, name=names[silence.id]) for silence in outcome.silent],
    )


def _forms(state: FormsState) -> Picked:
    words = "members answered waiting consents unread estimated"
    waiting = [id_ for id_ in state.names if id_ not in state.answered]
    return pick(state, words, members=len(state.names), waiting=waiting)


def proposal_document(name: str, proposal: Proposal | None) -> JsonObject:
    """Case that the criteria of the group choose, under a key of this name, and the change of each case."""
    if proposal is None:
        return {}
    unit = "more_eur_ht" if proposal.in_euros else "more_kwh"
    cases = [
        {"name": case, unit: proposal.more(place), "loser_ids": proposal.loser_ids[place]}
        for place, case in enumerate(proposal.names)
    ]
    words = "chosen=name written plan_years cases"
    return {
        name: proposal.name,
        "proposal": document(proposal, words, written=proposal.names[0], cases=cases),
    }


def _money(money: Money) -> Picked:
    """Euros of an operation: totals, corridor, closure, plans, figures used; `npv_eur_ht` has VAT if lost."""
    is_taxed = money.total is not None and money.total.is_taxed
    by_year = _("what enters and leaves the account, tax on profit paid, as the value counts it")
    return pick(
        money,
        "rates_on=on bases period_years saving_eur_ht full_accise_saving_eur_ht unknown_ids loser_ids "
        "worst_id=worst.id corridor plan_corridor closure pmo market surplus_sales=sales flat_npv_eur_ht "
        "surplus_words carbon carbon_words plan_missing plans_after plans assumptions rates",
        bases={
            "gain_eur_ht": before_investment("", is_taxed=is_taxed),
            "npv_eur_ht": value_basis(),
            "by_year_eur_ht": by_year,
        },
        loser_ids=[participant.id for participant in money.losers],
        closure=money.closure.lines if money.closure else (),
        surplus_words=sale_sentences(money),
        carbon_words=carbon_sentences(money),
        assumptions=[{"what": what, "value": value, "why": why} for what, value, why in money.assumptions],
    )


def _plan(plan: Plan) -> Picked:
    """A plan; its yearly arrays are the lists of `flows`."""
    words = "* -flows -connected connection_more_eur_ht connected flows"
    dearer = plan.connected and pick(plan.connected, "npv_eur_ht payback_years connection_eur_ht")
    return pick(plan, words, connected=dearer)


def lawful_plan(plan: LawfulPlan, folders: Sequence[str] = ()) -> Picked:
    """One plan: its operations with their folders, its roofs, its persons, those outside and why."""
    operation = (
        "folder perimeter=regime key recommended_key=proposed_key sites=participant_ids plants=plant_ids "
        "gain_eur_ht=year_eur npv_eur_ht=value_eur received_kwh longest_km longest_ids limit_km checks"
    )
    operations = [
        pick(planned, operation, folder=folder, checks={c.rule: c.state for c in planned.checks})
        for planned, folder in zip(plan.operations, folders or repeat(None), strict=bool(folders))
    ]
    own = (
        "id name npv_eur_ht=value_eur gain_eur_ht=year_eur sharing_eur_ht=sharing_eur "
        "recommended_npv_eur_ht=proposed_eur recommended_gain_eur_ht=proposed_year_eur loses"
    )
    unvalued = ("npv_eur_ht", "recommended_npv_eur_ht") if plan.years is None else ()
    persons = [
        pick(person, own, **dict.fromkeys((*unvalued, *(() if person.is_known else KNOWN_OF_A_PERSON))))
        for person in (plan.persons if plan.losers_known else ())
    ]
    return pick(
        plan,
        "operations outside npv_eur_ht gain_eur_ht=year_eur received_kwh bound_eur_ht=bound_eur "
        "key_bound_eur_ht=key_bound_eur bound_kwh searched_npv_eur_ht=searched_eur bound_basis gap_ratio "
        "to_confirm confirmed_npv_eur_ht=confirmed_eur losers capex_eur_ht=invested_eur derogations "
        "owners_elsewhere roofs persons found_by left_out draws doubts without_each=without",
        operations=operations,
        outside=[{"id": site, "reason": why} for site, why in plan.outside.items()],
        npv_eur_ht=None if plan.years is None else plan.value_eur,
        losers=[person.id for person in plan.losers] if plan.losers_known else None,
        owners_elsewhere=sum(roof.owner_elsewhere for roof in plan.roofs if roof.kwp > 0.0),
        persons=persons,
        found_by=plan.version or None,
    )


KNOWN_OF_A_PERSON = ("npv_eur_ht", "gain_eur_ht", "sharing_eur_ht", "loses")
"""Keys whose values count the supply price of each of its sites."""

KEYS: Mapping[str, str | Callable[[Never], Picked]] = MappingProxyType(
    {
        "ActorLine": "* change_eur",
        "Cancelling": _cancelling,
        "Carbon": "kwh=produced_kwh avoided_kg=avoided_kgco2 mean_g_per_kwh *factor",
        "CauseEffect": _cause_effect,
        "Chance": "* is_equal",
        "Corridor": "moved is_open low high ceilings floors never_ids unknown_ids",
        "DatedChange": "site what since until ratio kwh chance_ratio delay_years low high source",
        "Energy": _energy,
        "ExplainedChange": _change,
        "FileCheck": _file_check,
        "FormsState": _forms,
        "GainUnderCondition": "gain_eur_ht npv_eur_ht=plan_eur_ht",
        "Gap": "id quantity=returned.quantity first_day=returned.first_day end_day=returned.end_day "
        "slot=returned.slot returned_kwh=returned.energy_kwh simulated_kwh gap_kwh tolerance_kwh is_rounding "
        "where=returned.where",
        "LawfulPlan": lawful_plan,
        "Lost": "share=lost_share kwh=lost_kwh largest_kwh",
        "MemberOutcome": "id name consumption_kwh=need_kwh received_kwh gain_eur_ht",
        "Money": _money,
        "OperationStatus": "*document",
        "Outlook": "regime state leaving staying shares state_without",
        "PersonMoney": columns.PERSONS.record,
        "Plan": _plan,
        "PlanAfter": "* everybody_npv_eur_ht",
        "PlanConstraints": "most owners_inside without if_confirmed=confirmed",
        "PlanDoubt": "*constraints value_eur_ht=value_eur p10_eur_ht=low_eur p50_eur_ht=middle_eur "
        "p90_eur_ht=high_eur best_ratio lose_ratios=lose_shares",
        "PlanWithout": "gone=absent id lost_eur_ht=lost_eur unchanged_lost_eur_ht=unchanged_eur losers",
        "RateInForce": "*rate subject stale=is_stale",
        "Reconciled": _reconciled,
        "RowValue": "*change alone_kwh last_kwh shapley_kwh need_kwh production_kwh local_ratio "
        "alone_eur_ht?=alone_eur last_eur_ht?=last_eur shapley_eur_ht?=shapley_eur "
        "own_alone_eur_ht?=own_alone_eur own_last_eur_ht?=own_last_eur",
        "ShiftUsed": _shift,
        "ValueStep": "step eur=amount_eur",
        "WrittenCoefficients": "files lost notes",
    }
)
"""Of classes by name: their keys as `pick` reads them, or the function that makes them."""


def to_json(document: object) -> str:
    """JSON text of a document; what is not a number is null, never NaN (RFC 8259)."""
    return "".join(json_parts(document))


def json_parts(value: object, margin: str = "\n") -> Iterator[str]:
    r"""Yield the JSON text of a value piece by piece: of thousands of sites the whole would weigh 0.2 GB.

    >>> "".join(json_parts({"a": [1, float("nan")], "b": ()}))
    '{\n  "a": [\n    1,\n    null\n  ],\n  "b": []\n}'
    """
    inside, value = margin + "  ", _plain(value)
    if isinstance(value, Mapping):
        comma = "{"
        for key, item in value.items():
            yield f"{comma}{inside}{_leaf(str(key))}: "
            yield from json_parts(item, inside)
            comma = ","
        yield "{}" if comma == "{" else f"{margin}}}"
    elif isinstance(value, list | tuple):
        comma = "["
        for item in value:
            yield f"{comma}{inside}"
            yield from json_parts(item, inside)
            comma = ","
        yield "[]" if comma == "[" else f"{margin}]"
    else:
        yield _leaf(value)


def _leaf(value: object) -> str:
    if isinstance(value, float):  # most of a result: the encoder, asked of each, takes four times as long
        return float.__repr__(value)
    return _encoded(value)


_encoded = json.JSONEncoder(ensure_ascii=False).encode


def write_document(document: object, file: BinaryIO) -> None:
    """Write a document as JSON, piece by piece."""
    out = io.TextIOWrapper(file, encoding="utf-8", newline="")
    out.writelines(json_parts(document))
    out.detach()  # flushed; the file stays open for who gave it
