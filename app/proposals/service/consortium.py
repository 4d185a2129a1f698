"""Who applies together: partners, their confirmation, and the lead applicant's career."""

from dataclasses import asdict, dataclass

from app.accounts.actor import Actor
from app.accounts.service import correspondent
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.proposals import notices, policy, queries
from app.proposals.events import (
    BackgroundDescribed,
    ConfirmationAsked,
    PartnerAdded,
    PartnerAnswered,
    PartnerChanged,
    PartnerRemoved,
)
from app.proposals.models import Background, Confirmation, Draft, Partner, Place, Proposal
from app.proposals.rules import tidy
from app.proposals.service.writing import draft_of

MOST_PARTNERS = 60


@dataclass(frozen=True, slots=True)
class PartnerDraft:
    """What the form of one partner says."""

    place: Place
    name: str
    ror: str
    country: str
    contact_name: str
    contact_email: str
    roles: tuple[str, ...]
    person_months: str
    currency: str
    budget_minor: int


@dataclass(frozen=True, slots=True)
class BackgroundDraft:
    doctorate: str
    break_months: int
    breaks: str


class PartnerOvertaken(Exception):  # noqa: N818 - it is an answer
    """Somebody else changed the partner first; `partner` is how it stands now."""

    def __init__(self, partner: Partner) -> None:
        super().__init__("the partner was changed by somebody else")
        self.partner = partner


def add_partner(actor: Actor, proposal: Proposal, call: Call, draft: PartnerDraft) -> Partner:
    enforce(policy.may_write(actor, proposal, call))
    hold(proposal)
    partners = queries.partners_of(proposal.id)
    if len(partners) >= MOST_PARTNERS:
        enforce(refused(_("A proposal has at most %(n)s partners.", n=MOST_PARTNERS)))
    _enforce_new_name(partners, draft)
    values = _values(draft)
    place = max((partner.position for partner in partners), default=-1) + 1
    partner = Partner(proposal_id=proposal.id, position=place, **values)
    db.session.add(partner)
    _touch(draft_of(proposal))
    record(actor, PartnerAdded(partner=partner.id), about=proposal)
    return partner


def change_partner(
    actor: Actor,
    proposal: Proposal,
    call: Call,
    partner: Partner,
    draft: PartnerDraft,
    *,
    revision: int,
) -> None:
    """Change a partner; what it had confirmed was the row as it stood, so it is asked again."""
    enforce(policy.may_write(actor, proposal, call))
    hold(partner)
    _enforce_new_name([p for p in queries.partners_of(proposal.id) if p.id != partner.id], draft)
    values = _values(draft)
    if all(getattr(partner, name) == value for name, value in values.items()):
        return
    if partner.revision != revision:
        raise PartnerOvertaken(partner)
    for name, value in values.items():
        setattr(partner, name, value)
    partner.revision += 1
    partner.confirmation, partner.answered_by = Confirmation.NONE, ""
    partner.asked_at = partner.answered_at = None
    _touch(draft_of(proposal))
    record(actor, PartnerChanged(partner=partner.id), about=proposal)


def remove_partner(actor: Actor, proposal: Proposal, call: Call, partner: Partner) -> None:
    enforce(policy.may_write(actor, proposal, call))
    db.session.delete(partner)
    _touch(draft_of(proposal))
    record(actor, PartnerRemoved(partner=partner.id), about=proposal)


def _enforce_new_name(others: list[Partner], draft: PartnerDraft) -> None:
    for other in others:
        same = draft.ror and other.ror == draft.ror
        if same or queries.name_key(other.name) == queries.name_key(draft.name):
            enforce(refused(_("“%(name)s” is a partner already.", name=other.name)))


def _values(draft: PartnerDraft) -> dict[str, object]:
    """Return the columns of a partner; what the local list knows of its name is filled in."""
    values = asdict(draft)
    values["name"], values["contact_name"] = tidy(draft.name), tidy(draft.contact_name)
    values["roles"] = list(draft.roles)
    if not draft.ror or not draft.country:
        listed = queries.listed_organisation(draft.name)
        if listed is not None and draft.country in {"", listed.country}:
            values["ror"] = draft.ror or listed.ror
            values["country"] = listed.country
    if not values["country"]:
        enforce(refused(_("Choose the country of the organisation.")))
    return values


def _touch(draft: Draft) -> None:
    """Let the draft say that it changed; whoever writes in another tab is not disturbed."""
    draft.saved_at = clock.now()


def ask_to_confirm(actor: Actor, proposal: Proposal, call: Call, partner: Partner) -> None:
    """Send the partner's contact a link with which the organisation confirms its part."""
    enforce(policy.may_write(actor, proposal, call))
    hold(partner)
    if not partner.contact_email:
        enforce(refused(_("Give the contact’s e-mail address first.")))
    partner.confirmation, partner.asked_at = Confirmation.ASKED, clock.now()
    partner.answered_at, partner.answered_by = None, ""
    contact = correspondent(partner.contact_name, partner.contact_email)
    notices.ask_partner(contact, call, partner, queries.get_draft(proposal.id), actor.name)
    record(actor, ConfirmationAsked(partner=partner.id), about=proposal)


def answer_as_partner(
    partner: Partner, proposal: Proposal, call: Call, *, takes_part: bool, name: str
) -> None:
    """Note what the partner's contact answers by the link of their letter."""
    hold(partner)
    enforce(policy.may_answer_as_partner(partner, proposal, call))
    if not name.strip():
        enforce(refused(_("Write your name: it says who answered for the organisation.")))
    partner.confirmation = Confirmation.CONFIRMED if takes_part else Confirmation.DECLINED
    partner.answered_at, partner.answered_by = clock.now(), tidy(name)
    record(None, PartnerAnswered(partner=partner.id, takes_part=takes_part), about=proposal)
    notices.tell_partner_answered(queries.members_of(proposal.id), call, proposal, partner)


def describe_background(
    actor: Actor, proposal: Proposal, call: Call, draft: BackgroundDraft
) -> None:
    enforce(policy.may_write(actor, proposal, call))
    told = queries.background_of(proposal.id)
    if told is None:
        told = Background(proposal_id=proposal.id)
        db.session.add(told)
    told.doctorate, told.break_months = draft.doctorate, draft.break_months
    told.breaks = tidy(draft.breaks)
    _touch(draft_of(proposal))
    record(actor, BackgroundDescribed(), about=proposal)
