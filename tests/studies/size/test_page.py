"""What the study of sizes adds to the page: how far a slider goes, the powers with nearly no surplus."""

import re
from pathlib import Path

from reports.studies.size.screen import powers_by_use_text
from scenarios.entry.folder.settings import read_setting
from scenarios.studies.size.surplus_powers import powers_by_use
from tests.web.test_guard import client_of
from tests.web.test_state import stated


def test_a_roof_slides_past_its_power_of_today(tmp_path: Path) -> None:
    text = (
        client_of(stated(tmp_path / "op", "\n[size.roofs.toit-gymnase]\nmax_kwp = 455\n")).get("/seance").text
    )
    ends = dict(re.findall(r'name="kwp\.([\w-]+)"[^>]* max="([\d.]+)"', text))
    assert ends == {"toit-gymnase": "455", "hangar-cave": "720"}


def test_the_page_tells_the_powers_with_nearly_no_surplus_of_its_state_as_the_command_does(
    tmp_path: Path,
) -> None:
    client = client_of(stated(tmp_path / "op", ""))
    assert 'id="puissances" href="/puissances?without=froid"' in client.get("/seance?without=froid").text
    settings = [read_setting("participants.froid.active=false")]
    told = powers_by_use_text(powers_by_use(tmp_path / "op", settings=settings))
    assert "70% at " in told
    for address in ("/puissances?without=froid&qui=each&partie=1", "/puissances?without=froid&qui=each"):
        assert told in client.get(address).text
    assert told not in client.get("/puissances?qui=each&partie=1").text


def test_a_state_of_which_no_powers_can_be_told_says_why(tmp_path: Path) -> None:
    client = client_of(
        stated(tmp_path / "op", "\n[battery]\nenergy_kwh = 20\npower_kw = 10\nround_trip_ratio = 0.9\n")
    )
    assert client.get("/puissances?partie=1").text.startswith("Not counted with a battery")
    refused = client.get("/puissances?partie=1&set=prix%3Dx")
    assert refused.status_code == 422
    assert refused.text.startswith("x is not a number")
