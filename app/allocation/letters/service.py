"""Writing decision letters before the release, and sending them inside it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.accounts.actor import Actor
from app.allocation import policy
from app.allocation.events import LetterWritten
from app.allocation.letters import queries, words
from app.allocation.letters.words import Words
from app.allocation.models import Decision, LetterText
from app.allocation.queries import LineRow
from app.allocation.releasing import Release, at_release
from app.calls.models import Call, CallState
from app.core.db import db
from app.core.gate import enforce
from app.core.money import Money
from app.core.verdict import ALLOWED, Verdict, refused
from app.core.words import _
from app.ledger.service import record
from app.notifications.service import tell
from app.notifications.wording import quoted
from app.proposals import queries as proposals


class Named(NamedTuple):
    """A proposal as a letter names it."""

    id: str
    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Told:
    """One outcome: whose, and the words for it."""

    proposal_id: str
    number: str
    title: str
    decision: Decision
    amount_minor: int
    words: Words


def can_write(call: Call) -> Verdict:
    if call.state in {CallState.RELEASED, CallState.ARCHIVED}:
        return refused(_("The letters of this call are sent; they cannot be changed any more."))
    return ALLOWED


def write(actor: Actor, call: Call, decision: Decision, said: Words) -> None:
    """Set what the letter to everybody with one kind of outcome says."""
    enforce(policy.may_release(actor, call))
    enforce(can_write(call))
    problem = words.trouble(said)
    if problem:
        enforce(refused(problem))
    text = queries.get_text(call.id, decision)
    if text is None:
        text = LetterText(call_id=call.id, decision=decision, subject="", body="")
        db.session.add(text)
    text.subject, text.body = said.subject.strip(), said.body.strip()
    record(actor, LetterWritten(call.code, decision.value, text.subject, text.body), about=call)


def letters_of(release: Release) -> Iterator[Told]:
    """Say what everybody is told: the ranked in their order, then those nobody could rank."""
    texts = queries.texts_of(release.call.id)
    for row in release.lines:
        yield line_told(release.call, row, texts[row.line.decision])
    nobody = _("not funded; it has no review that counts, so it could not be ranked")
    for one in release.unranked:
        named = Named(one.id, one.number, one.title)
        yield _told(
            release.call, named, Decision.DECLINE, 0, texts[Decision.DECLINE], result=nobody
        )


def line_told(call: Call, row: LineRow, text: Words) -> Told:
    """Return the letter about one line of an allocation."""
    line = row.line
    result = _result(line.decision, line.amount_minor, call.currency)
    one = Named(line.proposal_id, row.number, row.title)
    told = _told(call, one, line.decision, line.amount_minor, text, result=result)
    if not line.departure:
        return told
    why = _("This departs from the rule of the call, for this reason: %(why)s", why=line.departure)
    return replace(told, words=Words(told.words.subject, f"{told.words.body}\n\n{why}"))


def _told(
    call: Call, one: Named, decision: Decision, minor: int, text: Words, *, result: str
) -> Told:
    values = {
        "number": one.number,
        "title": quoted(one.title),
        "call": quoted(call.title),
        "result": result,
        "amount": Money(minor, call.currency).show() if minor else "",
    }
    filled = words.filled(text, values)
    return Told(one.id, one.number, one.title, decision, minor, filled)


def _result(decision: Decision, amount_minor: int, currency: str) -> str:
    if decision is Decision.AWARD:
        return _("awarded %(amount)s", amount=Money(amount_minor, currency).show())
    if decision is Decision.RESERVE:
        return _("on the reserve list")
    return _("not funded")


@at_release
def tell_applicants(_actor: Actor, release: Release) -> None:
    """Write to everybody who applied, in one batch; the outcome itself stands on their page."""
    closing = _(
        "The page of your proposal shows how it was judged, what the reviewers wrote to you, "
        "and which rule decided. This letter as a signed document is there as well."
    )
    for told in letters_of(release):
        for account_id in proposals.members_of(told.proposal_id):
            tell(
                account_id,
                queries.KIND,
                told.words.subject,
                f"{told.words.body}\n\n{closing}\n",
                about_id=told.proposal_id,
            )
