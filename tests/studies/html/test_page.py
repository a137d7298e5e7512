"""The page read back: no network, every number of its tables, ids, headings, privacy, same bytes."""

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from acc.result.result import Result
from acc.sites import Kind
from reports.files import TEMPLATES
from reports.nodes.tree import Group
from reports.studies.html.figure_tables import table_of_words
from reports.studies.html.page import page
from reports.studies.html.sections import _money, under_key
from reports.view.view import view_of
from tests.reports.html.parsed import Page
from tests.reports.make import MEMBERS, make_result, scenario, small
from tests.reports.make_money import with_money

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def result() -> Result:
    return with_money(make_result(others=("static", "equal")))


@pytest.fixture(scope="module")
def data(result: Result) -> bytes:
    return page(result)


@pytest.fixture(scope="module")
def read(data: bytes) -> Page:
    return Page(data)


def test_nothing_is_asked_of_a_network(read: Page, data: bytes) -> None:
    for name, attributes in read.elements:
        for key in ("src", "href", "xlink:href", "action", "srcset", "data"):
            value = attributes.get(key)
            assert value is None or value.startswith(("#", "data:")), (name, value)
    urls = set(re.findall(r"https?://[^\s\"'<)]*", data.decode()))
    assert urls <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert set(re.findall(r"url\((data|#)", data.decode())) == {"data", "#"}
    assert not re.findall(r"url\((?!data:font/woff|#)", data.decode())


