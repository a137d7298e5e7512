"""Blocks that several screens hold: what stands over a study, states of rules, warnings, files, tables."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path
from types import MappingProxyType

from acc.accounts.person_values import Missing
from acc.i18n import N_, typed
from acc.plan.another_power import quoted_costs
from acc.result.lawful_plan import LawfulPlan
from acc.result.result import Result
from acc.rules.check import Check, State
from acc.rules.status import OperationStatus
from acc.scenario import Scenario
from acc.sites import Plant
from reports.format.labels import STATE_TONES, STATES, by_cause, capital, scenario_label
from reports.format.lawful_plan import doubt_text, left_out_text
from reports.format.money import euros, missing_texts
from reports.format.numbers import listed, power
from reports.format.palette import Tone
from reports.format.unlawful import caveats, left_out, way_text
from reports.nodes.tree import Heading, Node, Paragraph, TextCell, TextColumn, TextTable, table_of

MOST_NAMES = 5
"""Sites named one by one on a line."""


def state_word(state: State) -> str:
    """Return the word of a state of a rule, in the language in use."""
    return _(STATES[state])


def warned(texts: Iterable[str]) -> Iterator[Node]:
    """Yield warnings, a line each."""
    return (Paragraph(f"⚠ {text}", tone="sun_text") for text in texts)


def noted(texts: Iterable[str]) -> Iterator[Node]:
    """Yield notes on the figures above, one line each."""
    return (Paragraph(f"· {text}", "note") for text in texts)


def unknown_euros(missing: Sequence[Missing]) -> Iterator[Node]:
    """Yield a line for each thing without which euros are not computed."""
    text = _("Unknown euros: {why}")
    return (Paragraph(text.format(why=why), tone="sun_text") for why in missing_texts(missing))


def written_files(files: Sequence[Path], contents: Path | None = None) -> Iterator[Node]:
    """Yield the files that were written, and the page that names all that was made."""
    yield from (Paragraph(str(path), "verbatim") for path in files)
    if contents:
        text = _("Everything is in {folder}, to open: {page}")
        yield Paragraph(text.format(folder=contents.parent, page=contents), "verbatim")


def rules(checks: Sequence[Check], names: Mapping[str, str], folder: Path | None = None) -> Iterator[Node]:
    """Yield rules with their state, who breaks them and what to do; the way to lawful groups, once.

    Args:
        names: of the sites and the plants, by id.
        folder: of the operation, for the command that finds lawful groups.
    """
    for check in checks:
        text = _("{state}: {text}").format(state=state_word(check.state), text=check.title)
        yield Paragraph(text, tone=STATE_TONES[check.state])
        if check.culprits and check.state is not State.MET:
            who = some_of([names.get(id_, id_) for id_ in check.culprits])
            yield Paragraph("  " + _("because of: {who}").format(who=who), "note")
        if check.remedy:
            yield Paragraph(f"  → {check.remedy}")
        if check.reference and check.state is not State.MET:
            yield Paragraph(f"  {check.reference}", "note")
    if any(check.state is State.NOT_MET and check.binding for check in checks):
        text = _("`acc members {folder} --split` finds which lawful operations these members could form")
        yield Paragraph("→ " + text.format(folder=typed(folder) if folder else _("DIR")), "verbatim")


def status(
    operation_status: OperationStatus, folder: Path | None = None, way: LawfulPlan | None = None
) -> Iterator[Node]:
    """Yield first of all what stands over a study: that it is unlawful and only compares, or invented."""
    yield from unlawful(operation_status, way)
    if operation_status.is_unlawful and way is None:
        text = _("`acc members {folder} --split` finds what would be lawful.")
        yield Paragraph(text.format(folder=typed(folder) if folder else _("DIR")), "verbatim", "worse")
    yield from (Paragraph(text, tone="sun_text") for text in map(capital, caveats(operation_status)))


def costs_left_out(operation_status: OperationStatus) -> Iterator[Node]:
    """Yield the costs that no figure of a comparison counts."""
    return (Paragraph(f"{capital(text)}.", tone="sun_text") for text in left_out(operation_status))


def unlawful(
    operation_status: OperationStatus, way: LawfulPlan | None = None, of: str | None = None
) -> Iterator[Node]:
    """Yield first of all that an operation is unlawful as it stands, by what, and what would hold."""
    broken = [check.title.rstrip(".") for check in operation_status.broken]
    if broken:
        name = _("NOT LAWFUL") if of is None else _("NOT LAWFUL ({name})").format(name=of)
        failures = [f"{'. '.join(broken)}.", _("These figures only compare.")]
        failures += [] if way is None else [way_text(way), doubt_text(way), left_out_text(way)]
        text = _("{name}. {failures}").format(name=name, failures=" ".join(filter(None, failures)))
        yield Paragraph(text, "lead", "worse")


def site_names(scenario: Scenario) -> dict[str, str]:
    """Return the name of each site and plant, by id; that of a plant named as a site says so."""
    names = {site.id: site.name for site in scenario.participants}
    taken = set(names.values())
    plant = _("{name} (plant)")
    return names | {p.id: plant.format(name=p.name) if p.name in taken else p.name for p in scenario.plants}


def some_of(names: Sequence[str], most: int = MOST_NAMES) -> str:
    """Return the names, `most` and how many others where two or more are left."""
    if len(names) <= most + 1:
        return listed(names)
    more = len(names) - most
    others = ngettext("{count} other", "{count} others", more).format(count=more)
    return listed([*names[:most], others])


def title(scenario: Scenario) -> Iterator[Node]:
    """Yield the name of the operation and variant, with the mark of invented data."""
    yield Heading(" · ".join(filter(None, (scenario.name, scenario_label(scenario)))), 1)
    if scenario.fictitious:
        yield Paragraph(_("EXAMPLE – INVENTED DATA"), tone="sun_text")


def warnings(result: Result) -> Iterator[Node]:
    """Yield the warnings of a result, a line a cause."""
    sites = (*result.scenario.participants, *result.scenario.plants)
    return warned(by_cause(result.provenance.warnings, [site.name for site in sites]))


def text_table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    words: Collection[int] = (0,),
    keep: Mapping[int, int] = MappingProxyType({}),
    strong: Collection[int] = (),
    tones: Mapping[int, Tone | None] = MappingProxyType({}),
) -> TextTable:
    """Return a table of texts; all its columns hold numbers but those at the places `words`.

    Args:
        keep: how long a column stays where room gets short, by its place; 9, always, without it.
        strong, tones: of rows that stand out, by their place.
    """
    columns = [
        TextColumn(head, align="left" if place in words else "right", keep=keep.get(place, 9))
        for place, head in enumerate(heads)
    ]
    cells = [
        [
            TextCell(first, "strong" if place in strong else "plain", tone=tones.get(place)),
            *map(TextCell, others),
        ]
        for place, (first, *others) in enumerate(rows)
    ]
    return table_of("screen", columns, cells)


COSTS: Mapping[str, str] = {"capex_eur": N_("investment"), "connection_eur": N_("connection")}


def quoted(plants: Iterable[Plant], kwp: Mapping[str, float] | None = None) -> Iterator[Node]:
    """Yield the costs of each plant with quotes, at its power or at those given by id."""
    text = _("{name}, {kwp}: {what} {eur}, {basis}.")
    for plant in plants:
        at = plant.kwp if kwp is None else kwp.get(plant.id, 0.0)
        for name, cost in quoted_costs(plant, at).items() if at > 0.0 else ():
            words = {"name": plant.name, "kwp": power(at), "what": _(COSTS[name]), "eur": euros(cost.eur)}
            yield Paragraph(text.format(basis=cost.basis, **words), "note")
