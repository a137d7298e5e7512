"""Blocks that several screens hold: states of rules, warnings, files, tables of texts or columns, ranges."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext
from math import isfinite, nan
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, TypeVar

from acc.accounts.person_values import Missing
from acc.accounts.persons import sole_member
from acc.i18n import N_, semicolons, to_hundreds, typed
from acc.plan.another_power import quoted_costs
from acc.result.lawful_plan import LawfulPlan
from acc.result.result import Ranges, Result
from acc.rules.check import Check, OperationStatus, State
from acc.scenario import Scenario
from acc.sites import Plant
from acc.time_aggregates import is_year
from reports.data.table import Column, Medium, Need, Table, Total, Unit, as_number
from reports.format.draws import FEWEST_FOR_CHANCES, model_text, question_text
from reports.format.labels import STATE_TONES, STATES, by_cause, capital, scenario_label
from reports.format.money import ends_text, eur, euros, missing_texts, money_range
from reports.format.numbers import MISSING, EnergyScale, fr, listed, percent, power, scale_of, signed, span
from reports.format.palette import Tone
from reports.format.rounding import borne_ends, closed_eur, energy_column
from reports.format.unlawful import caveats, doubt_text, left_out, left_out_text, search_time, way_text
from reports.format.wording import sentence, text_of
from reports.nodes.tree import (
    Heading,
    Node,
    Paragraph,
    TextCell,
    TextColumn,
    TextTable,
    table_of,
)

RowT = TypeVar("RowT")

MOST_NAMES = 5
"""Sites named one by one on a line."""

MOST_FILES, FIRST_FILES = 15, 3
"""Files named one by one: all of them, or the first of more; the page of contents has them all."""


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
    """Yield the files that were written, the first of many, and the page that names all that was made."""
    shown = files if len(files) <= MOST_FILES else files[:FIRST_FILES]
    yield from (Paragraph(str(path), "verbatim") for path in shown)
    if more := len(files) - len(shown):
        yield Paragraph(_("… and {count} more files").format(count=more), "verbatim")
    if contents:
        text = _("Everything is in {folder}, to open: {page}")
        yield Paragraph(text.format(folder=contents.parent, page=contents), "verbatim")


def rules(checks: Sequence[Check], names: Mapping[str, str], folder: Path | None = None) -> Iterator[Node]:
    """Yield rules with their state, who breaks them and what to do; the way to lawful groups, once.

    Args:
        names: of the sites and the plants, by id.
        folder: of the operation.
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
    yield from lawful_groups(checks, folder)


def lawful_groups(checks: Sequence[Check], folder: Path | None) -> Iterator[Node]:
    """Yield the command that finds lawful groups, where a perimeter is broken."""
    if any(check.state is State.NOT_MET and check.binding for check in checks):
        text = _("`acc members {folder} --split` finds which lawful operations these members could form")
        yield Paragraph("→ " + text.format(folder=typed(folder) if folder else _("DIR")), "verbatim")


def head(
    scenario: Scenario,
    operation_status: OperationStatus,
    folder: Path | None = None,
    way: LawfulPlan | None = None,
) -> Iterator[Node]:
    """Yield what stands over a short answer: the operation, what makes it unlawful, how to find what is."""
    yield from title(scenario, short=True)
    yield from unlawful(operation_status, way)
    yield from lawful_groups(operation_status.broken if way is None else (), folder)


def status(
    scenario: Scenario,
    operation_status: OperationStatus,
    folder: Path | None = None,
    way: LawfulPlan | None = None,
) -> Iterator[Node]:
    """Yield the head of a study, then what its figures leave out or could not decide."""
    yield from head(scenario, operation_status, folder, way)
    yield from (
        Paragraph(capital(text), tone="sun_text")
        for text in caveats(replace(operation_status, fictitious=False))
    )


def next_of_unlawful(result: Result, folder: Path) -> Iterator[Node]:
    """Yield what follows the brief of what is not lawful: the search with its time, or each operation."""
    scenario = result.scenario
    if result.is_lawful or scenario.questions:  # what is only asked has no words for a search
        return
    where = typed(folder) + (f' --variant "{scenario.variant}"' if scenario.variant else "")
    if result.way is None:
        text = _("Which lawful operations these members could form, {time}: `acc members {folder} --split`")
        sites, plants = len(scenario.participants), len(scenario.plants)
        time = search_time(sites, plants, scenario.steps.count)
        yield Paragraph(text.format(time=time, folder=where), "verbatim")
    elif result.way.operations:
        text = _("The brief and the sheets of each lawful operation: `acc brief {folder} --operations`")
        yield Paragraph(text.format(folder=where), "verbatim")


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


