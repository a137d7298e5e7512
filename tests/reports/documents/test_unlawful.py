"""Where a rule forbids the operation, every document opens with it, and asks for what would be lawful."""

import json
import re
from dataclasses import replace

import pytest

from acc.result.result import Result
from acc.rules.check import Check, State
from reports.data.results import comparison_document as comparison_data
from reports.documents.brief import brief_document
from reports.documents.comparison import comparison_document
from reports.documents.sheet import sheet_document
from reports.figures.drawn import Illustrated
from reports.figures.scenarios import ScenarioRow, scenarios
from reports.format.money import eur, thousands
from reports.nodes.tree import Callout
from reports.sentences.unlawful import band, named_sites
from reports.terminal.run import compared_nodes
from reports.view.comparison import compared
from reports.view.view import holders_shown, sheet_view_of, view_of
from tests.reports.document_texts import tiles
from tests.reports.make import make_result
from tests.reports.make_money import with_money
from tests.reports.make_plan import planned


def unlawful(*, derogation: bool = False, others: tuple[str, ...] = ()) -> Result:
    result = make_result(others=others)
    far = result.scenario.participants[0], result.scenario.participants[-1]
    broken = Check(
        rule="distance",
        state=State.ON_DEROGATION if derogation else State.NOT_MET,
        title=f"{far[0].name} and {far[1].name} are 21.3 km apart, 20 at most",
        measured=21.3,
        limit=20.0,
        unit="km",
        culprits=tuple(site.id for site in result.scenario.participants),
        between=(far[0].id, far[1].id),
        remedy="1.3 km too far. Take out: somebody.",
        act="1.3 km too far: those named leave.",
    )
    return replace(result, checks=(broken, *result.checks), way=planned(result))


def text_of(drawn: Illustrated) -> str:
    return str(drawn.document)


@pytest.mark.parametrize("audience", [None, "company", "commune", "syndicate"])
def test_page_one_of_every_brief_tells_the_way_out_and_no_gain_of_the_whole(audience: str | None) -> None:
    result = with_money(unlawful())
    document = brief_document(result, audience).document
    status, (first, second, *_others) = document.status, document.sections
    assert isinstance(status.text, Callout)
    assert status.text.title == "Not lawful, one operation of all 12 sites"
    assert "apart, 20" in status.text.text
    assert status.text.text.endswith("Sign nothing for it.")
    page = str(first)
    assert "What is allowed: 2 operations, 11 sites and 3 plants." in page
    assert "Ask for 1 derogation (operation 2)" in page
    whole = view_of(result).outcomes.together
    assert whole.gain_eur_ht is not None
    assert whole.plan_eur_ht is not None
    for eur_ht in (whole.gain_eur_ht, whole.plan_eur_ht):
        assert eur(eur_ht) not in page
        assert thousands(eur_ht).number not in [box.number for box in tiles(brief_document(result, audience))]
    assert "For comparison only" in str(second)


def test_page_one_without_a_plan_tells_the_one_command_and_who_is_in_the_way() -> None:
    drawn = brief_document(replace(with_money(unlawful()), way=None))
    page = str(drawn.document.sections[0])
    assert "acc members FOLDER --split" in page
    assert "What forbids it, and who is in the way" in page
    assert "€" not in page
    assert "1.3 km too far: those named leave." in page


def test_a_sheet_of_it_tells_no_gain_of_the_whole() -> None:
    result = with_money(unlawful())
    told = text_of(sheet_document(result, result.scenario.participants[0].id))
    assert "No gain of the forbidden whole is told here" in told
    assert "What would cancel it" not in told


def test_sheets_and_comparisons_open_so_too() -> None:
    result = unlawful()
    first = result.scenario.participants[0].id
    for document in (sheet_document(result, first), comparison_document([result])):
        assert isinstance(document.document.status.text, Callout)


def test_nothing_is_proposed_of_it() -> None:
    result = with_money(unlawful(others=("static", "equal")))
    assert compared([result]).best is None
    document = json.dumps(comparison_data([result]))
    assert "recommended" not in document
    assert "proposal" not in document
    told = text_of(comparison_document([result])) + text_of(brief_document(result))
    assert "criteria" not in told
    assert "(proposed)" not in told


