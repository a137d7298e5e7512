"""Who would lose, on page 1: a site whose member gains in all is told apart from one whose member loses."""

from dataclasses import replace

import pytest

from acc.accounts.person_values import PersonMoney
from acc.sites import Person
from reports.sentences import recipients
from reports.sentences.gains import money_risks
from reports.view.view import view_of
from tests.reports.make import make_result
from tests.reports.make_money import with_money


@pytest.mark.parametrize(
    ("sales_eur", "told"),
    [
        # The town pays 100 more for its sites and sells 140 or 60 to others: it gains 40, or loses 40.
        (140.0, "Sites that would pay more, though their member gains: Éclairage public."),
        (60.0, "Would lose at this price: Éclairage public."),
    ],
)
def test_a_site_that_loses_is_told_beside_what_its_member_gains(sales_eur: float, told: str) -> None:
    result = with_money(make_result())
    money = result.money
    assert money is not None
    loser = money.losers[0].id
    town = PersonMoney(
        id="ville",
        name="Ville",
        participant_ids=(loser,),
        plant_ids=(),
        bills_before_eur_ht=1_000.0,
        bills_after_eur_ht=1_100.0,
        own_use_eur_ht=0.0,
        internal_eur_ht=0.0,
        sales_eur_ht=sales_eur,
        costs_eur_ht=0.0,
        lost_vat_eur=0.0,
        full_accise_eur_ht=0.0,
    )
    owned = replace(
        result,
        money=replace(money, persons=(town,)),
        scenario=replace(
            result.scenario,
            persons=(Person(id="ville", name="Ville"),),
            participants=tuple(
                replace(site, person="ville") if site.id == loser else site
                for site in result.scenario.participants
            ),
        ),
    )
    assert money_risks(view_of(owned))[0] == told
    # Without a table of persons each site is its own: the sentence is about sites.
    assert money_risks(view_of(result))[0] == "Would lose at this price: Éclairage public."


@pytest.mark.parametrize(
    ("count", "told"), [(4, "1 other participant would"), (5, "2 other participants would")]
)
def test_those_who_are_not_named_agree_in_number(
    count: int, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recipients, "loser_texts", lambda _view: [f"site {n} (−5 €)." for n in range(count)])
    assert told in recipients.who_note(view_of(with_money(make_result())))
