"""By the keyboard alone: scenarios chosen and set side by side, a document made and stopped."""

import pytest

from tests.web.browsing import comes, no_browser, settle

pytestmark = no_browser


@pytest.mark.slow
def test_scenarios_are_chosen_and_their_draws_come_by_themselves(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/comparer?cas=", served)
    page.locator("select[name=cas]").nth(1).focus()
    page.keyboard.type("statique")
    page.locator("form#cas button").focus()
    page.keyboard.press("Enter")
    comes(page, "document.querySelector('table.sides')")
    comes(page, "document.getElementById('reponse').dataset.drawn === '1'")
    assert "tirages sur" in page.inner_text("table.sides")
    assert page.locator(".each tbody tr").count() > 5
    assert page.inner_text(".why-differs li").startswith("Clé de répartition")
    assert not faults


@pytest.mark.slow
def test_a_document_is_begun_and_stopped_and_the_focus_stays(page, served, faults) -> None:  # type: ignore[no-untyped-def]
    settle(page, "/documents", served)
    page.focus("#faire-brief")
    page.keyboard.press("Enter")
    comes(page, "document.querySelector('#arreter-brief')")
    comes(page, "document.activeElement.id === 'arreter-brief'")
    assert page.locator("progress").count() == 1
    page.keyboard.press("Enter")
    comes(page, "document.querySelector('#faire-brief')")
    comes(page, "document.activeElement.id === 'faire-brief'")
    assert "Arrêté" in page.inner_text("[data-card=brief]")
    assert not faults
