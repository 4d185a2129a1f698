import json
from dataclasses import replace
from email.message import EmailMessage

import pytest

from app.ledger.checkpoint import verifier_key
from app.ledger.proof import END, BadProofError, from_json, from_text
from tests.ledger.logs import ORIGIN, a_key, an_honest_log

LOG = an_honest_log(5, 60)
KEY = verifier_key(ORIGIN, a_key())
OPENED = LOG.proof(17, 60, opened=True)
TEXT = OPENED.as_text()


def test_a_proof_reads_back_from_its_text_and_json() -> None:
    assert OPENED.payload is not None
    assert OPENED.holds(KEY)
    assert from_text(TEXT) == OPENED
    assert from_text(OPENED.closed().as_text()) == OPENED.closed()
    assert from_json(json.loads(OPENED.as_json_bytes())) == OPENED
    assert from_json(OPENED.closed().as_json()) == OPENED.closed()
    assert "payload" not in OPENED.closed().as_json()


def test_no_line_is_too_long_for_a_mail() -> None:
    assert max(len(line) for line in TEXT.splitlines()) <= 76


@pytest.mark.parametrize(
    "mangled",
    [
        f"Dear Ada,\n\n{TEXT}\nKind regards",
        TEXT.replace("\n", "\r\n"),
        "".join(f"> {line}\n" for line in TEXT.splitlines()),
        "".join(f"> > {line}\n" for line in TEXT.splitlines()),
        "".join(f"\t  {line}  \n" for line in TEXT.splitlines()),
        TEXT.replace("\n", "\n\n"),
        TEXT.replace("\n\n", "\n"),
        TEXT.replace("\n", " "),
    ],
)
def test_wrapping_quoting_and_indenting_do_no_harm(mangled: str) -> None:
    assert from_text(mangled) == OPENED


def test_a_proof_survives_a_mail() -> None:
    mail = EmailMessage()
    mail.set_content(TEXT)
    assert from_text(mail.get_content()) == OPENED


def test_a_tree_of_one_has_an_empty_path() -> None:
    only = an_honest_log(1, 1).proof(1, 1)
    assert only.path == ()
    assert from_text(only.as_text()) == only
    assert only.holds(KEY)


@pytest.mark.parametrize("part", ["record", "index", "note", "path"])
def test_a_proof_of_something_else_does_not_hold(part: str) -> None:
    other = LOG.proof(18, 45)
    assert not replace(OPENED, **{part: getattr(other, part)}).holds(KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no block",
        TEXT.replace(END, ""),
        TEXT.replace("Index: 16", "Index: x"),
        TEXT.replace("Path:\n", "Path:\nAAA"),
        TEXT.replace("Salt: ", "Salt: ?"),
        TEXT.split("Checkpoint:")[0] + "Checkpoint:\n" + END,
    ],
)
def test_a_text_without_a_whole_block_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(BadProofError, match="ledger proof block"):
        from_text(text)


@pytest.mark.parametrize("found", [{}, {"record": 1}, {**OPENED.as_json(), "path": [1]}])
def test_damaged_json_is_refused(found: dict[str, object]) -> None:
    with pytest.raises(BadProofError, match="damaged"):
        from_json(found)
