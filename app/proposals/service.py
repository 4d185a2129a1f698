"""What people do with proposals. Each function is one use case, all of it or none."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from app.accounts.actor import Actor
from app.calls import queries as calls
from app.calls.models import Audience, Call, CallState, Question, QuestionKind
from app.calls.moving import before_move
from app.calls.rules import Phase, can_apply
from app.core import clock
from app.core.db import db, one_at_a_time
from app.core.files import FileStore
from app.core.gate import enforce
from app.core.holding import hold
from app.core.uploads import Scrubbed
from app.core.uploads.names import Hit, Kind, Needle, find_own_names
from app.core.verdict import refused
from app.core.words import _, plural
from app.ledger.service import record, seal
from app.proposals import frozen, notices, policy, queries, rules
from app.proposals.events import (
    DraftSaved,
    FileAttached,
    FileRemoved,
    ProposalScreened,
    ProposalStarted,
    ProposalWithdrawn,
    VersionSubmitted,
)
from app.proposals.models import (
    BlindedFile,
    Draft,
    Ineligibility,
    MemberRole,
    Proposal,
    ProposalMember,
    ProposalState,
    Receipt,
    Screening,
    Upload,
    Version,
    VersionIdentity,
)
from app.proposals.rules import Asked, CallMoney, Problem, Written

LONGEST_KEY = 64  # of the key in a form to submit with


@dataclass(frozen=True, slots=True)
class Change:
    """What a save brings: the fixed fields and the answers of the form, by question key."""

    revision: int
    title: str
    organisation: str
    country: str
    currency: str
    requested: str
    months: str
    answers: dict[str, str]


class Overtaken(Exception):  # noqa: N818 - it is an answer
    """Somebody else saved first; `draft` is how it stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("the draft was saved by somebody else")
        self.draft = draft


def start(actor: Actor, call: Call) -> Proposal:
    """Begin a proposal; a second click finds the draft that the first began."""
    enforce(policy.may_apply(actor, call))
    one_at_a_time(f"a proposal of {actor.id} in {call.id}")
    begun = queries.draft_in_call(actor.id, call.id)
    if begun is not None:
        return begun
    proposal = Proposal(call_id=call.id)
    db.session.add(proposal)
    db.session.flush()
    db.session.add_all(
        [
            ProposalMember(proposal_id=proposal.id, account_id=actor.id, role=MemberRole.LEAD),
            Draft(
                proposal_id=proposal.id,
                organisation=actor.organisation,
                country=actor.country,
                currency=call.currency,
                saved_at=clock.now(),
            ),
        ]
    )
    record(actor, ProposalStarted(call=call.code), about=proposal)
    return proposal


