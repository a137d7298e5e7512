"""How sure the lawful plan is beside the next ones, and what the absence of each part of it would cost."""

from collections.abc import Iterator, Mapping
from gettext import gettext as _
from gettext import ngettext

from acc.result.lawful_plan import LawfulPlan
from acc.units import THOUSAND
from reports.format.lawful_plan import doubt_text, gone_name, plan_name, times_in_ten
from reports.format.money import range_ends
from reports.format.numbers import fr, listed
from reports.nodes.tree import Heading, Node, Paragraph
from reports.terminal.blocks import text_table

MOST_GONE = 10
"""Of those whose absence costs most: the others are in the workbook and in the JSON."""


def doubt_nodes(plan: LawfulPlan) -> Iterator[Node]:
    """Yield the plan and the next ones in the same draws, then who loses how often."""
    if not plan.doubts:
        return
    heads = [_("In {draws} draws").format(draws=fr(plan.draws)), _("Low\nk€"), _("Middle\nk€"), _("High\nk€")]
    heads += [_("Best,\nin 10"), *([_("Lose 1 in 10\nor more")] if plan.losers_known else [])]
    rows = []
    for one in plan.doubts:
        lose = sum(times_in_ten(ratio) > 0 for ratio in one.lose_ratios.values())
        low_eur, high_eur = range_ends(one.low_eur, one.high_eur)
        amounts = [fr(eur / THOUSAND) for eur in (low_eur, one.middle_eur, high_eur)]
        known = [fr(lose)] if plan.losers_known else []
        rows.append([plan_name(one.asked), *amounts, fr(times_in_ten(one.best_ratio)), *known])
    yield text_table(heads, rows, keep={2: 6, 5: 7}, strong=[0])
    yield Paragraph(doubt_text(plan))
    names = {person.id: person.name for person in plan.persons}
    often = sorted(plan.doubts[0].lose_ratios.items(), key=lambda one: -one[1])
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
            gone_name(one, names),
            fr(one.lost_eur / THOUSAND),
            "–" if one.unchanged_eur is None else fr(one.unchanged_eur / THOUSAND),
            fr(one.losers),
        )
        for one in shown
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
