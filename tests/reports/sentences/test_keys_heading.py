"""The heading of the keys, by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from reports.format.numbers import EnergyScale
from reports.sentences.recipients import keys_heading


def test_keys_that_give_each_the_same_are_known_whatever_sites_differ() -> None:
    # 1 and 50 MWh under both keys: the sites differ, the keys do not.
    keys = [SimpleNamespace(received_kwh=np.array([1_000.0, 50_000.0]))] * 2
    view: Any = SimpleNamespace(keys=keys, scale=SimpleNamespace(unit_kwh=1_000.0))
    assert keys_heading(view) == "The keys compared give the same result here"


def view_of(*keys: tuple[str, float, float], lawful: bool = True) -> Any:
    """Keys by title, kWh shared and euros of everybody, the first one that of the folder."""
    views = [
        SimpleNamespace(
            title=title,
            received_kwh=np.array([kwh, 5_000.0 * n]),
            shared_kwh=kwh,
            total_saving_eur_ht=eur,
            everybody_eur_ht=eur,
        )
        for n, (title, kwh, eur) in enumerate(keys)
    ]
    result = SimpleNamespace(proposal=None, status=SimpleNamespace(is_unlawful=not lawful))
    scale = EnergyScale("kWh", 1.0, 0)
    return SimpleNamespace(keys=views, chosen=views[0], result=result, scale=scale, eur_unit="EUR")


@pytest.mark.parametrize(
    ("other_kwh", "said"),
    [
        (9_900.0, "By another key everybody would gain 100 EUR more, but share less: equal"),
        (9_960.0, "By another key everybody would share as much and gain 100 EUR more: equal"),
        (10_040.0, "By another key everybody would share as much and gain 100 EUR more: equal"),
        (10_100.0, "By another key everybody would share more and gain 100 EUR more: equal"),
    ],
)
def test_a_key_by_which_everybody_gains_more_is_named_with_what_it_shares(
    other_kwh: float, said: str
) -> None:
    """1,000 and 1,100 EUR; of 10,000 kWh as much is shared within 0.5 %: from 9,950 to 10,050."""
    heading = keys_heading(view_of(("Prorata", 10_000.0, 1_000.0), ("Equal", other_kwh, 1_100.0)))
    assert heading.replace("\u00a0", " ") == said


def test_a_gain_of_next_to_nothing_or_unlawful_is_no_reason_for_another_key() -> None:
    """4 EUR of 1,000 are less than 0.5 %; 6 are more, also where the folder's key loses 1,000."""
    ours = ("Prorata", 10_000.0, 1_000.0)
    gains = "By another key everybody would"
    assert not keys_heading(view_of(ours, ("Equal", 9_000.0, 1_004.0))).startswith(gains)
    assert keys_heading(view_of(ours, ("Equal", 9_000.0, 1_006.0))).startswith(gains)
    assert not keys_heading(view_of(ours, ("Equal", 9_000.0, 1_100.0), lawful=False)).startswith(gains)
    lost = ("Prorata", 10_000.0, -1_000.0)
    assert not keys_heading(view_of(lost, ("Equal", 9_000.0, -996.0))).startswith(gains)
    assert keys_heading(view_of(lost, ("Equal", 9_000.0, -994.0))).startswith(gains)


@pytest.mark.parametrize(
    ("other_kwh", "said"),
    [
        (9_960.0, "The keys share as much as each other, but do not serve the same participants"),
        (9_000.0, "The key of the folder shares up to 1,000 kWh more than another"),
        (12_000.0, "Another key would share 2,000 kWh more: equal"),
    ],
)
def test_keys_that_bring_the_same_are_told_apart_by_what_they_share(other_kwh: float, said: str) -> None:
    heading = keys_heading(view_of(("Prorata", 10_000.0, 1_000.0), ("Equal", other_kwh, 1_000.0)))
    assert heading.replace("\u00a0", " ") == said
