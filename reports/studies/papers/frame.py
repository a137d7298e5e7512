"""A paper in its frame: its body, where one signs or why not, what is left to complete."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from gettext import gettext as _

from acc.result.result import Result
from acc.rules.check import Check
from reports.format.labels import RULE_SUBJECTS, capital
from reports.format.numbers import listed, long_date
from reports.format.unlawful import PERIMETER, status_text
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
from reports.studies.papers.texts import Draft, blank_cell


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
    text = _(
        "Made from the folder of the operation on {day}, to be read by {readers} before anybody signs. It is "
        "no legal advice. Rules and tariffs are those read at {on}; they may have changed since."
    )
    return Callout(
        _("Draft"),
        text.format(day=day, readers=draft.readers, on=long_date(result.scenario.on)),
        look="provenance",
    )


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
