"""The price of the best choice with sharing suits everyone where nobody loses, on screens and on the page."""

from pathlib import Path

import pytest

from acc.sides import loses
from reports.page.names import Names
from reports.studies.worth.labels import tipping_sentences
from reports.studies.worth.page import question_screen
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.settings import read_setting
from scenarios.session import AtHand, PageQuestion
from scenarios.studies.worth.run import worth_folder, worth_of_page
from tests.test_local_prices_told import DAY, plain, says


@pytest.mark.slow
def test_the_choices_say_the_same_of_the_best_with_sharing(tmp_path: Path) -> None:
    folder = tmp_path / "op"
    copy_example("bergerac", folder)
    for price in (72.0, 79.0, 95.0):
        settings = (read_setting(f"prix={price}"),)
        worth = worth_folder(folder, settings=settings, draws=0)
        best = next(one for one in worth.alternatives if one.choice is worth.tipping.choice)
        text = plain(" ".join(tipping_sentences(worth)))
        year = any(loses(gain.gain_eur_ht) for gain in best.persons.values())
        years = any(loses(gain.npv_eur_ht) for gain in best.persons.values())
        assert says(text, "the first year", price) == (not year), text
        assert says(text, "over 25 years, investment counted", price) == (not years), text
        hand = AtHand(folder, lambda: DAY)
        state = PageQuestion((f"prix={price}",))
        result = hand.result(state, complete=False)
        page = question_screen(worth_of_page(hand, state, 0), result, Names({}, {}))
        assert text in plain(" ".join(page.tipping))
