"""The staff's list of conflicts: found by words as they are typed, in an order that stays."""

from app.core import clock
from app.core.web import EquipoiseApp
from app.core.work import Mode, unit_of_work
from app.reviewers import queries
from app.reviewers.models import Conflict, ConflictKind
from tests.browser_client import Browser
from tests.engines import both_engines
from tests.factories import a_call, a_reviewer, a_submitted_proposal, an_officer, in_pool, plant


def _two_conflicts(name: str) -> str:
    """Enter and declare the same, the later with the smaller id; return the call."""
    call, reviewer = a_call(phase="assigning"), a_reviewer(name=name)
    in_pool(call, reviewer)
    proposal = a_submitted_proposal(call)
    for first, declared in (("z", False), ("a", True)):
        plant(
            Conflict(
                id=first * 26,
                call_id=call.id,
                proposal_id=proposal.id,
                account_id=reviewer.id,
                kind=ConflictKind.OTHER,
                declared=declared,
                found_at=clock.now(),
            )
        )
    return call.id


@both_engines
def test_words_find_capitals_of_every_alphabet_as_they_are_typed(app: EquipoiseApp) -> None:
    call_id = _two_conflicts("Åsa Straßer")
    browser = Browser(app).sign_in(an_officer().id)
    for words, found in (
        ("Åsa", True),
        ("ÅSA", True),
        ("åsa straßer", True),
        ("STRASSER", True),
        ("Asa", False),
        ("Åsa Kin", False),
    ):
        page = browser.get(f"/desk/calls/{call_id}/conflicts?words={words}").text
        assert ("2 of 2 fit." in page) is found, words
        assert ("0 of 2 fit." in page) is not found, words


@both_engines
def test_no_conflict_comes_twice_or_never_where_two_look_alike(app: EquipoiseApp) -> None:
    assert app
    call_id = _two_conflicts("Ada Holm")
    with unit_of_work(mode=Mode.READ):
        one_by_one = [
            row.id for n in (0, 1) for row in queries.conflicts_of(call_id, start=n, most=1)
        ]
        assert one_by_one == ["a" * 26, "z" * 26]
        assert [one for one, _told in queries.conflicts_told(call_id)] == one_by_one
