"""The page of the grid operator's desk: which meters, key, first day, PMO and derogation."""

from collections.abc import Sequence
from gettext import gettext as _

from acc.i18n import semicolons
from acc.keys import KEYS
from acc.keys.rule import EnedisType
from acc.parties import DEROGATION
from acc.scenario import Scenario
from acc.sites import Participant, masked_prm
from acc.years.states import first_participants
from reports.documents.blocks import request_to_reader
from reports.format.labels import capital, key_title, lowered, regime_word, segment_of
from reports.format.numbers import MISSING, fr, listed, long_date
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Group, Node, Paragraph, TextCell, TextTable, first_column, table_by_column
from reports.sentences import overview
from reports.sentences.answer import metered
from reports.sentences.limits import provenance
from reports.sentences.questions import Answers, missing, questions
from reports.view.view import View


def desk_page(view: View) -> list[Node]:
    """The five answers, then each point that may be named: its segment, the end of its number."""
    points = _named_points(view)
    half = -(-len(points) // 2)
    tables = [_points_table(part) for part in (points[:half], points[half:]) if part]
    count, plants = len(_people(view)) + len(view.running), sentence("solar-plants", len(view.running))
    lead = capital(text_of("desk-unlawful"))
    if view.result.is_lawful:
        lead = sentence("desk-lead", count, plants=plants)
    note = Paragraph(f"{text_of('desk-note')} {metered(view)}", "note")
    more = Paragraph(overview.lead(view), "more")
    return [
        Group((Paragraph(lead, "lead"), more), name="opening"),
        questions(desk_answers(view)),
        *([Group(tuple(tables), 2, "pair")] if tables else []),
        note,
        *request_to_reader(view, _("What this declaration lacks, and the convention with the PMO.")),
        provenance(view),
    ]


def desk_answers(view: View) -> Answers:
    """Meters by segment, key and who sends it, first day, PMO, derogation."""
    return (
        (_("Which meters"), _meters(view)),
        (_("Type of key"), _key(view.result.scenario)),
        (_("From when"), missing(text_of("missing-first-day"))),
        (_("PMO"), _organiser(view.result.scenario)),
        (_("Derogation"), _derogation(view)),
    )


def _people(view: View) -> Sequence[Participant]:
    return first_participants(view.result.scenario)


def _named_points(view: View) -> list[tuple[str, str, str]]:
    """Name, segment and masked number of each point that may be named; the segment of a plant is not told."""
    rows = [
        (view.names[site.id], segment_of(site) or _("to ask"), masked_prm(site.prm) or MISSING)
        for site in _people(view)
        if site.id in view.open_sites
    ]
    plants = [plant for plant in view.running if view.names[plant.id] == plant.name]
    return [*rows, *((plant.name, _("injection"), masked_prm(plant.prm) or MISSING) for plant in plants)]


def _points_table(points: Sequence[tuple[str, str, str]]) -> TextTable:
    return table_by_column(
        "desk-points",
        (first_column(_("Point")), [TextCell(name, "name") for name, _segment, _prm in points]),
        (_("Segment"), [segment for _name, segment, _prm in points]),
        (_("PRM"), [prm for _name, _segment, prm in points]),
    )


def _meters(view: View) -> str:
    people = _people(view)
    segments = [segment_of(site) or _("segment to ask") for site in people if site.id in view.open_sites]
    counts = [f"{fr(segments.count(name))} {name}" for name in sorted(set(segments))]
    if closed := len(people) - len(segments):
        counts.append(sentence("others-more", closed))
    unknown = sum(not site.prm for site in people) + sum(not plant.prm for plant in view.running)
    text = _("{points} that withdraw, {plants} that inject").format(
        points=listed(counts), plants=fr(len(view.running))
    )
    numbers = [sentence("missing-numbers", unknown)] if unknown else []
    return f"{semicolons([text, *numbers])}."


def _key(scenario: Scenario) -> str:
    rule = KEYS[scenario.key.name]
    computed = rule.enedis in {EnedisType.DEFAULT, EnedisType.STATIC}
    who = _("the grid operator computes it") if computed else _("the PMO, or its mandatary, sends its parts")
    return f"{rule.enedis} ({lowered(key_title(scenario.key.name))}); {who}."


def _organiser(scenario: Scenario) -> str:
    organiser = scenario.organiser
    if organiser is None or not organiser.name:
        return missing(text_of("missing-pmo"))
    unsaid = [] if organiser.siret else [text_of("missing-siret")]
    unsaid += [] if organiser.signatory else [text_of("missing-signatory")]
    known = ", ".join(filter(None, [organiser.name, organiser.siret, organiser.signatory, organiser.contact]))
    return f"{known}; {missing(semicolons(unsaid))}" if unsaid else f"{known}."


def _derogation(view: View) -> str:
    result, plan = view.result, view.result.way
    granted = next((line.signed for line in result.scenario.signatures if line.paper == DEROGATION), None)
    if granted:
        return _("granted on {day}.").format(day=long_date(granted))
    if not result.is_lawful:
        return sentence("desk-derogations", len(plan.derogations)) if plan else text_of("desk-unlawful")
    perimeter = regime_word(result.scenario.regime)
    if result.status.on_derogation:
        return _("needed for {perimeter}: to be asked for, not granted.").format(perimeter=perimeter)
    return _("none needed: {perimeter}.").format(perimeter=perimeter)
