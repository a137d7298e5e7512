"""What a brief and a sheet say of who leaves: the numbers of the chain, nobody named who may not be."""

import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pypdf
import pytest

from acc.departures.entry_exit import Change, LargestLoss
from acc.result.result import Result
from acc.sites import Kind
from reports.documents.brief import brief_document
from reports.documents.figure_catalogue import money_figures
from reports.figures.bars import leaving_figure
from reports.nodes.tree import Figure, walk
from reports.paper.typeset import pdf
from reports.sentences.overview import uncertain
from reports.sentences.sheet import changes
from reports.sentences.years import leaving_caption, own_leaving
from reports.sheets import sheet
from reports.view.selection import drawn_leavers, leavers
from reports.view.view import sheet_view_of, view_of
from tests.reports.document_texts import figure, table
from tests.reports.make import make_result, small
from tests.reports.make_money import with_leaving, with_money
from tests.reports.make_ranges import with_ranges


@pytest.fixture(scope="module")
def result() -> Result:
    return with_leaving(make_result())


def column(result: Result, name: str) -> int:
    return [p.id for p in result.scenario.participants].index(name)


def items(result: Result, name: str) -> list[str]:
    """Return what the sheet of a participant says, every space a plain one."""
    told = own_leaving(sheet_view_of(result, column(result, name)))
    return [re.sub(r"\s", " ", item) for item in told]


def change_of(result: Result, name: str) -> Change:
    return next(change for change in result.leaving if change.id == name)


def changed(result: Result, name: str, **values: object) -> Result:
    """Return a result where one change is another."""
    rows, persons = (
        tuple(replace(c, **values) if c.id == name else c for c in changes)  # type: ignore[arg-type]
        for changes in (result.leaving, result.persons_leaving)
    )
    return replace(result, leaving=rows, persons_leaving=persons)


def test_a_sheet_says_what_all_lose_and_what_its_holder_loses(result: Result) -> None:
    change = change_of(result, "usine")
    first, own, others = items(result, "usine")
    part = -change.shared_change_kwh / change.before_kwh
    assert first.startswith(
        f"{-change.shared_change_kwh / 1000.0:.0f} MWh would no longer be shared in a year"
    )
    assert f"({part:.1%})" in first
    assert change.surplus_change_kwh == pytest.approx(-change.shared_change_kwh, rel=1e-9)
    assert first.endswith(": it would be surplus.")
    saving = result.money.participants[0].saving_eur_ht  # type: ignore[union-attr]
    assert change.own_eur == pytest.approx(saving, rel=1e-9)
    assert own == "You would lose 10,126 €: your saving."
    assert "All the others together would" in others
    assert "Who would lose most:" in others


def test_the_sheet_and_the_first_page_tell_the_same_departure(result: Result) -> None:
    assert result.departure is not None
    change = change_of(result, result.departure.participant_id)
    assert -change.shared_change_kwh == pytest.approx(result.departure.lost_kwh, rel=1e-9)


def test_the_sheet_is_two_pages_and_names_nobody_but_public_bodies(result: Result) -> None:
    reader = pypdf.PdfReader(BytesIO(sheet(result, "usine")["usine.pdf"]))
    assert len(reader.pages) == 2
    text = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    assert "If you leave the operation" in text
    for name in ("Supermarché", "Cave coopérative", "35 foyers"):
        assert name not in text


@pytest.mark.parametrize(
    ("worst", "says"),
    [
        (
            LargestLoss("ecole", "Groupe scolaire", -1e3, -240.0),
            "Who would lose most: Groupe scolaire, 240 €.",
        ),
        (
            LargestLoss("marche", "Supermarché", -1e3, -240.0),
            "Who would lose most: Supermarché, 240 €.",
        ),
        (LargestLoss("commune", "La Commune", -1e3, -240.0), "Who would lose most: a producer, 240 €."),
        (
            LargestLoss("foyers", "35 foyers", -1e3, -240.0),
            "Who would lose most: another participant, 240 €.",
        ),
        (LargestLoss("ecole", "Groupe scolaire", 1e3, 240.0), ""),
        (None, ""),
    ],
)
def test_who_is_hit_worst_is_named_only_where_it_may_be(
    result: Result, worst: LargestLoss | None, says: str
) -> None:
    *_rest, others = items(changed(result, "usine", worst=worst), "usine")
    assert others.partition(". ")[2] == says


