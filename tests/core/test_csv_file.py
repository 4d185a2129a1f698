"""Lines that are written past the standard library's writer are its lines."""

import csv
import io

import pytest

from app.core.csv_file import line, quoted


@pytest.mark.parametrize(
    "text", ["plain", "", "a, b", 'say "so"', "two\nlines", "\r", " spaced ", "'=1", '"', "ü€"]
)
def test_a_line_is_the_one_of_the_standard_library(text: str) -> None:
    written = io.StringIO(newline="")
    csv.writer(written).writerow(["first", text, "last"])
    assert line("first", quoted(text), "last") == written.getvalue()
