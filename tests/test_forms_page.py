"""The page on forms, followed word for word: forms, filled in by openpyxl, put in answers/, accepted, run."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import cli
from tests.scenarios.collecting.forms import fill, made

PAGE = Path(__file__).resolve().parents[1] / "docs" / "formulaires.md"

ANSWERS = {
    ("Site", 2, "Besoin annuel (kWh)"): "45 000",
    ("Site", 2, "Prix du fournisseur (EUR/MWh)"): "131,5",
    ("Centrale", 1, "Nature"): "Toiture",
    ("Accord", 1, "J’accepte"): "oui",
    ("Accord", 1, "Nom et qualité"): "la maire",
}


def plain(text: str) -> str:
    """Return a screen in one line, its apostrophes and spaces those of a keyboard."""
    return " ".join(text.split()).replace("’", "'")


def commands() -> list[list[str]]:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line.split("#")[0].split()[1:] for line in lines if line.startswith("acc ")]


def test_the_page_leads_from_forms_to_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = made(tmp_path / "notre-zone")
    monkeypatch.chdir(tmp_path)

    def acc(words: list[str], code: int = 0) -> str:
        said = CliRunner().invoke(cli.main, words, catch_exceptions=False)
        assert said.exit_code == code, (words, said.output, said.stderr)
        return plain(said.output)

    make, look, take, *others = commands()
    assert (make, look) == (["forms", "notre-zone"], ["forms", "notre-zone"])
    assert take == ["forms", "notre-zone", "--accept"]
    acc(["check", "notre-zone"], code=1)  # a site without its kWh: that is what the forms ask for
    assert "2 formulaires faits" in acc(make)
    # A form that is out is no fault of the folder: the road says who is awaited.
    assert "formulaire" not in plain(CliRunner().invoke(cli.main, ["check", "notre-zone"]).stderr)
    awaited = " ".join(acc(["next", "notre-zone"]).split())
    assert "pas encore de réponse de Ville d'Exemple et Cave des Coteaux → acc forms" in awaited
    fill(folder / "out" / "formulaires" / "ville-d-exemple.xlsx", folder / "answers" / "ville.xlsx", ANSWERS)
    shown = acc(look)
    assert "mairie, Besoin annuel (kWh) : rien → 45000" in shown
    assert "Rien n'est encore écrit." in shown
    taken = acc(take)
    assert "1 membres sur 2 ont répondu" in taken
    assert "Pas encore de réponse : Cave des Coteaux" in taken
    assert [words[0] for words in others] == ["check", "run"]
    checked = acc([*others[0], "--details"])
    assert "1 membres sur 2 ont répondu, 1 acceptent l'usage" in checked
    assert "Encore estimé ou inconnu" in checked
    acc(others[1])
    told = json.loads(CliRunner().invoke(cli.main, ["forms", "notre-zone", "--json"]).stdout)
    assert (told["answers"], told["state"]["answered"], told["state"]["waiting"]) == ([], ["ville"], ["cave"])
