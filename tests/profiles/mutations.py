"""Breaks files as networks, editors and people do; a reader then gives a curve or a message."""

import io
import random
import zipfile
from collections import Counter

from acc.problem import InputError
from acc.steps import Steps
from profiles.curves.facts import grade_of
from profiles.curves.formats.base import ReadOptions
from profiles.curves.formats.open_file import source_of
from profiles.curves.read import Curve, curves_of
from profiles.curves.resample import on_own_days

WORDS = rb""" ; , " - -1 1e308 1e999 nan inf NA 0000 99999999999999999999 24:00 25:61 2025-02-30 0001-01-01
    +99:99 Z 31/12/9999 23:59 PT0M PT9999M P1D < > &x; { } [ ] null true [[ _ W kVAr # """
BYTES = (b"", b"\n", b"\r\n", b"\0", b"\xff", b"\xe9", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xaf")
HEADERS = (b"time;a_kwh\n", b"Horodate;Valeur\n")
TOKENS = (*WORDS.split(), *BYTES, *HEADERS)


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Return `data` after one to four mutations; of an archive, mostly of what it holds."""
    if data.startswith(b"PK") and dice.random() < 0.8:
        return _inside(data, dice)
    for _ in range(dice.choice((1, 1, 2, 4))):
        data = dice.choice(MUTATIONS)(data, dice)
    return data


def _inside(data: bytes, dice: random.Random) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(kept, "w") as new:
        names = old.namelist()
        broken = dice.choice(names)
        for name in names:
            new.writestr(name, mutated(old.read(name), dice) if name == broken else old.read(name))
    return kept.getvalue()


def _flip(data: bytes, dice: random.Random) -> bytes:
    if not data:
        return data
    place = dice.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]


def _insert(data: bytes, dice: random.Random) -> bytes:
    place = dice.randint(0, len(data))
    return data[:place] + dice.choice(TOKENS) + data[place:]


def _overwrite(data: bytes, dice: random.Random) -> bytes:
    place, token = dice.randint(0, len(data)), dice.choice(TOKENS)
    return data[:place] + token + data[place + len(token) :]


def _cut(data: bytes, dice: random.Random) -> bytes:
    place = dice.randint(0, len(data))
    return data[:place] + data[place + dice.choice((1, 3, 20, 400)) :]


def _end(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randint(0, len(data))]


def _lines(data: bytes, dice: random.Random) -> bytes:
    """Swap, drop or repeat lines; or cells where the file is a single line."""
    mark = b"\n" if data.count(b"\n") > 3 else dice.choice((b";", b",", b"<", b"{"))
    parts = data.split(mark)
    first, second = dice.randrange(len(parts)), dice.randrange(len(parts))
    way = dice.randrange(3)
    if way == 0:
        parts[first], parts[second] = parts[second], parts[first]
    elif way == 1:
        del parts[first]
    else:
        parts.insert(second, parts[first])
    return mark.join(parts)


def _cell(data: bytes, dice: random.Random) -> bytes:
    """Replace a whole cell."""
    parts = data.split(b";")
    parts[dice.randrange(len(parts))] = dice.choice(TOKENS)
    return b";".join(parts)


MUTATIONS = (_flip, _flip, _insert, _overwrite, _cut, _end, _lines, _lines, _cell)


def outcome(data: bytes, options: ReadOptions) -> str:
    """Return "curve" or "message"; anything else that a reader raises goes through: our fault."""
    try:
        curves = curves_of(source_of("muté", data, options))
    except InputError as fault:
        return "message" if all(problem.path and problem.message for problem in fault.problems) else "silence"
    for curve in curves.values():
        check(curve)
    return "curve"


def check(curve: Curve) -> None:
    """Fail on a curve that no reader may give: overlapping, negative, infinite, of an unknown step."""
    assert curve.energy_kwh.size
    assert not (curve.energy_kwh < 0.0).any()
    assert not (abs(curve.energy_kwh) == float("inf")).any()
    assert set(curve.minutes.tolist()) <= {5, 10, 15, 30, 60}
    assert (curve.starts_utc[1:] >= curve.ends_utc[:-1]).all()
    steps, _kwh = on_own_days(curve, 15)
    assert isinstance(steps, Steps)
    if steps.count < 40_000:
        grade_of(curve)


def run(data: bytes, options: ReadOptions, count: int, seed: int) -> Counter[str]:
    """Return how many of `count` mutations gave a curve, and how many a message."""
    dice = random.Random(seed)
    return Counter(outcome(mutated(data, dice), options) for _ in range(count))
