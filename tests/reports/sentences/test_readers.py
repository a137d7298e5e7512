"""Who is named to whom: what each allowed, by audience; one name and one count wherever a document speaks."""

import re
from dataclasses import replace
from datetime import date

import pytest

from acc.household_privacy import FIRMS, PUBLIC_BODIES, is_open
from acc.parties import PaperSignature
from acc.result.result import Result
from acc.rules.check import Check, State
from acc.sites import Kind, unique_plant_name
from reports.documents.brief import AUDIENCES, brief_document
from reports.sentences.answer import law
from reports.sentences.decision import own_line, shares_table, sure_text
from reports.sentences.limits import rule_texts, rules
from reports.sentences.proposal import acts_table
from reports.sentences.unlawful import band
from reports.sentences.verdict import verdict
from reports.view.privacy import public_groups, redacted, together_name
from reports.view.view import View
from tests.reports.document_texts import lead, tiles
from tests.reports.make import make_result
from tests.reports.make_money import with_money
from tests.reports.make_ranges import with_ranges


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result())


def allowing(result: Result, **readers: frozenset[str] | bool) -> Result:
    """Return the operation where some sites open their name: to all, to nobody, or to some readers."""
    people = tuple(
        p
        if p.id not in readers
        else replace(p, publish=readers[p.id] is True, publish_to=readers[p.id] or frozenset())
        if not isinstance(readers[p.id], bool)
        else replace(p, publish=bool(readers[p.id]), publish_to=frozenset())
        for p in result.scenario.participants
    )
    return replace(result, scenario=replace(result.scenario, participants=people))


def shown_to(result: Result, reader: str | None) -> View:
    return AUDIENCES[reader].view(result)


def test_who_is_named_to_companies_and_to_communes_is_who_allowed_it(
    result: Result,
) -> None:
    given = allowing(result, usine=frozenset({"commune"}), ecole=False, mairie=frozenset({"company"}))
    company, commune, partners = (shown_to(given, reader) for reader in ("company", "commune", None))
    assert company.names["piscine"] == "Piscine intercommunale"
    assert company.names["mairie"] == "Mairie et salle des fêtes"
    assert company.names["ecole"] != "Groupe scolaire"
    assert commune.names["usine"] == "Usine agroalimentaire"
    assert commune.names["mairie"] != "Mairie et salle des fêtes"
    assert partners.names["usine"] != "Usine agroalimentaire"


def test_a_closed_name_is_in_no_document_of_an_audience_that_it_did_not_allow(result: Result) -> None:
    given = allowing(result, usine=frozenset({"syndicate"}))
    for reader in (None, "company", "commune"):
        assert "Usine agroalimentaire" not in str(brief_document(given, reader).document), reader
    assert is_open(given.scenario.participants[0], "syndicate")
    assert any(group.name == "Usine agroalimentaire" for group in public_groups(given.scenario, "syndicate"))


def unlawful(result: Result, *culprits: str, remedy: str = "") -> Result:
    check = Check(rule="density", state=State.NOT_MET, title="Too dense", culprits=culprits, remedy=remedy)
    return replace(result, checks=(check,))


def test_who_is_hidden_in_the_cause_is_hidden_in_the_remedy(result: Result) -> None:
    given = allowing(result, cave=False)
    roofs = tuple(replace(p, owner="cave") if p.id == "hangar" else p for p in given.scenario.plants)
    given = replace(given, scenario=replace(given.scenario, plants=roofs))
    given = unlawful(given, "cave", "hangar", remedy="Take out: Cave coopérative, Hangar de la cave.")
    for reader in (None, "company", "commune"):
        (told,) = rules(shown_to(given, reader))
        assert "Hangar de la cave" not in str(told), reader
        assert "Cave coopérative" not in str(told), reader


def test_band_and_table_count_the_same_offenders(result: Result) -> None:
    ids = [p.id for p in result.scenario.participants]
    for reader in (None, "company", "commune"):
        view = shown_to(unlawful(allowing(result, usine=False, cave=False), *ids), reader)
        forbids = band(view)
        assert forbids is not None
        (told,) = rules(view)
        counts = {counted(text) for text in (*forbids.lines, told.cause)}
        assert counts == {len(ids)}, reader


