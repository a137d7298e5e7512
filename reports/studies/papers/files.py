"""Papers to sign, written as files: an editable DOCX, a PDF beside, the workbooks that go with them."""

from collections.abc import Callable, Collection, Sequence
from gettext import gettext as _

from acc.arrays import FloatArray
from acc.result.result import Result
from reports.figures.drawn import Illustrated
from reports.files import slug
from reports.sheets import checked_ids
from reports.studies.papers.catalogue import PAPERS
from reports.studies.papers.common import Draft, PaperCase
from reports.studies.papers.frame import paper
from reports.view.selection import public_bodies
from reports.view.view import holders_shown

FORMATS = ("docx", "pdf")
OF_A_MEMBER = ("agreement", "sale", "deliberation", "consent", "roof")
"""What is made where papers of some members are asked for; the others are those of the operation."""
SHEETS = {"operator": "operator", "deliberation": "commune", "syndicate": "syndicate"}
"""Papers beside which a workbook is handed over, and who reads it, of `reports.workbook.papers.READERS`."""
IN_FRENCH = {
    "accord": "agreement",
    "vente": "sale",
    "gestionnaire": "operator",
    "statuts": "statutes",
    "consentement": "consent",
    "toiture": "roof",
    "syndicat": "syndicate",
}
"""Papers by the names that they have in French, where it is another."""


def resolve_paper(word: str) -> str:
    """Return the paper that a word means, in French or in English.

    Raises:
        ValueError: no such paper.
    """
    name = IN_FRENCH.get(word, word)
    known = (*PAPERS, "syndicate")
    if name not in known:
        text = _("{name} is unknown: one of {known} is expected")
        raise ValueError(text.format(name=word, known=", ".join(sorted({*known, *IN_FRENCH}))))
    return name


def papers_files(
    result: Result,
    names: Collection[str],
    ids: Sequence[str],
    formats: Collection[str],
    distances_km: FloatArray,
    progress: Callable[[str], None] = lambda _name: None,
) -> dict[str, bytes]:
    """Return the papers of these names, of these persons, by file name.

    Args:
        names: of `PAPERS` or `SHEETS`; empty for all of them, or for those of members where some are named.
        ids: of persons, sites or plants; "all" for everybody.
        distances_km: between participants then plants, NaN where a place is missing.
        progress: called with the name of each paper as soon as it is made.

    Raises:
        InputError: an unknown id; homes that a workbook may not show.
    """
    wanted = set(checked_ids(result, ids))
    holders = tuple(holding for holding in holders_shown(result) if holding.id in wanted)
    case, files = PaperCase(result=result, distances_km=distances_km, holders=holders), dict[str, bytes]()
    chosen = names or ((*PAPERS, "syndicate") if list(ids) == ["all"] else OF_A_MEMBER)
    for name in (name for name in PAPERS if name in chosen):
        for draft in PAPERS[name](case):
            files |= _files(result, draft, formats)
            if name == "derogation":
                from reports.deliver import derogation_map  # noqa: PLC0415 - matplotlib only where drawn

                files |= derogation_map(result)
            progress(draft.file)
    for name in (name for name in SHEETS if name in chosen):
        from reports.deliver import papers_files as sheets  # noqa: PLC0415 - xlsxwriter only where written

        given = sheets(result, SHEETS[name], distances_km)
        others = {holding.id for holding in holders_shown(result)} - wanted if name in OF_A_MEMBER else set()
        hidden = {_("deliberation") + f"-{id_}.xlsx" for id_ in others}
        files |= {file: data for file, data in given.items() if file not in hidden}
    return files


def bodies_apart(result: Result, names: Collection[str]) -> tuple[str, ...]:
    """Return, where no person is written and bodies deliberate, that each site is taken for a body."""
    count = len(public_bodies(result))
    if result.scenario.persons is not None or count < 2 or (names and "deliberation" not in names):
        return ()
    text = _(
        "This folder has no persons.csv: each of its {count} public sites deliberates as a body of its own, "
        "with a SIRET to fill in. Say in persons.csv which are of one commune, then make the papers again."
    )
    return (text.format(count=count),)


def _files(result: Result, draft: Draft, formats: Collection[str]) -> dict[str, bytes]:
    document, stem, files = paper(result, draft), slug(draft.file), dict[str, bytes]()
    if "docx" in formats:
        from reports.studies.papers.docx import editable  # noqa: PLC0415 - python-docx only where written

        files[f"{stem}.docx"] = editable(document)
    if "pdf" in formats:
        from reports.paper.typeset import pdf  # noqa: PLC0415 - typst only where drawn

        files[f"{stem}.pdf"] = pdf(Illustrated(document, {}))
    return files
