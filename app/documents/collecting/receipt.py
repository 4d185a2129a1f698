"""The facts of a receipt, from what was kept when the proposal was submitted."""

from app.calls import queries as calls
from app.calls.models import Call
from app.core.words import _
from app.documents import facts
from app.documents.collecting.decided import about_call, issue
from app.ledger import proof
from app.ledger.service import own_verifier_key
from app.proposals.models import Proposal, Receipt, Version


def receipt(call: Call, proposal: Proposal, version: Version, given: Receipt) -> facts.Receipt:
    """Return what the receipt of one submission says; the same for as long as the call stands."""
    labels = {question.key: question.label for question in calls.questions_of(call.id)}
    return facts.Receipt(
        issue=issue(f"receipt/{given.id}", call, given.submitted_at),
        call=about_call(call),
        receipt=given.id,
        number=proposal.number or "",
        title=version.title,
        version=version.number,
        received_at=given.submitted_at,
        deadline=call.closes_at,
        answers=tuple(
            facts.SealedAnswer(_part(name, labels), sha256) for name, sha256 in given.parts.items()
        ),
        files=(),
        witness=facts.Witness(proof.from_text(given.proof), own_verifier_key()),
    )


def _part(name: str, labels: dict[str, str]) -> str:
    kind, _blank, key = name.partition(" ")
    whole = {
        "version": _("The scientific part, all together"),
        "identity": _("Who applies, all together"),
    }
    if name in whole:
        return whole[name]
    label = labels.get(key, key)
    return _("%(question)s (file)", question=label) if kind == "file" else label
