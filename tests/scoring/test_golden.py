"""Whole runs give the bytes that were kept; golden.py says how to keep new ones."""

import pytest

from tests.scoring.golden import KEPT, described, kept, run
from tests.scoring.golden_inputs import CASES


@pytest.mark.parametrize("name", CASES)
def test_a_run_gives_the_bytes_that_were_kept(name: str) -> None:
    assert run(CASES[name]) == kept(name)


def test_every_argument_is_as_it_was_described() -> None:
    assert described() == (KEPT / "arguments.txt").read_text(encoding="utf-8").splitlines()
