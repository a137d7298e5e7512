"""How sure the lawful plan is: its bound, what is to confirm, draws, what each absence would cost."""

from collections.abc import Iterator, Mapping
from gettext import gettext as _
from gettext import ngettext

from acc.result.lawful_plan import BoundBasis, LawfulPlan, LawfulPlansReport
from acc.units import THOUSAND
from reports.format.lawful_plan import absence_name, confirmed_text, doubt_text, plan_name, times_in_ten
from reports.format.money import euros, range_ends
from reports.format.numbers import fr, listed
from reports.nodes.tree import Heading, Node, Paragraph
from reports.terminal.blocks import text_table

MOST_GONE = 10
"""Of those whose absence costs most: the others are in the workbook and in the JSON."""


def gap_heading(report: LawfulPlansReport) -> str:
    """Return the heading of the gaps to the bounds: proven where these count all of the value."""
    return {
        BoundBasis.VALUE: _("Proven\nwithin"),
        BoundBasis.FIRST_YEAR: _("Gap, first\nyear repeated"),
        BoundBasis.SEARCH: _("Gap, as\nsearched"),
    }[report.best.bound_basis]


def bound_nodes(report: LawfulPlansReport) -> Iterator[Node]:
    """Yield what the bounds are bounds of, and what a plan would bring beyond those that are decided."""
    if not report.is_bounded:
        text = _(
            "Not proven: sites stand too close together for a bound. These are the best plans that a search "
            "found; a better one may be."
        )
        yield Paragraph(text, tone="sun_text")
    elif any(plan.gap_ratio is not None for plan in report.front):
        yield Paragraph(_bound_text(report.best), "note")
    if report.best.to_confirm:
        yield Paragraph(_("No bound counts what is to confirm."), "note")
        yield Paragraph(confirmed_text(report.best, report.best.to_confirm), "lead", "sun_text")


def _bound_text(plan: LawfulPlan) -> str:
    if not plan.euros_known:
        return _("Proven within: no plan of so many operations shares more beyond it, under this key.")
    text = _("Proven within: no plan of so many operations brings more than this beyond it, under this key.")
    if plan.bound_basis is BoundBasis.SEARCH:
        text = _(
            "Gap: no plan of so many operations brings more than this beyond it, under this key, as the "
            "search counts ({searched} for this plan, {value} in full). It is no proof of the value: what "
            "the search leaves out is in no bound, and another plan may gain more by it."
        )
    if plan.bound_basis is BoundBasis.FIRST_YEAR:
        text = _(
            "Gap: no plan of so many operations brings more than this beyond it, under this key, with the "
            "first year repeated ({searched} for this plan, {value} once each year is counted). It is no "
            "proof of the value: later years are in no bound, and another plan may gain more by them."
        )
    return text.format(searched=euros(plan.searched_eur), value=euros(plan.value_eur))


def doubt_nodes(plan: LawfulPlan) -> Iterator[Node]:
    """Yield the plan and the next ones in the same draws, then who loses how often."""
    if not plan.doubts:
        return
    heads = [_("In {draws} draws").format(draws=fr(plan.draws)), _("Low\nk€"), _("Middle\nk€"), _("High\nk€")]
    heads += [_("Best,\nin 10"), *([_("Lose 1 in 10\nor more")] if plan.losers_known else [])]
    rows = []
    for doubt in plan.doubts:
        lose = sum(times_in_ten(ratio) > 0 for ratio in doubt.lose_ratios.values())
        low_eur, high_eur = range_ends(doubt.low_eur, doubt.high_eur)
        amounts = [fr(eur / THOUSAND) for eur in (low_eur, doubt.middle_eur, high_eur)]
        known = [fr(lose)] if plan.losers_known else []
        rows.append([plan_name(doubt.constraints), *amounts, fr(times_in_ten(doubt.best_ratio)), *known])
    yield text_table(heads, rows, keep={2: 6, 5: 7}, strong=[0])
    yield Paragraph(doubt_text(plan))
    names = {person.id: person.name for person in plan.persons}
    often = sorted(plan.doubts[0].lose_ratios.items(), key=lambda item: -item[1])
    text = _("{name} ({n})")
    lines = [
        text.format(name=names[id_], n=times_in_ten(ratio)) for id_, ratio in often if times_in_ten(ratio)
    ]
    if lines:
        text = _("Who loses, how many times in 10: {names}.")
        yield Paragraph(text.format(names=listed(lines)), tone="sun_text")


def without_nodes(plan: LawfulPlan, names: Mapping[str, str]) -> Iterator[Node]:
    """Yield the loss of the others without each derogation, member and roof, largest first."""
    if not plan.without:
        return
    names = {**names, **{person.id: person.name for person in plan.persons}}
    shown = plan.without[:MOST_GONE]
    yield Heading(_("Without one, what the others would lose over the plan:"))
    heads = [_("Without"), _("Found anew\nk€"), _("Nobody moves\nk€"), _("Lose")]
    rows = [
        (
            absence_name(absence, names),
            fr(absence.lost_eur / THOUSAND),
            "–" if absence.unchanged_eur is None else fr(absence.unchanged_eur / THOUSAND),
            fr(absence.losers),
        )
        for absence in shown
    ]
    yield text_table(heads, rows, keep={2: 7})
    notes = (
        [_("–: an operation could not be founded as it stands.")]
        if any(row[2] == "–" for row in rows)
        else []
    )
    left = plan.without[MOST_GONE:]
    if left:
        text = ngettext(
            "{count} other costs less: see the workbook, or --json.",
            "{count} others cost less: see the workbook, or --json.",
            len(left),
        )
        notes.append(text.format(count=fr(len(left))))
    yield Paragraph(" ".join(notes), "note")
