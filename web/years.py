"""The years of a plan on the page: the slider of the year, a switch for each change that may be told."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

from acc.changes import DatedChange, What
from reports.page.years import PlanCalendar
from scenarios.entry.columns.schema import truth
from scenarios.entry.folder.changes import LATEST_YEARS
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import Setting, variant_settings
from scenarios.session import PageQuestion
from web.controls import Slider

SWITCHED = re.compile(r"changes\.([^.]+)\.active")


@dataclass(frozen=True, slots=True)
class Switch:
    """A change to count or not, and whether the kept scenario counts it."""

    row: str
    text: str
    is_on: bool
    is_base: bool


@dataclass(frozen=True, slots=True)
class YearsControl:
    """The slider of the year and the switches."""

    slider: Slider
    switches: tuple[Switch, ...]

    @property
    def is_moved(self) -> bool:
        """Whether a later year is shown, or a change is counted otherwise than in the kept scenario."""
        return self.slider.moved or any(switch.is_on != switch.is_base for switch in self.switches)


def years_control(
    calendar: PlanCalendar | None, settings: Iterable[Setting], kept: Iterable[Setting], year: str
) -> YearsControl | None:
    """Return the controls; None where no year differs.

    Args:
        settings, kept: what a state sets, and what the scenario that it starts from does.
        year: of the address.
    """
    if calendar is None:
        return None
    first, last, names = calendar.years[0], calendar.years[-1], calendar.names
    rank = (calendar.year_of_plan(year) or 1) - 1
    slider = Slider(
        id="annee",
        label=_("Year shown"),
        option="view",
        path="annee",
        value=str(calendar.years[rank]),
        base=str(first),
        low=str(first),
        high=str(last),
        step="1",
        unit="",
        text=names[rank],
        base_text=names[0],
        low_text=names[0],
        high_text=names[-1],
        texts=names,
    )
    before = {line.row: line.is_counted for line in calendar.lines} | switched(kept)
    on = before | switched(settings)
    return YearsControl(
        slider, tuple(Switch(line.row, line.text, on[line.row], before[line.row]) for line in calendar.lines)
    )


def kept_settings(source: RawFolder, variant: str | None) -> list[Setting]:
    """Settings of the scenario at the start of a state."""
    return variant_settings(source, variant) if variant else []


def switched(settings: Iterable[Setting]) -> dict[str, bool]:
    """Return the lines that settings count or leave out, by id."""
    matches = ((SWITCHED.fullmatch(setting.path), setting.value) for setting in settings)
    return {match[1]: truth(value) is not False for match, value in matches if match}


def switch_paths(calendar: PlanCalendar | None) -> frozenset[str]:
    """Return the paths that the switches of the page move."""
    lines = () if calendar is None else calendar.lines
    return frozenset(f"changes.{line.row}.active" for line in lines)


def switch_words(control: YearsControl | None, ticked: Sequence[str]) -> list[str]:
    """Return the words of a state whose form has these switches on."""
    switches = () if control is None else control.switches
    return [
        f"changes.{switch.row}.active={str(switch.row in ticked).lower()}"
        for switch in switches
        if (switch.row in ticked) != switch.is_base
    ]


def is_of_panels(change: DatedChange) -> bool:
    """Return whether a change is of panels that are added: a plant of their own."""
    return f"-{What.KWP}-" in change.row


def for_the_room(question: PageQuestion, calendar: PlanCalendar) -> PageQuestion:
    """Question of a later year, where the changes unknown to the room come after the plan.

    Nobody is taken out by that: who is there, and who is not, would disclose it.
    """
    after = calendar.years[0] + LATEST_YEARS
    words = []
    for change in calendar.hidden:
        # Added panels are a plant of their own, called by its year; so is a line: its day comes last.
        path = f"changes.{change.row}"
        words += (
            [f"{path}.active=false"]
            if is_of_panels(change)
            else [f'{path}.until=""', f"{path}.since={after}-01-01"]
        )
    return replace(question, sets=(*question.sets, *dict.fromkeys(words)))
