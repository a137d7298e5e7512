"""Names in the JSON of each command that scripts read: a change breaks them, and CHANGELOG.md says so.

`a.b` is b of a, `a[].b` b of each of the list a, `a.*.b` b of whatever stands in a. A document may hold more.
"""

from collections.abc import Iterable, Iterator


def under(place: str, *names: str) -> list[str]:
    """Return names below a place."""
    return [f"{place}.{name}" for name in names]


KWH = ("production_kwh", "consumption_kwh", "received_kwh", "surplus_kwh", "complement_kwh")
RATIOS = ("autoconsommation_ratio", "autoproduction_ratio")
BILLS = ("bills_before_eur_ht", "bills_after_eur_ht", "own_use_eur_ht", "sales_eur_ht", "costs_eur_ht")
BOTH = ("gain_eur_ht", "npv_eur_ht")
SUMS = [
    *(*KWH, *RATIOS, "plan"),
    *under("participants[]", "id", *KWH[1:3], KWH[4], RATIOS[1], "saving_eur_ht"),
    *under("plants[]", "id", "kwp", KWH[0], *KWH[2:4]),
    *under("persons[]", "id", "name", *BILLS, *BOTH),
    *under("total", *BOTH, "full_accise_gain_eur_ht"),
]
STATUS = under("status", "lawful", "fictitious", "costs_left_out")
LEVELS = ("p10", "p50", "p90")

NAMES = {
    "run": [
        *(*SUMS, *STATUS, "participants[].grade"),
        *under("checks[]", "rule", "state", "measured", "limit", "reference", "culprits"),
        *under("provenance", "version", "inputs", "rates", "seed", "warnings"),
        *under("plan", "capex_eur_ht", "npv_eur_ht", "irr_ratio", "payback_years", "lcoe_eur_per_kwh"),
    ],
    "ranges": [
        *under("ranges.autoconsommation_ratio", *LEVELS),
        *under("ranges.gain_eur_ht", *LEVELS),
        *under("participants[].ranges.received_kwh", *LEVELS),
        *under("participants[].ranges.saving_eur_ht", *LEVELS),
        *under("persons[].ranges.gain_eur_ht", *LEVELS),
    ],
    "compare": [*STATUS, *under("keys.*", *SUMS)],
    "worth": [
        *(*STATUS, "sharing_ratio", "verdict"),
        *under("alternatives[]", "name", "set", "best_ratio"),
        *under("alternatives[].total", *BOTH),
        *under("alternatives[].persons[]", "id", *BOTH, "best_ratio"),
    ],
    "front": [
        *STATUS,
        *under("points[]", "worst_ratio", "gain_eur_ht", "saving_eur_ht", "gap_ratio"),
        *under("keys.*", "worst_ratio", "gain_eur_ht", "saving_eur_ht"),
    ],
    "split": [
        *(*STATUS, "proposed"),
        *under("plans[]", "outside", "npv_eur_ht", "bound_eur_ht", "gap_ratio", "losers", "capex_eur_ht"),
        *under("plans[].operations[]", "folder", "perimeter", "sites", "plants", *BOTH),
    ],
}


def missing(document: object, what: str) -> list[str]:
    """Return the names of the contract that a document does not hold wherever they belong."""
    places = {name: list(held(document, name.replace("[]", ".*").split("."))) for name in NAMES[what]}
    return [name for name, found in places.items() if not found or not all(found)]


def held(value: object, steps: list[str]) -> Iterator[bool]:
    """Yield for each place where a name belongs whether it is there.

    What is null, empty or not comparable has no place.
    """
    if value is None or (isinstance(value, dict) and value.get("state") == "not comparable"):
        return
    inner = value.values() if isinstance(value, dict) else value
    assert isinstance(inner, Iterable), steps
    if steps[0] == "*":
        for one in inner:
            yield from held(one, steps[1:])
    elif not isinstance(value, dict) or steps[0] not in value:
        yield False
    elif len(steps) == 1:
        yield True
    else:
        yield from held(value[steps[0]], steps[1:])
