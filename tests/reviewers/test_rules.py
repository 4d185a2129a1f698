import string

import pytest

from app.calls.rules import Phase
from app.proposals.models import ProposalState
from app.reviewers import rules
from app.reviewers.models import ConflictKind, SeatState
from app.reviewers.rules import Applied, Judge, Organisation, find_conflicts, same_organisation

SAME = [
    ("University of Dundee", "University of Dundee"),
    ("University of Dundee", "The University of Dundee"),
    ("Universität Zürich", "universitat  zurich"),
    ("Instituto Nacional de Câncer", "INSTITUTO NACIONAL DE CANCER"),
    ("St. Mary's Hospital", "St Mary’s Hospital"),
    ("Makerere University Walter-Reed Project", "Makerere University, Walter Reed Project"),
    ("Univ. of Oslo", "University of Oslo"),
    ("Oslo University", "University of Oslo"),
    ("Karolinska Inst.", "Karolinska Institute"),
    ("Łódź Medical Centre", "Lodz Medical Centre"),
    ("東京大学", "東京大学"),
]
DIFFERENT = [
    ("University of Oslo", "Oslo University Hospital"),
    ("Fjord Institute", "Fjord Institute of Oncology"),
    ("University", "University"),
    ("", ""),
    ("Independent", "independent"),
    ("–", "-"),
    ("Institute 1", "Institute 2"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_organisation_are_one(one: str, other: str) -> None:
    assert same_organisation(Organisation(one), Organisation(other))
    assert same_organisation(Organisation(other), Organisation(one))


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_or_empty_names_are_not_one(one: str, other: str) -> None:
    assert not same_organisation(Organisation(one), Organisation(other))


def test_the_order_of_words_counts_where_the_countries_differ() -> None:
    york = Organisation("University of York", "GB")

    assert not same_organisation(york, Organisation("York University", "CA"))
    assert same_organisation(york, Organisation("York University", "GB"))
    assert same_organisation(york, Organisation("York University"))
    assert same_organisation(york, Organisation("University of York", "CA")), "the same words"


def _judge(account: str, organisation: str = "", email: str = "") -> Judge:
    return Judge(account, email or f"{account}@example.org", Organisation(organisation))


def test_conflicts_are_found_by_account_address_and_organisation() -> None:
    judges = [
        _judge("lead", "Fjord Institute"),
        _judge("neighbour", "fjord institute"),
        _judge("twin", email="lead@work.example"),
        _judge("free", "Elsewhere"),
    ]
    applied = Applied(
        "p1",
        (Organisation("Fjord Institute"), Organisation("FJORD INSTITUTE")),
        account_ids=frozenset({"lead"}),
        email_keys=frozenset({"lead@example.org", "lead@work.example"}),
    )

    found = [(one.account_id, one.kind) for one in find_conflicts(judges, [applied])]

    assert found == [
        ("lead", ConflictKind.SAME_PERSON),
        ("twin", ConflictKind.SAME_PERSON),
        ("lead", ConflictKind.ORGANISATION),
        ("neighbour", ConflictKind.ORGANISATION),
    ], "each kind once, though the organisation is written twice"


def test_who_has_nothing_to_do_with_a_proposal_has_no_conflict() -> None:
    applied = Applied("p1", (Organisation("Fjord Institute"), Organisation("")))

    assert find_conflicts([_judge("free", ""), _judge("other", "Elsewhere")], [applied]) == []


@pytest.mark.parametrize("phase", list(Phase))
def test_seats_are_given_while_assigning_and_reviewing(phase: Phase) -> None:
    verdict = rules.can_assign(phase)

    assert bool(verdict) is (phase in {Phase.ASSIGNING, Phase.REVIEWING})
    assert bool(verdict) or verdict.reason.endswith(".")


@pytest.mark.parametrize("state", list(ProposalState))
def test_only_an_eligible_proposal_gets_reviewers(state: ProposalState) -> None:
    assert bool(rules.can_judge(state, "X-1")) is (state is ProposalState.ELIGIBLE)


@pytest.mark.parametrize(
    ("state", "again"),
    [
        (None, True),
        (SeatState.INVITED, False),
        (SeatState.ACCEPTED, False),
        (SeatState.SUBMITTED, False),
        (SeatState.DECLINED, True),
        (SeatState.REMOVED, True),
        (SeatState.CONFLICTED, True),
    ],
)
def test_nobody_sits_twice_at_one_proposal(*, state: SeatState | None, again: bool) -> None:
    assert bool(rules.can_sit("Ada", state)) is again


@pytest.mark.parametrize("state", list(SeatState))
def test_a_seat_is_taken_back_only_before_its_review_is_submitted(state: SeatState) -> None:
    assert bool(rules.can_remove(state)) is (state in {SeatState.INVITED, SeatState.ACCEPTED})


def test_the_limit_is_the_last_that_may_be_taken() -> None:
    assert rules.can_take_more("Ada", 2, 3)
    refusal = rules.can_take_more("Ada", 3, 3)
    assert not refusal
    assert "Ada has 3 of at most 3" in refusal.reason


def test_letters_run_on_in_pairs_once_the_alphabet_is_used() -> None:
    assert set(rules.free_letters([])) == set(string.ascii_uppercase)
    assert rules.free_letters(set(string.ascii_uppercase) - {"Q"}) == ["Q"]
    assert rules.free_letters(string.ascii_uppercase)[0] == "AA"
