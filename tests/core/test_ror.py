"""Identifiers of organisations and what their check digits catch."""

import pytest

from app.core.ror import ror

KNOWN = ("02mhbdp94", "03yrm5c26", "05gq02987", "00f54p054", "052gg0110")


@pytest.mark.parametrize("key", KNOWN)
def test_identifiers_in_use_are_read_with_or_without_their_address(key: str) -> None:
    for written in (key, f"https://ror.org/{key}", f"ror.org/{key}/", f" {key.upper()} "):
        assert ror(written) == key


@pytest.mark.parametrize("key", KNOWN)
def test_any_other_letter_in_one_place_is_found_out(key: str) -> None:
    alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
    wrong = [
        key[:at] + letter + key[at + 1 :]
        for at in range(1, 9)
        for letter in alphabet
        if letter != key[at]
    ]
    assert [text for text in wrong if ror(text) is not None] == []


@pytest.mark.parametrize("text", ["", "02mhbdp9", "12mhbdp94", "0ilouxx94", "https://ror.example/"])
def test_what_cannot_be_an_identifier_is_none(text: str) -> None:
    assert ror(text) is None
