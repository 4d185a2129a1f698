"""Submitting by a program: the same request again gets the same receipt."""

import re
from dataclasses import dataclass
from typing import Annotated

from flask import request, url_for

from app.accounts.session import signed_in
from app.core import clock
from app.core.api import Answer, Fault, Problem, Says, TokenScope, created, operation
from app.core.api.answering import KEY_PATTERN
from app.core.lens import Lens
from app.proposals import policy, service
from app.proposals.api.drafting import OVERTAKEN, overtaken_problem
from app.proposals.api.room import ReceiptTold, bp, told_receipt
from app.proposals.routes.room import own
from app.proposals.service import Incomplete, KeyReused, NamesFound, NotCurrent, Overtaken, Wanted

NAMES = (
    "Some words tell reviewers who you are. Change them, or send `names_may_stay` as true after "
    "looking at them."
)
LACKING = "The draft cannot be submitted as it is; what is missing or wrong is named."
REUSED = "This key was sent with another body before. Choose another key for another request."
NOT_CURRENT = (
    "This very request was answered with a receipt before, but what it handed in is not what "
    "counts now; `state` is how the proposal stands. To submit anew, choose another key."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What to submit."""

    revision: Annotated[int, Says("Of the draft that you read; no other is submitted.", least=0)]
    names_may_stay: Annotated[
        bool, Says("You have looked at the words that tell who applies, and they may stay.")
    ] = False


@bp.post("/proposals/<id:proposal_id>/submit")
@operation(
    Lens.APPLICANT,
    policy.may_submit,
    TokenScope.PROPOSALS_SUBMIT,
    answers=ReceiptTold,
    status=201,
    takes=Submission,
    refuses={409: f"{OVERTAKEN} Or: {NOT_CURRENT}"},
    keyed=True,
    never_turned_away=True,
)
def submit(proposal_id: str, body: Submission) -> Answer:
    """Submit the draft and get its receipt.

    With an `Idempotency-Key` the same request can be sent again after a lost answer, for a week: it
    gets the same receipt, while that is of what counts. Without one, each request makes a version
    of its own.
    """
    key = _key()
    proposal, call = own(proposal_id)
    wanted = Wanted(body.revision, body.names_may_stay, key)
    at = request.environ.get("equipoise.received_at") or clock.now()
    try:
        receipt = service.submit_once(signed_in(), proposal, call, wanted, received_at=at)
    except Overtaken as overtaken:
        raise overtaken_problem(overtaken) from overtaken
    except KeyReused as reused:
        raise Problem(422, REUSED, kind="idempotency-key-reused") from reused
    except NotCurrent as old:
        more = {"state": old.state.value}
        raise Problem(409, NOT_CURRENT, kind="not-current", more=more) from old
    except Incomplete as lacking:
        raise Problem(422, LACKING, kind="incomplete", faults=_lacking(lacking)) from lacking
    except NamesFound as found:
        raise _names_problem(found) from found
    where = url_for("api_proposals.show_receipt", proposal_id=proposal.id, receipt_id=receipt.id)
    return created(told_receipt(proposal, receipt), where)


def _key() -> str:
    key = request.headers.get("Idempotency-Key", "")
    if key and not re.fullmatch(KEY_PATTERN, key):
        fault = Fault("Idempotency-Key", "Send 1 to 255 characters of ASCII without blanks.")
        raise Problem(400, "The key cannot be read.", faults=[fault])
    return key


def _lacking(found: Incomplete) -> list[Fault]:
    return [
        Fault(
            f"/answers/{one.field[2:]}" if one.field.startswith("q_") else f"/{one.field}",
            one.sentence,
        )
        for one in found.problems
    ]


def _names_problem(found: NamesFound) -> Problem:
    faults = [
        Fault(f"/answers/{key}" if key != "title" else "/title", ", ".join(h.value for h in hits))
        for key, hits in found.words.items()
    ]
    faults += [Fault(f"/files/{key}", "This file tells who applies.") for key in found.files]
    return Problem(422, NAMES, kind="names-found", faults=faults)