def title(scenario: Scenario, *, short: bool = False) -> Iterator[Node]:
    """Yield the name of the operation and variant, with the mark of invented data; on one line if `short`."""
    name = " · ".join(filter(None, (scenario.name, scenario_label(scenario))))
    mark = _("EXAMPLE – INVENTED DATA") if scenario.fictitious else ""
    yield Heading(" · ".join(filter(None, (name, mark if short else ""))), 1)
    if mark and not short:
        yield Paragraph(mark, tone="sun_text")


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


def quoted(plants: Iterable[Plant], powers_kwp: Mapping[str, float] | None = None) -> Iterator[Node]:
    """Yield the costs of each plant with quotes, at its power or at those given by id."""
    text = _("{name}, {kwp}: {what} {eur}, {basis}.")
    for plant in plants:
        at = plant.kwp if powers_kwp is None else powers_kwp.get(plant.id, 0.0)
        for name, cost in quoted_costs(plant, at).items() if at > 0.0 else ():
            words = {"name": plant.name, "kwp": power(at), "what": _(COSTS[name])}
            yield Paragraph(text.format(basis=cost.basis, eur=euros(cost.amount_eur), **words), "note")


class Written(NamedTuple):
    """How a screen writes the amounts of one operation.

    Attributes:
        scale: the unit and the decimals of its energies, those of its documents.
        per_year: whether its period is a year.
    """

    scale: EnergyScale
    per_year: bool

    def unit(self, unit: Unit) -> str:
        """Name of a unit; empty for none."""
        euros = _("€/year") if self.per_year else "€"
        names = {
            Unit.KWH: self.scale.name,
            Unit.KWP: _("kWp"),
            Unit.KWH_PER_KWP: _("kWh/kWp"),
            Unit.EUR: euros,
        }
        return names.get(unit, "")

    def text(self, column: Column[RowT], value: object) -> str:
        """Return a value of a column; a dash for what is not known."""
        if value is None:
            return MISSING
        if not isinstance(value, int | float):
            return str(value)
        if column.unit is Unit.KWH:
            return self.scale.plain(value)
        if column.unit is Unit.EUR:
            return signed(to_hundreds(value)) if column.signed and isfinite(value) else eur(value)
        decimals = column.decimals or 0
        return percent(value, decimals) if column.unit is Unit.RATIO else fr(value, decimals)

    def head(self, column: Column[RowT]) -> str:
        """Return the head of a column, with its unit."""
        return column.head(self.unit(column.unit), short=True)


def written(result: Result) -> Written:
    """Style of the amounts of a result on a screen."""
    return Written(scale_of(result.energy), is_year(result.scenario.steps))


def screen_table(
    table: Table[RowT],
    rows: Sequence[RowT],
    how: Written,
    have: Collection[Need] = (),
    *,
    bold: Collection[int] = (),
    heads: Mapping[str, str] = MappingProxyType({}),
) -> TextTable:
    """Return rows under the columns that a result which has `have` can fill; those of `bold` stand out.

    Args:
        heads: of the columns that do not have their own, by name.
    """
    shown = table.shown(Medium.SCREEN, have)
    return text_table(
        [heads.get(column.name, how.head(column)) for column in shown],
        [[how.text(column, table.value(column, row)) for column in shown] for row in rows],
        words=[place for place, column in enumerate(shown) if column.unit is Unit.TEXT],
        keep={place: column.keep for place, column in enumerate(shown)},
        strong=bold,
    )


def closed_sums(
    table: Table[RowT],
    printed: Sequence[Sequence[RowT]],
    how: Written,
    have: Collection[Need] = (),
    totals: Mapping[str, float] = MappingProxyType({}),
) -> dict[int, list[str]]:
    """Return the texts of the columns that are summed, by place, so that their rows add up to the last one.

    Args:
        printed: the rows behind each row that is printed, before the one of totals.
        totals: of the columns that do not sum their rows, by name.
    """
    every = [row for rows in printed for row in rows]
    texts = {}
    for place, column in enumerate(table.shown(Medium.SCREEN, have)):
        if column.total is not Total.SUM or column.unit not in {Unit.KWH, Unit.EUR}:
            continue
        parts = [table.total(column, rows) if _are_known(table, column, rows) else nan for rows in printed]
        total = totals.get(column.name, table.total(column, every))
        if column.unit is Unit.KWH:
            texts[place] = energy_column(how.scale, parts, total)
            continue
        amounts, total_eur = closed_eur(parts, total)
        texts[place] = [signed(amount) if column.signed else fr(amount) for amount in (*amounts, total_eur)]
    return texts


def _are_known(table: Table[RowT], column: Column[RowT], rows: Sequence[RowT]) -> bool:
    return all(isfinite(as_number(table.value(column, row))) for row in rows)


