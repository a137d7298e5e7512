"""One line on the dated figures that are not known for all of the first year."""

from collections.abc import Iterator
from datetime import date, timedelta
from gettext import gettext as _

from acc.i18n import semicolons
from acc.result.rates import ExpiringRates, expiring_rates
from acc.result.result import Result
from reports.format.labels import lowered
from reports.format.numbers import listed, short_date
from reports.format.rate_labels import rate_title, word


def expiring_line(result: Result) -> str:
    """Return which figures end within the first year, the day of each and whom to ask; empty: none does."""
    ending = expiring_rates(result)
    text = _("Figures to ask for again, the last known one counted: {figures}.")
    return text.format(figures=semicolons(map(_format_rate, ending))) if ending else ""


def short_expiring_line(result: Result) -> str:
    """Return the same for a narrow column: the first day without a figure, the subjects, whom to ask."""
    ending = expiring_rates(result)
    if not ending:
        return ""
    first = date.fromisoformat(ending[0].valid_until) + timedelta(days=1)
    text = _("To ask for again, from {day} on: {figures}.")
    return text.format(day=short_date(first), figures=semicolons(_subjects(ending)))


def _format_rate(rates: ExpiringRates) -> str:
    # What a figure measures goes without saying, where it is alone.
    name = rates.subject.removesuffix(".ratio").removesuffix(".base")
    day = short_date(date.fromisoformat(rates.valid_until))
    return _("{figure} after {day} ({ask})").format(figure=lowered(rate_title(name)), day=day, ask=rates.ask)


def _subjects(ending: list[ExpiringRates]) -> Iterator[str]:
    """Yield each subject once, with those to ask: figures of plants by what they are."""
    contacts: dict[str, list[str]] = {}
    for rates in ending:
        head, _dot, rest = rates.subject.partition(".")
        contacts.setdefault(rest.partition(".")[0] if head == "pv" and rest else head, []).append(rates.ask)
    for name, whom in contacts.items():
        yield f"{word(name)} ({listed(list(dict.fromkeys(whom)))})"
