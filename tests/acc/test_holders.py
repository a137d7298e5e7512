"""What papers say of a person, a site, a plant: the row of the point over that of who holds it."""

from acc.holders import party_of, without_holder
from acc.parties import Party
from acc.scenario import Scenario
from acc.sites import Person
from tests.operations import member, plant, scenario

VILLE = Party(id="ville", legal_name="Commune d’Essai", address="1 place de l’Essai", supplier="A")
ECOLE = Party(id="ecole", supplier="B", holder="Caisse des écoles")
TOIT = Party(id="toit", roof_title="toiture de la commune")


def town() -> Scenario:
    sites = [member("ecole", person="ville"), member("seul")]
    roofs = [plant("toit", owner="ecole"), plant("ombriere", owner="Ville d’Essai")]
    return scenario(
        sites,
        roofs,
        persons=(Person(id="ville", name="Ville d’Essai"),),
        parties={party.id: party for party in (VILLE, ECOLE, TOIT)},
    )


def test_a_site_says_over_its_person_what_is_said_of_it_alone() -> None:
    assert party_of(town(), "ecole") == Party(
        id="ecole",
        legal_name="Commune d’Essai",
        address="1 place de l’Essai",
        supplier="B",
        holder="Caisse des écoles",
    )
    assert party_of(town(), "ville") == VILLE


def test_a_plant_is_of_the_person_of_its_owner_named_by_its_site_or_by_its_name() -> None:
    assert party_of(town(), "toit").legal_name == "Commune d’Essai"
    assert party_of(town(), "toit").roof_title == "toiture de la commune"
    assert party_of(town(), "ombriere").legal_name == "Commune d’Essai"
    assert party_of(town(), "ombriere").roof_title is None


def test_of_whom_nothing_is_said_nothing_is_invented() -> None:
    assert party_of(town(), "seul") == Party(id="seul")


def test_the_sites_without_a_holder_are_those_of_no_name() -> None:
    assert [site.id for site in without_holder(town())] == ["seul"]
