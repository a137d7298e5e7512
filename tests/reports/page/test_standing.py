"""The two sentences, as functions of who stands where: losers, nobody, unknown, 1 and 60 members."""

import pytest

from reports.page.member_outcome import MemberSituation, Moved, changes, list_title, second_line, sentence
from tests.reports.make import stand

LEAD = "At 98 €/MWh"


def stands(*eur: float | None) -> list[MemberSituation]:
    return [stand(f"m{rank}", f"Member {rank}", value) for rank, value in enumerate(eur)]


def said(*eur: float | None) -> str:
    return str(sentence(LEAD, stands(*eur))).replace("\xa0", " ").replace("\u202f", ",")


@pytest.mark.parametrize(
    ("eur", "text"),
    [
        ((1000.0, 2000.0), "At 98 €/MWh, the 2 members gain, together 3,000 €/an."),
        ((1000.0, -5.2), "At 98 €/MWh, 1 member out of 2 gains, together 990 €/an; 1 loses."),
        ((900.0, -5.0, -7.0), "At 98 €/MWh, 1 member out of 3 gains, together 890 €/an; 2 lose."),
        ((100.0, *[-10.0] * 15), "At 98 €/MWh, 1 member out of 16 gains, together −50 €/an; 15 lose."),
        ((-400.0, -500.0), "At 98 €/MWh, no member gains: together −900 €/an."),
        ((0.0, 0.0), "At 98 €/MWh, no member gains: together 0 €/an."),
        ((120.0,), "At 98 €/MWh, Member 0 gains 120 €/an."),
        ((-120.0,), "At 98 €/MWh, Member 0 loses 120 €/an."),
        ((0.4,), "At 98 €/MWh, no member gains: together 0 €/an."),
        ((*[100.0] * 60,), "At 98 €/MWh, the 60 members gain, together 6,000 €/an."),
        (
            (100.0, 200.0, None),
            "At 98 €/MWh, 2 members known out of 3: the 2 members gain, together 300 €/an"
            "; price unknown for Member 2.",
        ),
        ((None, None), "At 98 €/MWh, the euros of the members are not known."),
    ],
)
def test_the_sentence_says_who_gains_and_who_loses(eur: tuple[float | None, ...], text: str) -> None:
    assert said(*eur).replace("€/year", "€/an") == text


def beside(now: list[MemberSituation], kept: list[MemberSituation], *, same: bool = False) -> str:
    return (
        second_line(changes(now, kept), "the folder", same=same).replace("\xa0", " ").replace("\u202f", ",")
    )


def test_the_second_line_names_who_gains_less_the_worst_first() -> None:
    kept = stands(1000.0, 1000.0, 1000.0)
    assert beside(stands(900.0, 390.0, 1000.2), kept) == (
        "Beside the folder, 2 members gain less: Member 1 (−610 €) and Member 0."
    )
    assert beside(stands(1000.0, 1100.0, 1000.0), kept) == "Beside the folder, nobody gains less."
    assert beside(kept, kept, same=True) == "This is the kept scenario, the folder."


def test_losers_come_first_and_names_beyond_what_fits_are_counted() -> None:
    kept = stands(*[10.0] * 15)
    line = beside(stands(*[-10.0 - rank for rank in range(15)]), kept)
    assert line.startswith(
        "Lose: Member 14 (−24 €), Member 13 (−23 €) and 13 others. Beside the folder, 15 members gain less:"
    )
    assert "13 others" in line
    alone = beside(stands(-39.0, 5.0), stands(10.0, 5.0))
    assert alone.startswith("Loses: Member 0 (−39 €). Beside the folder, 1 member gains less:")
    few = beside(stands(*[5.0] * 6), stands(*[50.0] * 6))
    assert "and 2 others" in few


def test_who_enters_is_said_and_is_beside_nothing() -> None:
    now = [*stands(100.0), stand("new", "New one", 50.0)]
    found = changes(now, stands(100.0))
    assert [change.enters for change in found] == [False, True]
    assert found[1].eur is None
    assert "New one enters." in second_line(found, "the folder", same=False)
    assert list_title(found) == "1 enters, 1 without change"
    unknown = changes([*now, stand("u", "U", None)], [*now, stand("u", "U", None)])
    assert list_title(unknown) == "2 without change, 1 not known"
    assert list_title(unknown, same=True) == "3 members"


def test_differences_are_of_exact_values_and_round_to_the_same() -> None:
    found = Moved(stand("a", "A", 1249.0), stand("a", "A", 1151.0))
    assert found.eur == pytest.approx(98.0)  # printed 1,200 and 1,200: the difference is taken before
    assert found.sign == 1
    assert Moved(stand("a", "A", 5.2), stand("a", "A", 5.0)).sign == 0
    assert Moved(stand("a", "A", None), stand("a", "A", 5.0)).eur is None


def test_a_name_of_forty_letters_is_whole() -> None:
    long = "Syndicat intercommunal des eaux du Bergeracois"
    kept = [stand("a", long, 50.0), stand("b", "B", 100.0)]
    assert f"Loses: {long} (" in beside([stand("a", long, -50.0), stand("b", "B", 100.0)], kept)
