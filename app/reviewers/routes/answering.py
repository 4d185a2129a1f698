"""The page behind the link of an invitation: no account is needed to answer."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import visitor
from app.calls import queries as calls
from app.calls import views as call_views
from app.core.access import anyone
from app.core.forms import refusals_shown_on
from app.core.web import require
from app.reviewers import queries, rules, service
from app.reviewers.forms import AnswerForm
from app.reviewers.links import invitation_of

bp = Blueprint("review_invitations", __name__, url_prefix="/reviewing-invitations")


@bp.route("/<string:token>", methods=["GET", "POST"])
@anyone()
def answer(token: str) -> ResponseReturnValue:
    """Show the invitation, and keep the answer that is sent. Opening the link changes nothing,
    for mail scanners open every link; one that is forged, too old or used looks the same."""
    invitation_id = invitation_of(token)
    invited = queries.invited_by(invitation_id) if invitation_id else None
    if invitation_id is None or invited is None:
        return render_template("reviewers/invitation_over.html"), 410
    person = visitor()
    if person is not None and person.id != invited.account_id:
        return render_template("reviewers/invitation_not_yours.html", name=person.name), 403
    call = require(calls.get_call(invited.call_id))
    if not rules.can_answer(calls.phase(call)):
        return render_template("reviewers/invitation_over.html"), 410
    form = AnswerForm.for_address(invited.email_key)
    if form.validate_on_submit():
        accepts = form.answer.data == "yes"
        with refusals_shown_on(form):
            service.answer(
                invitation_id,
                accepts=accepts,
                reason="" if accepts else form.reason.data.strip(),
                suggested=form.suggested(),
            )
            return render_template(
                "reviewers/invitation_answered.html",
                accepts=accepts,
                call=call_views.call_row(call),
            )
    return render_template(
        "reviewers/answer.html",
        form=form,
        call=call_views.call_row(call),
        sent_to=rules.first_letters(invited.email),
        due=call_views.local(call, call.reviews_due_at) if call.reviews_due_at else None,
    )
