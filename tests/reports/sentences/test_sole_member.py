"""A member who holds the plants and the sites sells itself nothing: no page tells it a sale, nor a loss."""

from pathlib import Path

import pytest

from reports.sentences import audiences, gains, overview, sources
from reports.sentences.decision import shares_table
from reports.sentences.decision_tiles import boxes
from reports.sentences.proposal import proposed
from reports.sentences.verdict import verdict
from reports.view.selection import has_corridor
from reports.view.view import View, view_of
from tests.scenarios.test_town_worked import town


@pytest.fixture(scope="module")
def at_price(tmp_path_factory: pytest.TempPathFactory) -> dict[int, View]:
    there: Path = tmp_path_factory.mktemp("town")
    return {price: view_of(town(there / str(price), price, now=True)) for price in (0, 90)}


def told(view: View) -> list[object]:
    """Return every word of money of a page."""
    shares = shares_table(view)
    assert shares is not None
    return [
        verdict(view),
        overview.lead(view),
        [tile for tile in boxes(view) if "shared" not in str(tile)],
        proposed(view),
        [[cell.text for cell in row] for row in shares.rows],
        overview.committed(view),
        overview.uncertain(view),
        gains.plan_heading(view),
        gains.cash_alt(view),
        sources.closure_table(view),
        audiences.local_money(view),
        [gains.break_even_text(view, row) for row in range(len(view.groups))],
    ]


def test_its_words_are_the_same_at_any_price_that_it_pays_itself(at_price: dict[int, View]) -> None:
    assert told(at_price[0]) == told(at_price[90])


def test_no_sale_to_itself_is_told(at_price: dict[int, View]) -> None:
    for view in at_price.values():
        text = " ".join(map(str, told(view)))
        assert "sell their" not in text
        assert "sell its" not in text
        assert "local producers" not in text
        assert overview.lead(view).startswith(
            "1 solar plant (99\u00a0kWp) would serve 5 participants of the same member, who sells itself "
            "nothing."
        )
        assert not has_corridor(view)


def test_its_plan_is_that_of_plants_and_bills_together(at_price: dict[int, View]) -> None:
    """38,945 EUR over 20 years, each year settled: the worked figure; and the VAT spared on bills."""
    view = at_price[90]
    tiles = boxes(view)
    assert tiles[0].number.replace("\u202f", "") == "80"
    (person,) = view.result.money.persons  # type: ignore[union-attr]
    assert person.npv_eur_ht + person.lost_vat_npv_eur == pytest.approx(38_945.4, abs=0.5)
    assert person.npv_eur_ht == pytest.approx(80_364.5, abs=0.5)
    back = gains.sole_payback(view)
    assert back is not None
    years = back[0].value
    flows = person.by_year_eur_ht
    before = sum(flows[: int(years) + 1])
    assert before + (years - int(years)) * flows[int(years) + 1] == pytest.approx(0.0, abs=1e-6)
    assert gains.plan_heading(view).replace("\xa0", " ") == (
        f"The bills spared would pay for the plants in {years:.0f} years"
    )
