"""What stands on a French bill is explained where it is typed, with the version that is likely meant."""

from pathlib import Path

import pytest

from acc.problem import InputError
from reports.format.language import use
from scenarios.entry.columns.names import header_of
from scenarios.entry.folder.fault_location import placed
from scenarios.entry.folder.load import load
from scenarios.rates.reader import turpe_fault
from tests.scenarios.operation import PARTICIPANTS, write_operation


def told(name: str, kva: float | None, kwh: float | None) -> str:
    use("fr")
    return (turpe_fault(name, kva, kwh) or "").replace("\u202f", " ").replace("\xa0", " ")


def test_a_segment_is_no_version_and_the_cheapest_one_is_told_with_what_it_rests_on(tmp_path: Path) -> None:
    folder = write_operation(tmp_path)
    text = PARTICIPANTS.replace("36;CU4", "36;C5")
    (folder / "participants.csv").write_text(text, encoding="utf-8")
    use("fr")
    with pytest.raises(InputError) as caught:
        load(folder)
    (problem,) = placed(folder, caught.value.problems)
    text = problem.text.replace("\u202f", " ").replace("\xa0", " ")
    assert text.startswith("Mairie, formule TURPE : « C5 » est le segment des raccordements jusqu’à 36 kVA.")
    assert "la moins chère pour 36 kVA et 62 000 kWh par an, soit 1 722 h (CU4 " in text
    assert text.endswith("(participants.csv, ligne 2, turpe)")


def test_the_version_follows_the_hours_of_use() -> None:
    # By hand, LU costs more a kVA and less a kWh than CU4: the longer the use, the better.
    assert "Sans doute CU4" in told("C5", 36.0, 20_000.0)
    assert "Sans doute LU" in told("BT ≤ 36 kVA", 36.0, 200_000.0)
    assert "Sans doute BTSUP-CU" in told("C4", 120.0, 100_000.0)
    assert "Sans doute BTSUP-LU" in told("BT > 36", 120.0, 700_000.0)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("Tempo", "une offre du fournisseur"),
        ("EJP", "une offre du fournisseur"),
        ("base", "une option du prix du fournisseur"),
        ("HC/HP", "une option du prix du fournisseur"),
        ("TotalEnergies", "un fournisseur"),
        ("C2", "un segment en haute tension (HTA)"),
        ("tarif jaune", "le segment de la basse tension au-dessus de 36 kVA"),
    ],
)
def test_words_of_a_bill_are_explained(name: str, says: str) -> None:
    assert f"« {name} » est {says}" in told(name, None, None)


def test_a_segment_that_does_not_go_with_the_power_is_told() -> None:
    assert "Ne va pas avec les 60 kVA souscrits" in told("C5", 60.0, 100_000.0)


def test_what_is_a_version_or_no_word_of_a_bill_stays_as_it_was() -> None:
    assert turpe_fault("BTINFCU4", 36.0, None) is None
    assert "BTSUP-CU" in told("BTSUP-CI", 60.0, None)


@pytest.mark.parametrize("name", ["PRM", "PDL", "RAE", "point de livraison", "Référence d’acheminement"])
def test_a_meter_has_many_names(name: str) -> None:
    header = header_of("participants.csv", name)
    assert header is not None
    assert header.id == "prm"
