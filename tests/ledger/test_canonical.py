import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.ledger import verify
from app.ledger.canonical import MAX_INTEGER, NotCanonicalError, canonical, parse

GOOD: list[tuple[Any, str]] = [
    ({}, "{}"),
    ([], "[]"),
    ({"b": 1, "a": None, "a_1": True, "1": False}, '{"1":false,"a":null,"a_1":true,"b":1}'),
    ("é\u2028\u007f/😀", '"é\u2028\u007f/😀"'),
    ('"\\\b\t\n\f\r\x1b\x01', '"\\"\\\\\\b\\t\\n\\f\\r\\u001b\\u0001"'),
    ([MAX_INTEGER, -MAX_INTEGER, 0], "[9007199254740991,-9007199254740991,0]"),
    ("\n\u0303", '"\\n\u0303"'),  # normal form is a matter of the text, not of its escapes
    ([[[[[["deep"]]]]]], '[[[[[["deep"]]]]]]'),
]


@pytest.mark.parametrize(("value", "text"), GOOD)
def test_a_value_has_one_form_and_reads_back(value: Any, text: str) -> None:
    assert canonical(value) == text.encode()
    assert parse(text.encode()) == value
    verify.check_canonical(text.encode())


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.0, "float"),
        (float("nan"), "float"),
        ({"a": [0.1]}, r"\$\.a\[0\]: floats"),
        (2**53, "too big"),
        (-(2**53), "too big"),
        ("e\u0301", "normal form"),
        ("a\0b", "U\\+0000"),
        ("\ud800", "surrogate"),
        ([[[[[[[]]]]]]], "deeper than 6"),
        ({"A": 1}, "key 'A'"),
        ({"": 1}, "key ''"),
        ({"a-b": 1}, "key"),
        ({1: 1}, "key 1"),
        (b"", "bytes"),
        ((1,), "tuple"),
    ],
)
def test_what_is_outside_the_profile_is_refused_with_place_and_reason(
    value: Any, reason: str
) -> None:
    with pytest.raises(NotCanonicalError, match=reason):
        canonical(value)


BAD_BYTES = [
    b'{"a":1,"a":1}',
    b'{"a":1,"a":2}',
    b'{"b":1,"a":2}',
    b'{"a": 1}',
    b'{"a":1}\n',
    b"",
    b"{",
    b"1.0",
    b"1e2",
    b"-0",
    b"NaN",
    b"-Infinity",
    b"9007199254740992",
    b"9" * 5000,
    b"01",
    b'"\\u0041"',
    b'"\\/"',
    b'"\\u00e9"',
    b'"\\uD83D\\uDE00"',
    b'"\\ud800"',
    b'"\\u0000"',
    b'"\x00"',
    b'"\\u001B"',
    b'"\xff"',
    b'"\xed\xa0\x80"',
    "\ufeff{}".encode(),
    '"e\u0301"'.encode(),
    b"[" * 7 + b"]" * 7,
    b"[" * 100_000,
    b"'a'",
    b'{"A":1}',
    b"[1,]",
]


@pytest.mark.parametrize("data", BAD_BYTES, ids=lambda data: repr(data[:24]))
def test_bytes_in_any_other_form_are_refused_by_both_readers(data: bytes) -> None:
    with pytest.raises(NotCanonicalError):
        parse(data)
    with pytest.raises((ValueError, RecursionError)):
        verify.check_canonical(data)


def _any_value(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.randrange(7 if depth < 5 else 5)
    if kind == 5:
        return [_any_value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind == 6:
        keys = ["a", "b_1", "z9", "0", "_"]
        return {key: _any_value(rng, depth + 1) for key in rng.sample(keys, rng.randrange(5))}
    text = "".join(rng.choice('aZ"\\/\n\t\x01é漢😀 \u2028') for _ in range(rng.randrange(6)))
    return [None, True, rng.randrange(-(2**53) + 1, 2**53), text, text][kind]


def test_the_writer_and_the_offline_verifier_agree_on_ten_thousand_vectors() -> None:
    rng = random.Random(20261121)
    agreed = refused = 0
    for _ in range(5_000):
        data = canonical(_any_value(rng))
        assert canonical(parse(data)) == data
        verify.check_canonical(data)
        broken = bytearray(data)
        broken[rng.randrange(len(broken))] ^= 1 << rng.randrange(8)
        verdicts = []
        for read in (parse, verify.check_canonical):
            try:
                read(bytes(broken))
                verdicts.append(True)
            except ValueError:
                verdicts.append(False)
        assert verdicts[0] == verdicts[1], bytes(broken)
        agreed += 1 + verdicts[0]
        refused += not verdicts[0]
    assert agreed + refused == 10_000
    assert refused > 1_000


def test_node_writes_the_same_bytes_where_it_is_installed(tmp_path: Path) -> None:
    from shutil import which  # noqa: PLC0415

    node = which("node")
    if node is None:
        pytest.skip("node is not installed; it only serves as a second implementation here")
    rng = random.Random(7)
    texts = [canonical(_any_value(rng)).decode() for _ in range(500)]
    (tmp_path / "in.json").write_text(json.dumps(texts))
    program = """
      const write = v => Array.isArray(v) ? '[' + v.map(write) + ']' : v && typeof v === 'object'
        ? '{' + Object.keys(v).sort().map(k => JSON.stringify(k) + ':' + write(v[k])) + '}'
        : JSON.stringify(v);
      const texts = JSON.parse(require('fs').readFileSync(process.argv[1]));
      console.log(JSON.stringify(texts.map(t => write(JSON.parse(t)))));
    """
    run = subprocess.run(
        [node, "-e", program, tmp_path / "in.json"], capture_output=True, text=True, check=True
    )
    assert json.loads(run.stdout) == texts
