"""What every screen is made of: one console, tables, states of rules, files."""

from collections.abc import Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from textwrap import fill
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from acc.i18n import typed
from acc.result.groups import LawfulWay
from acc.result.result import Result
from acc.rules.check import Check, State
from acc.rules.status import Legality, OperationStatus
from acc.scenario import Scenario
from reports.format.labels import STATES, by_cause
from reports.format.numbers import listed
from reports.format.unlawful import way_text

MOST_NAMES = 5
"""Sites named one by one on a line."""

STATE_STYLE = {
    State.MET: "green",
    State.ON_DEROGATION: "yellow",
    State.TO_VERIFY: "yellow",
    State.NOT_MET: "bold red",
}


def state_word(state: State) -> str:
    """Return the word of a state of a rule, in the language in use."""
    return _(STATES[state])


class _Console(Console):
    """Standard output whose sentences break at plain spaces: rich parts "118 €/MWh" at its narrow one."""

    def print(self, *objects: Any, **style: Any) -> None:
        """Print; see rich."""
        super().print(*(self._lines(o) if isinstance(o, str) else o for o in objects), **style)

    def _lines(self, text: str) -> str:
        lines = (
            fill(line, self.width, break_long_words=False, break_on_hyphens=False)
            for line in text.splitlines()
        )
        return "\n".join(lines)


def console() -> Console:
    """Return standard output; plain text when piped, colours obey NO_COLOR."""
    return _Console(highlight=False, markup=False, emoji=False)


def print_lines(lines: Sequence[str]) -> None:
    """Print sentences, one after the other."""
    out = console()
    for line in lines:
        out.print(line)


def print_files(files: Sequence[Path], contents: Path | None = None) -> None:
    """Print the files that were written, and the page that names all that was made."""
    out = console()
    _print_files(out, files)
    if contents:
        text = _("Everything is in {folder}, to open: {page}")
        out.print(text.format(folder=contents.parent, page=contents), soft_wrap=True)


def print_rules(
    out: Console, checks: Sequence[Check], names: Mapping[str, str], folder: Path | None = None
) -> None:
    """Print rules with their state, who breaks them and what to do; the way to lawful groups, once.

    Args:
        names: of the sites and the plants, by id.
        folder: of the operation, for the command that finds lawful groups.
    """
    for check in checks:
        state = _("{state}: {text}").format(state=state_word(check.state), text="")
        line = Text.assemble((state, STATE_STYLE[check.state]), check.title)
        out.print(line)
        if check.culprits and check.state is not State.MET:
            out.print(
                "  "
                + _("because of: {who}").format(who=some_of([names.get(id_, id_) for id_ in check.culprits])),
                style="dim",
            )
        if check.remedy:
            out.print(f"  → {check.remedy}")
        if check.reference and check.state is not State.MET:
            out.print(f"  {check.reference}", style="dim")
    if any(check.state is State.NOT_MET and check.binding for check in checks):
        text = _("`acc members {folder} --split` finds which lawful operations these members could form")
        out.print("→ " + text.format(folder=typed(folder) if folder else _("DIR")), soft_wrap=True)


def print_status(out: Console, status: OperationStatus, folder: Path | None = None) -> None:
    """Print first of all what stands over a study: that it is unlawful and only compares, or invented."""
    if status.lawful is Legality.NO:
        print_unlawful(out, status)
        text = _("These figures only compare: `acc members {folder} --split` finds what would be lawful.")
        out.print(text.format(folder=typed(folder) if folder else _("DIR")), style="red")
    if status.fictitious:
        out.print(_("EXAMPLE – INVENTED DATA"), style="yellow")


def print_unlawful(
    out: Console, status: OperationStatus, way: LawfulWay | None = None, of: str | None = None
) -> None:
    """Print first of all that an operation is unlawful as it stands, by what, and what would hold."""
    broken = [check.title.rstrip(".") for check in status.broken]
    if not broken:
        return
    name = _("NOT LAWFUL") if of is None else _("NOT LAWFUL ({name})").format(name=of)
    told = [] if way is None else [way_text(way)]
    text = _("{name}. {failures}").format(name=name, failures=" ".join([f"{'. '.join(broken)}.", *told]))
    out.print(text, style="bold red")


def site_names(scenario: Scenario) -> dict[str, str]:
    """Return the name of each site and plant, by id; that of a plant named as a site says so."""
    names = {site.id: site.name for site in scenario.participants}
    taken = set(names.values())
    plant = _("{name} (plant)")
    return names | {p.id: plant.format(name=p.name) if p.name in taken else p.name for p in scenario.plants}


def some_of(names: Sequence[str]) -> str:
    """Return the names, five and how many others where there are more."""
    if len(names) <= MOST_NAMES + 1:
        return listed(names)
    more = len(names) - MOST_NAMES
    others = ngettext("{count} other", "{count} others", more).format(count=more)
    return listed([*names[:MOST_NAMES], others])


def _print_files(out: Console, files: Sequence[Path]) -> None:
    for path in files:
        # A path is for copying: it is never broken over two lines.
        out.print(str(path), style="cyan", soft_wrap=True)


def table_of(*columns: tuple[str, str]) -> Table:
    """Return an empty table with its columns, (title, "left" or "right"); numbers are never cut."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title, justify in columns:
        if justify == "right":
            # rich cuts numbers in silence when a column is too narrow: it may not be.
            table.add_column(title, justify="right", min_width=8, no_wrap=True)
        else:
            table.add_column(title, justify="left", overflow="fold", min_width=10 if title else None)
    return table


def print_title(out: Console, scenario: Scenario) -> None:
    """Print which operation and variant it is, and that it is invented where it is."""
    name = scenario.name if scenario.label is None else f"{scenario.name} · {scenario.label}"
    out.print(name, style="bold")
    if scenario.fictitious:
        out.print(_("EXAMPLE – INVENTED DATA"), style="yellow")


def print_warnings(out: Console, result: Result) -> None:
    """Print the warnings of a result, a line a cause."""
    sites = (*result.scenario.participants, *result.scenario.plants)
    for warning in by_cause(result.provenance.warnings, [site.name for site in sites]):
        out.print(f"⚠ {warning}", style="yellow")
