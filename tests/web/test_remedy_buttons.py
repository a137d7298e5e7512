"""The buttons under a mistake: pressed, they type every cell of the remedy, and the fault is over."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.scenarios.plausibility.mended import SITES, Cells, write
from tests.scenarios.plausibility.test_remedies import IN_MWH, SLOTS_MWH
from tests.web.test_guard import client_of

BUTTONS: Mapping[str, tuple[Cells, str]] = {
    "a refused cell": ({SITES: {"annual_kwh": "62 MWh"}}, "membres"),
    "an odd figure": ({"plants.csv": {"capex_eur": "1000"}}, "centrales"),
    "twelve months": ({SITES: {"annual_kwh": "", **IN_MWH}}, "membres"),
    "four postes": (
        {SITES: {"annual_kwh": "", "kva": "250", "name": "Site nord", "kind": "entreprise", **SLOTS_MWH}},
        "membres",
    ),
}


@pytest.mark.parametrize("mistake", BUTTONS)
def test_the_button_of_a_remedy_mends_its_mistake(tmp_path: Path, mistake: str) -> None:
    cells, tab = BUTTONS[mistake]
    client = client_of(write(tmp_path / "op", cells))
    shown = client.get(f"/donnees?onglet={tab}&colonnes=toutes").text
    (row,) = re.findall(r'<tr class="fault-row".*?</tr>', shown, flags=re.DOTALL)
    form = next(part for part in row.split("<form")[1:] if "button main" in part)
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    assert client.post("/donnees/table", data=fields).status_code == 303
    assert "fault-row" not in client.get(f"/donnees?onglet={tab}&colonnes=toutes").text


def test_a_setting_that_is_odd_has_its_button(tmp_path: Path) -> None:
    folder = write(tmp_path / "op", {})
    path = folder / "operation.toml"
    path.write_text(path.read_text(encoding="utf-8") + "\n[prices]\nlocal_eur_per_mwh = 0.105\n", "utf-8")
    client = client_of(folder)
    shown = client.get("/donnees").text
    assert 'name="prices.local_eur_per_mwh" value="105"' in shown