def counted(text: str) -> int:
    """Return how many sites a sentence tells of: those it names, and the others."""
    names = re.split(r", | and ", text.partition(":")[2].rstrip("."))
    more = [int(found.group(1)) for name in names if (found := re.match(r"\s*(\d+) (other )?sites?$", name))]
    return len(names) - len(more) + sum(more)


def test_two_groups_of_one_document_are_never_called_the_same(result: Result) -> None:
    people = result.scenario.participants
    firms = [i for i, p in enumerate(people) if p.kind in FIRMS]
    public = [i for i, p in enumerate(people) if p.kind in PUBLIC_BODIES]
    assert together_name(people, firms) == "3 companies and associations"
    assert together_name(people, public) == "8 public sites"
    assert together_name(people, range(len(people))) == "12 sites"
    assert together_name(people, [firms[0]]) == "1 company or association"
    view = shown_to(result, "commune")
    assert view.groups[-1].name == "4 companies, associations and homes"


def test_page_one_counts_its_readers_alone(result: Result) -> None:
    public, firms = (
        own_line(shown_to(result, reader), kinds).replace("\u00a0", " ")
        for reader, kinds in (("commune", PUBLIC_BODIES), ("company", FIRMS))
    )
    assert re.match(r"8 public bodies: [\d,]+ €/year together without tax before works; 1 would lose", public)
    assert firms.startswith("3 companies and associations: ")
    assert firms.endswith("; nobody would lose.")
    # Beside the lighting, who owns the plants, and is not named here: they do not pay at 4 % a year.
    told = str(verdict(shown_to(result, None)))
    assert "1 would lose: Éclairage public; 2 would lose over 25 years, investment counted" in told
    among = str(verdict(shown_to(result, "company")))
    assert "Among all 13 members, 1 would lose" in among


def test_who_gains_the_first_year_and_loses_over_the_plan_is_told_on_page_one(result: Result) -> None:
    money = result.money
    assert money is not None
    assert money.plan is not None
    first = next(p for p in money.persons if p.gain_eur_ht > 1.0 and p.id == "cave")
    kept = [replace(p, npv_eur_ht=-1_000.0 if p is first else 1.0) for p in money.persons]
    given = replace(result, money=replace(money, persons=tuple(kept)))
    firms = own_line(shown_to(given, "company"), FIRMS)
    years = money.plan.horizon_years
    assert firms.endswith(f"1 would lose over {years} years, investment counted: Cave coopérative.")
    assert "nobody" not in firms


def test_who_loses_from_the_first_year_on_is_named_once_where_it_may_be(result: Result) -> None:
    money = result.money
    assert money is not None
    kept = [replace(p, npv_eur_ht=-50.0 if p.id == "eclairage" else 1.0) for p in money.persons]
    given = replace(result, money=replace(money, persons=tuple(kept)))
    told = "1 would lose, the first year and over 25 years"
    assert f"{told}: Éclairage public" in verdict(shown_to(given, None)).text
    hidden = verdict(shown_to(allowing(given, eclairage=False), None)).text
    assert told.capitalize() in hidden or told in hidden
    assert "Éclairage" not in hidden


def test_a_roof_that_bears_the_name_of_who_is_hidden_is_a_plant_in_every_sentence(result: Result) -> None:
    roofs = tuple(
        replace(p, owner="cave", name="Cave coopérative") if p.id == "hangar" else p
        for p in result.scenario.plants
    )
    given = allowing(replace(result, scenario=replace(result.scenario, plants=roofs)), cave=False)
    roof = next(p for p in given.scenario.plants if p.id == "hangar")
    text = f"{unique_plant_name(roof, given.scenario.participants)}: no connection. Cave coopérative: a hole."
    for reader, kind in ((None, "a company"), ("commune", "a company")):
        told = redacted(text, given.scenario, shown_to(given, reader).groups)
        assert told == f"a plant: no connection. {kind}: a hole."


