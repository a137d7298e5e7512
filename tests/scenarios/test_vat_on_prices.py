"""What a local price alone changes for all together: the VAT on it that buyers do not recover."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acc.accounts.persons import lost_by_price_eur
from acc.accounts.values import Money
from acc.ledger.lines import LOCAL
from acc.result.result import Result
from reports.format.money import signed_euros
from reports.nodes.tree import Paragraph
from reports.sentences.paired import prices_alone, scenarios_table
from reports.terminal.run import compared_nodes
from reports.view.comparison import compared
from scenarios.entry.folder.question import read_question
from scenarios.operation.ready.operation import open_operation
from scenarios.run import RunParts, run
from tests.effort import law
from tests.scenarios.operation import BEHIND_ANOTHERS, PLANTS, RENTED, write_operation

DAY = date(2026, 11, 25)
SITES = ("mairie", "ecole", "cave", "garage", "foyer", "bureau")
VAT_RATIO = 0.20
"""Of electricity."""

CHANGES = (
    "ecole;leaves;2029;;",
    "garage;joins;2028-04-01;;",
    "foyer;heat-pump;2028;;9000",
    "ecole;closes;2031;;",
    "gymnase;starts;2027-10-01;;",
)


@dataclass(frozen=True)
class Bought:
    """A folder of six sites and two plants, and its buyers.

    Attributes:
        recovering: sites that recover VAT; the others bear it.
        prices: local prices, EUR/MWh.
        tax_ratio: on profits, of everybody.
    """

    key: str
    annual_kwh: tuple[float, ...]
    recovering: frozenset[str]
    prices: tuple[int, int]
    roofs: str
    changes: tuple[str, ...]
    tax_ratio: float

    def moneys(self, folder: Path) -> list[Money]:
        """Return the euros at each price."""
        write_operation(folder)
        (folder / "plants.csv").write_text(self.roofs, encoding="utf-8")
        rows = "\n".join(("id;what;since;ratio;kwh", *self.changes))
        (folder / "changes.csv").write_text(rows, encoding="utf-8")
        sets = [f"participants.{id_}.recovers_vat={str(id_ in self.recovering).lower()}" for id_ in SITES]
        sets += [f"participants.{id_}.annual_kwh={n}" for id_, n in zip(SITES, self.annual_kwh, strict=True)]
        sets += ["participants.bureau.supply_eur_per_mwh=131", f"finance.tax_ratio={self.tax_ratio}"]
        found = []
        for price in self.prices:
            asked = read_question([*sets, f"prices.local_eur_per_mwh={price}"])
            operation, _metered = open_operation(folder, key=self.key, settings=asked)
            money = operation.outcome(operation.scenario.key, leaving=False).money
            assert money is not None
            found.append(money)
        return found


NEEDS = st.one_of(st.sampled_from([4.0, 60_000.0]), st.floats(100.0, 6e4).map(round).map(float))
FOLDERS = st.builds(
    Bought,
    key=st.sampled_from(["prorata", "equal", "static", "nearest-first"]),
    annual_kwh=st.tuples(*[NEEDS] * len(SITES)),
    recovering=st.sets(st.sampled_from(SITES)).map(frozenset),
    prices=st.lists(st.integers(0, 300), min_size=2, max_size=2, unique=True).map(tuple),
    roofs=st.sampled_from([PLANTS, BEHIND_ANOTHERS, RENTED]),
    changes=st.one_of(st.just(()), st.sets(st.sampled_from(CHANGES), max_size=2).map(tuple)),
    tax_ratio=st.sampled_from([0.0, 0.0, 0.25]),
)


def vat_paid_eur(money: Money, bearing: frozenset[str]) -> float:
    """Return the VAT on local kWh that these buyers pay others over the plan, from its entries."""
    assert money.plan_terms is not None
    bought = (
        entry
        for entry in money.year_ledger
        if entry.line == LOCAL and entry.payer in bearing and entry.receiver != entry.payer
    )
    return float(sum(VAT_RATIO * entry.eur @ money.plan_terms.discounting for entry in bought))


def moves_a_euro(first: Money, other: Money) -> bool:
    was = {person.id: person.gain_eur_ht for person in first.persons}
    return any(abs(person.gain_eur_ht - was[person.id]) > 1.0 for person in other.persons)


@law(24)
@given(drawn=FOLDERS)
def test_two_local_prices_differ_for_all_together_by_the_vat_that_buyers_do_not_recover(
    drawn: Bought,
) -> None:
    with TemporaryDirectory() as place:
        first, other = drawn.moneys(Path(place))
    assert first.total is not None
    assert other.total is not None
    bearing = frozenset(SITES) - drawn.recovering
    vat = vat_paid_eur(other, bearing) - vat_paid_eur(first, bearing)
    tax = other.total.profit_tax_npv_eur - first.total.profit_tax_npv_eur
    change = (other.total.npv_eur_ht or 0.0) - (first.total.npv_eur_ht or 0.0)
    assert change == pytest.approx(-vat - tax, abs=1e-6)
    if not drawn.tax_ratio:
        assert tax == 0.0
        assert change == pytest.approx(-vat, abs=1e-6)
    was = {person.id: person.lost_vat_npv_eur for person in first.persons}
    borne = {person.id: person.lost_vat_npv_eur - was[person.id] for person in other.persons}
    assert sum(borne.values()) == pytest.approx(vat, abs=1e-6)
    assert all(abs(eur) < 1e-6 for id_, eur in borne.items() if id_ not in bearing)
    assert first.total.gain_eur_ht == pytest.approx(other.total.gain_eur_ht, abs=1e-6)
    told = lost_by_price_eur(first, other)
    if told is not None:
        assert told == pytest.approx((-vat, -tax), abs=1e-6)
    else:  # next to nothing is sold: the price moves less than a euro of a year, or leaves less than one
        assert abs(change) < 1.0 or not moves_a_euro(first, other)


SOLD = ("participants.bureau.supply_eur_per_mwh=131",)
"""The one price that the folder does not know."""


@pytest.fixture(scope="module")
def priced(tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    folder, parts = write_operation(tmp_path_factory.mktemp("vat")), RunParts(advice=False)
    asks = [SOLD, (*SOLD, "prix=40"), (*SOLD, "prix=40", "cle=equal")]
    return [run(folder, ran_on=DAY, parts=parts, settings=read_question(ask)) for ask in asks]


def test_a_comparison_of_two_prices_says_the_vat_that_leaves_with_its_amount(priced: list[Result]) -> None:
    first, other, with_key = (result.money for result in priced)
    told = lost_by_price_eur(first, other)
    assert told is not None
    assert first is not None
    assert other is not None
    assert first.total is not None
    assert other.total is not None
    change = (other.total.npv_eur_ht or 0.0) - (first.total.npv_eur_ht or 0.0)
    assert told == pytest.approx((change, 0.0), abs=1e-6)
    lines = [node.text for node in compared_nodes(priced[:2], ()) if isinstance(node, Paragraph)]
    (line,) = [text for text in lines if text.startswith("A local price only moves money")]
    assert signed_euros(change) in line
    note = scenarios_table(compared(priced[:2])).note
    assert "A local price only moves money" in note
    assert signed_euros(change) in note
    # Where the key changes too, the price is not alone.
    assert lost_by_price_eur(first, with_key) is None
    assert len(prices_alone([first, other, with_key])) == 1


def test_where_all_recover_vat_nothing_leaves_and_nothing_is_said(tmp_path: Path) -> None:
    folder, parts = write_operation(tmp_path), RunParts(advice=False)
    sets = [*SOLD, *(f"participants.{id_}.recovers_vat=true" for id_ in SITES)]
    asks = [read_question([*sets, f"prix={price}"]) for price in (105, 40)]
    both = [run(folder, ran_on=DAY, parts=parts, settings=ask) for ask in asks]
    texts = [node.text for node in compared_nodes(both, ()) if isinstance(node, Paragraph)]
    assert any("nothing is gained or lost" in text for text in texts)
    assert not [text for text in texts if "VAT on it" in text]
