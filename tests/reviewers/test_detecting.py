"""What the records can show: each fact that ties a judge to a proposal, and what must not."""

import pytest

from app.reviewers.models import ConflictKind, TieSource
from app.reviewers.rules import (
    Applied,
    Judge,
    Known,
    Organisation,
    find_conflicts,
    mail_organisation,
    name_key,
    ror_of,
)

CDL, CAMBRIDGE, OXFORD = "03yrm5c26", "013meh722", "052gg0110"


def _judge(email: str = "j@example.org", **values: object) -> Judge:
    return Judge("j", email, values.pop("organisation", Organisation("")), **values)  # type: ignore[arg-type]


def _applied(organisation: Organisation | None = None, **values: object) -> Applied:
    return Applied("p", (organisation,) if organisation else (), **values)  # type: ignore[arg-type]


def _kinds(judge: Judge, applied: Applied, *, same_country: bool = False) -> list[ConflictKind]:
    return [one.kind for one in find_conflicts([judge], [applied], same_country=same_country)]


ALLIED = [
    (Organisation("Fjord Unit", ror=CDL), Organisation("Unit of the Fjord Coast", ror=CDL)),
    (Organisation("Fjord Unit", parents=("Big Society",)), Organisation("The Big Society")),
    (Organisation("Big Society"), Organisation("Fjord Unit", parents=("big society",))),
    (Organisation("Fjord Unit", parents=(CDL,)), Organisation("Somewhere", ror=CDL)),
    (Organisation("Somewhere", ror=CDL), Organisation("Fjord Unit", parents=(CDL,))),
    (
        Organisation("Fjord Unit", parents=(f"https://ror.org/{CDL}",)),
        Organisation("Hill Unit", parents=(CDL,)),
    ),
]
APART = [
    (Organisation("Fjord Unit", ror=CDL), Organisation("Hill Unit", ror=OXFORD)),
    (Organisation("Fjord Unit", parents=(CDL,)), Organisation("Hill Unit", parents=(OXFORD,))),
    (Organisation("Fjord Unit", parents=("University",)), Organisation("University")),
    (Organisation("Fjord Unit", ror="03yrm5c27"), Organisation("Hill Unit", ror="03yrm5c27")),
    (Organisation("University of York", "GB"), Organisation("York University", "CA")),
    (Organisation(""), Organisation("")),
]


@pytest.mark.parametrize(("one", "other"), ALLIED)
def test_organisations_that_belong_together_are_found(
    one: Organisation, other: Organisation
) -> None:
    assert _kinds(_judge(organisation=one), _applied(other)) == [ConflictKind.ORGANISATION]


@pytest.mark.parametrize(("one", "other"), APART)
def test_organisations_that_do_not_belong_together_are_not(
    one: Organisation, other: Organisation
) -> None:
    assert _kinds(_judge(organisation=one), _applied(other)) == []


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("ada@cs.fjord-university.eu", "fjord-university.eu"),
        ("ada@med.ox.ac.uk", "ox.ac.uk"),
        ("ada@gmail.com", ""),
        ("ada@mail.gmail.com", ""),
        ("ada@example.org", ""),
        ("ada@cs.uni.example", ""),
        ("ada@localhost", ""),
        ("ada", ""),
    ],
)
def test_mail_domains_tell_the_organisation_unless_anybody_gets_an_address(
    email: str, domain: str
) -> None:
    assert mail_organisation(email) == domain


def test_the_same_mail_domain_is_found_and_a_free_one_is_not() -> None:
    applied = _applied(email_keys=frozenset({"lead@bio.fjorduni.eu", "lead@gmail.com"}))

    assert _kinds(_judge("j@fjorduni.eu"), applied) == [ConflictKind.ORGANISATION]
    assert _kinds(_judge("j@gmail.com"), applied) == []
    assert _kinds(_judge("j@notfjorduni.eu"), applied) == []


def test_the_same_orcid_is_the_same_person() -> None:
    orcid = "0000-0002-1825-0097"

    assert _kinds(_judge(orcid=orcid), _applied(orcids=frozenset({orcid}))) == [
        ConflictKind.SAME_PERSON
    ]
    assert _kinds(_judge(orcid=""), _applied(orcids=frozenset({""}))) == []


def test_who_applied_together_before_works_together() -> None:
    assert _kinds(_judge(), _applied(together=frozenset({"j"}))) == [ConflictKind.COLLABORATOR]


@pytest.mark.parametrize(
    ("tie", "found"),
    [
        (Known(TieSource.DECLARED, "Ada Holm", name_key("Ada Holm")), True),
        (Known(TieSource.PUBLICATION, "HOLM, Åda", name_key("HOLM, Åda")), True),
        (Known(TieSource.DECLARED, "A. H.", "", email_key="ada@work.example"), True),
        (Known(TieSource.DECLARED, "A. H.", "", orcid="0000-0002-1825-0097"), True),
        (Known(TieSource.DECLARED, "Ada Holmes", name_key("Ada Holmes")), False),
        (Known(TieSource.DECLARED, "", ""), False),
    ],
)
def test_ties_are_recognised_by_name_address_and_orcid(tie: Known, found: bool) -> None:  # noqa: FBT001
    applied = _applied(
        names=("Ada Holm", ""),
        email_keys=frozenset({"ada@work.example", ""}),
        orcids=frozenset({"0000-0002-1825-0097"}),
    )

    assert _kinds(_judge(ties=(tie,)), applied) == ([ConflictKind.COLLABORATOR] if found else [])


def test_a_country_counts_only_where_the_call_says_so_and_for_reviewers_alone() -> None:
    judge = _judge(organisation=Organisation("Fjord Unit", "NO"))
    staff = _judge(organisation=Organisation("Fjord Unit", "NO"), reviews=False)
    applied = _applied(Organisation("Hill Unit", "NO"))

    assert _kinds(judge, applied) == []
    assert _kinds(judge, applied, same_country=True) == [ConflictKind.COUNTRY]
    assert _kinds(staff, applied, same_country=True) == []
    assert _kinds(judge, _applied(Organisation("Hill Unit", "")), same_country=True) == []


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        (f"https://ror.org/{CDL}", CDL),
        (f" ror.org/{CAMBRIDGE.upper()} ", CAMBRIDGE),
        (OXFORD, OXFORD),
        ("052gg0111", None),
        ("", None),
        ("https://ror.org/", None),
        ("https://evil.example/03yrm5c26", None),
    ],
)
def test_ror_identifiers_are_read_with_their_check_digits(text: str, signs: str | None) -> None:
    assert ror_of(text) == signs
