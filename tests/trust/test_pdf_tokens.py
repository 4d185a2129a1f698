"""The scanner finds a token in every hiding place: else a clean result would mean nothing."""

import io
import zlib

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf, Stream, String

from tests.core.uploads import built
from tests.core.uploads.test_traces import HIDING_PLACES, OWNER
from tests.trust.pdf_tokens import find_tokens, hidden_tokens

ABSENT = "ZQ9999Kdeadbeef"
PACKED_TIGHT = {
    "object_stream_mode": pikepdf.ObjectStreamMode.generate,
    "compress_streams": True,
}


@pytest.mark.parametrize("place", HIDING_PLACES)
def test_a_token_is_found_in_a_file_packed_as_tightly_as_can_be(place: str) -> None:
    data = built.honest(change=HIDING_PLACES[place], **PACKED_TIGHT)
    assert find_tokens(data, [OWNER])
    assert not find_tokens(data, [ABSENT])


def test_a_search_in_the_raw_bytes_would_miss_most_of_them() -> None:
    blind = [
        place
        for place, hide in HIDING_PLACES.items()
        if OWNER.encode() not in built.honest(change=hide, **PACKED_TIGHT)
    ]
    assert len(blind) > len(HIDING_PLACES) // 2


@pytest.mark.parametrize(
    "spelling",
    [
        OWNER.encode(),
        OWNER.encode("utf-16-be"),
        OWNER.encode("utf-16-le"),
        OWNER.encode().hex().encode(),
        OWNER.upper().encode(),
        OWNER.lower().encode(),
        OWNER[::-1].encode(),
    ],
    ids=["plain", "utf-16 be", "utf-16 le", "hex", "upper", "lower", "reversed"],
)
def test_a_token_is_found_in_every_spelling(spelling: bytes) -> None:
    def change(pdf: Pdf) -> None:
        pdf.Root.Private = pdf.make_indirect(Stream(pdf, b"by " + spelling))

    assert hidden_tokens(built.honest(change=change), [OWNER])


def test_words_on_the_page_are_told_apart_from_hidden_ones() -> None:
    data = built.drawn(b"BT /F1 24 Tf 72 700 Td (by " + OWNER.encode() + b") Tj ET")
    data = pikepdf_packed(data)
    assert {find.in_body for find in find_tokens(data, [OWNER])} == {True}
    assert hidden_tokens(data, [OWNER]) == set()


def pikepdf_packed(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return built.saved(pdf)


def test_an_object_that_no_table_names_any_more_is_found() -> None:
    data = built.honest().replace(
        b"xref\n", b"77 0 obj\n<< /Length 99 >>\nstream\n" + zlib.compress(OWNER.encode())
        + b"\nendstream\nendobj\nxref\n", 1,
    )  # fmt: skip
    assert OWNER.encode() not in data
    assert hidden_tokens(data, [OWNER])


def test_an_archive_and_a_document_inside_the_document_are_read() -> None:
    def change(pdf: Pdf) -> None:
        pdf.attachments["a.zip"] = built.archive(f"{OWNER}.txt", OWNER.encode())

    assert any(
        "archive" in find.place for find in find_tokens(built.honest(change=change), [OWNER])
    )

    def nested(pdf: Pdf) -> None:
        inner = built.honest(
            change=lambda inside: setattr(inside.Root, "X", Dictionary(Y=String(OWNER))),
            **PACKED_TIGHT,
        )
        pdf.Root.File = pdf.make_indirect(Stream(pdf, inner, {"/Type": Name.EmbeddedFile}))

    finds = find_tokens(built.honest(change=nested), [OWNER])
    assert any("attached file" in find.place for find in finds)
