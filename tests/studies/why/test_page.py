"""The screen "Comparer" says why a scenario differs, with no figure of who is not named."""

import html
import re
from pathlib import Path

import pytest

from scenarios.entry.folder.put import keep_data
from scenarios.session import AtHand, PageQuestion
from tests.web.folders import a_month
from tests.web.test_closed import closed, names_nobody
from tests.web.test_guard import client_of, today


def test_what_changed_since_a_scenario_was_kept_tells_no_figure_of_who_is_not_named(
    tmp_path: Path,
) -> None:
    where = closed(tmp_path / "demo")
    keep_data(where, "sans la cave")
    path = where / "participants.csv"
    text = path.read_text(encoding="utf-8")
    changed = re.sub(r"(?m)^(froid;.*;)(\d{6})(;)", r"\g<1>987654\g<3>", text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    client = client_of(where)
    told = client.get("/comparer", params={"cas": ["", "sans la cave"], "qui": "each"}).text
    names_nobody(told)
    link = re.search(r'href="/comparer\?(cas=jour%3As[0-9a-f]{12}&[^"]*)"', told)
    assert link is not None
    beside = client.get(f"/comparer?{html.unescape(link[1])}").text
    names_nobody(beside)
    why = beside.partition('class="why-differs"')[2]
    assert "annual" in why.lower() or "besoin annuel" in why
    for figure in ("987", re.findall(r"(?m)^froid;.*;(\d{3})\d{3};", text)[0]):
        assert figure not in re.sub(r"<[^>]*>", "", why.partition("</section>")[0])


def test_each_scenario_of_some_that_differ_has_its_causes(tmp_path: Path) -> None:
    client = client_of(closed(tmp_path / "demo"))
    cases = ["", "sans la cave", "avec l'usine de Prigonrieux"]
    beside = client.get("/comparer", params={"cas": cases, "qui": "each"})
    assert beside.text.count("why-differs") == 2


def test_a_kept_scenario_beside_itself_differs_by_what_was_typed_since(tmp_path: Path) -> None:
    where = a_month(tmp_path / "demo")
    with client_of(where) as client:
        client.post("/garder", data={"nom": "à 95", "set": "prix=95"})
        path = where / "participants.csv"
        text = path.read_text(encoding="utf-8-sig")
        path.write_text(text.replace(";88000;", ";99000;"), encoding="utf-8")
        told = client.get("/comparer?cas=&cas=%C3%A0+95").text
        link = re.search(r'href="/comparer\?(cas=jour[^"]*)"', told)
        assert link is not None
        assert re.search("88.000 → 99.000.kWh", client.get(f"/comparer?{html.unescape(link[1])}").text)
    questions = [PageQuestion(variant="à 95")] * 2
    (why,) = AtHand(where, today).side_by_side(questions, drawn=True, as_kept=frozenset({0})).changes
    change_eur = why.levels_eur[-1] - why.levels_eur[0]
    assert sum(effect.amount_eur or 0.0 for effect in why.effects) == pytest.approx(change_eur, abs=0.005)
    assert change_eur