def test_the_policy_names_this_style_and_this_script_and_nothing_else(read: Page) -> None:
    policy = next(m["content"] for m in read.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    for kind in ("style", "script"):
        assert len(read.texts[kind]) == 1
        digest = base64.b64encode(hashlib.sha256(read.texts[kind][0].encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"
    assert not any("unsafe" in rule for rule in rules.values())
    assert not any("style" in attributes for _name, attributes in read.elements)
    assert not any(key.startswith("on") for _name, attributes in read.elements for key in attributes)


def shown(text: str) -> float:
    """What is there but rounds to nothing is printed "< 1"."""
    return 0.0 if text.startswith("<") else float(text.replace(",", "").replace("−", "-"))


def test_each_number_of_the_tables_of_participants_is_that_of_the_result(read: Page, result: Result) -> None:
    tables = [table for table in read.tables if table.caption.startswith("Participants under the key")]
    results = [result, *(under_key(result, other) for other in result.others.values())]
    assert len(tables) == len(results) == 3
    for table, given in zip(tables, results, strict=True):
        view = view_of(given)
        assert given.money is not None
        body = table.rows[1:-1]
        assert len(body) == len(given.scenario.participants)
        for cells, row in zip(body, view.order, strict=True):
            index = view.groups[row].members[0]
            member = given.money.participants[index]
            need, received = given.energy.consumption_kwh[index], given.energy.received_kwh[index]
            assert cells[0][0].startswith(given.scenario.participants[index].name)
            assert float(cells[1][1]) == pytest.approx(need, abs=0.1)
            assert float(cells[2][1]) == pytest.approx(received, abs=0.1)
            assert float(cells[3][1]) == pytest.approx(received / need, abs=1e-4)
            assert float(cells[5][1]) == pytest.approx(member.saving_eur_ht, abs=0.01)
            assert cells[1][0] == view.scale.plain(need)
            assert shown(cells[2][0]) == pytest.approx(received / view.scale.unit_kwh, abs=1.0)
            assert cells[3][0] == f"{100 * received / need:.0f}%"
            assert shown(cells[5][0]) == pytest.approx(member.saving_eur_ht, abs=1.0)
        for place in (1, 2, 5):  # rows add up to the row of totals
            assert sum(shown(cells[place][0]) for cells in body) == shown(table.rows[-1][place][0])
        assert table.rows[-1][2][0] == view.scale.plain(float(given.energy.received_kwh.sum()))


def test_keys_are_chosen_without_a_script(read: Page, result: Result) -> None:
    choices = [attributes for attributes in read.all("input") if attributes["type"] == "radio"]
    assert [choice["id"] for choice in choices] == ["key-0", "key-1", "key-2"]
    assert ["checked" in choice for choice in choices] == [True, False, False]
    panels = [a["id"] for a in read.all("section") if a.get("class") == "panel"]
    assert panels == [choice["aria-controls"] for choice in choices]
    style = read.texts["style"][0]
    assert all(
        f".switch:has(#key-{n}:checked) .panel:not(#panel-{n}){{display:none}}" in style for n in range(3)
    )


def test_ids_are_unique_and_each_reference_has_its_target(read: Page, data: bytes) -> None:
    ids = Counter(a["id"] for _name, a in read.elements if "id" in a)
    assert [name for name, count in ids.items() if count > 1] == []
    used = set(re.findall(r"url\(#([^)]*)\)", data.decode()))
    for _name, attributes in read.elements:
        used |= {(attributes.get("href") or "#content").removeprefix("#")} - {"data:,"}
        for key in ("aria-labelledby", "aria-controls", "for"):
            used |= set((attributes.get(key) or "").split())
    assert used <= set(ids)


def test_figures_have_a_title_and_say_in_words_what_they_show(read: Page) -> None:
    figures = [attributes for attributes in read.all("svg") if attributes.get("role") == "img"]
    assert figures
    assert all("aria-labelledby" in figure for figure in figures)
    assert len(read.all("desc")) == len(read.all("figure")) == len(figures)
    others = [attributes for attributes in read.all("svg") if attributes.get("role") != "img"]
    assert all(attributes.get("aria-hidden") == "true" for attributes in others)


def test_headings_tables_and_language_are_those_of_an_accessible_page(read: Page) -> None:
    assert read.all("html")[0]["lang"] == "en"
    levels = [int(name[1]) for name, _attributes in read.elements if re.fullmatch(r"h\d", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(table.caption for table in read.tables)
    assert all(attributes.get("scope") in {"row", "col"} for attributes in read.all("th"))
    assert all(text.strip() for name in ("h1", "h2", "h3", "title") for text in read.texts[name])
    assert len(read.all("main")) == len(read.all("header")) == len(read.all("footer")) == 1


def contrast(first: str, second: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(first), light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_words_stand_out_from_what_is_behind_them(read: Page) -> None:
    colours = dict(re.findall(r"--([a-z-]+):(#[0-9A-F]{6})", read.texts["style"][0]))
    pairs = [("ink", "#FFFFFF"), ("muted", "#FFFFFF"), ("shared-dark", "#FFFFFF"), ("worse", "#FFFFFF")]
    pairs += [("ink", colours["shared-light"]), ("shared-dark", colours["shared-light"])]
    pairs += [("sun-text", "#FFFFFF"), ("sun-text", colours["sun-light"]), ("muted", colours["pale"])]
    assert {pair: contrast(colours[pair[0]], pair[1]) >= 4.5 for pair in pairs} == dict.fromkeys(pairs, True)


@pytest.mark.parametrize("name", ["page", "body", "nodes", "switch"])
def test_no_word_and_no_digit_is_written_in_a_template(name: str) -> None:
    text = (TEMPLATES / f"{name}.html").read_text(encoding="utf-8")
    told = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
    assert re.sub(r"<[^>]*>| [a-z-]+=\"\"", "", told).split() == []


def test_the_script_writes_numbers_and_words_that_the_page_holds() -> None:
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    assert re.findall(r"(?:innerHTML|innerText|alert)\s*=", script) == []
    # What it writes is a number, or words that the page holds already.
    shown = " ".join(re.findall(r"textContent = (.*);", script))
    held = re.findall(r'"([^"]*)"', re.sub(r"\\u[0-9a-f]{4}", "", shown))
    assert [text for text in held if re.search("[A-Za-z]", text)] == []


def test_only_annual_sums_are_in_the_data_of_the_page(read: Page) -> None:
    kept = [key for table in read.tables for row in table.rows for _words, key in row if key is not None]
    assert len(kept) == 3 * 12 * 5
    assert [a for a in read.all("script") if a] == []
    attributes = {key for _name, given in read.elements for key in given if key.startswith("data-")}
    sums, prices = {"data-v", "data-kwh", "data-eur"}, {"data-price"}
    words = {"data-unit", "data-none", "data-head"}
    assert attributes == sums | prices | words


def private(result: Result) -> Result:
    people = tuple(replace(p, publish=p.id not in {"usine", "marche"}) for p in result.scenario.participants)
    return replace(result, scenario=replace(result.scenario, participants=people))


def test_nothing_of_those_who_do_not_publish_is_in_the_page(result: Result) -> None:
    given = private(result)
    text = page(given).decode()
    assert "Usine agroalimentaire" not in text
    assert "Supermarché" not in text
    assert "(together)" not in text.replace("households (together)", "")  # two have no row
    index = [p.id for p in given.scenario.participants].index("usine")
    assert f'"{given.energy.received_kwh[index]:.1f}"' not in text


def test_neither_meters_nor_names_of_input_files_are_in_the_page(result: Result, data: bytes) -> None:
    text = data.decode()
    assert not any(participant.prm in text for participant in result.scenario.participants)
    assert "participants.csv" not in text


def test_a_single_household_that_did_not_agree_has_no_row_and_the_page_says_so() -> None:
    rows = [(*row[:2], Kind.HOUSEHOLD, *row[3:]) if row[0] == "foyers" else row for row in MEMBERS]
    text = page(make_result(scenario(rows))).decode()
    assert "35 foyers du bourg" not in text
    assert "Not every household agreed to be counted in a group smaller than ten" in text


def test_names_of_people_are_words_never_markup() -> None:
    rows = [(row[0], "<b>Mairie & Cie</b>", *row[2:]) if row[0] == "mairie" else row for row in MEMBERS]
    text = page(make_result(scenario(rows))).decode()
    assert "<b>Mairie" not in text
    assert "&lt;b&gt;Mairie &amp; Cie&lt;/b&gt;" in text


def test_the_font_is_in_the_page_and_small(read: Page, data: bytes) -> None:
    faces = re.findall(
        r"font-weight:(\d+);font-display:swap;src:url\(data:font/woff;base64,([^)]*)\)", data.decode()
    )
    assert [weight for weight, _face in faces] == ["400", "600"]
    assert all(len(face) < 40_000 for _weight, face in faces)
    assert "Source Sans Pro" not in data.decode()
    assert len(data) < 700_000


def test_a_table_of_words_leaves_out_the_columns_that_no_row_fills() -> None:
    heads, rows = ["What", "Date", "Source"], [["Sun", "", "here"], ["Price", "", ""]]
    made = table_of_words("what", heads, rows, "Figures")
    assert [column.head for column in made.columns] == ["What", "Source"]
    assert [[cell.text for cell in row] for row in made.rows] == [["Sun", "here"], ["Price", ""]]


@pytest.mark.slow
def test_without_euros_without_other_keys_and_over_a_month_the_page_is_whole() -> None:
    month = (date(2025, 6, 1), date(2025, 7, 1))
    for given in (make_result(others=()), make_result(scenario(days=month)), small(1), small(60)):
        read = Page(page(given))
        assert "€" not in "".join(read.words)
        count = len(given.others) + 1
        assert len([a for a in read.all("section") if a.get("class") == "panel"]) == count
        assert len(read.all("fieldset")) == (count > 1)


@pytest.mark.slow
def test_ranges_stand_in_the_table_of_the_proposed_key_only(result: Result) -> None:
    bands = {p.id: (100.0 * n, 200.0 * n, 300.0 * n) for n, p in enumerate(result.scenario.participants)}
    read = Page(page(replace(result, ranges={"saving_eur_ht": bands})))
    first, second, _third = (t for t in read.tables if t.caption.startswith("Participants under the key"))
    assert first.rows[0][5][0] == "Range (8 chances out of 10)"
    assert {float(row[5][1]) for row in first.rows[1:-1]} == {200.0 * n for n in range(12)}
    assert second.rows[0][5][0] == "Saving €/year"


@pytest.mark.slow
def test_many_keys_have_their_tables_and_a_figure_names_those_it_has_room_for() -> None:
    first = make_result(others=("static", "static-redistributed", "equal", "catch-up"))
    given = replace(first, others={**first.others, "other": replace(first.others["equal"], name="other")})
    text = page(given).decode()
    assert text.count('class="panel"') == 6
    found = re.search(r"(\d) of the 6 keys are drawn, of those that differ most", text)
    keys = re.search(r'<svg [^>]*aria-labelledby="keys-title.*?</svg>', text, re.DOTALL)
    assert found is not None
    assert keys is not None
    assert len([key for key in view_of(given).keys if f">{key.title}" in keys[0]]) == int(found[1])


def test_figures_of_money_are_two_by_two() -> None:
    (money,) = _money(view_of(with_money(make_result())))
    assert money.name == "money"
    assert [node.across for node in money.blocks if isinstance(node, Group)] == [2]
