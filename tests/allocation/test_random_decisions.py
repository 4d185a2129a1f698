"""Random calls decided, published and replayed; `python -m bench.decisions` does a hundred."""

import json

import pytest

from app.allocation import publishing
from bench.decisions import is_found, random_bundle, tampered
from scoring.replay import replay


@pytest.mark.parametrize("seed", range(4))
def test_a_random_call_replays_to_the_byte_and_tampering_is_found(seed: int) -> None:
    content = random_bundle(seed)

    assert replay(content).same_bytes
    again = publishing.decision_in(json.loads(content))
    lines = [(one["proposal"], one["amount_minor"]) for one in again.result["lines"]]
    told = json.loads(content)["allocation"]["lines"]
    assert lines == [(one["id"], one["amount_minor"]) for one in told]
    missed = [n for n in range(3) if not is_found(tampered(content, 1_000 * seed + n))]
    assert missed == []
