"""Each legal check reaches each of its states, its amount worked by hand; none stops `acc check`."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from acc.exchange import Exchange
from acc.finance import Finance
from acc.i18n import long_day
from acc.indicators import energy
from acc.keys.prorata import Prorata
from acc.legal.case import LegalCase
from acc.legal.checklist import check_network_option, legal_checks
from acc.legal.procurement import bought_eur_per_year, check_procurement
from acc.rules.check import Check, State
from acc.scenario import Scenario
from acc.settle import settle
from acc.sites import ContractCode, FixedPrice, Kind, Participant, Person, Plant, PlantCosts
from scenarios.rates.table import DISPENSE, GRANT, PROCUREMENT, legal_figure, read_rates
from tests.operations import exchange_of, member, money_of, plant, scenario, with_prices

NOON_JULY = 24 * 194 + 11


def town(name: str = "mairie", person: str | None = None) -> Participant:
    return replace(member(name, kind=Kind.COMMUNE), person=person)


def until(site: Participant, day: date) -> Participant:
    return replace(site, contract=replace(site.contract, until=day))


def made_of(people: list[Participant], roofs: list[Plant] | None = None, **given: Any) -> Scenario:
    return scenario(people, roofs or [plant(owner="sem")], **given)


def case_of(made: Scenario, exchange: Exchange, *, priced: bool = True) -> LegalCase:
    return LegalCase(
        scenario=made,
        energy=energy(exchange, settle(exchange, Prorata())),
        money=money_of(made, exchange) if priced else None,
        procurement=legal_figure(read_rates(), PROCUREMENT, made.on),
        dispense=legal_figure(read_rates(), DISPENSE, made.on),
        grant=legal_figure(read_rates(), GRANT, made.on),
    )


def check(made: Scenario, rule: str, kwh: float = 400.0, *, priced: bool = True) -> Check:
    """Return one check where everyone needs 1,000 kWh and each plant makes `kWh`, in one hour of a year."""
    needs, makes = [1000.0] * len(made.participants), [kwh] * len(made.plants)
    exchange = exchange_of(made, {NOON_JULY: needs}, {NOON_JULY: makes})
    found = legal_checks(case_of(made, exchange, priced=priced))
    assert not any(item.binding for item in found)
    assert all(item.reference and item.confidence for item in found)
    return next(item for item in found if item.rule == rule)


def test_a_purchase_over_the_contract_is_set_beside_the_threshold() -> None:
    """400 kWh at 105 EUR/MWh: 42 EUR a year, 840 in 20 years."""
    found = check(with_prices(made_of([town()]), local_years=20), "procurement")
    assert (found.state, found.measured, found.limit) == (
        State.MET,
        pytest.approx(840.0),
        40_000.0,
    )  # in January
    assert found.confidence == "H"
    assert "2026-2027" in found.reference
    assert "R2122-8" in found.reference
    assert found.in_force_from == date(2023, 3, 12)


def test_a_purchase_above_the_threshold_is_to_verify_with_the_procedure() -> None:
    """120 MWh a year would be 12,600 EUR: 252,000 in 20 years."""
    made = with_prices(made_of([replace(town(), id="mairie")]), local_years=20, local_eur_per_kwh=31.5)
    found = check(made, "procurement")  # 400 kWh at 31.5 EUR/kWh: 12,600 EUR a year
    assert (found.state, found.measured) == (State.TO_VERIFY, pytest.approx(252_000.0))
    assert found.limit == 216_000.0
    assert found.culprits == ("mairie",)
    assert "formal procedure before signing" in found.remedy
    assert "adapted" not in found.remedy


@pytest.mark.parametrize(
    ("price", "most_kwh", "state", "said"),
    [
        (7.475, 401.0, State.MET, ""),  # 59,800 EUR, up to 59,950
        (7.475, 410.0, State.TO_VERIFY, "up to 61,300 EUR HT by the range of what it receives: count on"),
        (26.0, 420.0, State.TO_VERIFY, "up to 218,400 EUR HT by the range of what it receives: count on"),
        (7.475, None, State.MET, ""),
    ],
)
def test_a_threshold_that_the_range_reaches_is_to_verify(
    price: float, most_kwh: float | None, state: State, said: str
) -> None:
    made = with_prices(made_of([town()], on=date(2026, 4, 1)), local_years=20, local_eur_per_kwh=price)
    exchange = exchange_of(made, {NOON_JULY: [1000.0]}, {NOON_JULY: [400.0]})
    drawn = {} if most_kwh is None else {"mairie": most_kwh}
    found = check_procurement(replace(case_of(made, exchange), most_received_kwh=drawn))
    assert found.state is state
    assert found.measured == pytest.approx(400.0 * price * 20)
    assert (said in found.remedy) if said else found.remedy == ""
    assert found.culprits == (("mairie",) if said else ())


@pytest.mark.parametrize(
    ("on", "price", "eur", "owes"),
    [
        (date(2026, 3, 31), 4.99, 39_920.0, ""),
        (date(2026, 3, 31), 5.0, 40_000.0, "from 40,000 EUR HT (adapted procedure)"),
        (date(2026, 4, 1), 7.49, 59_920.0, ""),
        (date(2026, 4, 1), 7.5, 60_000.0, "from 60,000 EUR HT (adapted procedure)"),
        (date(2026, 4, 1), 26.99, 215_920.0, "adapted procedure"),
        (date(2026, 4, 1), 27.0, 216_000.0, "formal procedure before signing"),
        (date(2025, 12, 31), 27.0, 216_000.0, "adapted procedure"),
    ],
)
def test_publicity_is_owed_from_the_dispense_of_the_day(
    on: date, price: float, eur: float, owes: str
) -> None:
    """400 kWh a year at 7.50 EUR/kWh: 3,000 EUR, 60,000 in 20 years, the dispense since 1 April 2026."""
    made = with_prices(made_of([town()], on=on), local_years=20, local_eur_per_kwh=price)
    found = check(made, "procurement")
    assert found.measured == pytest.approx(eur)
    assert found.state is (State.TO_VERIFY if owes else State.MET)
    assert (owes in found.remedy) if owes else found.remedy == ""
    assert found.culprits == (("mairie",) if owes else ())


def test_what_a_buyer_makes_itself_and_what_a_company_buys_is_no_purchase() -> None:
    """800 kWh made, half by the town's own roof, 400 kWh received by each of two sites of 1,000 kWh.

    The town buys the company's half of its 400 kWh: 200 kWh at 31.50 EUR, 6,300 a year, 126,000 in 20 years.
    """
    roofs = [plant("r0", owner="mairie"), plant("r1", owner="sem")]
    made = made_of([town(), member("forge", energy_eur_per_kwh={"all": 0.1})], roofs)
    made = with_prices(made, local_years=20, local_eur_per_kwh=31.5)
    found = check(made, "procurement")
    assert found.measured == pytest.approx(126_000.0)
    assert found.culprits == ("mairie",)


def test_each_buyer_is_told_the_procedure_that_it_owes() -> None:
    """600 kWh by need, 1,000 and 500 kWh: 400 and 200 kWh at 31.50 EUR over 20 years: 252,000 and 126,000."""
    made = made_of([town("mairie"), town("ecole")], on=date(2026, 4, 1))
    made = with_prices(made, local_years=20, local_eur_per_kwh=31.5)
    exchange = exchange_of(made, {NOON_JULY: [1000.0, 500.0]}, {NOON_JULY: [600.0]})
    found = check_procurement(case_of(made, exchange))
    assert (found.measured, found.limit) == (pytest.approx(252_000.0), 216_000.0)
    assert found.culprits == ("mairie", "ecole")
    assert "formal procedure before signing" in found.remedy
    assert "from 60,000 EUR HT (adapted procedure)" in found.remedy


def test_a_purchase_of_a_part_of_a_year_is_counted_by_the_year() -> None:
    """The 400 kWh at 31.50 EUR in 73 days, a fifth of a year: 63,000 EUR a year."""
    made = made_of([town()], days=(date(2026, 6, 1), date(2026, 8, 13)))
    made = with_prices(made, local_years=3, local_eur_per_kwh=31.5)
    exchange = exchange_of(made, {11: [1000.0]}, {11: [400.0]})
    assert bought_eur_per_year(case_of(made, exchange)) == {"mairie": pytest.approx(63_000.0)}


def test_each_buyer_pays_its_own_price() -> None:
    """200 kWh each at 0.10 and 0.20 EUR/kWh: 20 and 40 EUR a year."""
    made = made_of([town("mairie"), town("ecole")])
    made = with_prices(made, local_by_participant_eur_per_kwh={"mairie": 0.1, "ecole": 0.2})
    exchange = exchange_of(made, {NOON_JULY: [1000.0, 1000.0]}, {NOON_JULY: [400.0]})
    bought = bought_eur_per_year(case_of(made, exchange))
    assert bought == {"mairie": pytest.approx(20.0), "ecole": pytest.approx(40.0)}


def test_two_sites_of_a_buyer_are_bought_for_together() -> None:
    """Each receives 200 kWh: 400 kWh at 31.50 EUR are 12,600 EUR a year, as one site would."""
    ville = Person(id="ville", name="Ville", kind=Kind.COMMUNE)
    people = [town("mairie", person="ville"), town("ecole", person="ville")]
    made = with_prices(made_of(people, persons=(ville,)), local_years=20, local_eur_per_kwh=31.5)
    found = check(made, "procurement")
    assert found.measured == pytest.approx(252_000.0)
    assert found.culprits == ("mairie", "ecole")


def test_a_purchase_is_as_sure_as_the_threshold_that_it_is_set_beside() -> None:
    made = with_prices(made_of([town()]), local_years=20)
    exchange = exchange_of(made, {NOON_JULY: [1000.0]}, {NOON_JULY: [400.0]})
    case = case_of(made, exchange)
    assert case.procurement is not None
    doubtful = replace(case, procurement=replace(case.procurement, confidence="B"))
    assert check_procurement(doubtful).confidence == "B"
    # Without an amount nothing is set beside it: the article alone is quoted.
    unpriced = check_procurement(replace(doubtful, money=None))
    assert (unpriced.confidence, unpriced.unit, unpriced.limit) == ("H", "", None)
    assert "2026-2027" not in unpriced.reference


def test_without_prices_or_without_pairs_no_purchase_is_known() -> None:
    made = made_of([town()])
    case = case_of(made, exchange_of(made, {NOON_JULY: [1000.0]}, {NOON_JULY: [400.0]}))
    assert case.money is not None
    unpaired = replace(case.money, pair_by_slot_kwh=None)
    assert (
        bought_eur_per_year(replace(case, money=None)),
        bought_eur_per_year(replace(case, money=unpaired)),
    ) == ({}, {})


def test_without_length_the_year_of_the_threshold_is_given() -> None:
    """216,000 / 12,600 = 17.1: in the 18th year."""
    found = check(with_prices(made_of([town()]), local_eur_per_kwh=31.5), "procurement")
    assert found.state is State.TO_VERIFY
    assert "is reached in 18 years" in found.remedy
    assert found.culprits == ("mairie",)
    assert (found.measured, found.unit) == (None, "")
    assert check(made_of([town()]), "procurement", priced=False).state is State.TO_VERIFY


def test_who_buys_nothing_from_others_makes_no_public_contract() -> None:
    own = made_of([town()], [plant(owner="mairie")])
    assert check(own, "procurement").state is State.MET
    company = made_of([member("forge", energy_eur_per_kwh={"all": 0.1})])
    assert check(company, "procurement").state is State.MET
    free = with_prices(made_of([town()]), local_eur_per_kwh=0.0, local_years=20)
    assert (check(free, "procurement").state, check(free, "procurement").measured) == (State.MET, 0.0)
    assert (check(free, "procurement").limit, check(free, "procurement").unit) == (40_000.0, "EUR HT")
    assert "No public buyer" in check(company, "procurement").title
    says_no = replace(
        made_of([town(person="regie")]), persons=(Person(id="regie", name="Régie", public_buyer=False),)
    )
    assert check(says_no, "procurement").state is State.MET


def test_an_owner_named_as_a_person_is_that_person_and_buys_nothing_from_itself() -> None:
    ville = Person(id="ville", name="Ville de Bergerac", kind=Kind.COMMUNE)
    people = [town("mairie", person="ville"), town("ecole", person="ville")]
    own = made_of(people, [plant("r0", owner="Ville de Bergerac")], persons=(ville,))
    own = with_prices(own, local_years=20)
    assert check(own, "procurement").state is State.MET
    assert check(own, "procurement").measured is None
    assert check(own, "pmo").state is State.MET
    assert check(own, "public-domain").state is State.MET


def test_one_person_alone_needs_no_other_statutes_and_several_do() -> None:
    alone = made_of([town("mairie", person="ville"), town("ecole", person="ville")], [plant(person="ville")])
    assert check(alone, "pmo").state is State.MET
    fees = with_prices(made_of([town()]), pmo_eur_per_year=3000.0)
    found = check(fees, "pmo")
    assert (found.state, found.measured, found.limit) == (State.TO_VERIFY, pytest.approx(3000.0), 6000.0)
    assert "signed by the 2 persons" in found.remedy


def test_the_volume_clause_is_told_with_the_kwh_and_euros_no_longer_bought() -> None:
    """400 of 1,000 kWh at 128 EUR/MWh: 40 %, 51.20 EUR a year. Homes have no such clause."""
    found = check(made_of([town()]), "supply-volume")
    assert (found.state, found.measured) == (State.TO_VERIFY, pytest.approx(40.0))
    assert "would buy 40 % fewer kWh" in found.remedy
    assert "51 EUR HT less a year" in found.remedy
    assert check(made_of([town()]), "supply-volume", kwh=0.0).state is State.MET
    assert check(made_of([town()]), "supply-volume", kwh=0.5).measured == pytest.approx(0.05)
    home = member("h", kind=Kind.HOUSEHOLD, energy_eur_per_kwh={"all": 0.128})
    assert check(made_of([home]), "supply-volume").state is State.MET


@pytest.mark.parametrize(("stated", "says"), [(True, "in writing"), (None, "HTA/BT substation")])
def test_one_person_is_told_the_option_of_its_network_tariff_where_it_gains(
    stated: bool | None, says: str
) -> None:
    """400 kWh at 0.90 c cheaper, 600 at 0.07 c dearer: 3.18 EUR."""
    made = with_prices(made_of([town(), town("ecole")]), same_substation=stated)
    shared = exchange_of(made, {NOON_JULY: [1000.0, 1000.0]}, {NOON_JULY: [800.0]})
    case = case_of(made, shared)
    (found,) = (one for one in legal_checks(replace(case, holder="ecole")) if one.rule == "network-option")
    assert (found.state, found.measured) == (State.TO_VERIFY, pytest.approx(3.18))
    assert found.culprits == ("ecole",)
    assert says in found.remedy
    assert not any(one.rule == "network-option" for one in legal_checks(case))  # each asks its own supplier
    closed = with_prices(made, same_substation=False)
    assert check_network_option(replace(case_of(closed, shared), holder="ecole")) is None


def test_the_first_year_is_counted_from_the_end_of_the_suppliers_contract() -> None:
    """The golden bill saves 16.3995 EUR a year; 73 days taken are a fifth: 13.1196 are left."""
    made = made_of([until(town(), date(2026, 1, 1))])
    later = until(made.participants[0], date.fromordinal(made.on.toordinal() + 72))
    found = check(replace(made, participants=(later,)), "supply-end")
    assert (found.state, found.culprits) == (State.TO_VERIFY, ("mairie",))
    assert found.limit == pytest.approx(16.3995, abs=1e-6)
    assert found.measured == pytest.approx(0.8 * 16.3995, abs=1e-6)
    begins = long_day(date.fromordinal(made.on.toordinal() + 73))
    assert f"MAIRIE can begin on {begins}" in found.remedy
    assert check(made, "supply-end").state is State.MET
    silent = check(made_of([town()]), "supply-end")
    assert (silent.state, silent.measured) == (State.TO_VERIFY, silent.limit)
    assert "1 contract without end date" in silent.remedy


def test_a_grant_beside_obligation_d_achat_is_refused_or_to_verify() -> None:
    bought, sold = ContractCode("oa-2026-06"), FixedPrice(0.03)
    own = plant("r0", owner="sem", surplus=bought, costs=PlantCosts(grant_eur=5000.0))
    found = check(made_of([town()], [own]), "aid")
    assert (found.state, found.measured, found.culprits) == (State.NOT_MET, 5000.0, ("r0",))
    both = [plant("r0", owner="sem", surplus=bought), plant("r1", owner="sem", surplus=sold)]
    common = made_of([town()], both, finance=Finance(grant_eur=7000.0))
    found = check(common, "aid")
    assert (found.state, found.measured, found.culprits) == (State.TO_VERIFY, 7000.0, ("r0",))
    whole = made_of([town()], both[:1], finance=Finance(grant_eur=7000.0))
    assert check(whole, "aid").state is State.NOT_MET
    free = made_of([town()], both[1:], finance=Finance(grant_eur=7000.0))
    assert check(free, "aid").state is State.MET


def test_a_third_party_on_a_public_roof_asks_for_a_selection_with_its_rent() -> None:
    roof = plant("r0", owner="sem", behind="mairie", costs=PlantCosts(rent_eur_per_year=400.0))
    found = check(with_prices(made_of([town()], [roof]), local_years=20), "public-domain")
    assert (found.state, found.measured, found.culprits) == (State.TO_VERIFY, 400.0, ("r0",))
    assert "8,000 EUR over 20 years" in found.remedy
    unknown = check(made_of([town()]), "public-domain")  # whose roof it is, no file says
    assert (unknown.state, unknown.measured) == (State.TO_VERIFY, None)
    for owner in ("mairie", None):
        own = plant("r0", owner=owner, behind="mairie")
        assert check(made_of([town()], [own]), "public-domain").state is State.MET
