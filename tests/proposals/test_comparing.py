"""Two texts side by side: nothing of either is lost, whatever they are."""

from hypothesis import given
from hypothesis import strategies as st

from app.proposals.comparing import changed, differences, pieces

TEXT = st.text(alphabet="ab \nłé😀", max_size=60)
CONTENT = st.dictionaries(st.sampled_from("abcd"), TEXT)


@given(TEXT, TEXT)
def test_both_texts_can_be_read_out_of_the_pieces(before: str, after: str) -> None:
    found = pieces(before, after)
    assert "".join(piece.text for piece in found if piece.kind != "in") == before
    assert "".join(piece.text for piece in found if piece.kind != "out") == after


@given(
    st.dictionaries(st.sampled_from("abcd"), TEXT), st.dictionaries(st.sampled_from("abcd"), TEXT)
)
def test_the_fields_that_differ_are_those_that_are_not_equal(
    before: dict[str, str], after: dict[str, str]
) -> None:
    unequal = {key for key in "abcd" if before.get(key, "") != after.get(key, "")}
    assert set(changed(before, after)) == unequal
    assert {each.field for each in differences(before, after, "abcd")} == unequal


def test_a_long_text_is_compared_by_lines() -> None:
    line = "word " * 100 + "\n"
    before = line * 60
    found = pieces(before, before.replace("word", "Word", 1))
    assert {piece.kind for piece in found} == {"out", "in", "same"}
    assert "".join(piece.text for piece in found if piece.kind != "in") == before
