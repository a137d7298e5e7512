"""The page that explains the keys to people says what the program does."""

import re
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from acc.exchange import Exchange
from acc.grid_operator.coefficients import Coefficients
from acc.keys import KEYS, KeyContext, build_key
from acc.keys.catch_up import raise_lowest
from acc.keys.optimal import Orders
from acc.settle import settle
from acc.sites import Kind, Participant, Plant, SupplyContract
from acc.steps import Steps

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "cles.md").read_text(encoding="utf-8")
IDS = ("ecole", "mairie", "atelier")
STEP = Steps.between(date(2025, 6, 2), date(2025, 6, 3), 15).part(0, 1)
NEED = np.array([[2.0, 4.0, 10.0]])

CHOICES = {
    "static": {"shares": dict(zip(IDS, (0.4, 0.3, 0.3), strict=True))},
    "static-redistributed": {"shares": dict(zip(IDS, (0.4, 0.3, 0.3), strict=True))},
    "priority": {"ranks": [["ecole"], ["mairie", "atelier"]]},
    "weighted": {"weights": dict(zip(IDS, (3, 2, 1), strict=True))},
    "optimal": {
        "orders": Orders(IDS, ("", ""), np.array([0.75, 0.25]), np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    },
    "custom": {"coefficients": Coefficients(STEP, IDS, (), np.array([[0.1, 0.4, 0.5]]))},
}


def shown(name: str) -> tuple[list[float], str]:
    """Return the numbers and the way to declare of a line of the table."""
    worked = PAGE.split("## Ce que chaque clé récompense")[0]
    (line,) = re.findall(rf"^\| `{name}` \|(.*)\|$", worked, re.MULTILINE)
    *numbers, declared = [cell.strip() for cell in line.split("|")]
    return [float(number.replace(",", ".")) for number in numbers], declared


@pytest.mark.parametrize("name", list(KEYS))
def test_the_worked_step_of_the_page_is_what_the_key_gives(name: str) -> None:
    exchange = Exchange(STEP, NEED, np.array([[8.0]]), np.zeros((1, 1)))
    context = KeyContext(
        participants=tuple(
            Participant(
                id=one,
                name=one,
                kind=Kind.COMMUNE,
                contract=SupplyContract(energy_eur_per_kwh={"all": price}),
            )
            for one, price in zip(IDS, (0.150, 0.128, 0.110), strict=True)
        ),
        plants=(Plant(id="toit", name="toit", kwp=100.0, owner="mairie"),),
        consumption_kwh=NEED[0],
        distances_km=np.array([[0.1, 0.8, 0.4]]),
    )
    allocation = settle(exchange, build_key(name, CHOICES.get(name, {}), context))
    found = [*allocation.received_kwh[0].tolist(), float(allocation.surplus_kwh.sum())]
    if name == "catch-up":  # the page gives it a past, which a single step does not have
        consumed, received = np.array([100.0, 200.0, 400.0]), np.array([50.0, 60.0, 118.0])
        found = [*raise_lowest(NEED[0], 8.0, received, consumed).tolist(), 0.0]
    numbers, declared = shown(name)
    assert found == pytest.approx(numbers, abs=0.005)  # two decimals are printed
    assert declared == KEYS[name].enedis


@pytest.mark.parametrize("name", list(KEYS))
def test_every_key_has_its_section(name: str) -> None:
    assert re.search(rf"^### `{name}` : \w+", PAGE, re.MULTILINE)
