"""Files that a full proposal takes over from its outline: rows of its own for the same bytes."""

from app.calls import queries as calls
from app.calls.models import Audience, Call, QuestionKind
from app.core.db import db
from app.proposals import queries
from app.proposals.models import BlindedFile, Proposal, Upload
from app.proposals.service.writing import draft_of

_COPY = ("question_key", "file_key", "sha256", "size", "pages")
_UPLOAD = (
    *("question_key", "original_name", "file_key", "sha256", "size"),
    *("uploaded_at", "removed", "own_names"),
)


def files(call: Call, outline: Proposal, proposal: Proposal) -> None:
    """Take over the files that both calls ask for alike: same key and readers."""
    before = {q.key: q for q in calls.questions_of(outline.call_id)}
    same = {
        q.key: q.audience
        for q in calls.questions_of(call.id)
        if q.kind is QuestionKind.FILE
        and (old := before.get(q.key))
        and (old.kind, old.audience) == (q.kind, q.audience)
    }
    source, draft = draft_of(outline), draft_of(proposal)
    answers = {**source.science, **source.identity}
    for copy in queries.blinded_files(outline.id):
        if copy.question_key not in same or answers.get(copy.question_key) != copy.id:
            continue
        made = BlindedFile(proposal_id=proposal.id, **{n: getattr(copy, n) for n in _COPY})
        db.session.add(made)
        side = "science" if same[copy.question_key] is Audience.SCIENTIFIC else "identity"
        setattr(draft, side, {**getattr(draft, side), copy.question_key: made.id})
    db.session.add_all(
        Upload(proposal_id=proposal.id, **{n: getattr(sent, n) for n in _UPLOAD})
        for sent in queries.uploads_of(outline.id)
        if sent.question_key in same
    )
