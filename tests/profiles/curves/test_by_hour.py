"""Files of prices and of carbon by the hour, as exchanges and networks let people save them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from acc.problem import InputError
from acc.steps import Steps
from profiles.curves.by_hour import Measured, read_by_hour

DAY = Steps.between(date(2026, 7, 1), date(2026, 7, 2), 15)


def written(path: Path, header: str, row: Callable[[datetime], str], minutes: int = 60) -> str:
    """Write three days around 1 July 2026, one row a step; return the name of the file."""
    start, lines = datetime(2026, 6, 30), [header]
    lines += [row(start + timedelta(minutes=minutes * n)) for n in range(3 * 1440 // minutes)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path.name


def price_at(moment: datetime) -> float:
    """Return a price that says its own hour, under zero at noon."""
    return -5.0 if moment.hour == 12 else float(moment.hour)


def read(folder: Path, name: str, measured: Measured = Measured.PRICE) -> np.ndarray:
    return read_by_hour(name, folder, DAY, measured).values


def paris() -> list[float]:
    """Return the price of each quarter of an hour of the day in Paris."""
    return [price_at(datetime(2026, 7, 1) + timedelta(minutes=15 * n)) for n in range(96)]


def comma(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")


def test_hours_in_paris_with_decimal_commas(tmp_path: Path) -> None:
    name = written(
        tmp_path / "a.csv", "Heure;Prix (€/MWh)", lambda t: f"{t:%d/%m/%Y %H:%M};{comma(price_at(t))}"
    )
    assert read(tmp_path, name).tolist() == pytest.approx(paris())


def test_a_step_written_with_its_two_ends_and_a_title_above(tmp_path: Path) -> None:
    header = 'Exported\n\n"MTU (CET/CEST)","Area","Day-ahead Price (EUR/MWh)"'

    def row(t: datetime) -> str:
        return (
            f'"{t:%d/%m/%Y %H:%M:%S} - {t + timedelta(hours=1):%d/%m/%Y %H:%M:%S}","BZN|FR","{price_at(t)}"'
        )

    assert read(tmp_path, written(tmp_path / "b.csv", header, row)).tolist() == pytest.approx(paris())


def test_a_header_that_says_utc_is_read_on_utc(tmp_path: Path) -> None:
    header = "Country,Datetime (UTC),Price (EUR/MWhe)"
    name = written(tmp_path / "c.csv", header, lambda t: f"France,{t:%Y-%m-%d %H:%M:%S},{price_at(t)}")
    two_hours = paris()[-8:] + paris()[:-8]  # in July noon in Paris is 10:00 UTC
    assert read(tmp_path, name).tolist() == pytest.approx(two_hours)


def test_days_and_hours_in_two_columns_with_empty_quarters(tmp_path: Path) -> None:
    def row(t: datetime) -> str:
        return f"France\t{t:%Y-%m-%d}\t{t:%H:%M}\t{price_at(t) if t.minute % 30 == 0 else ''}"

    header = "Périmètre\tDate\tHeures\tTaux de CO2 (g/kWh)"
    values = read(tmp_path, written(tmp_path / "d.csv", header, row, 15), Measured.CARBON)
    assert values[::2].tolist() == pytest.approx(paris()[::2])


def test_quarters_are_averaged_over_longer_steps(tmp_path: Path) -> None:
    name = written(tmp_path / "e.csv", "time;prix EUR/MWh", lambda t: f"{t:%Y-%m-%d %H:%M};{t.minute}", 15)
    hours = read_by_hour(
        name, tmp_path, Steps.between(date(2026, 7, 1), date(2026, 7, 2), 60), Measured.PRICE
    )
    assert hours.values.tolist() == pytest.approx([22.5] * 24)
    assert hours.own_mean == pytest.approx(22.5)


def test_another_year_stands_in_by_weekday_and_says_so(tmp_path: Path) -> None:
    name = written(tmp_path / "f.csv", "time;EUR/MWh", lambda t: f"{t:%Y-%m-%d %H:%M};{t.day}")
    later = Steps.between(date(2027, 6, 30), date(2027, 7, 1), 60)  # a Wednesday, as 1 July 2026
    found = read_by_hour(name, tmp_path, later, Measured.PRICE)
    assert found.redated
    assert found.values.tolist() == [1.0] * 24
    with pytest.raises(InputError, match="too little"):
        read_by_hour(name, tmp_path, Steps.between(date(2026, 1, 5), date(2026, 1, 6), 60), Measured.PRICE)


def test_which_column_is_asked_where_two_could_be_meant(tmp_path: Path) -> None:
    header = "time;FR (EUR/MWh);DE (EUR/MWh)"
    name = written(tmp_path / "g.csv", header, lambda t: f"{t:%Y-%m-%d %H:%M};{price_at(t)};99")
    with pytest.raises(InputError, match=r"g\.csv#.*FR"):
        read(tmp_path, name)
    assert read(tmp_path, f"{name}#FR").tolist() == pytest.approx(paris())


def test_what_is_no_such_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "h.csv").write_text("a;b\n1;2\n")
    with pytest.raises(InputError, match="column of times"):
        read(tmp_path, "h.csv")
    name = written(tmp_path / "i.csv", "time;EUR/MWh", lambda t: f"{t:%Y-%m-%d %H:%M};dix")
    with pytest.raises(InputError):
        read(tmp_path, name)