def total_cells(
    table: Table[RowT],
    rows: Sequence[RowT],
    how: Written,
    have: Collection[Need],
    texts: Mapping[str, str],
) -> tuple[TextCell, ...]:
    """Return the cells of a row of totals: `texts` by the name of the column, else the total it has."""

    def cell(column: Column[RowT]) -> str:
        if column.name in texts:
            return texts[column.name]
        return "" if column.total is Total.NONE else how.text(column, table.total(column, rows))

    return tuple(TextCell(cell(column)) for column in table.shown(Medium.SCREEN, have))


def chances_head(result: Result) -> str:
    """Return the head of a column of ranges; too few draws are not called chances."""
    few = result.ranges_draws is not None and result.ranges_draws < FEWEST_FOR_CHANCES
    return N_("Range") if few else N_("8 chances out of 10")


def short_range(ranges: Ranges | None, indicator: str, id_: str) -> str:
    """Return the two ends of the range of one, EUR, for a column; empty where it was not drawn."""
    bounds = (ranges or {}).get(indicator, {}).get(id_)
    return "" if bounds is None else ends_text(bounds[0], bounds[2], bounds[1])


def ratio_ranges(result: Result) -> Iterator[Node]:
    """Yield from where to where the two ratios of the operation are drawn."""
    drawn, own = result.ranges or {}, bool(result.energy.own_use_kwh.sum() > 0.0)
    received = _("{range} of the need left received") if own else _("{range} of the need received")
    texts = [
        text.format(range=span(*borne_ends(bounds[0] * 100.0, bounds[2] * 100.0, 0), 0, "%"))
        for name, text in (
            ("autoconsommation_ratio", _("{range} of the injected shared")),
            ("autoproduction_ratio", received),
        )
        if (bounds := drawn.get(name, {}).get("")) is not None
    ]
    yield from _drawn_texts(result, texts)


def everybody_ranges(result: Result) -> Iterator[Node]:
    """Yield from where to where everybody's present value is drawn."""
    npv = (result.ranges or {}).get("everybody_npv_eur_ht", {}).get("")
    if npv is not None:
        yield from _drawn_texts(result, [_("NPV {range}").format(range=money_range(npv[0], npv[2], npv[1]))])


def plan_ranges(result: Result) -> Iterator[Node]:
    """Yield from where to where the payback and the value of the plants are drawn."""
    if sole_member(result.money) is not None:  # its plants sell nothing: they have no value of their own
        return
    drawn, texts = result.ranges or {}, []
    payback, npv = (drawn.get(name, {}).get("") for name in ("payback_years", "npv_eur_ht"))
    if payback is not None:
        text = _("paid back in {low} to {high} years")
        low, high = borne_ends(payback[0], payback[2], 0)
        texts.append(text.format(low=fr(low), high=fr(high)))
    if npv is not None:
        texts.append(_("NPV {range}").format(range=money_range(npv[0], npv[2], npv[1])))
    yield from _drawn_texts(result, texts)


def _drawn_texts(result: Result, texts: list[str]) -> Iterator[Node]:
    if texts:
        yield Paragraph(f"  {capital(semicolons(texts))} ({_draws(result)}).", "note")


def _draws(result: Result) -> str:
    count = result.ranges_draws or 0
    text = _("8 chances out of 10, {draws} draws")
    return (_("{draws} draws only") if count < FEWEST_FOR_CHANCES else text).format(draws=fr(count))


def drawn_from(result: Result) -> Iterator[Node]:
    """Yield the number of draws of the ranges, their year, and the known bias of the model."""
    draws = result.ranges_draws
    if result.ranges is None or draws is None:
        return
    few = _("Ranges: P10 to P90 of {draws} draws only, too few to speak of chances.")
    texts = [(few if draws < FEWEST_FOR_CHANCES else text_of("ranges-on-screen")).format(draws=fr(draws))]
    drawn = result.drawn
    if drawn is not None and drawn.weather_years == 1:
        texts.append(_("The weather year is the same in each; `acc sweep` draws others."))
    if drawn is not None and drawn.model_yield_ratio is not None:
        texts.append(model_text(drawn))
    sites = {site.id: site.name for site in result.scenario.participants}
    texts += filter(None, [question_text(drawn, sites)])
    sells = sole_member(result.money) is None
    if sells and drawn is not None and drawn.paid_back_ratio is not None and drawn.paid_back_ratio < 1.0:
        never = round((1.0 - drawn.paid_back_ratio) * draws)
        texts.append(sentence("draws-not-paid-back", never=fr(never), draws=fr(draws)))
    yield Paragraph(" ".join(texts), "note")
