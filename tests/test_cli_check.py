"""`acc check` speaks for every command: what one of them refuses is told, no such folder is complete."""

import json
from pathlib import Path

import click.testing
import pytest
from click.testing import CliRunner

import cli
from reports.format.labels import key_title
from scenarios.entry.editing.drafts import Drafts, write_drafts
from scenarios.entry.folder.load import load
from tests.test_cli import PARTICIPANTS, PLANTS, SMALL_OPERATION

WHOLE = SMALL_OPERATION.replace("end = 2025-06-09", "end = 2026-06-02").replace(
    "[weather]", "step_minutes = 60\n\n[prices]\nlocal_eur_per_mwh = 105\n\n[finance]\n\n[weather]"
)


def acc(*words: str | Path) -> click.testing.Result:
    return CliRunner().invoke(cli.main, [str(word) for word in words], catch_exceptions=False)


def made(folder: Path, more: str = "", *, toml: str = WHOLE, sites: str = PARTICIPANTS) -> Path:
    (folder / "curves").mkdir(parents=True)
    (folder / "operation.toml").write_text(toml + more, encoding="utf-8")
    head, *rows = sites.splitlines()
    # Each site with its meter: without one, coefficients cannot be written.
    rows = [row.replace(";Atelier;company;;", ";Atelier;company;30000000000002;") for row in rows]
    table = [f"{head};supply_eur_per_mwh", *(f"{row};128" for row in rows)]
    (folder / "participants.csv").write_text("\n".join(table), encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    return folder


def test_a_folder_that_every_command_reads_is_complete(tmp_path: Path) -> None:
    told = acc("check", made(tmp_path / "op"))
    assert told.exit_code == 0, told.output
    assert "Dossier complet\u00a0: 2 sites, 1 centrale. Conforme, " in told.output
    assert "refuse" not in told.output


def test_a_line_begun_on_the_page_is_told_by_every_command_that_does_not_count_it(tmp_path: Path) -> None:
    folder = made(tmp_path / "op")
    begun = {("plants.csv", "n-1"): {"kwp": ""}, ("participants.csv", "n-2"): {"name": "Halle"}}
    write_drafts(folder, Drafts(begun))
    says = f"1 ligne commencée sur la page n’est pas comptée\u00a0: Halle → acc serve {folder}"
    for words in (("check",), ("run",), ("run",), ("run", "--json"), ("compare", "--keys", "prorata")):
        told = acc(words[0], folder, *words[1:])
        assert told.stderr.count(says) == 1, (words, told.stderr)
    assert says in json.loads(acc("check", folder, "--json").stdout)["warnings"]
    road = json.loads(acc("next", folder, "--json").stdout)["steps"][0]["missing"]
    assert (road[0]["at"], road[0]["do"]) == ("participants.csv", f"acc serve {folder}")
    (folder / "plants.csv").write_text("id;kwp\na;-3\n", encoding="utf-8")
    assert says in acc("run", folder).stderr
    write_drafts(folder, Drafts())
    assert "commencée" not in acc("next", folder).output + acc("run", folder).output


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("\n[sweep]\nkeys = ['weighted']\n", "[keys.weighted]"),
        (
            "\n[[variants]]\nname = 'autre'\n'participants.atelier.curve' = 'absente.csv'\n"
            "'participants.atelier.profile' = ''\n",
            "absente.csv",
        ),
    ],
    ids=["sweep without weights", "curve of a variant"],
)
def test_what_compare_and_sweep_would_refuse_is_a_fault(tmp_path: Path, more: str, says: str) -> None:
    told = acc("check", made(tmp_path / "op", more))
    assert told.exit_code == 1
    assert says in told.stderr
    assert "complet" not in told.output


@pytest.mark.parametrize(
    ("key", "parameters", "says"),
    [
        ("weighted", "weights = { mairie = 3 }", "[keys.weighted] weights.atelier"),
        ("priority", 'ranks = [["mairie"]]', "[keys.priority] ranks"),
        ("custom", "file = 'absent.csv'", "absent.csv"),
    ],
)
def test_a_key_beside_the_folders_that_lacks_a_value_leaves_the_folder_sound(
    tmp_path: Path, key: str, parameters: str, says: str
) -> None:
    """A new site has no weight yet: `acc run` works, the key is left out of the comparison, both say so."""
    folder = made(tmp_path / "op", f"\n[keys.{key}]\n{parameters}\n")
    told = acc("check", folder)
    assert told.exit_code == 0, told.output
    assert f"`acc run --key {key}` le refuse" in told.output
    assert says in told.output
    assert acc("run", folder, "--key", key).exit_code == 1
    compared = acc("compare", folder)
    assert compared.exit_code == 0, compared.output
    assert f"Non comparées, il leur manque une valeur\u00a0: {key_title(key)}." in compared.output
    assert "Non comparées" not in acc("compare", made(tmp_path / "sound")).output


