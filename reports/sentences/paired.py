"""Scenarios in the same draws: the table of all, what each person gains in each, how often it gains more."""

from collections.abc import Sequence
from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext

from acc.accounts.persons import lost_by_price_eur
from acc.accounts.values import Money
from acc.i18n import semicolons
from reports.format.gains import value_basis
from reports.format.labels import capital, kwp_text
from reports.format.measures import losers_head, ranked_words
from reports.format.money import signed_euros, thousands
from reports.format.numbers import MISSING, fr, sites_count
from reports.format.paired import chance_text, drawn_note, range_head, range_text
from reports.format.unlawful import left_out
from reports.nodes.tree import TextCell, TextColumn, TextTable, table_of
from reports.sentences.comparison import heading
from reports.view.comparison import ComparedPerson, Comparison

MOST_COLUMNS, SOME_COLUMNS = 17, 13
"""Scenarios that one page holds side by side, a row each person; beside what is best and worst of all."""

MOST_ROWS = 34
"""Persons on one page; beyond, those whom the scenarios move least stand together."""


def about(comparison: Comparison) -> list[str]:
    """Introduction for new readers: parties, changes, items counted."""
    view, ranked = comparison.view, comparison.ranking
    plants, people = view.result.scenario.plants, sum(len(person.ids) for person in comparison.persons)
    who = _("{members}, {sites} and {plants} ({power} in the folder).").format(
        members=ngettext("{count} member", "{count} members", people).format(count=fr(people)),
        sites=sites_count(len(view.result.scenario.participants)),
        plants=ngettext("{count} plant", "{count} plants", len(plants)).format(count=fr(len(plants))),
        power=kwp_text(sum(plant.kwp for plant in plants)),
    )
    texts = [who]
    if len({len(case.parts) for case in comparison.cases}) == 1:
        axes = [
            list(dict.fromkeys(parts))
            for parts in zip(*(case.parts for case in comparison.cases), strict=True)
        ]
        axes_text = semicolons(" / ".join(values) for values in axes)
        texts.append(_("What changes from one to the other: {told}.").format(told=axes_text))
    if ranked is not None and ranked.is_value:
        value = _(
            "NPV: what is gained {when}, in today’s money, the investment paid. A member loses where its own "
            "is negative."
        )
        texts += [value.format(when=ranked_words(ranked.plan_years, is_year=view.is_year)), value_basis()]
    return texts


def number_of(case: int) -> str:
    """Short name of a scenario, for small places."""
    return fr(case + 1)


def better_head(comparison: Comparison) -> str:
    """Return the head of the column of chances: than which scenario, out of ten draws."""
    return _("Better than {number},\ntimes in 10").format(number=number_of(comparison.reference))


def scenarios_table(comparison: Comparison) -> TextTable:
    """Return the scenarios side by side: what is shared, how evenly, who loses, what all gain."""
    ranked, drawn = comparison.ranking, comparison.drawn
    assert ranked is not None
    lose = losers_head(ranked.plan_years, is_year=comparison.view.is_year)
    total = _("NPV of all\nk€") if ranked.is_value else _("Gain of all\nk€")
    columns = [
        TextColumn("", align="left"),
        TextColumn(_("Scenario"), "rest", "left"),
        TextColumn(_("Shared\n{unit}").format(unit=comparison.view.unit)),
        TextColumn(_("Equality\n(Gini)")),
        TextColumn(lose),
        TextColumn(total),
        *([TextColumn(range_head(drawn)), TextColumn(better_head(comparison))] if drawn else []),
    ]
    rows = []
    for index, case in enumerate(comparison.cases):
        eur, losers = ranked.together_eur[index], ranked.losers[index]
        cells = [
            TextCell(number_of(index), "strong"),
            TextCell(case.title, "shared" if case is comparison.best else "plain"),
            TextCell(comparison.view.scale.plain(case.shared_kwh), value=case.shared_kwh),
            TextCell(fr(case.fairness.gini, 2), value=case.fairness.gini),
            TextCell(fr(losers), value=losers, tone="worse" if losers else None),
            TextCell(thousands(eur).number, "strong", eur),
        ]
        if drawn:
            chance = drawn.chance(index)
            cells += [
                TextCell(range_text(chance)),
                TextCell(chance_text(chance), value=chance.better_ratio),
            ]
        rows.append(cells)
    return replace(
        table_of("scenarios", columns, rows),
        title=heading(comparison),
        note=" ".join(
            [*_note(comparison), *([drawn_note(drawn, number_of(comparison.reference))] if drawn else [])]
        ),
    )


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
        text = each if abs(tax) < 1.0 else taxed
        amounts = {"amount": signed_euros(vat), "tax": signed_euros(tax)}
        texts.append(text.format(price=titles[case], other=titles[first], **amounts))
    texts += ["…"] if len(priced) > MOST_PRICES else []
    text = _(
        "A local price only moves money among members, but for the VAT on it that some do not recover: it "
        "leaves the group. Value of all by that VAT: {each}."
    )
    return text.format(each=semicolons(texts))


