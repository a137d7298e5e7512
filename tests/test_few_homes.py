"""What leaves an operation with a few homes tells no figure of theirs, unless they all agreed."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pypdf
import pytest
from openpyxl import load_workbook

from acc.household_privacy import LEAST_HOUSEHOLDS
from acc.result.result import Result
from acc.sites import Kind
from reports.data.files import public_document
from reports.documents.brief import brief_document
from reports.documents.sheet import sheet_document
from reports.format.money import to_the_euro
from reports.format.numbers import fr
from reports.nodes.tree import Document, Group, TextTable, walk
from reports.page.names import names_of
from reports.page.seance import Seance, SeanceInputs, seance_of
from reports.paper.typeset import pdf
from reports.sentences.holdings import price_text
from reports.sentences.limits import all_warnings
from reports.sentences.sheet import changes, lead, signed_items, tiles
from reports.studies.html.page import page
from reports.studies.workbook.comparison import comparison_workbook
from reports.studies.workbook.write import workbook
from reports.view.selection import corridor_bounds, own_bill, own_sites
from reports.view.view import View, holders_shown, sheet_view_of, view_of
from scenarios.entry.folder.load import scenario_of
from scenarios.entry.folder.mask import SECRET, Mask
from scenarios.entry.folder.raw import read_source
from scenarios.run import run
from tests.attacker import Attacker, figures
from tests.effort import kept
from tests.few_homes import write_homes

DAY = date(2026, 9, 1)


@dataclass
class Operation:
    """An operation, what others read of it and the true figures, once for the tests of a mix."""

    folder: Path
    result: Result
    truth: Result
    homes: list[str]


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    """An operation in which two homes of three did not agree; the first has a roof."""
    return operation(tmp_path_factory.mktemp("mixed") / "op", "100")


def operation(folder: Path, mix: str, *, roof: bool = True) -> Operation:
    write_homes(folder, [agreed == "1" for agreed in mix], roof=roof)
    (folder / SECRET).write_text("5e" * 32, encoding="utf-8")  # of others, other figures would coincide
    homes = [f"home{n}" for n in range(len(mix))]
    return Operation(folder, run(folder, ran_on=DAY, mask=Mask(folder)), run(folder, ran_on=DAY), homes)


def attacker(made: Operation, reader: str = "") -> Attacker:
    """Return who looks for what each home, and all of them, need, receive, make for themselves and save.

    Args:
        reader: the home that reads, if one does; it looks for the others.
    """
    hidden = [home for home in made.homes if home != reader]
    together = [("homes", hidden)] if len(made.homes) < LEAST_HOUSEHOLDS else []
    energy, money = made.truth.energy, made.truth.money
    assert money is not None
    people, plants = made.result.scenario.participants, made.result.scenario.plants
    secrets: dict[str, float] = {}
    for name, ids in [*((home, [home]) for home in hidden), *together]:
        at = [column for column, site in enumerate(people) if site.id in ids]
        roofs = [column for column, plant in enumerate(plants) if plant.behind in ids]
        secrets[f"need of {name}"] = float(energy.consumption_kwh[at].sum())
        secrets[f"received by {name}"] = float(energy.received_kwh[at].sum())
        secrets[f"own use of {name}"] = float(energy.own_use_kwh[roofs].sum())
        secrets[f"saving of {name}"] = sum(money.participants[column].saving_eur_ht or 0.0 for column in at)
    return Attacker({name: value for name, value in secrets.items() if value})


@dataclass
class Markup(HTMLParser):
    """The tables of a page and every attribute that holds a figure."""

    tables: list[list[list[str]]] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [
            value for name, value in attrs if value and (name.startswith(("data", "aria")) or name in TOLD)
        ]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in {"td", "th"} and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")

    def handle_data(self, data: str) -> None:
        if self.tables and self.tables[-1] and self.tables[-1][-1]:
            self.tables[-1][-1][-1] += data


TOLD = {"title", "alt", "value", "content"}


def read_document(attack: Attacker, document: Document) -> None:
    """Try all that the writers of a document are given: each text, each column of its tables."""
    frame = document.frame
    attack.read_text(f"{frame.title} {frame.subtitle} {frame.label} {frame.footer}", "frame")
    told = [node for section in document.sections for block in section.blocks for node in walk(block)]
    for node in told:
        for text in texts_of(node):
            attack.read_text(text, type(node).__name__)
        if isinstance(node, TextTable) and node.name != "rates":  # public figures and their days
            for column in zip(*node.rows, *([node.total] if node.total else []), strict=False):
                cells = [figures(cell.text) for cell in column]
                attack.read_column([cell[0] for cell in cells if cell], node.name)


def texts_of(node: object) -> Iterator[str]:
    """Yield the texts of a node, those of what it holds in tuples with them."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from texts_of(part)
    elif is_dataclass(node) and not isinstance(node, Group):  # `walk` gives what a group holds
        for part in fields(node):
            yield from texts_of(getattr(node, part.name))