OFFERS = re.compile(
    r"would sell|would share (?:its|their)|agreement in principle|criteria (?:name|choose)|is recommended"
    r"|\((?:recommended|proposed)\)|What you would sign|What is proposed|Recommendation|Answer:",
    re.IGNORECASE,
)


def test_a_comparison_names_a_lawful_scenario_and_says_which_is_not() -> None:
    made = compared([unlawful(), make_result()])
    assert made.best is made.cases[1]
    assert made.cases[0].title.endswith("(not lawful)")
    assert compared([unlawful(), unlawful()]).best is None


def test_where_no_scenario_is_lawful_the_band_says_it_once() -> None:
    results = [unlawful(), replace(unlawful(), scenario=replace(unlawful().scenario, variant="x"))]
    told = text_of(comparison_document(results))
    assert "None of the 2 scenarios is lawful" in told
    assert "(not lawful)" not in told
    assert "(not lawful)" in text_of(comparison_document([*results, make_result()]))
    screen = str(list(compared_nodes(results, ())))
    assert "NOT LAWFUL (all 2 scenarios)" in screen
    assert "(not lawful)" not in screen


def test_the_proposed_scenario_is_told_by_its_shape_not_only_its_colour() -> None:
    rows = [ScenarioRow("a", 1.0, is_best=True), ScenarioRow("b", 2.0), ScenarioRow("c", 3.0, may_be=False)]
    lines = scenarios(rows, "k€", ("lose", "better")).axes[0].lines
    looks = {(line.get_marker(), line.get_markerfacecolor() == "white") for line in lines}
    assert {("D", False), ("o", False), ("o", True)} <= looks


def test_json_recommends_nothing_that_is_not_lawful() -> None:
    assert not {"recommended_key", "recommended_variant"} & comparison_data([unlawful()]).keys()
    assert "recommended_key" in comparison_data([make_result()])
    assert "recommended_variant" not in comparison_data([unlawful(), unlawful()])


def test_what_a_derogation_may_allow_is_no_band() -> None:
    assert band(view_of(unlawful(derogation=True))) is None
    assert band(view_of(make_result())) is None


def test_who_has_no_name_of_its_own_is_counted_and_never_repeated() -> None:
    result = unlawful()
    view = sheet_view_of(result, 0)
    everyone = [site.id for site in result.scenario.participants]
    told = named_sites(view, everyone)
    named = [id_ for id_ in everyone if view.names[id_] != "another participant"]
    assert "another participant" not in told
    assert f"{len(everyone) - min(4, len(named))} other site" in told


def test_the_band_tells_each_operation_of_the_plan_under_the_names_that_may_be_shown() -> None:
    told = band(view_of(unlawful()))
    assert told is not None
    first, second, drawn = told.lines[-3:]
    assert first.replace("\xa0", " ").startswith("Operation 1 (2 km), 40,000 €: ")
    assert second.replace("\xa0", " ").startswith("Operation 2 (20 km, on derogation), 40,000 €: ")
    assert "other sites" in first
    assert drawn.startswith("No draws were made of this plan")


def test_a_sheet_says_which_operation_is_its_own_or_why_none_is() -> None:
    result = unlawful()
    plan, place = result.way, {}
    assert plan is not None
    for number, one in enumerate(plan.operations, start=1):
        place |= dict.fromkeys((*one.participant_ids, *one.plant_ids), number)
    for index, holder in enumerate(holders_shown(result)):
        told = band(sheet_view_of(result, index))
        assert told is not None
        held = [result.scenario.participants[n].id for n in holder.sites]
        held += [result.scenario.plants[m].id for m in holder.plants]
        for number in {place[id_] for id_ in held if id_ in place}:
            assert f"Your operation would be number {number} (" in " ".join(told.lines)
        if set(held) & plan.outside.keys():
            assert "in no operation: it would save less than its own management costs" in told.lines[-1]


def test_what_a_member_would_have_is_on_its_own_sheet() -> None:
    result = unlawful()
    assert result.way is not None
    first = holders_shown(result)[0]
    person = replace(result.way.persons[0], id=first.id)
    told = band(sheet_view_of(replace(result, way=replace(result.way, persons=(person,))), 0))
    assert told is not None
    assert (
        told.lines[-1]
        .replace("\xa0", " ")
        .replace("\u202f", " ")
        .startswith("You would have 80,000 € over 20")
    )
