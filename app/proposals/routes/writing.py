"""Writing: the form of the call, saved by a person or by the script beside it."""

import hmac
from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import (
    current_app,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Audience, Question, QuestionKind
from app.core import clock
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import Refused, enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.core.work import abandon_changes
from app.proposals import policy, queries, service, views
from app.proposals.forms import UploadForm, form_for
from app.proposals.models import Proposal
from app.proposals.routes.room import bp, own, to_page
from app.proposals.service import Overtaken


@bp.route("/proposals/<id:proposal_id>/write", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_write)
def write(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor = signed_in()
    enforce(policy.may_write(actor, proposal, call))
    draft = require(queries.get_draft(proposal_id))
    questions = calls.questions_of(call.id)
    form = form_for(call, questions, draft)
    theirs = None
    if form.validate_on_submit():
        try:
            with refusals_shown_on(form):
                service.save(actor, proposal, call, form.to_change())
                return to_page(proposal)
        except Overtaken as overtaken:
            abandon_changes()
            theirs = {
                "answers": service.content_of(overtaken.draft),
                "revision": overtaken.draft.revision,
            }
            form.refuse(
                _(
                    "Somebody else saved this proposal while you were writing. Both texts are "
                    "below: yours in the form, theirs beside each field. Saving again keeps yours."
                )
            )
            form.version.data = overtaken.draft.revision
            form.version.raw_data = [str(overtaken.draft.revision)]
    return render_template(
        "proposals/write.html",
        form=form,
        theirs=theirs,
        proposal=proposal,
        owner=local_name(actor.id),
        remarks=Counter(s.field for s in queries.comments_of(proposal_id) if not s.done),
        call=call_views.call_row(call),
        sections=_form_sections(proposal, questions, form),
        saved_at=call_views.local(call, draft.saved_at) if draft.revision else None,
        upload_form=UploadForm(formdata=None),
        uploads={u.question_key: views.upload_values(u) for u in queries.uploads_of(proposal_id)},
        max_mb=current_app.extensions["equipoise"].max_upload_mb,
    )


def local_name(account_id: str) -> str:
    """Return a name under which a browser keeps one person's unsent words; it tells no id."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(key, f"drafts of {account_id}".encode(), "sha256").hex()[:16]


def _form_sections(
    proposal: Proposal,
    questions: Sequence[Question],
    form: Any,  # noqa: ANN401 - rows, and a form made at run time
) -> list[dict[str, Any]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for question in questions:
        is_file = question.kind is QuestionKind.FILE
        sections.setdefault(question.section, []).append(
            {
                "key": question.key,
                "label": question.label,
                "hint": question.hint,
                "field": None if is_file else form[f"q_{question.key}"],
                "is_file": is_file,
                "long": question.kind is QuestionKind.LONG_TEXT,
                "words": question.word_limit or 0,
                "identity": question.audience is Audience.IDENTITY,
                "required": question.required,
                "upload_url": url_for(
                    "proposals.upload", proposal_id=proposal.id, question_key=question.key
                )
                if is_file
                else "",
            }
        )
    return [{"title": title, "questions": items} for title, items in sections.items()]


@bp.post("/proposals/<id:proposal_id>/autosave")
@access(Lens.APPLICANT, policy.may_write)
def autosave(proposal_id: str) -> ResponseReturnValue:
    """Save what the script sends: 409 with the newer revision when somebody else saved first."""
    proposal, call = own(proposal_id)
    draft = require(queries.get_draft(proposal_id))
    form = form_for(call, calls.questions_of(call.id), draft)
    form.validate()
    try:
        saved = service.save(signed_in(), proposal, call, form.to_change())
    except Overtaken as overtaken:
        abandon_changes()
        return {"version": overtaken.draft.revision}, 409
    except Refused as refusal:
        abandon_changes()
        return {"error": str(refusal)}, 403
    return {"version": saved.revision, "saved_at": clock.to_text(saved.saved_at)}
