"""What a person reads after `acc worth`, and its title, table and notes, that pages show too."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from gettext import gettext as _
from pathlib import Path
from shlex import quote

from acc.i18n import typed
from acc.rules.check import Legality
from acc.sides import loses
from acc.version import VERSION
from acc.worth.result import Alternative, Gain, Way, Worth, value_eur
from reports.format.gains import (
    before_investment,
    connected_losers,
    connection_text,
    payback_quantity,
    value_basis,
)
from reports.format.labels import capital
from reports.format.money import eur, range_ends
from reports.format.numbers import fr, listed, long_date, percent
from reports.format.unlawful import broken_text, status_text, way_text
from reports.format.wording import sentence, text_of
from reports.nodes.tree import (
    Bullets,
    Callout,
    Frame,
    Heading,
    Node,
    Paragraph,
    Status,
    TextCell,
    TextColumn,
    TextTable,
    table_of,
)
from reports.sentences.overview import label, scenario_name
from reports.studies.worth import labels
from reports.terminal.blocks import noted, status, text_table
from reports.view import quantities


def worth_frame(worth: Worth) -> Frame:
    """Frame of the page."""
    scenario = worth.scenario
    name = scenario_name(scenario)
    footer = _("{scenario} · simulator acc {version} · tariffs of {date}")
    return Frame(
        kind=_("Collective self-consumption · is sharing worth it?"),
        title=worth_title(),
        subtitle=name,
        label=label(scenario),
        footer=footer.format(scenario=name, version=VERSION, date=long_date(scenario.on)),
        is_example=scenario.fictitious,
    )


def worth_status(worth: Worth) -> Status:
    """Status of the operation; a prohibition by its number alone, without names."""
    status = worth.status
    if status.is_unlawful:
        rules = f"{broken_text(len(status.broken))}. {_('These figures only compare.')}"
        return Status(Callout(_("Not lawful"), rules, look="band", strong=way_text(worth.way), tone="worse"))
    sure = status.lawful is Legality.YES and not worth.to_verify
    text = status_text(status, verify=worth.to_verify)
    return Status(Paragraph(text, tone="shared_dark" if sure else "sun_text"))


def worth_title() -> str:
    """Return the question that the page answers."""
    return _("Is sharing worth it?")


def known(worth: Worth) -> list[Alternative]:
    """Return the alternatives that have figures, the best first."""
    counted = [way for way in worth.distinct if way.total is not None]
    return sorted(counted, key=lambda way: -value_eur(way.total) if way.total else 0.0)


def table(worth: Worth) -> TextTable:
    """Return the choices side by side."""

    def drawn(_way: Alternative, total: Gain) -> TextCell:
        return TextCell(" … ".join(map(eur, range_ends(total.at_most.low_eur, total.high_eur))), "small")

    columns: list[tuple[TextColumn, Callable[[Alternative, Gain], TextCell]]] = [
        (
            TextColumn(_("First year\n€")),
            lambda way, total: TextCell(labels.choice_gain(way, total).printed().number),
        ),
        (TextColumn(_("Value\n€")), lambda way, total: TextCell(labels.gain_cell(way, total), "strong")),
        (TextColumn(_("8 chances in 10\n€"), keep=1), drawn),
        (TextColumn(_("Payback"), keep=2), lambda way, _total: TextCell(labels.payback_cell(way))),
        (TextColumn(_("Risk of\nlosing")), lambda _way, total: TextCell(labels.loss_words(total))),
        (TextColumn(_("Best")), lambda way, _total: TextCell(labels.best_words(way))),
    ]
    # Values with two ends, as the draws have: the figure below tells these.
    if not worth.draws or (worth.plan is not None and worth.plan.connection_more_eur_ht > 0.0):
        del columns[2]
    if not worth.draws:
        del columns[-2:]
    best, rows = known(worth)[0].choice if labels.is_tinted(worth) else None, []
    for way in worth.distinct:
        if way.total is None:
            cells = [TextCell(_(labels.STATES[way.state]), "small"), *[TextCell("–")] * (len(columns) - 1)]
        else:
            cells = [read(way, way.total) for _column, read in columns]
        name = TextCell(labels.row_title(worth, way), "shared" if way.choice is best else "plain")
        rows.append([name, *cells])
    title = _("The choices, with the same roofs, the same sites and the same sun")
    heads = [TextColumn(_("Choice"), "rest", "left"), *(column for column, _read in columns)]
    return replace(table_of("choices", heads, rows), title=title, note=table_note(worth))


def table_note(worth: Worth) -> str:
    """Note on the table, and reasons for choices without figures."""
    text = text_of("beside-doing-nothing")
    best = _("Best: part of the draws in which it is the best choice.") if worth.draws else ""
    why = _("{choice}: {reason}.")
    reasons = [
        why.format(
            choice=labels.choice_title(way.choice), reason=re.split(r"\s*:\s", way.reason, maxsplit=1)[0]
        )
        for way in worth.distinct
        if way.total is None
    ]
    note = text.format(
        before=before_investment("", is_taxed=worth.is_taxed),
        words=labels.value_words(worth),
        plants=_plants_payback(worth),
    )
    if worth.is_value:
        note = f"{note} {value_basis()}"
    return " ".join(filter(None, [note, best, *_connection(worth), *reasons]))


def _plants_payback(worth: Worth) -> str:
    """Return the other payback that documents tell, that of the plants of the folder."""
    plan = worth.plan
    if plan is None or plan.payback_years is None:
        return ""
    text = _("; the plants alone, in {years}")
    return text.format(years=payback_quantity(*quantities.payback(plan)))


def _connection(worth: Worth) -> list[str]:
    """Treatment of unknown connection costs."""
    text = "" if worth.plan is None else connection_text(worth.plan)
    return [f"{capital(text)}."] if text else []


def drawn_heading(worth: Worth) -> str:
    """Heading of the figure: the best choice and the next one, where one may be chosen."""
    if not labels.is_tinted(worth):
        return _("What each choice would be worth")
    best = known(worth)
    first, second = (labels.choice_title(way.choice) for way in (best[0], best[min(1, len(best) - 1)]))
    return _("“{first}” first, then “{second}”").format(first=first, second=second)


def who_sentences(worth: Worth) -> list[str]:
    """Number of persons who gain and lose by sharing, and roofs able to serve a site, without names."""
    shared, sentences = worth.best(shares=True), []
    if shared is not None:
        lost = sum(loses(value_eur(gain)) for gain in shared.persons.values())
        words = {"choice": labels.choice_title(shared.choice), "all": fr(len(shared.persons))}
        text = _("By “{choice}”, nobody is worse off than by doing nothing.").format(**words)
        if lost:
            text = sentence("worse-off-by-sharing", lost, **words)
        sentences.append(" ".join(filter(None, [text, _connected_losers(worth, shared, lost)])))
        sentences += [] if worth.status.is_unlawful else [_favourites(worth)]
    hosted = sum(roof.host is not None for roof in worth.roofs)
    text = _("{count} roofs of {all} have a site of their owner under them, or within 100 m.")
    sentences.append(text.format(count=fr(hosted), all=fr(len(worth.roofs))))
    return sentences


def _connected_losers(worth: Worth, shared: Alternative, lost: int) -> str:
    late, plan = sum(loses(value_eur(gain.at_most)) for gain in shared.persons.values()), worth.plan
    text = (
        "" if plan is None else connected_losers(lost, late, plan.horizon_years, plan.connection_more_eur_ht)
    )
    return f"{capital(text)}." if text else ""


def _favourites(worth: Worth) -> str:
    """Number of persons best served by each choice, by how often it is the best for them."""
    counts: dict[str, int] = {}
    best_first = known(worth)
    for id_ in worth.names:
        best = max(best_first, key=lambda way: way.persons[id_].best_ratio)
        title = labels.choice_title(best.choice)
        counts[title] = counts.get(title, 0) + 1
    parts = [f"{title} ({fr(count)})" for title, count in sorted(counts.items(), key=lambda c: -c[1])]
    return _("Taken one by one, what suits each best: {choices}.").format(choices=listed(parts))


MOST_PERSONS = 15
"""Beyond, those who hold a plant, and who gain least by sharing, have a row."""

SIMPLEST = (Way.NOTHING, *(way for way in Way if way is not Way.NOTHING))
"""The choices, what asks for least first."""


def worth_nodes(worth: Worth, folder: Path | None = None) -> Iterator[Node]:
    """Yield whether sharing pays, under which choice, for whom, and what would change the answer."""
    yield from status(worth.scenario, worth.status, folder, worth.way)
    yield Paragraph(labels.verdict(worth), "lead")
    yield from map(Paragraph, filter(None, [labels.chances_sentence(worth), labels.proposal_text(worth)]))
    yield table(worth)
    yield _persons(worth)
    yield Bullets(tuple(labels.roof_sentence(worth, roof) for roof in worth.roofs))
    yield Heading(_("What would change the answer"))
    yield Bullets(tuple(labels.tipping_sentences(worth)))
    yield from noted(worth.notes)
    yield Heading(_("To see one whole"))
    where = typed(folder) if folder else _("DIR")
    text = _("{choice}: {command}")
    for way in worth.distinct:
        if way.total is not None and way.choice is not Way.NOTHING:
            command = f"`acc run {where}{''.join(f' --set {quote(word)}' for word in way.words)}`"
            sentence = text.format(choice=labels.choice_title(way.choice), command=command)
            yield Paragraph(f"· {sentence}", "verbatim", "muted")


def worth_summary(worth: Worth, folder: Path | None = None) -> Iterator[Node]:
    """Yield whether sharing pays, the choices, and what would change the answer."""
    yield from status(worth.scenario, worth.status, folder)
    yield Paragraph(labels.verdict(worth), "lead")
    yield from (Paragraph(text) for text in [labels.proposal_text(worth)] if text)
    yield replace(table(worth), note="", title="")
    yield from (Paragraph(f"· {sentence}") for sentence in labels.tipping_sentences(worth))


def _persons(worth: Worth) -> TextTable:
    """Return the best choice of each person, and what it gains without sharing and with it."""
    with_it, without = worth.best(shares=True), worth.best(shares=False)
    pair = {_("Without, €"): without, _("Sharing, €"): with_it}
    sides = {title: way for title, way in pair.items() if way is not None}
    shown, rows = _shown(worth), []
    for id_ in shown:
        choice, ratio = _favourite(worth, id_)
        loss = "–" if with_it is None else labels.loss_words(with_it.persons[id_])
        gains = [labels.gain_cell(side, side.persons[id_], id_) for side in sides.values()]
        rows.append([worth.names[id_], choice, percent(ratio), *gains, loss])
    text = _("{column}: by “{choice}”.")
    notes = [
        text.format(column=title, choice=labels.choice_title(way.choice)) for title, way in sides.items()
    ]
    if len(worth.names) > len(shown):
        notes.append(_("And {count} others: see --json.").format(count=fr(len(worth.names) - len(shown))))
    heads = [_("Who"), _("Its best choice"), _("Best"), *sides, _("Risk of losing")]
    if not worth.draws:  # no chance is known
        heads, *rows = ([*row[:2], *row[3:-1]] for row in (heads, *rows))
    return replace(
        text_table(heads, rows, words=(0, 1), keep={2: 1} if worth.draws else {}), note=" ".join(notes)
    )


def _shown(worth: Worth) -> list[str]:
    """Persons with a row: all, or those with most to gain or lose by sharing."""
    shared = worth.best(shares=True)
    if shared is None:
        return []
    by_gain = sorted(shared.persons, key=lambda id_: value_eur(shared.persons[id_]))
    if len(by_gain) <= MOST_PERSONS:
        return list(shared.persons)
    half = MOST_PERSONS // 2
    kept = {*by_gain[:half], *by_gain[half - MOST_PERSONS :]}
    return [id_ for id_ in shared.persons if id_ in kept]


def _favourite(worth: Worth, id_: str) -> tuple[str, float]:
    """Most frequent best choice of a person, and its frequency; the simplest of equals."""
    often = {way.choice: way.persons[id_].best_ratio for way in worth.distinct if id_ in way.persons}
    tied = [choice for choice, ratio in often.items() if ratio > max(often.values()) - 1e-9]
    return labels.choice_title(min(tied, key=SIMPLEST.index)), sum(often[choice] for choice in tied)
