"""The table of hypotheses in docs/euros.md is what the program computes."""

from docs.effects import PAGE, written


def test_the_table_of_the_effects_of_each_hypothesis_is_what_the_code_computes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page) == page, "run `python -m docs.effects`, then read what changed"
