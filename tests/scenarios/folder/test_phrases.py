"""The words of a meeting: what each phrase sets over the example, what is refused and how."""

import re
from datetime import date
from pathlib import Path

import pytest

from acc.problem import InputError
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.phrases import settings_of_phrases
from scenarios.entry.folder.raw import RawFolder, read_source
from scenarios.rates.table import read_rates


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> RawFolder:
    folder = tmp_path_factory.mktemp("phrases") / "op"
    copy_example("bergerac", folder)
    table = folder / "participants.csv"
    rows = table.read_text(encoding="utf-8").splitlines()
    heads = rows[0].split(";")
    for name in ("annual_kwh", "households"):
        if name not in heads:
            heads.append(name)
            rows = [";".join(heads), *(f"{row};" for row in rows[1:])]
    given = {"id": "les-tilleuls", "name": "Les Tilleuls", "kind": "foyers", "profile": "residential"}
    given |= {"annual_kwh": "48000", "households": "12"}
    rows.append(";".join(given.get(name, "") for name in heads))
    table.write_text("\n".join((*rows, "")), encoding="utf-8")
    return read_source(folder)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("90 euros", {"prices.local_eur_per_mwh": 90.0}),
        ("le prix à 87,5 €", {"prices.local_eur_per_mwh": 87.5}),
        ("0,09 euros", {"prices.local_eur_per_mwh": 90.0}),  # EUR/kWh
        ("9 centimes", {"prices.local_eur_per_mwh": 90.0}),  # 9 c€/kWh
        ("toiture du gymnase 240", {"plants.toit-gymnase.kwp": 240.0}),
        ("toit du gymnase 120 kWc", {"plants.toit-gymnase.kwp": 120.0}),
        ("toit du gymnase 0", {"plants.toit-gymnase.active": False}),
        ("parts égales", {"key.name": "equal"}),
        ("clé priorité", {"key.name": "priority"}),
        ("périmètre 10 km", {"operation.perimeter": "10km"}),
        # 12 homes use 48,000 kWh, 4,000 each: 22 homes use 88,000.
        (
            "dix maisons",
            {"participants.les-tilleuls.households": 22, "participants.les-tilleuls.annual_kwh": 88_000},
        ),
        ("Tilleuls 60 MWh", {"participants.les-tilleuls.annual_kwh": 60_000.0}),
        ("les Tilleuls partent", {"participants.les-tilleuls.active": False}),
        ("avec les Tilleuls", {"participants.les-tilleuls.active": True}),
        ("9 c€/kWh", {"prices.local_eur_per_mwh": 90.0}),
        ("fournisseurs au marché", {"prices.supply_at_market": True}),
        ("les fournisseurs au prix du marché", {"prices.supply_at_market": True}),
        ("fournisseurs −10 %", {"prices.supply_ratio": 0.9}),
        ("raccordement du gymnase 30 k€", {"plants.toit-gymnase.connection_eur": 30_000.0}),
        ("accise entière en 2028", {"prices.full_accise_from": date(2028, 1, 1)}),
        ("en 2030", {"year": 2030}),
        ("un an plus tard", {"year": 2027}),  # the first year is 2026
        ("dans dix ans", {"year": 2036}),
        ("qui perd ?", {"look": "losers"}),
        ("l'emprunt à 5 %", {"finance.debt_interest_ratio": 0.05}),
        ("emprunt 80 %", {"finance.debt_ratio": 0.8}),
        ("un emprunt de 15 ans", {"finance.debt_years": 15}),
        # 12 homes use 48,000 kWh, 4,000 each: 10 homes use 40,000.
        (
            "deux maisons partent",
            {"participants.les-tilleuls.households": 10, "participants.les-tilleuls.annual_kwh": 40_000},
        ),
        (
            "la piscine et les Tilleuls partent",
            {"participants.piscine.active": False, "participants.les-tilleuls.active": False},
        ),
        (
            "les Tilleuls partent et le prix passe à 90",
            {"participants.les-tilleuls.active": False, "prices.local_eur_per_mwh": 90.0},
        ),
    ],
)
def test_a_phrase_sets(source: RawFolder, phrase: str, expected: dict[str, object]) -> None:
    assert {setting.path: setting.value for setting in settings_of_phrases(source, [phrase])} == expected


