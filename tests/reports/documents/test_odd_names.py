"""Any name prints: in the PDF and its figures, alone as a picture, in the page and in the workbook."""

from dataclasses import replace
from datetime import date

import pytest

from acc.result.result import Result
from profiles.files.letters import stripped
from reports.documents.brief import brief_document
from reports.documents.figure_catalogue import figure_png
from reports.figures.style import BOX, printable
from reports.paper.typeset import pages, pdf
from reports.sheets import sheet
from tests.effort import few
from tests.reports.make import small
from tests.reports.make_money import with_money

# As typed, then as drawn: a letter of no font is a box, what only steers letters is gone.
NAMES = (
    ("Saint‑Aigne", "Saint‑Aigne"),
    ("École 🏫", "École □"),
    ("👨‍👩‍👧 foyer", "□□□ foyer"),
    ("❤️ asso", "❤ asso"),
    ("🇫🇷 mairie", "□□ mairie"),
    ("Ελληνικά", "Ελληνικά"),
    ("ὕδωρ", "ὕδωρ"),
    ("שלום בית", "שלום בית"),
    ("مدرسة القرية", "مدرسة القرية"),
    ("小学校", "□□□"),
    ("学校 du bourg", "□□ du bourg"),
    ("한국", "□□"),
    ("ไทย", "□□□"),
    ("हिन्दी", "□□□□□□"),
    ("Ёлка", "Ёлка"),
    ("Đặng Văn", "Đặng Văn"),
    ("Łódź", "Łódź"),
    ("Ñandú", "Ñandú"),
    ("Œuvres", "Œuvres"),
    ("İstanbul", "İstanbul"),
    ("L’Isle «Ô»", "L’Isle «Ô»"),
    ("a\u0301e\u0308 composé", "a\u0301e\u0308 composé"),
    ("n° 2", "n° 2"),
    ("m²·h⁻¹", "m²·h⁻¹"),
    ("½ Ⅷ ①", "½ Ⅷ ①"),
    ("→ ✓ ✗", "→ ✓ ✗"),
    ("𝕄aths", "𝕄aths"),
    ("𓀀", "□"),
    ("\ue000 privé", "□ privé"),
    ("son\x07nette", "sonnette"),
    ("\x1b[31mrouge", "[31mrouge"),
    ("vertical\x0btab", "vertical tab"),
    ("suite\x85nel", "suite nel"),
    ("cé\u00adsure", "césure"),
    ("zéro\u200blargeur", "zérolargeur"),
    ("\u202eenvers\u202c", "envers"),
    ("ligne\u2028deux", "ligne deux"),
    ("\uffff\U0010ffff non", " non"),
    ("\ufdd0réservé", "réservé"),
    ("\ufeffmarque", "marque"),
    ("\ufffd remplacé", "\ufffd remplacé"),
    ("$x_1^2$ & <b> #set *y*", "$x_1^2$ & <b> #set *y*"),
    ('=1+1 "cité" \\ fin', '=1+1 "cité" \\ fin'),
)


@pytest.fixture(scope="module")
def odd() -> Result:
    result = with_money(small(len(NAMES), (date(2025, 6, 1), date(2025, 7, 1))))
    people = tuple(
        replace(p, name=name) for p, (name, _) in zip(result.scenario.participants, NAMES, strict=True)
    )
    plants = tuple(replace(p, name=NAMES[1][0]) for p in result.scenario.plants)
    named = replace(result.scenario, name="Mairie\x07 🏫 小 مدرسة", participants=people, plants=plants)
    return replace(result, scenario=named)


@pytest.mark.parametrize(("typed", "drawn"), NAMES)
def test_what_is_drawn_of_a_name(typed: str, drawn: str) -> None:
    assert printable(typed) == drawn
    assert BOX not in stripped(typed)


@pytest.mark.parametrize("audience", few(2, [None, "commune", "company", "syndicate"]))
def test_a_brief_with_such_names_is_set(odd: Result, audience: str | None) -> None:
    document = brief_document(odd, audience)
    assert pdf(document).startswith(b"%PDF")
    assert len(pages(document, 20)) > 1


@pytest.mark.slow
def test_the_sheet_of_each_is_set(odd: Result) -> None:
    for person in odd.scenario.participants[::6]:
        assert sheet(odd, person.id)[f"{person.id}.pdf"].startswith(b"%PDF")


@pytest.mark.parametrize("name", ["flow", "keys", "map"])
def test_a_figure_alone_is_drawn(odd: Result, name: str) -> None:
    assert figure_png(odd, name).startswith(b"\x89PNG")
