"""Names of the TURPE versions and what is asked of subscribed powers."""

import pytest

from acc.bills.tariffs import Segment
from acc.bills.turpe import FORMULAS, power_problem, turpe_formula


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("CU4", "CU4"), ("cu4", "CU4"), ("BTINFCU4", "CU4"), ("BTINFMU4", "MU4"), ("BTINFLU", "LU"),
        ("BTINFCUST", "CU"), ("BTINFMUDT", "MUDT"), ("BTSUPCU4", "BTSUP-CU"), ("btsup_lu", "BTSUP-LU"),
        ("HTACU5", "HTA-CU-PF"), ("HTACUPM5", "HTA-CU-PM"), ("HTALU5", "HTA-LU-PF"),
        ("HTALUPM5", "HTA-LU-PM"), ("HTA-LU", "HTA-LU-PF"),
    ],
)  # fmt: skip
def test_codes_of_enedis_flows_are_known(name: str, code: str) -> None:
    assert turpe_formula(name).code == code


@pytest.mark.parametrize(
    ("name", "near"), [("MU5", "MU4"), ("BTSUP-CO", "BTSUP-CU"), ("HTALUPF6", "HTA-LU-PF")]
)
def test_an_unknown_version_names_the_nearest_one(name: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is not a version of the TURPE: did you mean {near}"):
        turpe_formula(name)


def test_a_far_name_lists_all_versions() -> None:
    with pytest.raises(ValueError, match="one of CU4, MU4, LU"):
        turpe_formula("jaune")


@pytest.mark.parametrize(
    ("code", "kva", "says"),
    [
        ("CU4", (60.0,), "60 kVA under CU4: at most 36 kVA"),
        ("BTSUP-CU", (36.0,), "36 kVA under BTSUP-CU: more than 36 kVA"),
        ("BTSUP-CU", (60.0, 80.0), "2 powers under BTSUP-CU: one, or one for each of hph, hch, hpb, hcb"),
        ("BTSUP-CU", (100.0, 80.0, 60.0, 60.0), "fall from a slot to the next"),
    ],
)
def test_powers_that_the_tariff_refuses_are_said(code: str, kva: tuple[float, ...], says: str) -> None:
    assert says in (power_problem(FORMULAS[code], kva) or "")


def test_lawful_powers_pass() -> None:
    assert power_problem(FORMULAS["CU4"], (36.0,)) is None
    assert power_problem(FORMULAS["BTSUP-LU"], (36.0, 36.0, 37.0, 40.0)) is None
    assert power_problem(FORMULAS["HTA-CU-PF"], (100.0,) * 5) is None


def test_each_version_says_its_segment_and_slots() -> None:
    assert {f.segment for f in FORMULAS.values()} == set(Segment)
    assert [f.code for f in FORMULAS.values() if f.has_option] == ["CU4", "MU4", "BTSUP-CU", "BTSUP-LU"]
    assert all(f.power_count == 5 for f in FORMULAS.values() if f.segment is Segment.HTA)
