import pytest

from app.ledger.checkpoint import (
    BadCheckpointError,
    Checkpoint,
    VerifierKey,
    open_note,
    read,
    sign,
    verifier_key,
)
from tests.ledger.logs import ORIGIN, a_key

STATED = Checkpoint(ORIGIN, 42, bytes(range(32)))
KEY = verifier_key(ORIGIN, a_key())
NOTE = sign(STATED, a_key())


def test_the_note_has_the_form_of_the_standard() -> None:
    origin, size, root, blank, signature, end = NOTE.split("\n")

    assert (origin, size, blank, end) == (ORIGIN, "42", "", "")
    assert root == "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert signature.startswith(f"\u2014 {ORIGIN} ")


def test_the_example_key_of_the_standard_reads_back() -> None:
    text = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert VerifierKey.parse(text).text() == text


def test_the_example_note_of_the_standard_carries_a_good_signature() -> None:
    # https://pkg.go.dev/golang.org/x/mod/sumdb/note: the same key and bytes as in its example.
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    line = (
        "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2p"
        "ZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    from app.ledger.checkpoint import _signed  # noqa: PLC0415 - the note is no checkpoint

    assert _signed(line, text, key)
    assert not _signed(line, text + " ", key)


def test_a_signed_checkpoint_opens_with_its_key_only() -> None:
    assert open_note(NOTE, KEY) == STATED
    with pytest.raises(BadCheckpointError, match="did not sign"):
        open_note(NOTE, verifier_key(ORIGIN, a_key(2)))
    with pytest.raises(BadCheckpointError, match="did not sign"):
        open_note(NOTE.replace("\n42\n", "\n43\n"), KEY)


def test_a_second_signature_by_a_witness_does_not_disturb() -> None:
    witnessed = sign(Checkpoint("witness.example", 42, STATED.root), a_key(3)).splitlines()[-1]
    assert open_note(f"{NOTE}{witnessed}\n", KEY) == STATED


@pytest.mark.parametrize("at", range(0, len(NOTE), 3))
def test_no_changed_character_is_accepted(at: int) -> None:
    changed = NOTE[:at] + chr(ord(NOTE[at]) ^ 1) + NOTE[at + 1 :]
    with pytest.raises(BadCheckpointError):
        open_note(changed, KEY)


@pytest.mark.parametrize(
    "note", ["", "\n\n", "a\n1\n", "a\n01\nAAAA\n\n", "a\n-1\nAAAA\n\n", "a\nx\ny\n\n", "a\n1\n\n"]
)
def test_other_texts_are_not_checkpoints(note: str) -> None:
    with pytest.raises(BadCheckpointError):
        read(note)


@pytest.mark.parametrize(
    "text", ["", "a", "a+b+c", "a+00000000+" + "A" * 44, KEY.text()[:-4], KEY.text()[1:]]
)
def test_a_damaged_key_is_refused(text: str) -> None:
    with pytest.raises(BadCheckpointError, match="verifier key"):
        VerifierKey.parse(text)
