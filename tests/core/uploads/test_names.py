"""Own names are found however they are written, and short ones not in every word."""

import pytest

from app.core.uploads.names import (
    Kind,
    Needle,
    find_own_names,
    stands_short_name,
    worth_looking_for,
)

NGOZI = Needle(Kind.NAME, "Ngozi Chidinma Okafor")


def found(text: str, kind: Kind, value: str) -> int:
    return len(find_own_names([text], [Needle(kind, value)]))


@pytest.mark.parametrize(
    "text",
    [
        "Ngozi Chidinma Okafor",
        "ngozi chidinma okafor",
        "NGOZI CHIDINMA OKAFOR",
        "Ngozi Okafor",
        "Okafor, Ngozi Chidinma",
        "Okafor, Ngozi",
        "Okafor N.C.",
        "Okafor, N. C.",
        "N. C. Okafor",
        "N.C. Okafor",
        "N. Okafor",
        "Ngozi C. Okafor",
        "Ngozi\nChidinma\n   Okafor",
        "Ngozi Chidinma Oka-\nfor",
        "Ngozi Chidinma Oka\u00adfor",
        "NgoziChidinmaOkafor",
        "Prof. Okafor’s laboratory",
        "(Okafor)",
        "Dr.Okafor",
    ],
)
def test_a_name_is_found_in_every_way_of_writing_it(text: str) -> None:
    assert find_own_names([f"Led by {text}."], [NGOZI])


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Muller", "Müller"),
        ("Mu\u0308ller", "Müller"),
        ("M¨uller", "Müller"),
        ("MÜLLER", "Muller"),
        ("Lukasz Swiatek", "Łukasz Świątek"),
        ("ŁUKASZ ŚWIĄTEK", "Łukasz Świątek"),
        ("Soren Kjaer", "Søren Kjær"),
        ("Strauss", "Strauß"),
        ("Sofﬁa Grifﬁn", "Soffia Griffin"),
        ("Garcia Lopez", "García-López"),
        ("García\u2010López", "García-López"),
        ("García–López", "Garcia Lopez"),
        ("Nguyễn Thị Ánh", "Nguyen Thi Anh"),
        ("Ιωάννης", "ΙΩΆΝΝΗΣ"),
        ("Иванова", "ИВАНОВА"),
        ("王小明教授", "王小明"),
        ("by 王 小明", "王小明"),
        ("山田 太郎が", "山田太郎"),
        ("山田太郎", "山田 太郎"),
        ("김민준 교수", "김 민준"),
    ],
)
def test_accents_case_and_scripts_do_not_hide_a_name(text: str, value: str) -> None:
    assert found(text, Kind.NAME, value) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a literature of Linear models", "Li Wei"),
        ("Li and Wu showed", "Wei Li"),
        ("weighing lithium", "Wei Li"),
        ("it takes long to be young", "Ann Young"),
        ("the baker baked", "Tom Baker"),
        ("Okaforia is a plant", "Ngozi Okafor"),
        ("reOkafor", "Ngozi Okafor"),
        ("B", "B"),
        ("anything", ""),
        ("anything", " - "),
    ],
)
def test_ordinary_words_are_not_taken_for_a_short_name(text: str, value: str) -> None:
    assert found(text, Kind.NAME, value) == 0


@pytest.mark.parametrize("text", ["Oka\u00adfor was ill", "Oka-\nfor was ill", "Mu\u00a8ller too"])
def test_what_is_found_was_worth_looking_for(text: str) -> None:
    needles = [Needle(Kind.NAME, "Ngozi Okafor"), Needle(Kind.NAME, "Jan Müller")]
    assert find_own_names([text], needles)
    assert find_own_names([text], worth_looking_for(text, needles))


@pytest.mark.parametrize(
    ("text", "name", "told"),
    [
        ("More time because Kim was ill.", "Min-ji Kim", True),
        ("Kim was ill.", "Kim Min-ji", True),
        ("Dr. Li asked for it.", "Wei Li", True),
        ("An illness in the team of Éva Tôn’s hospital.", "Lê Ton", True),
        ("The illness of a The.", "Nguyen The", True),
        ("The team was ill. May be late.", "Nguyen The", False),
        ("May be late.", "Theresa May", False),
        ("Late since May.", "Theresa May", True),  # one too many costs less than one too few
        ("he was ill, and kim chi was served", "Min-ji Kim", False),
        ("Kimberley was ill.", "Min-ji Kim", False),
        ("He was ill.", "Ann He", False),
        ("Li", "Li", False),  # whole names are found as ever
    ],
)
def test_a_short_family_name_alone_is_seen_where_everybody_will_read_it(
    text: str,
    name: str,
    told: bool,  # noqa: FBT001
) -> None:
    assert stands_short_name(text, [Needle(Kind.NAME, name)]) is told


