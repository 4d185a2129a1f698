"""Colours and language are chosen without an account and without script."""

import pytest

from tests.browser_client import Browser


def test_a_chosen_theme_is_on_every_page_after(browser: Browser) -> None:
    answer = browser.get("/preferences?theme=dark&next=/patterns")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/patterns")
    assert 'data-theme="dark"' in browser.get("/patterns").text


def test_going_back_to_the_system_forgets_the_theme(browser: Browser) -> None:
    browser.get("/preferences?theme=dark")
    browser.get("/preferences?theme=")

    assert "data-theme" not in browser.get("/patterns").text


@pytest.mark.parametrize("theme", ["neon", "dark;", "<b>"])
def test_an_unknown_theme_is_the_theme_of_the_system(browser: Browser, theme: str) -> None:
    browser.get("/preferences", query_string={"theme": theme})

    assert "data-theme" not in browser.get("/patterns").text


@pytest.mark.parametrize(
    "away",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "", "/a\nb"],
)
def test_the_way_back_never_leads_elsewhere(browser: Browser, away: str) -> None:
    answer = browser.get("/preferences", query_string={"next": away})

    assert answer.headers["Location"] == "/"
