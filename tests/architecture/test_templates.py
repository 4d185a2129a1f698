"""What the strict content policy would block in a browser is refused here already."""

import re
from pathlib import Path

import pytest

from tests.architecture.tracked import ROOT, name_of, tracked

TEMPLATES = tracked("app/templates/**/*.html", "app/templates/*.html")
# Documents are printed and mail programs know no stylesheet of ours: no browser policy there.
PAGES = tuple(
    page for page in TEMPLATES if not {"documents", "emails"} & set(page.relative_to(ROOT).parts)
)
STYLES_AND_SCRIPTS = tracked("app/static/*.css", "app/static/*.js", "app/static/*.svg")
COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/", re.DOTALL)
ELSEWHERE = re.compile(
    r"""(?:src|href|action|srcset|poster)\s*=\s*["'](?:https?:)?//|url\(\s*["']?(?:https?:)?//"""
    r"""|@import\s+["'](?:https?:)?//|(?:from|import\(?)\s*["'](?:https?:)?//"""
)


def _said(file: Path) -> str:
    return COMMENT.sub("", file.read_text(encoding="utf-8"))


def test_there_are_pages_to_look_at() -> None:
    assert PAGES
    assert STYLES_AND_SCRIPTS


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_has_no_style_or_script_in_an_attribute(page: Path) -> None:
    assert re.findall(r"""\s(?:style|on[a-z]{3,})\s*=\s*["'{]""", _said(page)) == []
    assert "javascript:" not in _said(page)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_has_no_script_without_a_source_or_a_nonce(page: Path) -> None:
    opened = re.findall(r"<(?:script|style)\b[^>]*>", _said(page))
    assert [tag for tag in opened if "src=" not in tag and "nonce" not in tag] == []


@pytest.mark.parametrize("file", [*TEMPLATES, *STYLES_AND_SCRIPTS], ids=name_of)
def test_nothing_is_fetched_from_another_host(file: Path) -> None:
    assert ELSEWHERE.findall(_said(file)) == []


@pytest.mark.parametrize("page", TEMPLATES, ids=name_of)
def test_nothing_a_person_typed_is_marked_as_safe(page: Path) -> None:
    # Markup from text comes out of one cleaned filter, never out of `safe`.
    assert re.findall(r"\|\s*safe\b|autoescape\s+false", _said(page)) == []
