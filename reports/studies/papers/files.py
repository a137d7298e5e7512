"""Papers to sign in their frame, as files: an editable DOCX, a PDF, the workbooks that go with them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from gettext import gettext as _

from acc.arrays import FloatArray
from acc.parties import (
    BEFORE_DEROGATION,
    CONVENTION,
    DEROGATION,
    MEMBERSHIP,
    PaperSignature,
    awaits_derogation,
)
from acc.result.result import Result
from acc.rules.check import Check
from reports.figures.drawn import Illustrated
from reports.files import slug
from reports.format.labels import RULE_SUBJECTS, capital
from reports.format.numbers import fr, listed, long_date
from reports.format.unlawful import PERIMETER, status_text
from reports.format.wording import sentence, word_tables
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
    TextColumn,
    TextTable,
    first_column,
    table_by_column,
    walk,
)
from reports.sentences.overview import label, scenario_name
from reports.studies.papers.catalogue import PAPERS
from reports.studies.papers.common import PaperCase
from reports.studies.papers.texts import Draft, blank_cell
from reports.studies.papers.workbooks import WORKBOOKS, derogation_map, workbooks
from reports.view.selection import public_bodies
from reports.view.view import holders_shown

FORMATS = ("docx", "pdf", "xlsx")
"""Of the papers; workbooks go with them in any, and are made alone in xlsx."""
OF_A_MEMBER = ("roof", "sale", "deliberation", MEMBERSHIP)
"""What is made where papers of some members are asked for; the others are those of the operation."""
OTHER_NAMES = {
    "adhesion": MEMBERSHIP,
    "accord": MEMBERSHIP,
    "agreement": MEMBERSHIP,
    "consentement": MEMBERSHIP,
    "consent": MEMBERSHIP,
    "vente": "sale",
    "gestionnaire": "operator",
    "statuts": "statutes",
    "toiture": "roof",
    "syndicat": "syndicate",
}
"""Papers by their names in French, and by those of papers that are now a part of them."""


def resolve_paper(word: str) -> str:
    """Return the paper that a word means, in French or in English.

    Raises:
        ValueError: no such paper.
    """
    name = OTHER_NAMES.get(word, word)
    known = (*PAPERS, "syndicate")
    if name not in known:
        text = _("{name} is unknown: one of {known} is expected")
        raise ValueError(text.format(name=word, known=", ".join(sorted({*known, *OTHER_NAMES}))))
    return name


def paper_cases(
    results: Sequence[Result],
    distances_km: Sequence[FloatArray],
    wanted: Collection[str] | None = None,
    signatures: Sequence[PaperSignature] = (),
    moved: Sequence[Mapping[str, Result]] = (),
) -> tuple[PaperCase, ...]:
    """Build the case of an operation that is alone, or of each of a plan.

    Args:
        distances_km: of each, between participants then plants, NaN where a place is missing.
        wanted: persons whose papers are asked for; None for everybody.
        moved: of each, the result that the deliberation of a body stands on, by id; true data without it.
    """
    return tuple(
        PaperCase(
            result=result,
            distances_km=apart,
            holders=tuple(each for each in holders_shown(result) if wanted is None or each.id in wanted),
            signatures=tuple(signatures),
            number=number if len(results) > 1 else None,
            moved=own,
        )
        for number, (result, apart, own) in enumerate(
            zip(results, distances_km, moved or [{}] * len(results), strict=True), 1
        )
    )


def drafts_of(cases: Sequence[PaperCase], names: Collection[str] = tuple(PAPERS)) -> Iterator[Draft]:
    """Yield the papers of these names in the order in which they are signed."""
    for name in (name for name in PAPERS if name in names):
        yield from PAPERS[name](cases)


def signatures_of(cases: Sequence[PaperCase]) -> tuple[PaperSignature, ...]:
    """Return who must sign what: a line a paper, what was filled kept, that of papers no more made too.

    The convention is written by the grid operator: it is a line, and no paper of ours.
    """
    everybody = [replace(case, holders=holders_shown(case.result)) for case in cases]
    lines = [
        PaperSignature(id=slug(item.file), paper=item.paper, who=item.who, operation=item.number)
        for item in drafts_of(everybody)
    ]
    name = _("agreement-with-the-operator")
    names = [(f"{case.prefix}{name}", case.number) for case in cases]
    lines += [PaperSignature(id=name, paper=CONVENTION, operation=number) for name, number in names]
    known = {line.key: line for line in cases[0].signatures}
    made = {line.key: known.get(line.key, line) for line in lines}
    return (*made.values(), *(line for key, line in known.items() if key not in made and line.is_filled))


def papers_files(
    cases: Sequence[PaperCase],
    names: Collection[str],
    formats: Collection[str],
    progress: Callable[[str], None] = lambda _name: None,
) -> dict[str, bytes]:
    """Return the papers of these names, by file name.

    Args:
        names: of `PAPERS` or `WORKBOOKS`; empty for all, or for those of members where some are named.
        progress: called with the name of each paper as soon as it is made.

    Raises:
        InputError: homes that a workbook may not show.
    """
    files, drawn = dict[str, bytes](), {"docx", "pdf"} & {*formats}
    is_everybody = all(len(case.holders) == len(holders_shown(case.result)) for case in cases)
    chosen = names or ((*PAPERS, "syndicate") if is_everybody else OF_A_MEMBER)
    if is_everybody and not names:
        files |= _files(followed(cases), _("who-signs"), drawn)
    for draft in drafts_of(cases, chosen):
        files |= _files(paper(cases, draft), slug(draft.file), drawn)
        if draft.paper == DEROGATION:
            case = next(case for case in cases if case.number == draft.number)
            files |= {f"{case.prefix}{file}": data for file, data in derogation_map(case.result).items()}
        progress(draft.file)
    for case in cases:
        for name in (name for name in WORKBOOKS if name in chosen):
            files |= {f"{case.prefix}{file}": data for file, data in workbooks(case.result, name).items()}
    return files


def bodies_apart(results: Sequence[Result], names: Collection[str]) -> tuple[str, ...]:
    """Return, where no person is written and bodies deliberate, that each site is taken for a body."""
    count = len({body.id for result in results for body in public_bodies(result)})
    if results[0].scenario.persons is not None or count < 2 or (names and "deliberation" not in names):
        return ()
    return (sentence("bodies-by-site", count=count),)


def _files(document: Document, stem: str, drawn: Collection[str]) -> dict[str, bytes]:
    from reports.paper.typeset import page_files  # noqa: PLC0415 - typst and python-docx only where drawn

    return page_files(Illustrated(document, {}), stem, drawn)


def followed(cases: Sequence[PaperCase]) -> Document:
    """Return the list of papers to print: who signs what, by when, sent, signed; member after member."""
    names, kinds = dict[str, str](), word_tables()["papers"]
    for case in cases:
        names |= {plant.id: plant.name for plant in case.scenario.plants}
        names |= {holder.id: holder.name for holder in holders_shown(case.result)}
    lines = sorted(signatures_of(cases), key=lambda line: names.get(line.who or "", ""))
    numbers = ["" if line.operation is None else fr(line.operation) for line in lines]
    days = {_("Sign by"): "due", _("Sent"): "sent", _("Signed"): "signed"}
    table = table_by_column(
        "papers",
        (
            TextColumn(_("Who"), "auto", "left"),
            [names.get(line.who or "", line.who) or _("PMO") for line in lines],
        ),
        (first_column(_("Paper")), [_(kinds[line.paper]) for line in lines]),
        *([(_("Operation"), numbers)] if any(numbers) else []),
        *((head, [_day(getattr(line, name)) for line in lines]) for head, name in days.items()),
    )
    draft = Draft(
        paper=BEFORE_DEROGATION[0],
        who=None,
        title=_("Who signs what"),
        file="",
        about="",
        readers=_("the coordinator of the group"),
        blocks=(table,),
    )
    return replace(paper(cases, draft), sections=(Section((table,)),))


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def unlawful(result: Result) -> str:
    """Reason why an operation has nothing to sign, empty where it may be founded as it stands."""
    status = result.status
    if not status.is_unlawful:
        return ""
    return sentence("nothing-to-sign", subjects=_subjects(status.broken))


def not_to_sign(case: PaperCase, paper: str) -> str:
    """Reason why a paper may not be signed yet; empty where it has a place to sign."""
    status = case.result.status
    if reason := unlawful(case.result):
        return reason
    if status.undecided:
        return _("the perimeter is not settled ({subjects})").format(subjects=_subjects(status.undecided))
    if case.scenario.fictitious:
        return _("the data of this operation are invented")
    is_first = paper in BEFORE_DEROGATION or not status.on_derogation
    if not is_first and awaits_derogation(case.signatures, case.number):
        return _("the derogation is not granted yet: its day is to be written in signatures.csv")
    return ""


def _subjects(checks: Sequence[Check]) -> str:
    # The title of a rule may name sites: here nobody is.
    return listed(list(dict.fromkeys(_(RULE_SUBJECTS.get(check.rule, PERIMETER)) for check in checks)))


def paper(cases: Sequence[PaperCase], draft: Draft) -> Document:
    """Return a paper in its frame: its body, where one signs or why not, what is left to complete."""
    own = [case for case in cases if case.number in draft.operations] or list(cases)
    result, scenario, provenance = own[0].result, own[0].scenario, own[0].result.provenance
    day = long_date(date.fromisoformat(provenance.ran_on[:10]))
    why = next(filter(None, (not_to_sign(case, draft.paper) for case in own)), "")
    several = _("{count} operations together").format(count=fr(len(own)))
    name = several if len(own) > 1 else scenario_name(scenario)
    footer = _("{title} · {scenario} · acc {version} · data {digest} · {date}").format(
        title=draft.title,
        scenario=name,
        version=provenance.version,
        digest=provenance.digest[:8],
        date=day,
    )
    blocks = (_draft_notice(result, draft, day), *(_unsigned(draft.blocks, why) if why else draft.blocks))
    warning = Callout(_("Do not sign"), capital(f"{why}."), look="band", tone="worse") if why else None
    return Document(
        look="paper",
        frame=Frame(
            kind=_("Draft, to be read by {readers}").format(readers=draft.readers),
            title=draft.title,
            subtitle=" · ".join(filter(None, (draft.about, name, day))),
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


def _unsigned(blocks: Sequence[Node], why: str) -> Iterator[Node]:
    """Yield the blocks of a paper that may not be signed: its places to sign are why not, told once."""
    is_said = False
    for node in blocks:
        if not isinstance(node, PlaceToSign):
            yield node
        elif not is_said:
            is_said = True
            yield Callout(_("Do not sign"), capital(f"{why}."), look="band", tone="worse")


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
