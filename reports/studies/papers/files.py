"""Papers to sign in their frame, as files: an editable DOCX, a PDF, the workbooks that go with them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from gettext import gettext as _

from acc.arrays import FloatArray
from acc.result.result import Result
from acc.rules.check import Check
from reports.figures.drawn import Illustrated
from reports.files import slug
from reports.format.labels import RULE_SUBJECTS, capital
from reports.format.numbers import listed, long_date
from reports.format.unlawful import PERIMETER, status_text
from reports.format.wording import sentence
from reports.nodes.tree import (
    Bullets,
    Callout,
    Document,
    Fields,
    Frame,
    Group,
    Heading,
    Node,
    Paragraph,
    PlaceToSign,
    Section,
    Status,
    TextTable,
    walk,
)
from reports.sentences.overview import label, scenario_name
from reports.sheets import checked_ids
from reports.studies.papers.catalogue import PAPERS
from reports.studies.papers.common import PaperCase
from reports.studies.papers.texts import Draft, blank_cell
from reports.studies.papers.workbooks import WORKBOOKS, derogation_map, workbooks
from reports.view.selection import public_bodies
from reports.view.view import holders_shown

FORMATS = ("docx", "pdf", "xlsx")
"""Of the papers; workbooks go with them in any, and are made alone in xlsx."""
OF_A_MEMBER = ("agreement", "sale", "deliberation", "consent", "roof")
"""What is made where papers of some members are asked for; the others are those of the operation."""
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
        names: of `PAPERS` or `WORKBOOKS`; empty for all, or for those of members where some are named.
        ids: of persons, sites or plants; "all" for everybody.
        distances_km: between participants then plants, NaN where a place is missing.
        progress: called with the name of each paper as soon as it is made.

    Raises:
        InputError: an unknown id; homes that a workbook may not show.
    """
    wanted = set(checked_ids(result, ids, "--person"))
    holders = tuple(holding for holding in holders_shown(result) if holding.id in wanted)
    case, files = PaperCase(result=result, distances_km=distances_km, holders=holders), dict[str, bytes]()
    chosen = names or ((*PAPERS, "syndicate") if list(ids) == ["all"] else OF_A_MEMBER)
    for name in (name for name in PAPERS if name in chosen):
        for draft in PAPERS[name](case):
            files |= _files(result, draft, formats)
            if name == "derogation":
                files |= derogation_map(result)
            progress(draft.file)
    for name in (name for name in WORKBOOKS if name in chosen):
        given = workbooks(result, name, distances_km)
        others = {holding.id for holding in holders_shown(result)} - wanted if name in OF_A_MEMBER else set()
        hidden = {_("deliberation") + f"-{id_}.xlsx" for id_ in others}
        files |= {file: data for file, data in given.items() if file not in hidden}
    return files


def bodies_apart(result: Result, names: Collection[str]) -> tuple[str, ...]:
    """Return, where no person is written and bodies deliberate, that each site is taken for a body."""
    count = len(public_bodies(result))
    if result.scenario.persons is not None or count < 2 or (names and "deliberation" not in names):
        return ()
    return (sentence("bodies-by-site", count=count),)


def _files(result: Result, draft: Draft, formats: Collection[str]) -> dict[str, bytes]:
    from reports.paper.typeset import page_files  # noqa: PLC0415 - typst and python-docx only where drawn

    drawn = {"docx", "pdf"} & {*formats}
    return page_files(Illustrated(paper(result, draft), {}), slug(draft.file), drawn)


def not_to_sign(result: Result) -> str:
    """Reason why nothing may be signed; empty where a paper has a place to sign."""
    status = result.status
    if status.is_unlawful:
        why = _("the operation is not lawful as it stands ({subjects})")
        return why.format(subjects=_subjects(status.broken))
    if status.undecided:
        return _("the perimeter is not settled ({subjects})").format(subjects=_subjects(status.undecided))
    return _("the data of this operation are invented") if status.fictitious else ""


def _subjects(checks: Sequence[Check]) -> str:
    # The title of a rule may name sites: here nobody is.
    return listed(list(dict.fromkeys(_(RULE_SUBJECTS.get(check.rule, PERIMETER)) for check in checks)))


def paper(result: Result, draft: Draft) -> Document:
    """Return a paper in its frame: its body, where one signs or why not, what is left to complete."""
    scenario, provenance = result.scenario, result.provenance
    day = long_date(date.fromisoformat(provenance.ran_on[:10]))
    why = not_to_sign(result)
    footer = _("{title} · {scenario} · acc {version} · data {digest} · {date}").format(
        title=draft.title,
        scenario=scenario_name(scenario),
        version=provenance.version,
        digest=provenance.digest[:8],
        date=day,
    )
    blocks = (_draft_notice(result, draft, day), *draft.blocks, *_end(draft, why))
    warning = Callout(_("Do not sign"), capital(f"{why}."), look="band", tone="worse") if why else None
    return Document(
        look="paper",
        frame=Frame(
            kind=_("Draft, to be read by {readers}").format(readers=draft.readers),
            title=draft.title,
            subtitle=" · ".join(filter(None, (draft.about, scenario_name(scenario), day))),
            label=label(scenario),
            footer=footer,
            is_example=scenario.fictitious,
        ),
        status=Status(warning or Paragraph(status_text(result.status), tone="sun_text")),
        sections=(Section((*blocks, *_to_complete(blocks))),),
        ran_on=provenance.ran_on,
    )


def _draft_notice(result: Result, draft: Draft, day: str) -> Callout:
    text = sentence("made-from-folder", day=day, readers=draft.readers, on=long_date(result.scenario.on))
    return Callout(_("Draft"), text, look="provenance")


def _end(draft: Draft, why: str) -> Iterator[Node]:
    yield Heading(_("Signatures"))
    if why:
        yield Callout(_("Do not sign"), capital(f"{why}."), look="band", tone="worse")
        return
    for whom, name, quality in draft.signers:
        lines = (
            _("Name: {name}").format(name=name or "……………………………………"),
            _("Quality: {quality}").format(quality=quality or "……………………………………"),
            _("Place, date and signature:"),
        )
        yield PlaceToSign(whom, lines)
    yield from draft.annex


def _to_complete(blocks: Iterable[Node]) -> Iterator[Node]:
    """Yield the list of what is blank, part by part."""
    blanks: dict[str, list[str]] = {}
    part, blank = "", blank_cell()
    for node in walk(Group(tuple(blocks))):
        if isinstance(node, Heading):
            part = node.text
        elif isinstance(node, Fields):
            for field in node.items:
                if field.is_blank:
                    blanks.setdefault(part, []).append(field.label)
        elif isinstance(node, TextTable):
            pairs = [pair for row in node.rows for pair in zip(node.columns, row, strict=True)]
            for head in dict.fromkeys(column.head for column, cell in pairs if cell == blank):
                blanks.setdefault(part, []).append(head)
    yield Heading(_("To complete"))
    if not blanks:
        yield Paragraph(_("Each field is filled from the folder."))
        return
    yield Bullets(tuple(f"{name}{_(': ')}{', '.join(labels)}" for name, labels in blanks.items()))
