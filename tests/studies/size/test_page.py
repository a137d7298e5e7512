"""What `[size]` says of a roof is how far its slider goes."""

import re
from pathlib import Path

from tests.web.test_guard import client_of
from tests.web.test_state import stated


def test_a_roof_slides_past_its_power_of_today(tmp_path: Path) -> None:
    text = (
        client_of(stated(tmp_path / "op", "\n[size.roofs.toit-gymnase]\nmax_kwp = 455\n")).get("/seance").text
    )
    ends = dict(re.findall(r'name="kwp\.([\w-]+)"[^>]* max="([\d.]+)"', text))
    assert ends == {"toit-gymnase": "455", "hangar-cave": "720"}
