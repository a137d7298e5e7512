"""The eight checks of what may leave: a what-if, a copy or another place tells nothing more, a name nothing.

Each has a test that fails where nothing is done for it; `CHECKS` says which.
"""

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

from scenarios.entry.folder.mask import KWH_MOVED, SECRET, Mask
from scenarios.entry.folder.settings import read_setting
from scenarios.run import RunParts, run
from tests import test_attacked_files as attacked
from tests import test_mask as searched

CHECKS: Mapping[str, tuple[str, ...]] = {
    "1 non-interference": ("test_attacked_files.test_no_byte_tells_more_than_the_moved_values",),
    "2 the search by the program": (
        "test_mask.test_who_has_the_program_finds_no_closed_member_within_a_tenth",
        "test_mask.test_the_same_attack_finds_them_where_nothing_is_moved",
    ),
    "3 what-ifs, copies, places": (
        "test_disclosure.test_two_answers_do_not_differ_by_the_need_of_a_closed_member",
        "test_disclosure.test_a_renamed_copy_and_another_place_for_results_give_the_same_bytes",
    ),
    "4 the secret gone": ("test_mask.test_without_the_secret_of_earlier_documents_no_other_one_is_made",),
    "5 no name, size or place": (
        "test_disclosure.test_nothing_that_leaves_depends_on_the_name_or_the_place_of_who_did_not_agree",
        "test_disclosure.test_no_id_nor_power_of_who_did_not_agree_leaves",
    ),
    "6 one's own sheet": ("test_mask.test_a_member_reads_its_own_figures_and_moved_ones_of_the_others",),
    "7 alone, no row": ("test_mask.test_a_lone_closed_company_has_no_row",),
    "8 all agree": ("test_disclosure.test_where_all_agree_each_byte_is_that_of_the_true_figures",),
}


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_has_its_test(check: str) -> None:
    for name in CHECKS[check]:
        module, _dot, function = name.partition(".")
        assert callable(getattr(import_module(f"tests.{module}"), function))


# 3

CLOSING = "id;what;since;ratio\nforge;closes;2025-06-16;0\n"
VARIANT = '\n[[variants]]\nname = "seule"\n"participants.forge.active" = false\n'


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """An operation, and the same where a closed company closes half-way through."""
    folder = searched.write(tmp_path_factory.mktemp("differ") / "op")
    with (folder / "operation.toml").open("a", encoding="utf-8") as file:
        file.write(VARIANT)
    (folder / SECRET).write_text("5e" * 32, encoding="utf-8")
    closing = Path(copytree(folder, folder.with_name("closing")))
    (closing / "changes.csv").write_text(CLOSING, encoding="utf-8")
    return folder, closing


def total_kwh(folder: Path, how: str, mask: Mask | None) -> float:
    settings = (read_setting(how, "--set"),) if "=" in how else ()
    parts, variant = RunParts(advice=False, gap=False), how if how == "seule" else None
    result = run(folder, ran_on=searched.DAY, mask=mask, parts=parts, settings=settings, variant=variant)
    return float(result.energy.consumption_kwh.sum())


WAYS = ("participants.forge.annual_kwh=1", "participants.forge.active=false", "seule", "closing")


@pytest.mark.parametrize("how", WAYS)
def test_two_answers_do_not_differ_by_the_need_of_a_closed_member(pair: tuple[Path, Path], how: str) -> None:
    folder, closing = pair
    other = closing if how == "closing" else folder

    def difference(*masks: Mask | None) -> float:
        return total_kwh(folder, "", masks[0]) - total_kwh(other, how, masks[1])

    told, true = difference(Mask(folder), Mask(other)), difference(None, None)
    assert true > 1_000.0
    assert abs(told / true - 1.0) >= KWH_MOVED[0] - 1e-4  # what a kWh a year leaves of it


def test_a_renamed_copy_and_another_place_for_results_give_the_same_bytes(tmp_path: Path) -> None:
    folder = attacked.write(tmp_path / "op", attacked.CLOSED, {})
    attacked.hand_round(folder, readers=(None,), sheets=("mairie",))
    copy = Path(copytree(folder, tmp_path / "renamed", ignore=ignore_patterns("run", ".cache")))
    attacked.hand_round(copy, tmp_path / "elsewhere", readers=(None,), sheets=("mairie",))
    assert attacked.shared(copy, tmp_path / "elsewhere") == attacked.shared(folder)


# 5

KVA, KWP = "27.4", "73.19"
PLANTS = f"atelier;Atelier;zq7a;44.8425;0.4968;24037;{KWP};toit.csv;61000\n"
IDS = {f"zq7{id_}": need for id_, need in attacked.CLOSED.items()}


def write_named(folder: Path, name: str, place: str) -> Path:
    """Write an operation whose closed companies have such names and stand there, one with a roof."""
    attacked.write(folder, IDS, {})
    (folder / SECRET).write_text("5e" * 32, encoding="utf-8")
    table, plants = folder / "participants.csv", folder / "plants.csv"
    named = rf"\1;{name} \2;\3;{place};\4;{KVA};"
    row = r"(?m)^(zq7(.));[^;]*;(.*);44.8478;0.4856;(.*);36;"
    text = re.sub(row, named, table.read_text("utf-8"))
    assert text.count(f"{KVA};") == len(IDS)
    table.write_text(text, encoding="utf-8")
    plants.write_text(plants.read_text("utf-8") + PLANTS, encoding="utf-8")
    attacked.hand_round(folder)
    return folder


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("named")
    return (
        write_named(folder / "one" / "op", "Ferrand", "44.84611;0.49077"),
        write_named(folder / "two" / "op", "Villeneuve et fils", "44.84533;0.48722"),
    )


def test_nothing_that_leaves_depends_on_the_name_or_the_place_of_who_did_not_agree(
    named: tuple[Path, Path],
) -> None:
    one, two = (attacked.shared(folder) | attacked.answers(folder) for folder in named)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] != two[name]] == []


def test_no_id_nor_power_of_who_did_not_agree_leaves(named: tuple[Path, Path]) -> None:
    folder, _other = named
    told = {**attacked.shared(folder), **attacked.answers(folder)}
    texts = {name: repr(content) if isinstance(content, dict) else content for name, content in told.items()}
    for name, content in texts.items():
        text = content if isinstance(content, str) else content.decode("latin-1")
        if name.endswith(".pdf"):
            text += attacked.words(folder / name)
        assert not re.search(
            r"zq7|Ferrand|\b27[.,]4\s?kVA|kva\W{1,9}27[.,]4|\b27\s?kVA|73[.,]19|44[.,]846|0[.,]490", text
        ), name
        assert "zq7" not in name


# 8


def test_where_all_agree_each_byte_is_that_of_the_true_figures(tmp_path: Path) -> None:
    folder = attacked.write(tmp_path / "op", {}, attacked.HOMES)
    attacked.hand_round(folder, tmp_path / "moved", readers=(None, "commune"))
    attacked.hand_round(folder, tmp_path / "true", moves=False, readers=(None, "commune"))
    assert attacked.shared(folder, tmp_path / "moved") == attacked.shared(folder, tmp_path / "true")
    assert not (folder / SECRET).exists()
