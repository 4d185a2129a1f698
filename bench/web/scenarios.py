"""The pages that are measured, as endless requests of the people who ask for them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, cycle

from app.core.ids import new_id
from bench.web.client import Ask
from bench.web.generated import WEIGHTS, Generated, SignedIn

Asks = Iterator[Ask]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`limit` is in multiples of the yardstick, on SQLite and on PostgreSQL; None where only the
    figure is told. Limits of 4, 5 and 7 are a peer's CPU time divided by the target and by R.

    `changed`: before each view somebody hands in a review that counts in it with other grades; the
    cost of that (`changes`) is taken off again.
    """

    name: str
    target: str
    yardstick: str  # "F" or "R"
    limit: tuple[float, float] | None
    statements: int | None  # at the most
    asks: Callable[[Generated], Asks]
    changed: bool = False


def _sign_in(_made: Generated) -> Asks:
    return cycle([Ask("/sign-in")])


def _own_reviews(made: Generated) -> Asks:
    return (Ask("/reviews/", who.cookie) for who in cycle(made.reviewers))


def _desk_page(tail: str) -> Callable[[Generated], Asks]:
    def asks(made: Generated) -> Asks:
        return cycle([Ask(f"/desk/calls/{made.call_id}/{tail}", made.officer.cookie)])

    return asks


def _scoring_form(made: Generated) -> Asks:
    return (Ask(f"/reviews/{seat}", who.cookie) for who, seat in cycle(made.writers))


def _review_form(who: SignedIn, seat: str, revision: int, act: str) -> Ask:
    words = f"The plan fits the aims in every part of it, as I see it now ({revision})."
    fields = {"csrf_token": who.csrf, "version": str(revision), "act": act, "confidence": "2"}
    for key in WEIGHTS:
        fields |= {f"g_{key}": str(1 + revision % 6), f"r_{key}": words}
    fields |= {"to_applicant": words, "to_panel": words}
    return Ask(f"/reviews/{seat}", who.cookie, fields, expect=303)


def review_saves(made: Generated) -> Asks:
    """Every save is a change on the newest revision of a seat; seats take turns."""
    for revision in count(1):
        for who, seat in made.writers:
            yield _review_form(who, seat, revision, "save")


def changes(made: Generated) -> Asks:
    """Reviews that counted already are written anew and handed in, in two requests each."""
    for revision in count(1, 2):
        for who, seat in made.handed_in:
            yield _review_form(who, seat, revision, "save")
            form = {"csrf_token": who.csrf, "no_conflict": "y", "looked": "y"}
            yield Ask(f"/reviews/{seat}/submit", who.cookie, form, expect=303)


def submits(made: Generated) -> Asks:
    """Every draft is submitted in turn, then submitted again as it stands."""
    for who, proposal in cycle(made.applicants):
        form = {"csrf_token": who.csrf, "key": new_id(), "submit": "y"}
        yield Ask(f"/proposals/{proposal}/submit", who.cookie, form, expect=303)


SAVE = Scenario("review save, POST", "6", "R", (6, 6), 10, review_saves)
_RANKING, _PROGRESS = _desk_page("ranking"), _desk_page("progress")
SCENARIOS = (
    Scenario("sign-in page", "1", "F", (2.5, 2.5), 0, _sign_in),
    Scenario("reviewer's list, 10 rows", "2", "R", (3, 3), 5, _own_reviews),
    Scenario("ranking, 1,000 rows, after a change", "3", "R", (15, 15), 5, _RANKING, changed=True),
    Scenario(
        "progress, 100 of 1,000 rows, after a change",
        "3",
        "R",
        (15, 15),
        5,
        _PROGRESS,
        changed=True,
    ),
    Scenario(  # noted in the ledger each time, so each time something happened
        "list of proposals, 1,000 rows", "3", "R", (15, 15), 5, _desk_page("proposals/")
    ),
    Scenario("ranking, 1,000 rows, unchanged", "4", "R", (3.4, 2.1), 5, _RANKING),
    Scenario("progress, 100 of 1,000 rows, unchanged", "4", "R", (3.4, 2.1), 5, _PROGRESS),
    Scenario("scores CSV, 3,000 reviews", "5", "R", (33, 20), 4, _desk_page("reviews.csv")),
    Scenario("review form", "", "R", None, None, _scoring_form),
    SAVE,
    Scenario("submit, POST", "7", "R", (9, 5.5), 12, submits),
)
