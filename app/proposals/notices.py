"""What applicants are told by mail."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.calls import eligibility
from app.calls.models import Call
from app.core.money import Money
from app.core.words import _
from app.notifications.account_letters import LINK
from app.notifications.service import tell, tell_all
from app.notifications.wording import quoted
from app.proposals import links
from app.proposals.models import (
    Confirmation,
    Correction,
    Draft,
    Exemption,
    Invitation,
    MayDo,
    Partner,
    Proposal,
    Receipt,
    Signatory,
)


def tell_receipt(members: Iterable[str], call: Call, proposal: Proposal, receipt: Receipt) -> None:
    """Send every applicant the receipt with its proof: each becomes a witness of the ledger."""
    local = receipt.submitted_at.astimezone(ZoneInfo(call.zone))
    body = _(
        "Your proposal %(number)s in the call “%(call)s” is submitted.\n\n"
        "Receipt: %(receipt)s\n"
        "Submitted: %(local)s (%(zone)s), %(utc)s UTC\n\n"
        "You may change and submit it again until the call closes; the last one counts.\n"
        "Keep this letter. What follows proves, without us, what we received and when:\n\n"
        "%(proof)s\n",
        number=proposal.number,
        call=quoted(call.title),
        receipt=receipt.id,
        local=f"{local:%Y-%m-%d %H:%M:%S}",
        zone=call.zone,
        utc=f"{receipt.submitted_at:%Y-%m-%d %H:%M:%S}",
        proof=receipt.proof,
    )
    tell_all(
        members,
        "proposals.receipt",
        _("Receipt for %(number)s", number=proposal.number),
        body,
        about_id=proposal.id,
    )


def tell_eligibility(members: Iterable[str], call: Call, proposal: Proposal, reason: str) -> None:
    """Tell the applicants that the proposal is not eligible and why, or that it is again."""
    if reason:
        body = _(
            "Your proposal %(number)s in the call “%(call)s” is not eligible, so it is not "
            "reviewed. The reason:\n\n%(reason)s\n\n"
            "If you think that this is a mistake, answer the call’s office soon.\n",
            number=proposal.number,
            call=quoted(call.title),
            reason=quoted(reason),
        )
    else:
        body = _(
            "Your proposal %(number)s in the call “%(call)s” is eligible after all, and goes on "
            "to review.\n",
            number=proposal.number,
            call=quoted(call.title),
        )
    for account_id in members:
        tell(
            account_id,
            "proposals.eligibility",
            _("Eligibility of %(number)s", number=proposal.number),
            body,
            about_id=proposal.id,
        )


def ask_partner(
    contact: str, call: Call, partner: Partner, draft: Draft | None, asked_by: str
) -> None:
    """Ask a partner's contact to confirm the organisation's part; the link is made on sending."""
    body = _(
        "%(person)s of %(lead)s names your organisation, %(name)s, as a partner in an application "
        "to the call “%(call)s”, with a budget of %(budget)s.\n\n"
        "Read what is said of it, and confirm or decline, on this page:\n\n%(link)s\n\n"
        "Opening it changes nothing, and no account is needed. It works for %(days)s days, and "
        "only as long as what is said of your organisation does not change.\n",
        person=quoted(asked_by),
        lead=quoted(draft.organisation if draft else ""),
        name=quoted(partner.name),
        call=quoted(call.title),
        budget=Money(partner.budget_minor, partner.currency).show(),
        link=LINK,
        days=links.LASTS.days,
    )
    subject = _("Does your organisation take part? An application to %(code)s", code=call.code)
    tell(contact, links.PARTNER, subject, body, about_id=partner.id)


def tell_partner_answered(
    members: Iterable[str], call: Call, proposal: Proposal, partner: Partner
) -> None:
    said = (
        _("confirmed that it takes part")
        if partner.confirmation is Confirmation.CONFIRMED
        else _("answered that it does not take part")
    )
    for account_id in members:
        tell(
            account_id,
            "proposals.partner_answered",
            _("A partner answered: %(code)s", code=call.code),
            _(
                "%(name)s %(said)s in your application to the call “%(call)s”.\n",
                name=quoted(partner.name),
                said=said,
                call=quoted(call.title),
            ),
            about_id=proposal.id,
        )


def tell_exemption(members: Iterable[str], call: Call, exemption: Exemption) -> None:
    """Tell the applicants what the call's office decided about their request, and why."""
    answer = _("granted") if exemption.granted else _("not granted")
    if exemption.granted and exemption.until:
        until = local_time(call, exemption.until)
        answer = _("granted: you have time until %(until)s (%(zone)s)", until=until, zone=call.zone)
    for account_id in members:
        tell(
            account_id,
            "proposals.exemption",
            _("Your request to the office of %(code)s", code=call.code),
            _(
                "Your request about the call “%(call)s” is %(answer)s. The reason:\n\n%(reason)s\n",
                call=quoted(call.title),
                answer=answer,
                reason=quoted(exemption.reason),
            ),
            about_id=exemption.proposal_id,
        )


