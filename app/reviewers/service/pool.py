"""Whom a call may ask to review."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete

from app.accounts import service as accounts
from app.accounts.actor import Actor
from app.accounts.models import Role
from app.accounts.rules import email_key
from app.calls.models import Call
from app.core.db import db
from app.core.gate import enforce
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.reviewers import policy, queries, rules
from app.reviewers.events import ReviewerChanged, ReviewerEntered, ReviewersImported, TiesImported
from app.reviewers.models import PoolMember, ReviewerKind, ReviewerProfile, Tie, Unavailability
from app.reviewers.rules import Profile
from app.reviewers.rules.pool_sheet import PersonSheet
from app.reviewers.rules.sheets import Wrong
from app.reviewers.rules.tie_sheet import TieSheet
from app.reviewers.service.searching import detect_conflicts


@dataclass(frozen=True, slots=True)
class ReviewerDraft:
    """A person to ask; their name and organisation count only where we do not know them yet.

    Without a `profile` what is known of them stays as it is.
    """

    name: str
    email: str
    organisation: str
    country: str
    kind: ReviewerKind
    expertise: str
    most: int
    profile: Profile | None = None
    mentor_id: str | None = None
    self_nominated: bool = False
    invite: bool = field(default=True, kw_only=True)  # to set a password, where they are new


def enter_reviewer(actor: Actor, call: Call, draft: ReviewerDraft) -> PoolMember:
    """Put a person into the pool and look for conflicts; somebody new gets an invitation."""
    enforce(policy.may_fill_pool(actor, call))
    member = _enter(actor, call, draft)
    detect_conflicts(actor, call)
    return member


def _enter(actor: Actor, call: Call, draft: ReviewerDraft) -> PoolMember:
    account_id = accounts.ensure_person(
        actor,
        name=draft.name,
        email=draft.email,
        organisation=draft.organisation,
        country=draft.country,
        invite=draft.invite,
    )
    if queries.member(call.id, account_id) is not None:
        name = queries.name_of(account_id)
        enforce(refused(_("%(name)s is in the pool already.", name=name)))
    enforce(rules.can_have_mentor(draft.kind, draft.mentor_id, account_id))
    accounts.grant_role(actor, account_id, Role.REVIEWER, call.id)
    member = PoolMember(
        call_id=call.id,
        account_id=account_id,
        kind=draft.kind,
        expertise=draft.expertise,
        most=draft.most,
        mentor_id=draft.mentor_id,
        self_nominated=draft.self_nominated,
    )
    db.session.add(member)
    if draft.profile is not None:
        _keep_profile(account_id, draft.profile)
    record(actor, ReviewerEntered(kind=draft.kind, most=draft.most), about=member)
    return member


def change_reviewer(
    actor: Actor,
    call: Call,
    member: PoolMember,
    *,
    kind: ReviewerKind,
    expertise: str,
    most: int,
    profile: Profile | None = None,
    mentor_id: str | None = None,
) -> None:
    """Change what is known of the person and what they are asked for. What they hold already
    stays theirs, unless what changed shows a conflict."""
    enforce(policy.may_fill_pool(actor, call))
    enforce(rules.can_have_mentor(kind, mentor_id, member.account_id))
    member.kind, member.expertise, member.most = kind, expertise, most
    member.mentor_id = mentor_id
    if profile is not None:
        _keep_profile(member.account_id, profile)
    record(actor, ReviewerChanged(kind=kind, most=most), about=member)
    if profile is not None:
        detect_conflicts(actor, call)


def _keep_profile(account_id: str, profile: Profile) -> None:
    known = db.session.get(ReviewerProfile, account_id)
    if known is None:
        known = ReviewerProfile(account_id=account_id)
        db.session.add(known)
    known.ror, known.statement = profile.ror, profile.statement
    known.parents, known.codes = list(profile.parents), list(profile.codes)
    known.cancers, known.languages = list(profile.cancers), list(profile.languages)
    db.session.execute(delete(Unavailability).where(Unavailability.account_id == account_id))
    db.session.add_all(
        Unavailability(account_id=account_id, first_day=f"{away.first}", last_day=f"{away.last}")
        for away in profile.away
    )


# --- lists ---------------------------------------------------------------------------------------


def import_people(actor: Actor, call: Call, sheets: Sequence[PersonSheet]) -> list[Wrong]:
    """Enter everybody of a list, or change what is known of those who are in the pool already;
    nobody is written to. Where something is wrong nothing is done, and all of it is returned."""
    enforce(policy.may_fill_pool(actor, call))
    known = queries.emails_in_pool(call.id)
    listed = {email_key(sheet.email) for sheet in sheets}
    wrong = [problem for sheet in sheets if (problem := _wrong_mentor(sheet, listed | set(known)))]
    if wrong:
        return wrong
    for sheet in sheets:
        _take_in(actor, call, sheet, known.get(email_key(sheet.email)))
    db.session.flush()
    known = queries.emails_in_pool(call.id)
    for sheet in sheets:
        if sheet.mentor_email:
            member = queries.member(call.id, known[email_key(sheet.email)])
            assert member is not None
            member.mentor_id = known[email_key(sheet.mentor_email)]
    record(actor, ReviewersImported(people=len(sheets)), about=call)
    detect_conflicts(actor, call)
    return []


def _wrong_mentor(sheet: PersonSheet, known: set[str]) -> Wrong | None:
    if not sheet.mentor_email:
        return None
    mentor, own = email_key(sheet.mentor_email), email_key(sheet.email)
    if mentor not in known:
        reason = _("Nobody in the pool or on this list has this address.")
        return Wrong(sheet.line, "mentor_email", reason)
    verdict = rules.can_have_mentor(sheet.kind, mentor, own)
    return None if verdict else Wrong(sheet.line, "mentor_email", verdict.reason)


def _take_in(actor: Actor, call: Call, sheet: PersonSheet, account_id: str | None) -> None:
    if account_id is None:
        draft = ReviewerDraft(
            name=sheet.name,
            email=sheet.email,
            organisation=sheet.organisation,
            country=sheet.country,
            kind=sheet.kind,
            expertise=sheet.keywords,
            most=sheet.most,
            profile=sheet.profile,
            invite=False,
        )
        _enter(actor, call, draft)
        return
    member = queries.member(call.id, account_id)
    assert member is not None
    member.kind, member.expertise, member.most = sheet.kind, sheet.keywords, sheet.most
    member.mentor_id = None
    _keep_profile(account_id, sheet.profile)
    record(actor, ReviewerChanged(kind=sheet.kind, most=sheet.most), about=member)


def import_ties(actor: Actor, call: Call, sheets: Sequence[TieSheet]) -> tuple[int, list[Wrong]]:
    """Keep whom reviewers of the pool work or published with, and look for conflicts; return how
    many pairs are new. Where something is wrong nothing is kept."""
    enforce(policy.may_fill_pool(actor, call))
    known = queries.emails_in_pool(call.id)
    reason = _("Nobody in the pool has this address.")
    wrong = [
        Wrong(sheet.line, "reviewer_email", reason)
        for sheet in sheets
        if sheet.reviewer not in known
    ]
    if wrong:
        return 0, wrong
    there = queries.ties_of(set(known.values()))
    new = {
        (known[sheet.reviewer], sheet.tie._replace(name="")): sheet
        for sheet in sheets
        if (known[sheet.reviewer], sheet.tie._replace(name="")) not in there
    }
    db.session.add_all(
        Tie(account_id=account_id, year=sheet.year, **sheet.tie._asdict())
        for (account_id, _key), sheet in new.items()
    )
    record(actor, TiesImported(pairs=len(new)), about=call)
    detect_conflicts(actor, call)
    return len(new), []