def test_a_home_that_is_hit_worst_is_not_told(result: Result) -> None:
    people = tuple(
        replace(p, kind=Kind.HOUSEHOLD, households=None) if p.id == "cave" else p
        for p in result.scenario.participants
    )
    given = replace(result, scenario=replace(result.scenario, participants=people))
    worst = LargestLoss("cave", "Cave", -1e3, -240.0)
    assert "lose most" not in " ".join(items(changed(given, "usine", worst=worst), "usine"))


def test_a_home_reads_what_it_would_lose_as_at_the_head_of_its_sheet(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost_eur = change_of(result, "foyers").own_eur
    assert lost_eur is not None
    # One home of twelve, with a tenth of VAT: what one euro of the group's bills is on its sheet.
    monkeypatch.setattr("reports.sentences.years.bill_ratio", lambda _view: 1.1 / 12)
    assert f"You would lose {lost_eur * 1.1 / 12:,.0f} €: your saving." in items(result, "foyers")


SHRUNK = {"before_kwh": 50e3, "after_kwh": 40e3, "surplus_before_kwh": 0.0, "surplus_after_kwh": 0.0}


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"own_eur": 0.2}, "For you, nothing would change."),
        ({"own_eur": -80.0}, "You would no longer lose 80 €."),
        ({"own_eur": None, "own_kwh": 359e3}, "Your supplier would deliver 359 MWh more."),
        ({"after_kwh": 0.0, "before_kwh": 0.0}, "What is shared would stay the same."),
        ({"saving_change_eur": np.zeros(12), "gain_change_eur": np.zeros(3)}, "all the others together"),
        ({"saving_change_eur": np.full(12, np.nan)}, "would lose 10,126 €"),
        (SHRUNK | {"surplus_before_kwh": 7e3}, "(20.0%); the surplus would shrink by 7 MWh."),
        (SHRUNK | {"surplus_after_kwh": 7e3}, "(20.0%); the surplus would grow by 7 MWh."),
        (SHRUNK | {"after_kwh": 49.6e3, "surplus_after_kwh": 400.0}, "400 kWh would no longer be shared"),
        (
            {"before_kwh": 1e6, "after_kwh": 1e6 - 400.0},
            "400 kWh would no longer be shared in a year (less than 0.1%)",
        ),
        (SHRUNK, "(20.0%)."),
    ],
)  # fmt: skip
def test_each_case_has_its_words(result: Result, values: dict[str, object], says: str) -> None:
    assert says in " ".join(items(changed(result, "usine", **values), "usine"))


def test_what_is_not_computed_is_said(result: Result) -> None:
    without = replace(result, persons_leaving=result.persons_leaving[1:])
    assert items(without, "usine") == ["Not computed: the key cannot be made without you."]
    (said,) = items(replace(result, persons_leaving=()), "usine")
    assert said == "Not computed in this sheet: each case would have to be run again."


@pytest.mark.slow
def test_the_brief_draws_who_takes_most_along_and_its_alternative_text_says_it(result: Result) -> None:
    document = brief_document(result)
    rows = leavers(view_of(result))
    lost = [-change.shared_change_kwh for _name, change in rows]
    assert lost == sorted(lost, reverse=True)
    assert "leaving" in document.pictures
    assert figure(document, "leaving").alt.startswith(
        f"Energy no longer shared without each site: {rows[0][0]} "
    )
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf(document))).pages)
    assert "If one of them leaves" in text


def test_the_brief_draws_only_rows_that_its_table_has(result: Result) -> None:
    people = tuple(
        replace(p, publish=False) if p.id in {"usine", "marche"} else p for p in result.scenario.participants
    )
    roofs = tuple(
        replace(roof, owner="usine" if roof.id == "toit" else None) for roof in result.scenario.plants
    )
    hidden = replace(result, scenario=replace(result.scenario, participants=people, plants=roofs))
    names = {name for name, _change in leavers(view_of(hidden))}
    assert not {"Usine agroalimentaire", "Supermarché", "Toiture du gymnase"} & names
    assert {"Ombrières du parking", "Cave coopérative"} <= names
    assert "a plant" not in names  # what it takes along is nearly what it sells
    home = replace(hidden, scenario=replace(hidden.scenario, participants=tuple(
        replace(p, kind=Kind.HOUSEHOLD_GROUP, households=4) if p.id == "usine" else p for p in people
    )))  # fmt: skip
    assert "a plant" not in {name for name, _change in leavers(view_of(home))}


