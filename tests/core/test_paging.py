"""Long lists on pages: which part the address asks for."""

import pytest
from flask import Flask

from app.core.paging import part_of

APP = Flask(__name__)
ROWS = [f"Row {n:03}" for n in range(250)]


@pytest.mark.parametrize(
    ("address", "first", "page", "pages", "found"),
    [
        ("/", "Row 000", 1, 3, 250),
        ("/?page=2", "Row 100", 2, 3, 250),
        ("/?page=3", "Row 200", 3, 3, 250),
        ("/?page=99", "Row 200", 3, 3, 250),  # beyond the end: the last
        ("/?page=0", "Row 000", 1, 3, 250),
        ("/?page=-1", "Row 000", 1, 3, 250),
        ("/?page=%C2%B2", "Row 000", 1, 3, 250),  # a digit that is no number
        ("/?page=9999999", "Row 000", 1, 3, 250),
        ("/?words=row+24", "Row 024", 1, 1, 13),
        ("/?words=24+ROW&page=2", "Row 024", 1, 1, 13),
    ],
)
def test_the_part_that_is_asked_for(
    address: str, first: str, page: int, pages: int, found: int
) -> None:
    with APP.test_request_context(address):
        part = part_of(ROWS, str)
    assert (part.rows[0], part.page, part.pages, part.found) == (first, page, pages, found)
    assert part.everything == 250


def test_what_nothing_fits_is_an_empty_first_page() -> None:
    with APP.test_request_context("/?words=nothing&page=4"):
        part = part_of(ROWS, str)
    assert (list(part.rows), part.page, part.pages, part.found) == ([], 1, 1, 0)


def test_the_address_of_another_page_keeps_the_rest_of_it() -> None:
    with APP.test_request_context("/?words=a%26b&people=2&page=3"):
        assert part_of(ROWS).url(2) == "?words=a%26b&people=2&page=2"
        assert part_of(ROWS, name="people").url(1) == "?words=a%26b&page=3&people=1"
