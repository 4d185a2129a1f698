"""The lead organisation's signatory, who signs off what is about to be submitted."""

import hashlib

from app.accounts import rules as accounts
from app.accounts.actor import Actor
from app.accounts.service import correspondent
from app.calls import eligibility
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.canonical import canonical
from app.ledger.service import record
from app.proposals import notices, policy, queries
from app.proposals.events import SignatoryAsked, SignatorySigned
from app.proposals.models import Draft, Proposal, Signatory
from app.proposals.rules import Problem, tidy
from app.proposals.service.history import content_of

PAGE = "signatory"


def ask_signatory(
    actor: Actor, proposal: Proposal, call: Call, *, name: str, email: str
) -> Signatory:
    """Send the signatory a link to read the whole application and sign it off."""
    enforce(policy.may_submit(actor, proposal, call))
    if not name.strip() or not accounts.is_email(email.strip()):
        enforce(refused(_("Give the signatory’s name and e-mail address.")))
    signatory = queries.signatory_of(proposal.id)
    if signatory is None:
        signatory = Signatory(proposal_id=proposal.id, name="", email="")
        db.session.add(signatory)
    signatory.name, signatory.email = tidy(name), email.strip()
    signatory.asked_at = clock.now()
    signatory.signed_at, signatory.signed_by, signatory.sha256 = None, "", ""
    db.session.flush()
    contact = correspondent(signatory.name, signatory.email)
    notices.ask_signatory(contact, call, proposal, actor.name)
    record(actor, SignatoryAsked(), about=proposal)
    return signatory


def sign_off(
    signatory: Signatory, proposal: Proposal, call: Call, *, name: str, seen_sha256: str
) -> None:
    """Sign what was read: `seen_sha256` is of the page that the signatory had open."""
    hold(proposal)
    enforce(policy.may_sign_off(signatory, proposal, call))
    draft = queries.get_draft(proposal.id)
    sha256 = signed_sha256(proposal, draft) if draft else ""
    if sha256 != seen_sha256:
        enforce(refused(_("The application was changed while you read it. Read it once more.")))
    if not name.strip():
        enforce(refused(_("Write your name: it says who signed.")))
    signatory.signed_at, signatory.signed_by = clock.now(), tidy(name)
    signatory.sha256 = sha256
    record(None, SignatorySigned(sha256=sha256), about=proposal)
    notices.tell_signed(queries.members_of(proposal.id), call, proposal, signatory)


def signed_sha256(proposal: Proposal, draft: Draft) -> str:
    """Return the hash of all that the signatory reads: answers, amounts and partners."""
    partners = [
        [each.name, each.ror, each.country, each.place.value, each.currency, each.budget_minor]
        for each in queries.partners_of(proposal.id)
    ]
    whole = {"content": content_of(draft), "partners": partners}
    return hashlib.sha256(canonical(whole)).hexdigest()


def problems_of_signature(call: Call, proposal: Proposal, draft: Draft) -> list[Problem]:
    """Say what is missing of the signature, where the call asks for one."""
    if not call.signatory_required:
        return []
    signatory = queries.signatory_of(proposal.id)
    if signatory is None or signatory.asked_at is None:
        sentence = (
            _("Ask your supervisor at home to sign off.")
            if eligibility.is_fellowship(call.eligibility)
            else _("Ask the signatory of your organisation to sign off.")
        )
    elif signatory.signed_at is None:
        sentence = _("%(name)s has not signed off yet.", name=signatory.name)
    elif signatory.sha256 != signed_sha256(proposal, draft):
        sentence = _("You changed the application after it was signed off. Ask once more.")
    else:
        return []
    return [Problem(PAGE, sentence)]
