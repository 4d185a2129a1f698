"""Attaching files, and finding the applicants' own names in what reviewers will read."""

from dataclasses import asdict, dataclass

from sqlalchemy import delete, select

from app.accounts.actor import Actor
from app.calls.asking import form_of
from app.calls.kinds import Asked, kind_of
from app.calls.models import Audience, Call, Question
from app.core import clock
from app.core.db import db
from app.core.files import FileStore
from app.core.gate import enforce
from app.core.holding import hold
from app.core.uploads import Scrubbed
from app.core.uploads.names import Hit, Kind, Needle, find_own_names
from app.ledger.service import record
from app.proposals import policy, queries, rules
from app.proposals.answering import asked_in
from app.proposals.events import FileAttached, FileRemoved
from app.proposals.models import BlindedFile, Draft, Proposal, Upload, Version
from app.proposals.service import history
from app.proposals.service.writing import draft_of


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
    draft = draft_of(proposal)
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
    history.keep(actor, draft)
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
    draft = draft_of(proposal)
    hold(draft)
    _drop_files(proposal, question.key)
    _answer_file(draft, question, "")
    history.keep(actor, draft)
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
    """Return what would tell who applies: members, partners and their contacts, by name."""
    partners = queries.partners_of(draft.proposal_id)
    told = [
        (Kind.NAME, actor.name),
        (Kind.EMAIL, actor.email),
        (Kind.ORGANISATION, actor.organisation),
        (Kind.ORGANISATION, draft.organisation),
        *((Kind.NAME, member.name) for member in queries.people_of(draft.proposal_id)),
        *((Kind.ORGANISATION, partner.name) for partner in partners),
        *((Kind.NAME, partner.contact_name) for partner in partners),
        *((Kind.EMAIL, partner.contact_email) for partner in partners),
    ]
    return [Needle(kind, value) for kind, value in dict.fromkeys(told) if value]


def own_names_in(actor: Actor, call: Call, draft: Draft) -> dict[str, list[Hit]]:
    """Find the writer's own names in the answers that reviewers read, by question key."""
    needles = needles_of(actor, draft)
    found = {"title": find_own_names([draft.title], needles)}
    for question in _read_by_reviewers(call, draft):
        text = kind_of(question.kind).shown(question, draft.science.get(question.key, ""))
        found[question.key] = find_own_names([text.as_text()], needles)
    return {key: hits for key, hits in found.items() if hits}


def files_telling_who(call: Call, draft: Draft) -> list[Upload]:
    """Return the files that reviewers get and in which own names were found as they came in."""
    read = {question.key for question in _read_by_reviewers(call, draft)}
    uploads = queries.uploads_of(draft.proposal_id)
    return [one for one in uploads if one.question_key in read and one.own_names]


def _read_by_reviewers(call: Call, draft: Draft) -> list[Asked]:
    asked = asked_in(call, draft)
    return [q for q in form_of(call) if q.audience is Audience.SCIENTIFIC and q.key in asked]