@pytest.mark.parametrize("count", kept((1, 9, 10), (0, 1, 2, 3, 9, 10, 12)))
def test_no_document_of_any_number_of_homes_tells_their_figures_whoever_reads(
    count: int, tmp_path: Path
) -> None:
    # Whoever agreed, if one did not: `test_what_homes_may_show_hangs_on_whether_all_agreed_whoever_did`.
    made = operation(tmp_path / "op", "1" * (count - 1) + "0" if count else "", roof=count in {1, 3})
    everyone, first = attacker(made), attacker(made, "home0")
    for attack in (everyone, first):  # of many numbers on many pages, some of three digits coincide
        attack.least_digits = {"read": 4, "reckoned": 4}
    for reader in (None, "commune"):
        read_document(everyone, brief_document(made.result, reader).document)
    read_book(everyone, workbook(made.result))
    read_public(everyone, made.result)
    read_document(everyone, sheet_document(made.result, "mairie").document)
    if count:
        own = run(made.folder, ran_on=DAY, mask=Mask(made.folder, holder="home0"))
        read_document(first, sheet_document(own, "home0").document)
    assert everyone.found + first.found == []


def read_page(attack: Attacker, data: bytes) -> None:
    text = data.decode()
    markup = Markup()
    markup.feed(text)
    for value in markup.attributes:
        attack.read_text(value, "an attribute")
    for number, table in enumerate(markup.tables):
        for column in range(max(map(len, table), default=0)):
            cells = [figures(row[column]) for row in table if len(row) > column]
            attack.read_column([cell[0] for cell in cells if cell], f"table {number}, column {column}")
    attack.read_text(
        re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script).*?</\1>", "", text, flags=re.S)), "page"
    )


def read_public(attack: Attacker, result: Result) -> None:
    view = view_of(result)
    document = public_document(view)
    for table in ("participants", "plants", "keys"):
        rows = document[table]
        assert isinstance(rows, list)
        for name in {name for row in rows for name, value in row.items() if isinstance(value, float)}:
            known = [row[name] for row in rows if row.get(name) is not None]
            scale = (view.scale.unit_kwh, view.scale.decimals) if name.endswith("_kwh") else (1.0, 0)
            column = [(value / scale[0], scale[1]) for value in known]
            for value, decimals in column:
                attack.try_figure(value, decimals, f"{table}, {name}")
            attack.read_column(column, f"{table}, {name}")


def read_book(attack: Attacker, data: bytes) -> None:
    for sheet in load_workbook(io.BytesIO(data), data_only=True):
        for place, column in enumerate(sheet.iter_cols(values_only=True)):
            exact = [(float(value), 3) for value in column if type(value) in {int, float}]
            for value, decimals in exact:
                attack.try_figure(value, decimals, f"{sheet.title}, column {place}")
            attack.read_column(exact, f"{sheet.title}, column {place}")
            for text in (value for value in column if isinstance(value, str)):
                attack.read_text(text, sheet.title)


def text_of(pages: bytes) -> str:
    return "\n".join(leaf.extract_text() for leaf in pypdf.PdfReader(io.BytesIO(pages)).pages)


def brief_text(result: Result, reader: str | None) -> str:
    return text_of(pdf(brief_document(result, reader)))


def test_no_shared_document_tells_a_figure_of_homes_that_did_not_all_agree(mixed: Operation) -> None:
    attack = attacker(mixed)
    attack.least_digits = {"read": 4, "reckoned": 4}  # a day of the table injects 490 kWh, as a home receives
    read_page(attack, page(mixed.result))
    read_book(attack, workbook(mixed.result))
    read_book(attack, comparison_workbook([mixed.result]))
    for reader in (None, "commune", "company"):
        text = brief_text(mixed.result, reader)
        attack.read_text(text, f"brief of {reader}")
        assert "Dupont" not in text
        assert "180.0" not in text  # €/MWh: a warning on what the supplier of these homes asks
    assert "Supplier’s price avoided 150 €/MWh" in re.sub(r"\s+", " ", brief_text(mixed.result, None))
    view = view_of(mixed.result)
    assert {"home0", *mixed.homes} == view.result.scenario.moved_ids
    assert "A participant" not in {bound.name for bound in corridor_bounds(view)}
    assert "What is to be read with care of who is not named stands in its own sheet." in all_warnings(view)
    assert attack.found == []


