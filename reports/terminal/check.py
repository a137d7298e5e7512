"""What `acc check` and `acc forms` print: whether it is lawful, what was understood, who has answered."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _
from itertools import groupby
from pathlib import Path

from rich.console import Console

from acc.holders import without_holder
from acc.i18n import semicolons, typed
from acc.problem import Problem
from acc.result.files import FormAnswer, FormsState
from acc.result.result import Result
from acc.rules.check import State
from acc.sites import Grade
from acc.years.states import first_participants, first_plants
from reports.data.understood import Understood, UnderstoodSite, understood
from reports.format.labels import GRADES, KINDS, capital
from reports.format.numbers import EnergyScale, fr, listed, plants_count, power, scale_of, sites_count
from reports.format.palette import Tone
from reports.format.unlawful import status_text
from reports.format.wording import sentence
from reports.nodes.rows import RowColumn, column_table
from reports.nodes.tree import Heading, Node, Paragraph, TextTable
from reports.terminal.blocks import rules, site_names, some_of, title, warnings
from reports.terminal.screen import console, show

FEW = 15
"""Sites at most that have a line each."""


def what_was_understood(result: Result) -> Iterator[Node]:
    """Yield sites, MWh and curves, then plants, members and places."""
    read, scale = understood(result), scale_of(result.energy)
    served = bool(result.energy.own_use_kwh.any())
    need = (_("Need left {unit}") if served else _("Need {unit}")).format(unit=scale.name)
    yield Heading(_("What was understood"))
    if len(read.sites) <= FEW:
        yield _by_site(read, scale, need)
    yield _by_kind(read, scale, need)
    yield from understood_nodes(result)


def understood_nodes(result: Result) -> Iterator[Node]:
    """Yield plants, producers, members and places in two sentences."""
    read, scale = understood(result), scale_of(result.energy)
    plants = _("{count}, {kwp}, {energy} injected. Producers: {owners}.")
    own = some_of(sorted(_named(result, id_) for id_ in read.producers)) or _("nobody")
    energy = scale.text(read.production_kwh)
    count = plants_count(read.plants)
    words = {"count": capital(count), "kwp": power(read.kwp), "energy": energy, "owners": own}
    yield Paragraph(plants.format(**words))
    where = [f"{name} ({count})" for name, count in read.communes.items()][:6]
    communes = listed(where) or _("no commune named")
    counts = {"persons": read.members, "placed": read.placed, "count": read.places}
    yield Paragraph(sentence("members-and-places", read.placed, **counts, communes=communes))


def _by_site(summary: Understood, scale: EnergyScale, need: str) -> TextTable:
    def place(site: UnderstoodSite) -> str:
        return (site.commune or _("placed")) if site.is_placed else _("not known")

    return column_table(
        summary.sites,
        RowColumn(_("Site"), lambda site: site.name, "left"),
        RowColumn(_("Kind"), lambda site: _(KINDS[site.kind]), "left"),
        RowColumn(need, lambda site: scale.plain(site.consumption_kwh)),
        RowColumn(_("Curve"), lambda site: _(GRADES[site.grade]), "left"),
        RowColumn(_("Place"), place, "left"),
    )


def _by_kind(summary: Understood, scale: EnergyScale, need: str) -> TextTable:
    return column_table(
        summary.kinds,
        RowColumn(_("Kind"), lambda row: _(KINDS[row.kind]) if row.kind else _("Together"), "left"),
        RowColumn(_("Sites"), lambda row: fr(row.sites)),
        RowColumn(need, lambda row: scale.plain(row.consumption_kwh)),
        RowColumn(_("Curves"), lambda row: _curves(row.grades), "left"),
        strong=lambda row: row.kind is None,
    )


def _curves(grades: Mapping[Grade, int]) -> str:
    """Sources of the curves: "profile (12), measured (3)"."""
    words: Counter[str] = Counter()
    for grade, count in grades.items():
        words[_(GRADES[grade])] += count
    return ", ".join(f"{word} ({count})" for word, count in words.most_common())


def _named(result: Result, name: str) -> str:
    known = {site.id: site.name for site in result.scenario.participants}
    known |= {person.id: person.name for person in result.scenario.persons or ()}
    unsaid = _("{name} (its producer is not written)")
    known |= {p.id: unsaid.format(name=p.name) for p in result.scenario.plants if not p.has_producer}
    return known.get(name, name)


MOST_NAMES = 8
YES = {"y", "yes", "o", "oui"}
"""In any language: people type what they are used to."""


def forms_nodes(count: int, where: str, state: FormsState | None) -> Iterator[Node]:
    """Yield the number of forms made, and the state of the collection."""
    if count:
        yield Paragraph(sentence("forms-made", count, where=where), "verbatim")
        yield Paragraph(_("Send each to its member; put those that come back in the folder `answers`."))
        yield Paragraph(_("The words on meter data are to be confirmed by a lawyer before you send them."))
    if state is not None:
        yield from forms_state(state)


def print_answers(answers: Sequence[FormAnswer], folder: Path, *, taken: bool) -> bool:
    """Print each answer: what it would change line by line, what is unlikely, what is wrong.

    Returns:
        Whether somebody on a terminal says that it be written.
    """
    out = console()
    for answer in answers:
        show(_answer(answer), out)
    wrong = sum(bool(answer.problems) for answer in answers)
    if wrong:
        show([Paragraph(sentence("answers-with-faults", wrong), tone="sun_text")], out)
    doubted = sum(bool(answer.notes) for answer in answers)
    if doubted:
        show([Paragraph(sentence("answers-unlikely", doubted), tone="sun_text")], out)
    if taken or wrong == len(answers):
        return False
    if sys.stdin.isatty() and _says_yes(out, _("Write this? (yes, no)")):
        return True
    show([Paragraph(sentence("answers-not-written", folder=typed(folder)), "verbatim")], out)
    return False


def _answer(answer: FormAnswer) -> Iterator[Node]:
    name = answer.name or _("unknown member")
    yield Heading(_("{name} ({file})").format(name=name, file=answer.file))
    for change in answer.changes if not answer.problems else ():
        before, after = (text or _("nothing") for text in (change.before, change.after))
        text = _("  {id}, {title}: {before} → {after}")
        yield Paragraph(text.format(id=change.id, title=change.title, before=before, after=after))
    if not answer.changes and not answer.problems:
        yield Paragraph("  " + _("changes nothing"))
    yield from (Paragraph(f"  ⚠ {note}", tone="sun_text") for note in answer.notes)
    if answer.consent is not None:
        words = _("yes") if answer.consent else _("no")
        signed = f"({answer.signed})" if answer.signed else ""
        text = _("meter data may be used: {words} {signed}")
        yield Paragraph(f"  {text.format(words=words, signed=signed)}".rstrip())
    if answer.unsigned:
        yield Paragraph(f"  ⚠ {answer.unsigned}", tone="sun_text")
    if answer.remark:
        yield Paragraph("  " + _("remark: {text}").format(text=answer.remark))
    for problem in answer.problems:
        place = _("{state}: {text}").format(state=problem.path, text=problem.message)
        yield Paragraph(f"  ✗ {place}", tone="worse")


def _says_yes(out: Console, question: str) -> bool:
    """Ask a question; any other word than yes, and no word, is no."""
    try:
        return out.input(f"{question} ").strip().lower() in YES
    except EOFError:
        return False


def forms_state(state: FormsState) -> Iterator[Node]:
    """Yield answered forms, missing ones, and values still estimated."""
    answered = sum(id_ in state.answered for id_ in state.names)
    agreed = sum(state.consents.values())
    counts = {"answered": fr(answered), "count": fr(len(state.names)), "agreed": fr(agreed)}
    yield Paragraph(sentence("forms-answered", **counts), "lead")
    if state.unread:
        yield Paragraph("  " + sentence("answers-to-look-at", len(state.unread)), tone="sun_text")
    refused = [state.names[id_] for id_, yes in state.consents.items() if not yes and id_ in state.names]
    lines = []
    if refused:
        text = _("Refuse the use of their meter data: {names}")
        lines.append(text.format(names=some_of(refused, MOST_NAMES)))
    if state.waiting:
        lines.append(_("No answer yet: {names}").format(names=some_of(state.waiting, MOST_NAMES)))
    text = _("Still estimated or unknown, {what}: {count} ({names})")
    lines += [
        text.format(what=what, count=fr(len(names)), names=some_of(names, MOST_NAMES))
        for what, names in state.estimated.items()
    ]
    yield from (Paragraph(f"  {line}") for line in lines)


def check_nodes(
    result: Result,
    refused: Sequence[Problem] = (),
    forms: FormsState | None = None,
    folder: Path | None = None,
) -> Iterator[Node]:
    """Yield the contents, the refusals of other commands, the rules, the reading, the forms."""
    scenario = result.scenario
    yield from title(scenario)
    yield read_node(result, complete=not refused)
    yield from refusals(refused)
    yield from rules(result.rules, site_names(scenario), folder)
    yield from warnings(result)
    for figure in scenario.accepted or ():
        text = _("Unusual figure, kept: {where} = {value} ({why})")
        yield Paragraph(text.format(where=figure.where, value=figure.value, why=figure.why), "note")
    yield from what_was_understood(result)
    yield from _parties(result)
    if forms is not None:
        yield from forms_state(forms)
    if folder is not None:
        yield Paragraph(_("Next: `acc run {folder}`").format(folder=typed(folder)), "verbatim")


def refusals(refused: Sequence[Problem]) -> Iterator[Node]:
    """Yield the commands that would refuse the folder, and why."""
    for command, problems in groupby(refused, lambda problem: problem.path):
        text = _("`{command}` would refuse it: {why}.")
        why = semicolons(problem.message.rstrip(".") for problem in problems)
        yield Paragraph(text.format(command=command, why=why), tone="sun_text")


def _parties(result: Result) -> Iterator[Node]:
    """Yield the sites without a holder in `parties.csv`, on this screen only."""
    scenario = result.scenario
    lacking = without_holder(scenario) if scenario.parties else ()
    if lacking:
        names = some_of([site.name for site in lacking])
        yield Paragraph(sentence("no-holder-for-sites", sites=sites_count(len(lacking)), names=names), "note")


def _with_later(count: str, later: int) -> str:
    """Return a count of sites or plants, and how many of them come after the first year."""
    return _("{count} ({later} of them later)").format(count=count, later=fr(later)) if later else count


def read_node(result: Result, *, complete: bool) -> Node:
    """Number of sites and plants read, completeness, and legal status."""
    verify = sum(check.state is State.TO_VERIFY for check in result.rules)
    scenario = result.scenario
    sites, plants = len(scenario.participants), len(scenario.plants)
    words = {
        "sites": _with_later(sites_count(sites), sites - len(first_participants(scenario))),
        "plants": _with_later(plants_count(plants), plants - len(first_plants(scenario)))
        if plants
        else _("no plant"),
        "law": status_text(result.status, verify=verify) + ".",
    }
    text = _("Folder read: {sites}, {plants}. {law}")
    if complete:
        text = _("Folder complete: {sites}, {plants}. {law}")
    sure = complete and not result.status.undecided
    tone: Tone = "shared_dark" if sure else "sun_text"
    if result.status.is_unlawful:
        return Paragraph(text.format(**words), "lead", "worse")
    return Paragraph(text.format(**words), tone=tone)