def _note(comparison: Comparison) -> list[str]:
    gini = _("Gini index: zero when all cover the same part, near one when one takes all.")
    prices = price_text([case.title for case in comparison.cases], [case.money for case in comparison.cases])
    return [
        *([prices] if prices else []),
        gini,
        *(f"{capital(text)}." for text in left_out(comparison.view.result.status)),
    ]


def columns_shown(comparison: Comparison) -> list[int]:
    """Return the scenarios of the tables of persons: all, or the first and those that bring most."""
    ranked = comparison.ranking
    assert ranked is not None
    first = dict.fromkeys((0, comparison.reference, *ranked.order))
    return sorted(list(first)[: len(first) if _fits(comparison) else SOME_COLUMNS])


def _fits(comparison: Comparison) -> bool:
    return len(comparison.cases) <= MOST_COLUMNS


def persons_rows(comparison: Comparison) -> list[ComparedPerson]:
    """Return the persons, worst hit first; beyond a page those whom the scenarios move least together."""

    def moved(person: ComparedPerson) -> float:
        known = [eur for eur in person.eur if eur is not None]
        return max(known) - min(known)

    rows = sorted(comparison.persons, key=moved, reverse=True)
    if len(rows) > MOST_ROWS:
        rows, left = rows[: MOST_ROWS - 1], rows[MOST_ROWS - 1 :]
        eur, kwh = (
            tuple(sum(value or 0.0 for value in case) for case in zip(*of, strict=True))
            for of in ([p.eur for p in left], [p.kwh for p in left])
        )
        name = _("{count} others, together").format(count=fr(len(left)))
        rows.append(ComparedPerson(name, frozenset().union(*(p.ids for p in left)), eur, kwh))
    return rows


def persons_table(comparison: Comparison) -> TextTable:
    """Table of gains of each person in each scenario, tinted by the change from the reference."""
    shown, rows = columns_shown(comparison), persons_rows(comparison)
    at = comparison.reference
    changes = [[_change(person, case, at) for case in shown] for person in rows]
    most = max((abs(change) for row in changes for change in row), default=0.0) or 1.0
    cells = [
        [
            TextCell(person.name, "name"),
            *(_eur(person.eur[case], change / most) for case, change in zip(shown, row, strict=True)),
            *([] if _fits(comparison) else _ends(person)),
        ]
        for person, row in zip(rows, changes, strict=True)
    ]
    ranked = comparison.ranking
    title = _("What each would gain in each scenario, k€")
    if ranked is not None and ranked.is_value:
        title = _("What each would gain over the plan in each scenario, k€")
    text = _(
        "Columns: the numbers of the scenarios. With a minus: loses. Blue: more than in {number}; orange, a "
        "bar: less. Those whom the choice moves most come first."
    )
    return _by_person(comparison, "gains", title, text.format(number=number_of(at)), shown, cells)


def _ends(person: ComparedPerson) -> list[TextCell]:
    """Return in which scenario of all a person gains least and most, and how much."""
    known = [(eur, case) for case, eur in enumerate(person.eur) if eur is not None]
    ends = min(known), max(known, key=lambda pair: (pair[0], -pair[1]))
    text = _("{number}: {eur}")
    return [
        TextCell(text.format(number=number_of(case), eur=thousands(eur).number), value=eur)
        for eur, case in ends
    ]


def _change(person: ComparedPerson, case: int, reference: int) -> float:
    now, before = person.eur[case], person.eur[reference]
    return 0.0 if now is None or before is None else now - before


def _eur(eur: float | None, part: float) -> TextCell:
    text = MISSING if eur is None else thousands(eur).number
    return TextCell(text, "tint", eur, points=(max(-1.0, min(1.0, part)),))


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
            known = chance.better_ratio is not None and person.eur[case] is not None
            text = chance_text(chance) if known else MISSING
            part = (chance.better_ratio or 0.0) - (chance.worse_ratio or 0.0) if known else 0.0
            row.append(TextCell(text, "tint", chance.better_ratio, points=(part,)))
        cells.append(row)
    title = _("How often each would gain more than in {number}, times in 10").format(
        number=number_of(comparison.reference)
    )
    text = _(
        "In the same {draws} draws. Blue: gains more often; orange, a bar: less often. "
        "“=”: as much in every draw."
    )
    return _by_person(comparison, "gains", title, text.format(draws=fr(drawn.count)), shown, cells)


def _by_person(
    comparison: Comparison,
    name: str,
    title: str,
    text: str,
    shown: Sequence[int],
    cells: Sequence[Sequence[TextCell]],
) -> TextTable:
    columns = [TextColumn(_("Member")), *(TextColumn(number_of(case)) for case in shown)]
    if not _fits(comparison):
        more = _("Of {count} scenarios, the {shown} that bring most are shown; the workbook has all of them.")
        text = f"{text} " + more.format(count=fr(len(comparison.cases)), shown=fr(len(shown)))
    if cells and len(cells[0]) > len(columns):
        text = f"{text} " + _("On the right: of all of them, the worst and the best for each.")
        columns += [TextColumn(_("Worst,\nno.: k€")), TextColumn(_("Best,\nno.: k€"))]
    return replace(table_of(name, columns, cells), title=title, note=text)
