"""Words of a lawful plan: its name beside others, why a site is outside, within how much it is the best."""

from gettext import gettext as _
from gettext import ngettext

from acc.result.lawful_plan import LawfulPlan, LawfulPlansReport, Outside
from reports.format.labels import regime_word
from reports.format.numbers import fr, percent

LEAST_GAP_RATIO = 0.001
"""A smaller gap to the bound is told as less than this."""


def named_plans(report: LawfulPlansReport) -> list[tuple[str, LawfulPlan]]:
    """Return the plans to lay side by side, each with what is asked of it."""
    found = [(_at_most(most), plan) for most, plan in enumerate(report.front)]
    if report.owners_inside is not None:
        found.append((_("each roof with its owner"), report.owners_inside))
    text = _("without {perimeter}")
    for regime, plan in report.without_regime.items():
        found.append((text.format(perimeter=regime_word(regime)), plan))
    return found


def _at_most(most: int) -> str:
    if not most:
        return _("no operation")
    return ngettext("{count} operation", "{count} operations at most", most).format(count=fr(most))


def gap_text(ratio: float | None) -> str:
    """Return within how much of the best a plan is proven; a dash where no bound was looked for.

    >>> gap_text(None), gap_text(0.0584).replace(chr(160), " ")
    ('–', '5.8 %')
    """
    if ratio is None:
        return "–"
    if ratio < LEAST_GAP_RATIO:
        return _("< {gap}").format(gap=percent(LEAST_GAP_RATIO, 1))
    return percent(ratio, 1)


def why_outside(why: Outside) -> str:
    """Return why a site is in no operation."""
    return {
        Outside.NO_POSITION: _("position unknown"),
        Outside.COMMUNE_ONLY: _("position known by the commune only"),
        Outside.NO_PLACE: _("no perimeter of the law takes it with a roof"),
        Outside.COSTS_MORE: _("it would save less than its own management costs"),
        Outside.OTHERS_HAVE_MORE: _("all have more, or nobody loses, without it"),
    }[why]