def test_what_a_plan_lacks_is_said_of_the_commands_that_need_it(tmp_path: Path) -> None:
    folder = made(tmp_path / "op", toml=SMALL_OPERATION)
    told = acc("check", folder)
    assert told.exit_code == 0
    assert "Dossier lu\u00a0: 2 sites, 1 centrale." in told.output
    assert "`acc size` le refuse" in told.output
    found = json.loads(acc("check", folder, "--json").output)["refused"]
    assert {one["command"] for one in found} == {"acc size", "acc front", "acc worth"}
    assert acc("size", folder).exit_code == 1
    assert acc("front", folder).exit_code == 1


@pytest.mark.parametrize(
    ("command", "old", "new"),
    [
        ("size", "= 105\n", "= 1\nsurplus = 90\n[size]\nobjective = 'npv'\n"),
        ("size", "[finance]", "[size]\nbudget_eur = 10\nroofs = { toit = { min_kwp = 50 } }\n[finance]"),
        ("size", "[finance]", "[size]\nfloor_ratio = 0.999999\n[size.roofs.toit]\nmin_kwp = 50\n[finance]"),
        ("size", "[finance]", "[size]\nnpv_min_eur = 900000000\n[finance]"),
        ("worth", "[prices]\nlocal_eur_per_mwh = 105\n", ""),
        ("worth", "[finance]", "[worth]\ntotal_sale = -3\n[finance]"),
    ],
    ids=["surplus dearer", "budget", "floor ratio", "least value", "no price", "worth"],
)
def test_a_limit_that_a_command_refuses_is_told(tmp_path: Path, command: str, old: str, new: str) -> None:
    folder = made(tmp_path / "op", toml=WHOLE.replace(old, new))
    refused = acc(command, folder)
    assert refused.exit_code == 1, refused.output
    told = acc("check", folder)
    assert "complet" not in told.output
    assert f"`acc {command}` le refuse" in told.output or told.exit_code == 1, told.output


def test_sites_without_a_meter_are_told_of_the_coefficients_in_few_words(tmp_path: Path) -> None:
    rows = [f"s{n};S{n};company;;44,8571;0,4021;24340;workshop;9000\n" for n in range(9)]
    sites = "".join([PARTICIPANTS, *rows])
    folder = made(tmp_path / "op", sites=sites)
    told = " ".join(acc("check", folder).output.split())
    assert "`acc coefficients write` le refuse" in told
    assert told.count("pas de PRM") == 1
    assert "S0, S1, S2…, PRM : pas de PRM" in told.replace("\u00a0", " ")
    assert acc("coefficients", "write", folder).exit_code == 1


def test_homes_that_no_brief_may_show_are_told(tmp_path: Path) -> None:
    row = ";Maison;household;;44,8571;0,4021;24340;household-group;4000\n"
    sites = "\n".join([PARTICIPANTS.partition("\n")[0], f"mairie{row}atelier{row}"])
    folder = made(tmp_path / "op", sites=sites)
    told = acc("check", folder)
    assert "`acc brief` le refuse" in told.output
    assert acc("brief", folder).exit_code == 1


def test_what_was_understood_is_in_the_document_site_by_site(tmp_path: Path) -> None:
    folder = made(tmp_path / "op")
    found = json.loads(acc("check", folder, "--json").output)["understood"]
    assert [(site["id"], site["kind"], site["grade"]) for site in found["sites"]] == [
        ("mairie", "commune", "P"),
        ("atelier", "company", "P"),
    ]
    # Profiles are scaled to the yearly kWh given: 45 and 140 MWh.
    assert found["sites"][0]["consumption_kwh"] == pytest.approx(45000, rel=1e-6)
    assert found["kinds"][-1]["consumption_kwh"] == pytest.approx(185000, rel=1e-6)
    assert (found["plants"], found["kwp"], found["placed"], found["places"]) == (1, 60, 3, 3)
    assert "Mairie" in acc("check", folder, "--details").output.partition("Ce qui a été compris")[2]


def test_an_accepted_oddity_is_a_hypothesis(tmp_path: Path) -> None:
    why = "un prix de 2019, encore dû"
    more = f"\n[[accepted]]\nwhere = 'prices.local_eur_per_mwh'\nvalue = 105\nwhy = '{why}'\n"
    folder = made(tmp_path / "op", more)
    assert ("unusual figure, kept (`prices.local_eur_per_mwh`)", "105", why) in load(folder).assumptions
    told = acc("check", folder, "--details")
    assert why in " ".join(told.output.split())
    assert json.loads(acc("check", folder, "--json").output)["accepted"][0]["why"] == why