def invite(contact: str, call: Call, invitation: Invitation, invited_by: str) -> None:
    """Invite somebody to apply together; the link is made on sending."""
    body = _(
        "%(person)s invites you to apply together to the call “%(call)s”. You may %(may)s.\n\n"
        "To answer, open this page and sign in, or register, with this e-mail address:\n\n"
        "%(link)s\n\n"
        "Opening it changes nothing. It works for %(days)s days.\n",
        person=quoted(invited_by),
        call=quoted(call.title),
        may=may_words(invitation.may),
        link=LINK,
        days=links.LASTS.days,
    )
    subject = _("An invitation to apply together: %(code)s", code=call.code)
    tell(contact, links.INVITATION, subject, body, about_id=invitation.id)


def may_words(may: MayDo) -> str:
    return {
        MayDo.VIEW: _("read the draft"),
        MayDo.COMMENT: _("read the draft and comment on it"),
        MayDo.EDIT: _("write along"),
    }[may]


def tell_invitation_answered(
    lead: str, call: Call, proposal: Proposal, name: str, *, accepts: bool
) -> None:
    said = _("accepted") if accepts else _("declined")
    tell(
        lead,
        "proposals.invitation_answered",
        _("Your invitation was answered: %(code)s", code=call.code),
        _(
            "%(name)s %(said)s your invitation to apply together to “%(call)s”.\n",
            name=quoted(name),
            said=said,
            call=quoted(call.title),
        ),
        about_id=proposal.id,
    )


def tell_lead(lead: str, proposal: Proposal, name: str) -> None:
    tell(
        lead,
        "proposals.lead",
        _("You lead a proposal now"),
        _(
            "%(name)s handed the lead of your common proposal over to you. You submit it, and you "
            "decide who takes part.\n",
            name=quoted(name),
        ),
        about_id=proposal.id,
    )


def tell_returned(
    members: Iterable[str], call: Call, proposal: Proposal, correction: Correction
) -> None:
    """Tell the applicants what to mend, and by when."""
    body = _(
        "Your proposal %(number)s in the call “%(call)s” was returned to be corrected. Mend these "
        "points and submit it again until %(until)s (%(zone)s):\n\n%(points)s\n\n"
        "If you do nothing, it is decided on as it was submitted.\n",
        number=proposal.number,
        call=quoted(call.title),
        until=local_time(call, correction.until),
        zone=call.zone,
        points="\n".join(f"- {quoted(point)}" for point in correction.points),
    )
    for account_id in members:
        tell(
            account_id,
            "proposals.returned",
            _("%(number)s is returned to be corrected", number=proposal.number),
            body,
            about_id=proposal.id,
        )


def tell_not_counted(
    members: Iterable[str], call: Call, draft: Draft, problems: Iterable[str]
) -> None:
    """Tell why a draft was not handed in at the deadline."""
    body = _(
        "The call “%(call)s” is closed. Your draft was not complete, so it was not submitted. What "
        "was missing:\n\n%(problems)s\n",
        call=quoted(call.title),
        problems="\n".join(f"- {quoted(each)}" for each in problems),
    )
    for account_id in members:
        tell(
            account_id,
            "proposals.not_counted",
            _("Your draft in %(code)s was not submitted", code=call.code),
            body,
            about_id=draft.proposal_id,
        )


def local_time(call: Call, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(call.zone)):%Y-%m-%d %H:%M}"


def ask_signatory(contact: str, call: Call, proposal: Proposal, asked_by: str) -> None:
    """Ask the signatory to read and sign; the link is made on sending."""
    asks = (
        _(
            "%(person)s asks you, as supervisor at home, to sign off an application to go away for "
            "a while and come back, to the call “%(call)s”.",
            person=quoted(asked_by),
            call=quoted(call.title),
        )
        if eligibility.is_fellowship(call.eligibility)
        else _(
            "%(person)s asks you, as a signatory of your organisation, to sign off an application "
            "to the call “%(call)s”.",
            person=quoted(asked_by),
            call=quoted(call.title),
        )
    )
    how = _(
        "Read it and sign it off on this page:\n\n%(link)s\n\n"
        "Opening it changes nothing, and no account is needed. It works for %(days)s days.\n",
        link=LINK,
        days=links.LASTS.days,
    )
    body = f"{asks}\n\n{how}"
    subject = _("Please sign off an application to %(code)s", code=call.code)
    tell(contact, links.SIGNATORY, subject, body, about_id=proposal.id)


def tell_signed(
    members: Iterable[str], call: Call, proposal: Proposal, signatory: Signatory
) -> None:
    for account_id in members:
        tell(
            account_id,
            "proposals.signed",
            _("Signed off: your application to %(code)s", code=call.code),
            _(
                "%(name)s signed off your application to the call “%(call)s”. You can submit it as "
                "long as you change nothing.\n",
                name=quoted(signatory.signed_by),
                call=quoted(call.title),
            ),
            about_id=proposal.id,
        )
