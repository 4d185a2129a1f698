"""What a leak test found, in figures: `make trust` collects them and prints them at its end."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tests.engines import both_engines

FULL = os.environ.get("TRUST") == "full"
Test = TypeVar("Test", bound=Callable[..., object])


def both_in_full(test: Test) -> Test:
    """Run a test on SQLite with all the others, and on PostgreSQL too in `make trust`."""
    found: Test = both_engines(test) if FULL else test
    return found


def say(sentence: str) -> None:
    """Add a line to the file that TRUST_FIGURES names, where it names one."""
    place = os.environ.get("TRUST_FIGURES")
    if place:
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(f"{sentence}\n")
