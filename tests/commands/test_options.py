"""Options that commands share: what they take, refuse, and where their help stands."""

import click
import pytest
from click.testing import CliRunner

import cli
from commands import options
from commands.options import DAY, DECIMALS, DRAWN, DRAWS, MONTH, OF_ALL, QUESTION, RUN, SHARED


@pytest.mark.parametrize(
    ("kind", "least", "most"), [(DECIMALS, 1, 9), (DRAWS, 1, 1_000_000), (options.ON_WORKERS[0].type, 1, 256)]
)
def test_ranges_end_where_they_say(kind: click.IntRange, least: int, most: int) -> None:
    assert (kind.convert(str(least), None, None), kind.convert(str(most), None, None)) == (least, most)
    for outside in (least - 1, most + 1):
        with pytest.raises(click.BadParameter):
            kind.convert(str(outside), None, None)


def test_days_and_months_are_iso() -> None:
    assert DAY.convert("2026-09-01", None, None).isoformat() == "2026-09-01T00:00:00"
    assert MONTH.convert("2026-09", None, None).month == 9
    with pytest.raises(click.BadParameter):
        MONTH.convert("2026-13", None, None)


def test_a_key_is_one_word_and_keys_are_several() -> None:
    assert options.KEY.type.convert("parts égales", None, None) == "equal"
    assert options.SOME_KEYS.convert("prorata,parts égales", None, None) == ("prorata", "equal")


def test_shared_options_are_those_of_a_run_a_question_and_all_and_no_other() -> None:
    given = {option for option in (*RUN, *QUESTION, *OF_ALL) if isinstance(option, click.Option)}
    assert set(SHARED) == given
    assert all(option.is_shared for option in SHARED)
    assert not any(getattr(option, "is_shared", False) for option in DRAWN if option not in given)


def test_what_may_be_said_several_times_is(tmp_path) -> None:  # type: ignore[no-untyped-def]
    assert [option.multiple for option in (options.SET, options.WITHOUT, options.KWP, options.SAVE)] == [
        *(True, True, True),
        False,
    ]
    refused = CliRunner().invoke(cli.main, ["run", str(tmp_path), "--key", "a", "--lang", "en"])
    assert refused.exit_code == 2