def test_the_only_reader_reads_its_own_balance_and_its_range(result: Result) -> None:
    people = tuple(
        replace(p, kind=Kind.COMPANY) if p.kind in PUBLIC_BODIES and p.id != "ecole" else p
        for p in result.scenario.participants
    )
    given = with_ranges(replace(result, scenario=replace(result.scenario, participants=people)))
    given = replace(given, persons_ranges={"gain_eur_ht": {"ecole": (1_020.0, 2_300.0, 4_180.0)}})
    text = own_line(shown_to(given, "commune"), PUBLIC_BODIES).replace("\u00a0", " ")
    assert text.startswith("Groupe scolaire: 2,300 €/year (from 1,000 to 4,000) together without tax")
    assert text.endswith("; nobody would lose.")


def test_a_note_for_kinds_that_take_no_part_says_so_and_has_the_gain_of_all(result: Result) -> None:
    scenario = result.scenario
    for reader, kept, told in (
        ("company", PUBLIC_BODIES, "No company or association takes part."),
        ("commune", FIRMS, "No public body takes part."),
    ):
        (kind,) = {Kind.COMMUNE} & kept or {Kind.COMPANY}
        people = tuple(replace(p, kind=kind) for p in scenario.participants)
        made = brief_document(replace(result, scenario=replace(scenario, participants=people)), reader)
        assert lead(made) == told, reader
        assert "for the 13 members" in str(tiles(made)), reader


def test_how_sure_is_told_with_draws_accise_and_meters(result: Result) -> None:
    view = shown_to(with_ranges(result), None)
    text, shares = sure_text(view).replace("\u00a0", " "), shares_table(view)
    assert text.startswith("Ranges: 8 chances out of 10")
    assert shares is not None
    assert "At full accise\n€/year" in [column.head for column in shares.columns]
    assert text.endswith("of the needs come from metered curves.")


def test_the_line_of_the_law_counts_what_is_to_verify(result: Result) -> None:
    def line(*states: State, rule: str = "network") -> object:
        checks = tuple(Check(rule=rule, state=state, title="t") for state in states)
        told = law(shown_to(replace(result, checks=checks, legal=()), None))
        return None if told is None else told.text

    assert line(State.MET, State.MET) == "Lawful"
    assert line(State.MET, State.TO_VERIFY, State.TO_VERIFY) == "Lawful, 2 points to verify"
    assert line(State.ON_DEROGATION, State.TO_VERIFY) == "Possible on derogation, 1 point to verify"
    # A position that nobody knows is no formality: the operation is not told as lawful.
    unknown = "Whether it is lawful is to verify (distance of the two farthest sites), 1 point to verify"
    assert line(State.TO_VERIFY, rule="distance") == unknown
    assert line(State.NOT_MET) is None


def test_who_is_asked_is_told_by_kind_and_an_owner_without_one_is_an_owner(result: Result) -> None:
    who = [row[0].text for row in acts_table(shown_to(result, None)).rows]
    assert who[:3] == [
        "The group",
        "8 public bodies",
        "3 companies and associations, 1 owner of plants and 35 households",
    ]


def test_the_state_of_what_is_asked_is_to_do_until_somebody_counts(result: Result) -> None:
    view = shown_to(result, None)
    assert {row[-1].text for row in acts_table(view).rows} == {"to do"}
    member = next(member for member in view.outcomes.members if member.kind in PUBLIC_BODIES)
    day = date(2026, 12, 1)
    line = PaperSignature(id="deliberation-1", paper="deliberation", who=member.id, signed=day)
    scenario = replace(view.result.scenario, signatures=(line, replace(line, id="sent", who="autre")))
    signed = replace(view, result=replace(view.result, scenario=scenario))
    assert "1 agreed" in [row[-1].text for row in acts_table(signed).rows]


def test_sources_that_stay_in_french_are_said_to_be_to_who_reads_english(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "Sources and texts of law are quoted in French, as they are published."
    cited = replace(result, checks=(Check(rule="distance", state=State.MET, title="t", reference="Code"),))
    assert rule_texts(shown_to(cited, None)) == ["Code", told]
    assert told in str(brief_document(with_money(result)))
    monkeypatch.setenv("LANGUAGE", "fr")
    assert rule_texts(shown_to(cited, None)) == ["Code"]