def test_a_short_name_is_found_whole() -> None:
    assert found("Applicant: Li Wei (PI)", Kind.NAME, "Wei Li") == 1
    assert found("Applicant: Wei\nLi", Kind.NAME, "Wei Li") == 1
    assert found("W. Li", Kind.NAME, "Wei Li") == 1


@pytest.mark.parametrize(
    "text",
    [
        "jonas.eklund@example.org",
        "mailto:Jonas.Eklund@EXAMPLE.org",
        "jonas.eklund @ example.org",
        "jonas.eklund(at)example.org",
        "jonas.eklund [at] example [dot] org",
        "jonas.ek-\nlund@example.org",
        "jonas.eklund@\nexample.org",
        "jonas.eklund@example.org.",
    ],
)
def test_an_address_is_found_broken_or_disguised(text: str) -> None:
    assert found(f"Write to {text}", Kind.EMAIL, "jonas.eklund@example.org") == 1


@pytest.mark.parametrize(
    "text",
    [
        "xjonas.eklund@example.org",
        "a.jonas.eklund@example.org",
        "jonas.eklund@example.orgs",
        "jonasxeklund@example.org",
    ],
)
def test_another_address_is_not_taken_for_it(text: str) -> None:
    assert found(text, Kind.EMAIL, "jonas.eklund@example.org") == 0


@pytest.mark.parametrize(
    "text",
    [
        "0000-0002-1825-0097",
        "0000000218250097",
        "https://orcid.org/0000-0002-1825-0097",
        "0000–0002–1825–0097",
        "0000-0002-\n1825-0097",
        "0000 0002 1825 0097",
    ],
)
@pytest.mark.parametrize("value", ["0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"])
def test_an_orcid_is_found_with_and_without_hyphens(text: str, value: str) -> None:
    assert found(f"iD {text} here", Kind.ORCID, value) == 1


def test_an_orcid_ending_in_x_is_found_and_a_longer_number_is_not() -> None:
    assert found("0000-0002-1694-233x", Kind.ORCID, "0000-0002-1694-233X") == 1
    assert found("10000-0002-1825-0097", Kind.ORCID, "0000-0002-1825-0097") == 0
    assert found("0000-0002-1825-00971", Kind.ORCID, "0000-0002-1825-0097") == 0


@pytest.mark.parametrize(
    ("text", "value", "hits"),
    [
        ("at Makerere University in Kampala", "Makerere University", 1),
        ("MAKERERE\nUNIVERSITY", "Makerere University", 1),
        ("Universite de Montreal", "Université de Montréal", 1),
        ("at Open University", "The Open University", 1),
        ("we work with MIT on this", "MIT", 1),
        ("wir arbeiten mit ihnen; commit", "MIT", 0),
        ("the university of nowhere", "Makerere University", 0),
    ],
)
def test_institutions_are_found_and_acronyms_only_in_capitals(
    text: str, value: str, hits: int
) -> None:
    assert found(text, Kind.ORGANISATION, value) == hits


def test_a_hit_names_page_value_and_the_words_around_it() -> None:
    text = "x " * 100 + "The team of Ngozi\nOkafor will lead. " + "y " * 100
    (hit,) = find_own_names(["nothing", text], [NGOZI])
    assert (hit.kind, hit.value, hit.page) == (Kind.NAME, "Ngozi Chidinma Okafor", 2)
    assert "The team of Ngozi Okafor will lead." in hit.excerpt
    assert hit.excerpt.startswith("…")
    assert hit.excerpt.endswith("…")
    assert len(hit.excerpt) < 120


def test_every_occurrence_counts_up_to_a_bound() -> None:
    assert found("Okafor " * 3, Kind.NAME, "Ngozi Okafor") == 3
    assert found("Okafor, " * 5000, Kind.NAME, "Ngozi Okafor") == 50


def test_needles_are_words_not_patterns() -> None:
    assert found("aaaa", Kind.NAME, "a.*") == 0
    assert found("C++ (Group)", Kind.ORGANISATION, "C++ (Group)") == 1


def test_half_a_million_characters_take_well_under_a_second_each() -> None:
    text = "Lorem ipsum dolor sit amet, Ökonomie und Straße. " * 10_000
    needles = [NGOZI, Needle(Kind.EMAIL, "a.b@example.org"), Needle(Kind.ORCID, "0" * 16)]
    assert find_own_names([text], needles) == []