def seance(made: Operation) -> Seance:
    everyone = scenario_of(read_source(made.folder), everyone=True)
    beside = SeanceInputs(
        kept=made.result,
        folder=made.result,
        face="x",
        same=True,
        everyone=everyone,
        names=names_of(everyone),
        obstacles={},
    )
    return seance_of(made.result, beside)


def test_the_page_shows_homes_that_did_not_agree_without_a_figure(mixed: Operation) -> None:
    lines = [line for group in seance(mixed).groups for line in group.lines]
    (pooled,) = [line for line in lines if "home0" in line.box.split()]
    assert pooled.name == "3 households"
    assert pooled.eur == "–"


@pytest.fixture(scope="module")
def agreed(tmp_path_factory: pytest.TempPathFactory) -> Operation:
    """An operation whose two homes agreed and hold no roof."""
    return operation(tmp_path_factory.mktemp("agreed") / "op", "11", roof=False)


def test_homes_that_all_agreed_have_their_row_everywhere(agreed: Operation) -> None:
    made = agreed
    assert "2 households (together)" in page(made.result).decode()
    (row,) = [line for group in seance(made).groups for line in group.lines if "home0" in line.box.split()]
    assert (row.box.split(), row.name) == (made.homes, "2 households")
    assert row.eur not in {"–", ""}


def home_sheet(result: Result) -> View:
    place = next(n for n, one in enumerate(holders_shown(result)) if one.id == "home0")
    return sheet_view_of(result, place)


def test_a_home_reads_its_saving_with_tax_its_prices_in_cents_and_what_it_must_do(agreed: Operation) -> None:
    view = home_sheet(agreed.result)
    (site,) = own_sites(view)
    assert site.before is not None
    assert site.after is not None
    saved = site.before.total_eur_ttc - site.after.total_eur_ttc
    assert saved == pytest.approx(1.2 * (site.before.total_eur_ht - site.after.total_eur_ht))
    assert f"You would save {to_the_euro(saved)} with tax." in lead(view)
    tile = tiles(view)[0]
    assert (tile.number, tile.words) == (fr(saved), "saved, with tax")
    assert f"{saved / site.received_kwh * 100.0:.1f}\u00a0c€/kWh with tax" in tile.note
    bills = own_bill(view)
    assert bills is not None
    assert bills[0].total_eur - bills[1].total_eur == pytest.approx(saved)
    assert "local price 10.8\u00a0c€/kWh with tax" in price_text(view)  # 90 €/MWh without
    assert "MWh" not in price_text(view)
    assert changes(view).rows[0][-1].text == f"+{fr(saved)}"
    signed = " ".join(signed_items(view))
    assert all(word in signed for word in ("14 days", "L221-18", "L221-25", "A consent for each use"))


def test_the_sheet_of_a_home_takes_two_pages_of_an_owner_three_at_most(agreed: Operation) -> None:
    def pages(id_: str) -> int:
        return len(pypdf.PdfReader(io.BytesIO(pdf(sheet_document(agreed.result, id_)))).pages)

    assert pages("home0") == 2
    assert pages("mairie") <= 3


def test_a_group_of_homes_reads_what_one_of_them_saves(agreed: Operation) -> None:
    scenario = agreed.result.scenario
    people = tuple(
        replace(site, kind=Kind.HOUSEHOLD_GROUP, households=4) if site.id == "home0" else site
        for site in scenario.participants
    )
    view = home_sheet(replace(agreed.result, scenario=replace(scenario, participants=people)))
    (site,) = own_sites(view)
    saved = (site.saving_eur_ttc or 0.0) / 4
    assert f"Each home would save {to_the_euro(saved)} with tax, on average of the 4." in lead(view)
    assert tiles(view)[0].words == "saved with tax, each home"
    bills = own_bill(view)
    assert bills is not None
    assert bills[0].total_eur - bills[1].total_eur == pytest.approx(saved)
    assert "10.8\u00a0c€/kWh" in price_text(view)  # a price is that of a kWh, not of a home
    assert (
        f"{(site.saving_eur_ttc or 0.0) / site.received_kwh * 100.0:.1f}\u00a0c€/kWh" in tiles(view)[0].note
    )


def test_who_is_no_home_reads_its_sheet_without_tax(agreed: Operation) -> None:
    place = next(n for n, one in enumerate(holders_shown(agreed.result)) if one.id == "gymnase")
    view = sheet_view_of(agreed.result, place)
    assert "without tax" in lead(view)
    assert "€/MWh" in price_text(view)
    assert "14 days" not in " ".join(signed_items(view))
