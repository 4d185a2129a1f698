"""How many of the names planted in real texts are found: every one, and none that is not there."""

import json
from typing import Any

from app.core.uploads.names import Kind, Needle, find_own_names
from bench.uploads import names_found
from tests.realdata import real_data


def _texts() -> list[dict[str, Any]]:
    found = json.loads(real_data("blinding_texts", "texts.json").read_text(encoding="utf-8"))
    return list(found)


def test_every_planted_name_is_found() -> None:
    rows = [names_found(one) for one in _texts()]

    assert sum(row["spans"] for row in rows) >= 40
    assert {row["id"]: row["missed"] for row in rows if row["missed"]} == {}


def test_names_of_nobody_are_not_found_in_the_same_texts() -> None:
    strangers = [Needle(Kind.NAME, name) for name in ("Ysolde Quennerstedt", "Bram Oduya-Falk")]

    for one in _texts():
        assert find_own_names([one["text"]], strangers) == [], one["id"]