def test_a_rate_of_a_loan_that_the_folder_does_not_have_says_so(source: RawFolder) -> None:
    (setting,) = settings_of_phrases(source, ["emprunt à 4,5 %"])
    assert setting.words == "loan at 4.5 % (the folder borrows nothing: « emprunt 80 % »)"


def test_what_goes_with_a_member_who_leaves_is_said(source: RawFolder) -> None:
    leaving = settings_of_phrases(source, ["la cave part"])
    assert {setting.path.split(".")[0] for setting in leaving} == {"participants", "plants"}
    assert not any(setting.value for setting in leaving)
    assert leaving[0].words.endswith(" (and its plant: Hangar de la cave)")
    assert [setting.words for setting in leaving[1:]] == [""] * (len(leaving) - 1)


def test_a_commune_leaves_with_all_that_stands_there_and_a_name_is_meant_first(tmp_path: Path) -> None:
    copy_example("depart", tmp_path / "op")
    for file, rows in {
        "participants.csv": (
            "id;name;kind;commune;profile;annual_kwh",
            "a;Mairie de Gardonne;commune;Gardonne;mairie;41000",
            "b;École de Gardonne;commune;Gardonne;école;61000",
            "c;Gardonne;entreprise;Lembras;atelier;52000",
        ),
        "plants.csv": ("id;name;owner;commune;kwp", "t;Hangar;b;Lembras;90", "u;Halle;;Gardonne;36"),
    }.items():
        (tmp_path / "op" / file).write_text("\n".join(rows) + "\n", encoding="utf-8")
    named = settings_of_phrases(read_source(tmp_path / "op"), ["Gardonne part"])
    assert [setting.path for setting in named] == ["participants.c.active"]
    (tmp_path / "op" / "participants.csv").write_text(
        (tmp_path / "op" / "participants.csv").read_text("utf-8").replace("c;Gardonne;", "c;Atelier;"),
        "utf-8",
    )
    leaving = settings_of_phrases(read_source(tmp_path / "op"), ["Gardonne part"])
    assert {setting.path: setting.value for setting in leaving} == dict.fromkeys(
        ("participants.a.active", "participants.b.active", "plants.t.active", "plants.u.active"), False
    )
    assert leaving[0].words == "without Gardonne (Mairie de Gardonne, École de Gardonne, Hangar, Halle)"


def test_several_phrases_are_read_at_once_and_all_refusals_too(source: RawFolder) -> None:
    both = settings_of_phrases(source, ["90 euros ; parts égales"])
    assert [setting.path for setting in both] == ["prices.local_eur_per_mwh", "key.name"]
    with pytest.raises(InputError) as refused:
        settings_of_phrases(source, ["la banane part", "plus de soleil", "90 euros"])
    assert [problem.path for problem in refused.value.problems] == [
        "« la banane part »",
        "« plus de soleil »",
    ]


def test_the_day_of_the_full_accise_is_that_of_the_dated_rows_and_said_to_be_of_one_source(
    source: RawFolder,
) -> None:
    (said,) = settings_of_phrases(source, ["accise entière"])
    announced = int(read_rates().rows("accise.local.full.year")[-1].value)
    assert said.value == date(announced, 1, 1)
    assert said.words == f"accise in full from 01/01/{announced} (announced by one source)"


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("prix 90 banane", "“banane” is not understood beside the rest"),  # no word is passed over
        ("la cave 90 euros", "“cave” is not understood beside the rest"),
        ("90 euros en 2030", "it is not understood"),  # no figure either
        ("240", "it is not understood"),
        ("raccordement 30 000", "it may be Toiture du gymnase, or "),
        ("vingt maisons partent", "Les Tilleuls has 12 homes"),
        ("fournisseurs 90", "it is not understood"),
    ],
)
def test_what_could_be_read_in_part_is_not_read(source: RawFolder, phrase: str, told: str) -> None:
    with pytest.raises(InputError, match=re.escape(told)):
        settings_of_phrases(source, [phrase])


def test_a_word_that_two_members_share_is_not_chosen_for_the_person(source: RawFolder) -> None:
    with pytest.raises(InputError, match="“m” may be Mairie annexe, or Atelier de mécanique: say which one"):
        settings_of_phrases(source, ["m 60 MWh"])