def test_in_energy_alone_the_figure_has_no_euro(result: Result) -> None:
    unknown = tuple(replace(c, saving_change_eur=np.full(12, np.nan)) for c in result.leaving)
    view = view_of(replace(with_money(make_result()), leaving=unknown))
    texts = [text.get_text() for axes in leaving_figure(view).axes for text in axes.texts]
    assert not [text for text in texts if "€" in text]
    assert leaving_caption(view) == (
        "Energy no longer shared if it leaves, under the key of the folder. "
        "The 7 that matter most are shown, of 15."
    )


def test_without_the_changes_the_page_is_as_it_was(result: Result) -> None:
    document = brief_document(replace(result, leaving=()))
    assert "leaving" not in document.pictures
    note = table(document, "closure").note
    assert "What each one would take along by leaving is not computed here." in note


def shown(result: Result) -> list[str]:
    """Return the figures of money of a brief, by name."""
    return [
        figure.name
        for group in money_figures(view_of(result))
        for figure in walk(group)
        if isinstance(figure, Figure)
    ]


def test_prices_and_who_leaves_keep_their_place_once_there_are_draws(result: Result) -> None:
    assert shown(result) == ["cash", "corridor", "leaving"]
    assert shown(with_ranges(result)) == ["cash", "tornado", "corridor", "leaving"]
    assert shown(with_ranges(replace(result, leaving=()))) == ["cash", "tornado", "corridor"]
    assert len(pypdf.PdfReader(BytesIO(pdf(brief_document(with_ranges(result))))).pages) == 6


def test_who_leaves_is_sorted_by_what_the_others_lose(result: Result) -> None:
    euros = [change.others_change_eur for _name, change in drawn_leavers(view_of(result))]
    assert euros == sorted(euros)  # type: ignore[type-var]


def test_the_sheet_tells_the_euros_of_the_largest_receivers_departure(result: Result) -> None:
    assert result.departure is not None
    gone = result.departure.participant_id
    view = sheet_view_of(result, column(result, "ecole"))
    *_rows, (text, shared, saving) = changes(view).rows
    change, own = change_of(result, gone), column(result, "ecole")
    received = result.energy.received_kwh[own] + change.received_change_kwh[own]
    assert "The largest receiver withdraws" in text.text
    assert shared.text == f"{received / 1000.0:.0f}"
    before = result.money.participants[own].saving_eur_ht  # type: ignore[union-attr]
    assert saving.text.replace(",", "") == f"+{before + change.saving_change_eur[own]:.0f}"
    stays = result.departure.energy.received_kwh[own - 1]
    assert received == pytest.approx(stays, rel=1e-9)


def test_the_first_page_says_when_the_largest_receiver_takes_its_plants_along(result: Result) -> None:
    assert result.departure is not None
    gone = result.departure.participant_id
    calm = replace(result, checks=(), money=None)
    given = changed(calm, gone, together_ids=(gone, "toit"), before_kwh=1_000e3, after_kwh=650e3)
    risks = " ".join(uncertain(view_of(given)))
    assert "withdraws with its plants, 35% is no longer shared" in risks
    assert "becomes surplus" in " ".join(uncertain(view_of(calm)))


def test_who_would_take_nothing_along_is_not_drawn() -> None:
    view = view_of(with_leaving(small(60)))  # all that one plant makes is used, whoever leaves
    assert [name for name, _change in drawn_leavers(view)] == ["Toiture du gymnase"]
    assert "Of 61 sites, 1 alone would take some along." in leaving_caption(view)
    said = " ".join(uncertain(view_of(with_money(small(60), finance=None))))
    assert "becomes surplus" not in said
    assert "withdraws, the others use what it leaves." in said
