"""Scenarios in the same draws: the table of all, what each person gains, why one brings more than another."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from itertools import pairwise

from acc.accounts.persons import lost_by_price_eur
from acc.accounts.values import Money
from acc.i18n import semicolons
from acc.result.change import CauseEffect, ChangedSetting, ExplainedChange
from acc.sides import NOTHING_EUR
from reports.format.draws import chance_text, drawn_note, range_head, range_text
from reports.format.gains import losers_head, ranked_words, value_basis
from reports.format.labels import capital, key_title, kwp_text, lowered, not_counted
from reports.format.money import signed_euros, signed_to_the_euro, thousands
from reports.format.numbers import (
    FIXED,
    MISSING,
    fr,
    fr_exact,
    listed,
    percent,
    plants_count,
    signed,
    sites_count,
)
from reports.format.unlawful import left_out
from reports.format.wording import sentence, text_of, word_tables
from reports.nodes.tree import (
    Column,
    TextCell,
    TextColumn,
    TextTable,
    first_column,
    table_by_column,
    table_of,
)
from reports.sentences.comparison import heading, shared, together
from reports.sentences.recipients import part_head
from reports.view.comparison import ComparedPerson, Comparison

MOST_COLUMNS, MOST_ON_PAPER, SOME_ON_PAPER = 17, 12, 10
"""Scenarios side by side, a row each person: on a screen, on paper, on paper beside best and worst of all."""

MOST_ROWS = 34
"""Persons on one page; beyond, those whom the scenarios move least stand together."""


def about(comparison: Comparison) -> list[str]:
    """Introduction for new readers: parties, changes, items counted."""
    view, ranked = comparison.view, comparison.ranking
    plants, people = view.result.scenario.plants, sum(len(person.ids) for person in comparison.persons)
    text = _("{members}, {sites} and {plants} ({power} in the folder).")
    sites, power = sites_count(len(view.result.scenario.participants)), kwp_text(sum(p.kwp for p in plants))
    counts = {"members": sentence("members", people), "sites": sites, "plants": plants_count(len(plants))}
    texts = [text.format(power=power, **counts)]
    if comparison.cases[0].parts and len({len(case.parts) for case in comparison.cases}) == 1:
        each = zip(*(case.parts for case in comparison.cases), strict=True)
        axes = semicolons(" / ".join(dict.fromkeys(parts)) for parts in each)
        texts.append(_("What changes from one to the other: {told}.").format(told=axes))
    if ranked is not None and ranked.is_value:
        when = ranked_words(ranked.plan_years, is_year=view.is_year)
        texts += [sentence("npv-meaning", when=when), value_basis()]
    return texts


def number_of(case: int) -> str:
    """Short name of a scenario, for small places."""
    return fr(case + 1)


def better_head(comparison: Comparison) -> str:
    """Return the head of the column of chances: than which scenario, out of ten draws."""
    return _("Better than {number},\ntimes in 10").format(number=number_of(comparison.reference))


def scenarios_table(comparison: Comparison) -> TextTable:
    """Return the cases side by side: what is shared, how evenly, who loses, what all gain, how sure it is."""
    ranked, drawn, cases, view = comparison.ranking, comparison.drawn, comparison.cases, comparison.view
    shared_ = [shared(comparison, case).printed().number for case in cases]
    titles = [TextCell(case.title, "shared" if case is comparison.best else "plain") for case in cases]
    energies = [TextCell(text, value=case.shared_kwh) for text, case in zip(shared_, cases, strict=True)]
    columns: list[Column] = [
        (TextColumn("", align="left"), [TextCell(number_of(n), "strong") for n in range(len(cases))]),
        (first_column(_("Key") if comparison.are_keys else _("Scenario")), titles),
        (_("Shared\n{unit}").format(unit=view.unit), energies),
    ]
    if not drawn:
        served = [" – ".join(map(percent, case.served)) if case.served else MISSING for case in cases]
        parts = [percent(case.energy.autoproduction_ratio) for case in cases]
        columns += [(part_head(view), parts), (_("Least and most\nserved"), served)]
    ginis = [TextCell(fr(case.fairness.gini, 2), value=case.fairness.gini) for case in cases]
    columns.append((_("Equality\n(Gini)"), ginis))
    if ranked is not None:
        losers = [TextCell(fr(n), value=n, tone="worse" if n else None) for n in ranked.losers]
        title = _("Gain of all\n{unit}").format(unit=view.eur_unit)
        worth = zip(together(comparison, ranked), ranked.together_eur, strict=True)
        columns += [
            (losers_head(ranked.plan_years, is_year=view.is_year), losers),
            (
                _("NPV of all\nk€") if ranked.is_value else title,
                [TextCell(each.printed().number, "strong", eur) for each, eur in worth],
            ),
        ]
    if drawn:
        chances = [drawn.chance(n) for n in range(len(cases))]
        better = [TextCell(chance_text(chance), value=chance.better_ratio) for chance in chances]
        columns += [(range_head(drawn), list(map(range_text, chances))), (better_head(comparison), better)]
    note = " ".join(_notes(comparison))
    return table_by_column("scenarios", *columns, title=heading(comparison), note=note)


def _notes(comparison: Comparison) -> Iterator[str]:
    """Yield what the table of cases rests on, and what it does not count."""
    cases, drawn = comparison.cases, comparison.drawn
    prices = price_text([case.title for case in cases], [case.money for case in cases])
    if prices and not comparison.are_keys:
        yield prices
    if not drawn:
        yield text_of("least-and-most-served")
    yield _("Gini index: zero when all cover the same part, near one when one takes all.")
    if not drawn and (rest := not_counted(comparison.left_out)):
        yield rest
    if not comparison.in_euros:
        yield _("Euros are not computed.")
    yield from (f"{capital(text)}." for text in left_out(comparison.view.result.status))
    if drawn:
        yield drawn_note(drawn, number_of(comparison.reference))


MOST_PRICES = 4
"""Scenarios of another local price that are named one by one."""


def prices_alone(moneys: Sequence[Money | None]) -> list[tuple[int, int, float, float]]:
    """Scenarios that differ from an earlier one by the local price alone, and in what all gain.

    Each: its place, that of the earlier one, what VAT and tax on profit bring all over the plan, EUR.
    """
    priced = []
    for case in range(1, len(moneys)):
        pairs = ((first, lost_by_price_eur(moneys[first], moneys[case])) for first in range(case))
        first, lost = next(((first, lost) for first, lost in pairs if lost is not None), (0, None))
        if lost is not None:
            priced.append((case, first, *lost))
    return priced


def price_text(titles: Sequence[str], moneys: Sequence[Money | None]) -> str:
    """Sentence on the VAT by which local prices alone change what all gain; empty where none does."""
    priced = prices_alone(moneys)
    if not priced:
        return ""
    each = _("{price} instead of {other}: {amount}")
    taxed, texts = _("{price} instead of {other}: {amount}, and {tax} by the tax on profit"), []
    for case, first, vat, tax in priced[:MOST_PRICES]:
        names = {"price": titles[case], "other": titles[first], "amount": signed_euros(vat)}
        texts.append((each if abs(tax) < 1.0 else taxed).format(tax=signed_euros(tax), **names))
    texts += ["…"] if len(priced) > MOST_PRICES else []
    return sentence("price-moves-money", each=semicolons(texts))


def columns_shown(comparison: Comparison) -> list[int]:
    """Return the scenarios of the tables of persons: all, or the first and those that bring most."""
    order = range(len(comparison.cases)) if comparison.ranking is None else comparison.ranking.order
    first = dict.fromkeys((0, comparison.reference, *order))
    return sorted(list(first)[: len(first) if _fits(comparison) else SOME_ON_PAPER])


def _fits(comparison: Comparison) -> bool:
    return len(comparison.cases) <= MOST_ON_PAPER


def persons_rows(comparison: Comparison) -> list[ComparedPerson]:
    """Return the persons, worst hit first; beyond a page those whom the scenarios move least together."""

    def moved(person: ComparedPerson) -> float:
        known = [amount for amount in comparison.amounts(person) if amount is not None]
        return max(known) - min(known)

    rows = sorted(comparison.persons, key=moved, reverse=True)
    if len(rows) > MOST_ROWS:
        rows, left = rows[: MOST_ROWS - 1], rows[MOST_ROWS - 1 :]
        eur, kwh = (
            tuple(sum(value or 0.0 for value in case) for case in zip(*of, strict=True))
            for of in ([p.amounts_eur for p in left], [p.received_kwh for p in left])
        )
        name = _("{count} others, together").format(count=fr(len(left)))
        rows.append(ComparedPerson(name, frozenset().union(*(p.ids for p in left)), eur, kwh))
    return rows


def persons_table(comparison: Comparison) -> TextTable:
    """Table of gains (of kWh without euros) of each person in each case, tinted by the change."""
    shown, rows = columns_shown(comparison), persons_rows(comparison)
    at, ranked = comparison.reference, comparison.ranking
    amounts = [comparison.amounts(person) for person in rows]
    changes = [[_change(of[case], of[at]) for case in shown] for of in amounts]
    most = max((abs(change) for row in changes for change in row), default=0.0) or 1.0
    cells = [
        [
            TextCell(person.name, "name"),
            *(_cell(comparison, of[case], change / most) for case, change in zip(shown, row, strict=True)),
            *([] if _fits(comparison) or ranked is None else _ends(person)),
        ]
        for person, of, row in zip(rows, amounts, changes, strict=True)
    ]
    title = _("What each would receive, {unit}").format(unit=comparison.view.unit)
    if ranked is not None:
        over_plan, once = _("What each would gain over the plan, k€"), _("What each would gain, k€")
        title = over_plan if ranked.is_value else once
    return _by_person(comparison, title, sentence("persons-note", number=number_of(at)), shown, cells)


def _ends(person: ComparedPerson) -> list[TextCell]:
    """Return in which scenario of all a person gains least and most, and how much."""
    known = [(eur, case) for case, eur in enumerate(person.amounts_eur) if eur is not None]
    ends, text = (min(known), max(known, key=lambda pair: (pair[0], -pair[1]))), _("{number}: {eur}")
    texts = [text.format(number=number_of(case), eur=thousands(eur).number) for eur, case in ends]
    return [TextCell(words, value=eur) for words, (eur, _case) in zip(texts, ends, strict=True)]


def _change(now: float | None, before: float | None) -> float:
    return 0.0 if now is None or before is None else now - before


def _cell(comparison: Comparison, amount: float | None, worst_ratio: float) -> TextCell:
    text = MISSING
    if amount is not None:
        is_energy = comparison.ranking is None
        text = comparison.view.scale.plain(amount) if is_energy else thousands(amount).number
    return TextCell(text, "tint", amount, points=(max(-1.0, min(1.0, worst_ratio)),))


def chances_table(comparison: Comparison) -> TextTable | None:
    """Return in how many draws of ten each person gains more than in the reference; None without draws."""
    drawn = comparison.drawn
    if drawn is None:
        return None
    shown, cells = columns_shown(comparison), []
    for person in persons_rows(comparison):
        row = [TextCell(person.name, "name")]
        for case in shown:
            chance = drawn.chance(case, person.ids)
            known = chance.better_ratio is not None and person.amounts_eur[case] is not None
            text = chance_text(chance) if known else MISSING
            part = (chance.better_ratio or 0.0) - (chance.worse_ratio or 0.0) if known else 0.0
            row.append(TextCell(text, "tint", chance.better_ratio, points=(part,)))
        cells.append(row)
    title = sentence("better-times-in-ten", number=number_of(comparison.reference))
    text = sentence("chances-note", draws=fr(drawn.count))
    return _by_person(comparison, title, text, shown, cells)


def _by_person(
    comparison: Comparison, title: str, text: str, shown: Sequence[int], cells: Sequence[Sequence[TextCell]]
) -> TextTable:
    columns = [TextColumn(_("Member")), *(TextColumn(number_of(case)) for case in shown)]
    if not _fits(comparison):
        text = f"{text} " + sentence("scenarios-shown", count=fr(len(comparison.cases)), shown=fr(len(shown)))
    if cells and len(cells[0]) > len(columns):
        text = f"{text} " + _("On the right: of all of them, the worst and the best for each.")
        columns += [TextColumn(_("Worst,\nno.: k€")), TextColumn(_("Best,\nno.: k€"))]
    return replace(table_of("gains", columns, cells), title=title, note=text)


CAUSES: Mapping[str, str] = word_tables()["causes"]

MOST_SETTINGS = 3
"""What changed, in a sentence; the others are counted."""


@dataclass(frozen=True, slots=True)
class ChangeWords:
    """The whole difference, what each cause is of it, how the parts are read."""

    total: str
    causes: tuple[str, ...]
    note: str


def change_words(
    change: ExplainedChange, names: Mapping[str, str], *, is_year: bool, closed: Collection[str] = ()
) -> ChangeWords:
    """Explanation of the difference between two results.

    Amounts are differences of levels to the euro: as printed too they sum to the whole.

    Args:
        names: by which sites and plants may be called, by id; others are not named.
        is_year: whether the period is a year.
        closed: ids of whom no figure is told, only what it is that changed; so for who has no name.
    """
    if not change.effects:
        return ChangeWords(_("Nothing differs between the two."), (), "")
    levels = [round(eur) for eur in change.levels_eur]
    amounts: list[int | None] = [now - before for before, now in pairwise(levels)]
    amounts = amounts or [None] * len(change.effects)
    causes = (
        f"{_causes(effect)} ({_changed(effect.changed, names, closed)}){FIXED}: {_whom(eur, effect)}."
        for effect, eur in zip(change.effects, amounts, strict=True)
    )
    note = _("Each cause changes over those before it: another order would part the same sum in another way.")
    total = _total_change(change, levels, is_year=is_year)
    return ChangeWords(total, tuple(causes), note if len(levels) > 2 else "")


def _total_change(change: ExplainedChange, levels: Sequence[int], *, is_year: bool) -> str:
    eur = levels[-1] - levels[0] if levels else None
    brings = _brings(eur, change.levels_kwh[-1] - change.levels_kwh[0])
    if not levels:
        return _("In all: {brings}.").format(brings=brings)
    if not change.plan_years:
        name = "in-all-a-year" if is_year else "in-all-for-everybody"
        return sentence(name, brings=brings)
    text = _("In all, for everybody over {years} years: {brings}.")
    return text.format(years=listed([fr(years) for years in change.plan_years]), brings=brings)


def _brings(eur: int | None, shared_kwh: float) -> str:
    mwh = signed(shared_kwh / 1000.0, 0 if abs(shared_kwh) >= 10_000.0 else 1)
    energy = _("{amount} MWh shared").format(amount=mwh)
    if not mwh.startswith(("+", "−")):
        energy = _("as many kWh shared")
    return energy if eur is None else f"{signed_to_the_euro(eur)}, {energy}"


def _whom(eur: int | None, effect: CauseEffect) -> str:
    """Effect of a cause, with numbers of persons who gain more and less by it."""
    brings, changes = _brings(eur, effect.shared_kwh), effect.persons_eur.values()
    more, less = sum(change > NOTHING_EUR for change in changes), sum(c < -NOTHING_EUR for c in changes)
    if not more and not less:
        return brings
    return _("{brings}; {more} gain more, {less} less").format(brings=brings, more=fr(more), less=fr(less))


def _causes(effect: CauseEffect) -> str:
    first, *others = (_(CAUSES[cause]) for cause in effect.causes)
    return listed([first, *map(lowered, others)])


def _changed(changed: Sequence[ChangedSetting], names: Mapping[str, str], closed: Collection[str]) -> str:
    settings = list(dict.fromkeys(_setting(setting, names, closed) for setting in changed))
    if (more := len(settings) - MOST_SETTINGS) > 0:
        settings[MOST_SETTINGS:] = [sentence("others", more)]
    return semicolons(settings)


FILES: Mapping[str, str] = word_tables()["files"]
"""What is not told cell by cell, by path."""


def _setting(setting: ChangedSetting, names: Mapping[str, str], closed: Collection[str]) -> str:
    name = names.get(setting.of) or (_("a plant") if setting.path.startswith("plants.") else _("a member"))
    if setting.path in FILES:
        return _(FILES[setting.path])
    if setting.path.endswith(".active") and setting.of:
        text = _("with {name}") if setting.after is True or setting.after == "oui" else _("without {name}")
        return text.format(name=name)
    if setting.path.endswith(".curve"):
        return _("{name}, another curve").format(name=name)
    if setting.path == "key.name":
        return " → ".join(key_title(str(key or "prorata")) for key in (setting.before, setting.after))
    before, after = _value(setting.before), _value(setting.after)
    unit = f"{FIXED}{setting.unit.replace('EUR', '€')}" if setting.unit else ""
    what = f"{name}, {lowered(setting.title)}" if setting.of else lowered(setting.title)
    is_silent = before == after or (setting.of and (setting.of in closed or setting.of not in names))
    return what if is_silent else f"{what}{FIXED}: {before} → {after}{unit}"


def _value(value: object) -> str:
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str):
        try:  # a cell of a table is a text
            value = float(value.replace(",", "."))
        except ValueError:
            return str(value)
    return fr_exact(float(value)) if isinstance(value, int | float) else "…"
