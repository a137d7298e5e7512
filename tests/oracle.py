"""The laws that all documents of a folder must hold together, whatever prints them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import isclose, isfinite

from reports.format.quantity import Basis, Notion
from tests.oracle_documents import Printed


def contradictions(printed: Iterable[Printed]) -> list[str]:
    """Every broken law, with the places of both figures."""
    every = list(printed)
    laws = (two_values, other_texts, two_texts, parts_of_sums, ranges, columns, bases)
    return [fault for law in laws for fault in law(every)]


def _where(place: Printed, text: str) -> str:
    return f"{place.document} “{text}”"


def two_values(every: list[Printed]) -> Iterator[str]:
    """Yield the figures of one key that have two values."""
    first: dict[tuple[str, ...], tuple[float, str]] = {}
    faults = {}
    for place in every:
        for figure, text in place.figures:
            if not figure.is_known:
                continue
            value, where = first.setdefault(figure.key, (figure.value, _where(place, text)))
            if not isclose(value, figure.value, rel_tol=1e-9, abs_tol=1e-6):
                faults.setdefault(
                    figure.key, f"{figure.key}: {where} ({value}) and {_where(place, text)} ({figure.value})"
                )
    yield from faults.values()


UNITS = {
    "€": 1.0,
    "€/year": 1.0,
    "k€": 1e3,
    "M€": 1e6,
    "kWh": 1.0,
    "MWh": 1e3,
    "kWp": 1.0,
    "%": 0.01,
    "years": 1.0,
}


def other_texts(every: list[Printed]) -> Iterator[str]:
    """Yield the figures that are printed as what they are not, rounding counted."""
    for place in every:
        for figure, text in place.figures:
            number, space, unit = text.partition("\N{NO-BREAK SPACE}")
            value = _number(number)
            if (
                not space
                or unit not in UNITS
                or value is None
                or not figure.is_known
                or figure.low is not None
            ):
                continue
            scale, decimals = UNITS[unit], len(number.partition(".")[2])
            # Amounts from 1,000 EUR on are printed to 100, from 100 EUR on to 10; parts may move by one step.
            least = 1.0 if unit in {"€", "€/year"} and abs(figure.value) < 100.0 else 10.0**-decimals * scale
            step = max(least, 10.0 ** min(2, int(abs(figure.value)) // 100)) if unit[0] == "€" else least
            if abs(abs(value * scale) - abs(figure.value)) > 1.01 * step:
                yield f"{figure.key}: {_where(place, text)} is not {figure.value}"


def two_texts(every: list[Printed]) -> Iterator[str]:
    """Yield the figures that one document prints in one unit as two numbers."""
    for place in every:
        texts = defaultdict(set)
        for figure, text in place.figures:
            number, _space, unit = text.partition("\N{NO-BREAK SPACE}")
            if figure.is_known and figure.low is None and figure.shown is None:
                texts[figure.key, unit].add(number.lstrip("+−"))
        for (key, unit), numbers in texts.items():
            if len(numbers) > 1:
                yield f"{key}: {place.document} prints {sorted(numbers)} {unit}"


SUMS = (
    (Notion.GAIN, Notion.GAIN_WITHOUT_SHARING, Notion.GAIN_OF_SHARING),
    (Notion.VALUE, Notion.VALUE_WITHOUT_SHARING, Notion.VALUE_OF_SHARING),
)
"""A sum, and the parts that add up to it."""


def parts_of_sums(every: list[Printed]) -> Iterator[str]:
    """Yield the sums whose parts, wherever they are printed, do not add up to them."""
    places = {figure.key: (figure, place, text) for place in every for figure, text in place.figures}
    for total, without, sharing in SUMS:
        for key, (figure, place, text) in places.items():
            parts = [places.get((part, *key[1:])) for part in (without, sharing)]
            if key[0] is not total or None in parts or not figure.is_known:
                continue
            value = sum(part[0].value for part in parts if part)
            if isfinite(value) and not isclose(value, figure.value, rel_tol=1e-9, abs_tol=1e-6):
                others = " + ".join(_where(part[1], part[2]) for part in parts if part)
                yield f"{key}: {_where(place, text)} ({figure.value}) is not {others} ({value})"


WIDEST, LARGEST = 10.0, 1e9
"""Of a range: how many times its middle, and its ends, in the unit of its notion."""


def ranges(every: list[Printed]) -> Iterator[str]:
    """Yield the ranges that their middle is not in, or that say nothing."""
    for place in every:
        for figure, text in place.figures:
            if figure.low is None or figure.high is None or not figure.is_known:
                continue
            where = f"{figure.key}: {_where(place, text)}: {figure.low} … {figure.value} … {figure.high}"
            if not figure.low <= figure.value <= figure.high:
                yield f"{where}: outside"
            elif max(abs(figure.low), abs(figure.high)) > LARGEST or (
                figure.high - figure.low > WIDEST * abs(figure.value)
            ):
                yield f"{where}: too wide"


NUMBER = re.compile(r"[−+]?\d[\d,]*(?:\.\d+)?")
SUMMED = re.compile(r"(?<!c)k?€(?!/(?:MWh|kWp|kWh))|\b[kM]Wh\b(?!/€)|kWp")
"""Units of a column whose rows add up to its total."""


def columns(every: list[Printed]) -> Iterator[str]:
    """Yield the columns whose rows do not add up to their total as both are printed."""
    for place in every:
        for table in place.tables:
            for at, column in enumerate(table.columns):
                cells = [row[at].text for row in table.rows]
                if not table.total or not SUMMED.search(column.head) or "€/MWh" in column.head:
                    continue
                if "not shown" in table.total[0].text:  # who has no row is in the total
                    continue
                *parts, total = (_number(text) for text in (*cells, table.total[at].text))
                known = [part for part in parts if part is not None]
                if total is None or len(known) < len(parts):
                    continue
                if not isclose(sum(known), total, abs_tol=0.05):
                    head = column.head.replace("\n", " ")
                    yield f"{place.document}, {table.name}, {head}: {cells} and {table.total[at].text}"


def _number(text: str) -> float | None:
    found = NUMBER.fullmatch(text.strip())
    return None if found is None else float(text.replace(",", "").replace("−", "-").replace("+", ""))


WORDS = {
    Basis.NO_VAT: ("without tax", "excl. VAT", "without VAT"),
    Basis.VAT_BORNE: ("VAT that", "with the VAT", "With the VAT", "VAT included", "VAT counted"),
    Basis.WITH_VAT: ("with tax", "with the VAT", "With the VAT"),
    Basis.PER_HOME: ("per home", "each home", "Each home", "one home"),
}
"""How a text says its basis."""


def bases(every: list[Printed]) -> Iterator[str]:
    """Yield the figures of one notion that one document prints on two bases and not each beside its own."""
    for place in every:
        of = defaultdict(lambda: defaultdict(list))
        for figure, text in place.figures:
            if figure.is_known:
                of[figure.notion, figure.of, figure.year, figure.given][figure.basis].append(text)
        for key, texts in of.items():
            for basis, printed in texts.items() if len(texts) > 1 else ():
                for text, times in Counter(printed).items():
                    said = [_says(basis, line) for line in _beside(place, text)]
                    if sum(said) < min(times, len(said)) or not said:
                        yield f"{key}: {place.document} prints “{text}”, its basis ({basis}) not beside it"


def _beside(place: Printed, text: str) -> list[str]:
    """What a document tells beside a figure: where its text stands whole, else its number alone."""
    whole, number = (
        re.compile(rf"(?<![\d.,−+]){re.escape(part)}(?!\d|[.,]\d|/)")
        for part in (text, text.partition("\N{NO-BREAK SPACE}")[0])
    )
    return next(
        (
            lines
            for each in (whole, number)
            if (lines := [line for line in place.contexts if each.search(line)])
        ),
        [],
    )


def _says(basis: Basis, line: str) -> bool:
    return any(word in line for word in WORDS[basis])