def save(actor: Actor, proposal: Proposal, call: Call, change: Change) -> Draft:
    """Keep what was typed. Raises Overtaken when another save came first; nothing is lost."""
    enforce(policy.may_write(actor, proposal, call))
    draft = _draft_of(proposal)
    questions = calls.questions_of(call.id)
    science = _answers(draft.science, questions, Audience.SCIENTIFIC, change.answers)
    identity = _answers(draft.identity, questions, Audience.IDENTITY, change.answers)
    fixed = {
        name: rules.tidy(getattr(change, name))
        for name in ("title", "organisation", "country", "currency", "requested", "months")
    }
    values = {**fixed, "science": science, "identity": identity}
    if all(getattr(draft, name) == value for name, value in values.items()):
        return draft
    taken = db.session.execute(
        update(Draft)
        .where(Draft.proposal_id == proposal.id, Draft.revision == change.revision)
        .values(**values, revision=change.revision + 1, saved_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(draft)
    if not taken.rowcount:  # type: ignore[attr-defined]
        raise Overtaken(draft)
    record(actor, DraftSaved(revision=draft.revision), about=proposal)
    return draft


def _answers(
    before: dict[str, Any],
    questions: Sequence[Question],
    audience: Audience,
    typed: dict[str, str],
) -> dict[str, str]:
    """Return the answers of one audience; questions not on the page keep what they have."""
    return {
        question.key: rules.tidy(typed[question.key])
        if question.key in typed and question.kind is not QuestionKind.FILE
        else before.get(question.key, "")
        for question in questions
        if question.audience is audience
    }


def _draft_of(proposal: Proposal) -> Draft:
    draft = queries.get_draft(proposal.id)
    if draft is None:
        enforce(refused(_("This proposal was imported; it cannot be edited here.")))
        raise AssertionError
    return draft


# --- files ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrived:
    """An upload after the child process has rewritten it."""

    name: str
    data: bytes
    scrubbed: Scrubbed


def attach(
    actor: Actor,
    proposal: Proposal,
    call: Call,
    question: Question,
    *,
    arrived: Arrived,
    store: FileStore,
) -> BlindedFile:
    """Keep the file as it came, sealed, and the rewritten copy that reviewers get."""
    enforce(policy.may_write(actor, proposal, call))
    draft = _draft_of(proposal)
    hold(draft)
    sealed = store.put(arrived.data, kind="sealed")
    blinded = store.put(arrived.scrubbed.pdf, kind="blinded")
    _drop_files(proposal, question.key)
    copy = BlindedFile(
        proposal_id=proposal.id,
        question_key=question.key,
        file_key=blinded.key,
        sha256=blinded.sha256,
        size=blinded.size,
        pages=arrived.scrubbed.pages,
    )
    hits = find_own_names(arrived.scrubbed.text, needles_of(actor, draft))
    upload = Upload(
        proposal_id=proposal.id,
        question_key=question.key,
        original_name=rules.tidy(arrived.name)[:255],
        file_key=sealed.key,
        sha256=sealed.sha256,
        size=sealed.size,
        uploaded_at=clock.now(),
        removed=list(arrived.scrubbed.removed),
        own_names=[asdict(hit) for hit in hits],
    )
    db.session.add_all([copy, upload])
    _answer_file(draft, question, copy.id)
    record(
        actor,
        FileAttached(
            question=question.key, sealed_sha256=sealed.sha256, blinded_sha256=blinded.sha256
        ),
        about=proposal,
    )
    return copy


def remove_file(actor: Actor, proposal: Proposal, call: Call, question: Question) -> None:
    enforce(policy.may_write(actor, proposal, call))
    draft = _draft_of(proposal)
    hold(draft)
    _drop_files(proposal, question.key)
    _answer_file(draft, question, "")
    record(actor, FileRemoved(question=question.key), about=proposal)


def _drop_files(proposal: Proposal, key: str) -> None:
    """Forget the upload of a question; a copy that a submitted version names is kept."""
    kept = {
        answer
        for answers in db.session.scalars(
            select(Version.answers).where(Version.proposal_id == proposal.id)
        )
        for answer in answers.values()
    }
    for copy in queries.blinded_files(proposal.id):
        if copy.question_key == key and copy.id not in kept:
            db.session.delete(copy)
    db.session.execute(
        delete(Upload).where(Upload.proposal_id == proposal.id, Upload.question_key == key)
    )


def _answer_file(draft: Draft, question: Question, answer: str) -> None:
    side = "science" if question.audience is Audience.SCIENTIFIC else "identity"
    setattr(draft, side, {**getattr(draft, side), question.key: answer})
    draft.revision += 1
    draft.saved_at = clock.now()


def needles_of(actor: Actor, draft: Draft) -> list[Needle]:
    """Return what would tell who applies: the writer's own name, address and organisation."""
    told = [
        (Kind.NAME, actor.name),
        (Kind.EMAIL, actor.email),
        (Kind.ORGANISATION, actor.organisation),
        (Kind.ORGANISATION, draft.organisation),
    ]
    return [Needle(kind, value) for kind, value in dict.fromkeys(told) if value]


def own_names_in(actor: Actor, call: Call, draft: Draft) -> dict[str, list[Hit]]:
    """Find the writer's own names in the answers that reviewers read, by question key."""
    needles = needles_of(actor, draft)
    found = {"title": find_own_names([draft.title], needles)}
    for question in calls.questions_of(call.id):
        if question.audience is Audience.SCIENTIFIC and question.kind is not QuestionKind.FILE:
            found[question.key] = find_own_names([draft.science.get(question.key, "")], needles)
    return {key: hits for key, hits in found.items() if hits}


# --- submitting ----------------------------------------------------------------------------------


def money_of(call: Call) -> CallMoney:
    return CallMoney(call.currency, call.rates, call.award_ceiling_minor)


def asked_of(questions: Sequence[Question]) -> list[Asked]:
    return [
        Asked(q.key, q.label, q.kind, q.required, q.word_limit, tuple(q.choices)) for q in questions
    ]


def written_in(draft: Draft) -> Written:
    answers = {**draft.science, **draft.identity}
    return Written(
        draft.title,
        draft.organisation,
        draft.country,
        draft.currency,
        draft.requested,
        draft.months,
        answers,
    )


def problems_of(call: Call, draft: Draft) -> list[Problem]:
    """List what keeps the draft from being submitted."""
    return rules.problems(asked_of(calls.questions_of(call.id)), written_in(draft), money_of(call))


def submit(
    actor: Actor, proposal: Proposal, call: Call, *, key: str, received_at: datetime
) -> Receipt:
    """Freeze a version and hand out its receipt; the same `key` again gives the same receipt.

    `received_at` is when the head of the request reached the server: a slow line is not late.
    """
    enforce(policy.may_see_own(actor, proposal))
    hold(proposal)
    key = f"{proposal.id}.{key[:LONGEST_KEY]}"  # nobody's key can be in the way of another's
    given = db.session.scalar(select(Receipt).where(Receipt.submission_key == key))
    if given is not None:
        return given
    enforce(rules.can_write(proposal.state))
    enforce(can_apply(calls.phase_at(call, received_at), closes_at=call.closes_at, zone=call.zone))
    draft = _draft_of(proposal)
    for problem in problems_of(call, draft):
        enforce(refused(problem.sentence))
    return _freeze(actor, proposal, call, draft, key=key, received_at=received_at)


def _freeze(
    actor: Actor,
    proposal: Proposal,
    call: Call,
    draft: Draft,
    *,
    key: str,
    received_at: datetime,
) -> Receipt:
    money = money_of(call).requested(draft.requested, draft.currency)
    one_at_a_time(f"numbers of {call.id}")
    if proposal.number is None:
        proposal.number = f"{call.code}-{queries.numbers_given(call.id) + 1:03d}"
    number = len(queries.receipts_of(proposal.id)) + 1
    copies = {copy.id: copy for copy in queries.blinded_files(proposal.id)}
    science = {k: copies[v].sha256 if v in copies else v for k, v in draft.science.items()}
    version = Version(
        proposal_id=proposal.id,
        number=number,
        title=draft.title,
        answers=draft.science,
        requested_minor=money.converted.minor,
        months=int(draft.months),
        sha256=frozen.science_sha256(
            title=draft.title,
            answers=science,
            requested=money.converted,
            months=int(draft.months),
        ),
    )
    who = {
        "lead_name": actor.name,
        "organisation": draft.organisation,
        "country": draft.country,
        "answers": draft.identity,
        "currency": draft.currency,
        "requested_minor": money.original.minor,
        "rate": money.rate,
    }
    identity = VersionIdentity(version_id=version.id, sha256=frozen.identity_sha256(who), **who)
    receipt = Receipt(
        version_id=version.id,
        proposal_id=proposal.id,
        submission_key=key,
        submitted_at=received_at,
        parts=_parts(draft, version, identity, queries.uploads_of(proposal.id)),
        proof="",
    )
    db.session.add(version)
    db.session.flush()
    proposal.version_id, proposal.state = version.id, ProposalState.SUBMITTED
    db.session.add(identity)
    record(
        actor,
        VersionSubmitted(
            number=proposal.number,
            version=number,
            receipt=receipt.id,
            version_sha256=version.sha256,
            identity_sha256=identity.sha256,
        ),
        about=proposal,
    )
    receipt.proof = seal().as_text()
    db.session.add(receipt)
    notices.tell_receipt(queries.members_of(proposal.id), call, proposal, receipt)
    return receipt


def _parts(
    draft: Draft,
    version: Version,
    identity: VersionIdentity,
    uploads: Sequence[Upload],
) -> dict[str, str]:
    """Return the hash of every answer and file by name, for the receipt."""
    parts = {"version": version.sha256, "identity": identity.sha256}
    for key, answer in sorted({**draft.science, **draft.identity}.items()):
        parts[f"answer {key}"] = hashlib.sha256(answer.encode()).hexdigest()
    for upload in uploads:
        parts[f"file {upload.question_key}"] = upload.sha256
    return parts


def withdraw(actor: Actor, proposal: Proposal) -> None:
    """Take the proposal out of the call, for good."""
    enforce(policy.may_see_own(actor, proposal))
    hold(proposal)
    enforce(policy.may_withdraw(actor, proposal))
    proposal.state = ProposalState.WITHDRAWN
    record(actor, ProposalWithdrawn(number=proposal.number or ""), about=proposal)


def screen(actor: Actor, call: Call, proposal: Proposal, *, eligible: bool, reason: str) -> None:
    """Decide eligibility with a reason; a later decision replaces it and both are kept."""
    hold(call, proposal)
    enforce(policy.may_screen(actor, call, proposal))
    phase = calls.phase(call)
    if phase not in {Phase.CLOSED, Phase.ASSIGNING}:
        enforce(refused(_("Eligibility is decided after the call closes and before reviewing.")))
    if not eligible and not reason.strip():
        enforce(refused(_("Say why it is not eligible; the applicants are told.")))
    proposal.state = ProposalState.ELIGIBLE if eligible else ProposalState.INELIGIBLE
    db.session.add(
        Screening(
            proposal_id=proposal.id,
            eligible=eligible,
            reason=reason.strip(),
            account_id=actor.id,
            decided_at=clock.now(),
        )
    )
    _tell_eligibility(call, proposal, "" if eligible else rules.tidy(reason))
    record(actor, ProposalScreened(eligible=eligible, reason=reason.strip()), about=proposal)


def _tell_eligibility(call: Call, proposal: Proposal, reason: str) -> None:
    """Tell the applicants why they are out, and when they are in again; who is in hears nothing."""
    told = queries.ineligibility(proposal.id)
    if told is not None:
        db.session.delete(told)
        db.session.flush()
    if reason:
        db.session.add(Ineligibility(proposal_id=proposal.id, reason=reason))
    if reason or told is not None:
        notices.tell_eligibility(queries.members_of(proposal.id), call, proposal, reason)


@before_move
def everything_is_screened(call: Call, to: CallState) -> str:
    """Nobody is left between eligible and not: after reviewing begins, that is not decided."""
    waiting = queries.unscreened_in(call.id) if to is CallState.REVIEWING else 0
    if not waiting:
        return ""
    return plural(
        "%(num)s proposal waits for a decision on its eligibility. Decide it first.",
        "%(num)s proposals wait for a decision on their eligibility. Decide them first.",
        waiting,
    )
