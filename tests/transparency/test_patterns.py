"""The pattern page shows everything the pages are made of."""

import re
from pathlib import Path

import pytest

from tests.browser_client import Browser

TEMPLATES = Path(__file__).resolve().parents[2] / "app" / "templates"
PATTERNS = (TEMPLATES / "patterns" / "index.html").read_text(encoding="utf-8")
# Drawn by the frame, by another component, or (pictures) by the first page alone.
ELSEWHERE = {
    *("person_menu", "theme_switch", "language_switch", "icon", "mark"),
    *("autosave_state", "error_summary"),
}
OTHERS_FILES = {"pictures.html", "money.html"}


def _public_macros(file: Path) -> list[str]:
    names = re.findall(r"{%-? macro ([a-z]\w*)\(", file.read_text(encoding="utf-8"))
    return [name for name in names if name not in ELSEWHERE]


@pytest.mark.parametrize(
    ("file", "macro"),
    [
        (file.name, macro)
        for file in sorted((TEMPLATES / "components").glob("*.html"))
        if file.name not in OTHERS_FILES
        for macro in _public_macros(file)
    ],
)
def test_every_component_stands_on_the_pattern_page(file: str, macro: str) -> None:
    assert re.search(rf"\b{macro}\(", PATTERNS), f"{file}: {macro} is not shown"


def test_anyone_may_look_at_the_pattern_page(browser: Browser) -> None:
    page = browser.get("/patterns")

    assert page.status_code == 200
    assert "Choose a country." in page.text
    assert "You proposed this allocation. Somebody else must approve it." in page.text


def test_a_mistake_is_named_in_the_summary_and_tied_to_its_field(browser: Browser) -> None:
    page = browser.get("/patterns").text

    assert '<a href="#b-kind-0">Choose what you are applying for.</a>' in page
    assert re.search(r'<input[^>]*aria-describedby="b-title-hint b-title-error"[^>]*>', page)
    assert re.search(r'<input[^>]*id="b-kind-0"', page)


def test_charts_carry_a_title_and_no_style(browser: Browser) -> None:
    charts = re.findall(r'<svg class="chart".*?</svg>', browser.get("/patterns").text, re.DOTALL)

    assert len(charts) == 4
    for chart in charts:
        assert re.match(r"<svg[^>]*><title>[^<]+</title>", chart)
        assert "style=" not in chart


def test_no_id_stands_twice_on_the_pattern_page(browser: Browser) -> None:
    ids = re.findall(r'\sid="([^"]+)"', browser.get("/patterns").text)

    assert sorted(ids) == sorted(set(ids))
