"""Comments of the members on one question of the draft."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.proposals import policy, queries, service, views
from app.proposals.forms import CommentForm, SmallForm
from app.proposals.routes.room import bp, own, to_page


@bp.route("/proposals/<id:proposal_id>/comments/<question_key:field>", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_see_own)
def comments(proposal_id: str, field: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    label = require(_labels(call).get(field))
    draft = require(queries.get_draft(proposal_id))
    actor, form = signed_in(), CommentForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.comment(actor, proposal, call, field=field, text=form.text.data)
            return to_page(proposal, "comments", field=field)
    return render_template(
        "proposals/comments.html",
        form=form,
        small=SmallForm(formdata=None),
        proposal=proposal,
        field=field,
        label=label,
        answer=views.paragraphs(service.content_of(draft).get(field, "")),
        comments=[
            {
                "id": said.id,
                "author": said.author,
                "paragraphs": views.paragraphs(said.text),
                "at": call_views.local(call, said.written_at),
                "done": said.done,
            }
            for said in queries.comments_of(proposal_id)
            if said.field == field
        ],
        may_comment=policy.may_comment(actor, proposal, call),
    )


def _labels(call: Call) -> dict[str, str]:
    """Return the fields of the form by name, with what they are called."""
    fixed = views.fixed_labels()
    return {**fixed, **{f"q_{q.key}": q.label for q in calls.questions_of(call.id)}}


@bp.post("/proposals/<id:proposal_id>/comments/<id:comment_id>/<word:state>")
@access(Lens.APPLICANT, policy.may_comment)
def settle_comment(proposal_id: str, comment_id: str, state: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    enforce(policy.may_comment(signed_in(), proposal, call))
    said = require(queries.get_comment(proposal_id, comment_id))
    require(state if state in {"done", "open"} else None)
    service.settle_comment(signed_in(), proposal, call, said, done=state == "done")
    return to_page(proposal, "comments", field=said.field)
