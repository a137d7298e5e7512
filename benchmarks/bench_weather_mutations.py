"""Weather files mutated at random: each gives a weather or a clear error, never a crash. 100,000 by default.

`ACC_MUTATIONS=1000` shortens it; `ACC_SEED` names another run.
"""

import os
import random
import time
import warnings
from collections import Counter
from datetime import datetime
from pathlib import Path

from acc.problem import InputError
from acc.steps import Steps
from profiles.weather.read import describe_weather, file_weather
from tests.profiles.weather_samples import (
    PLACE,
    epw,
    hourly_csv,
    hourly_json,
    made_hours,
    meteo_france,
    tmy_csv,
    tmy_json,
)

COUNT = int(os.environ.get("ACC_MUTATIONS", "100000"))
SEED = int(os.environ.get("ACC_SEED", "24"))
INSERTED = (
    b"9" * 20, b"nan", b"inf", b"-", b"1e999", b"\n", b",", b";", b"{", b"null", b'"', b"\xff", b"\0",
    b"0000", b"true", b"[]", b"20190229",
)  # fmt: skip


def mutated(data: bytes, draw: random.Random) -> bytes:
    text = bytearray(data)
    for _change in range(draw.randint(1, 5)):
        place = draw.randrange(len(text))
        match draw.randrange(4):
            case 0:
                text[place] = draw.randrange(256)
            case 1:
                del text[place : place + draw.randint(1, 300)]
            case 2:
                text[place:place] = draw.choice(INSERTED)
            case _:
                start = draw.randrange(len(text))
                text[place:place] = text[start : start + draw.randint(1, 200)]
    return bytes(text)


def test_mutated_weather_files(tmp_path: Path) -> None:
    made = made_hours("2019-06-01", "2019-06-04")
    writers = (tmy_csv, tmy_json, hourly_csv, hourly_json, epw, meteo_france)
    files = [write(made).encode() for write in writers]
    three_days = Steps(datetime(2019, 6, 1), 60, 72)  # noqa: DTZ001 - naive UTC, as everywhere in Steps
    draw, path, outcomes = random.Random(SEED), tmp_path / "mutated", Counter[str]()
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _number in range(COUNT):
            path.write_bytes(mutated(draw.choice(files), draw))
            try:
                if describe_weather(path) is None:
                    outcomes["not a weather file"] += 1
                    continue
                file_weather(path, three_days, PLACE)
                outcomes["a weather"] += 1
            except InputError:
                outcomes["a clear error"] += 1
    print(f"\n{COUNT} mutated weather files in {time.perf_counter() - start:.0f} s: {dict(outcomes)}")
