"""What people say of themselves for equality monitoring, and the counts that auditors read."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.asked_views import question_values
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.proposals import equality, policy
from app.proposals.forms import SmallForm, collected
from app.proposals.routes.room import bp, own, to_page


@bp.route("/proposals/<id:proposal_id>/about-you", methods=["GET", "POST"])
@access(Lens.APPLICANT, policy.may_write)
def about_you(proposal_id: str) -> ResponseReturnValue:
    proposal, call = own(proposal_id)
    actor = signed_in()
    enforce(policy.may_write(actor, proposal, call))
    form, asked = SmallForm(), equality.questions(call)
    require(asked or None)
    answers = equality.own_answers(actor, call)
    if form.validate_on_submit():
        answers = collected(asked, request.form.to_dict(flat=False))
        with refusals_shown_on(form):
            equality.save(actor, proposal, call, answers)
            flash(_("Kept, apart from your proposal. Thank you."), "good")
            return to_page(proposal)
    return render_template(
        "proposals/about_you.html",
        form=form,
        proposal=proposal,
        questions=[question_values(q, answers.get(q.key, "")) for q in asked],
        smallest=equality.SMALLEST,
    )


@bp.get("/audit/equality")
@access(Lens.AUDITOR, policy.may_list_equality)
def equality_list() -> ResponseReturnValue:
    """List the calls whose counts this person can read."""
    actor = signed_in()
    enforce(policy.may_list_equality(actor))
    rows = [
        {
            "call": call_views.call_row(call),
            "url": url_for("proposals.equality_counts", call_id=call.id),
            "at": call_views.local(call, counted_at),
        }
        for call, counted_at in equality.counted_calls()
        if policy.may_read_equality(actor, call)
    ]
    return render_template("proposals/equality_list.html", rows=rows)


@bp.get("/audit/calls/<id:call_id>/equality")
@access(Lens.AUDITOR, policy.may_read_equality)
def equality_counts(call_id: str) -> ResponseReturnValue:
    call = require(calls.get_call(call_id))
    enforce(policy.may_read_equality(signed_in(), call))
    counts = equality.counts_of(call)
    return render_template(
        "proposals/equality.html",
        call=call_views.call_row(call),
        at=call_views.local(call, counts.counted_at) if counts else None,
        questions=[
            {"label": asked.label, "counts": counts.counts.get(asked.key, {}).items()}
            for asked in equality.questions(call)
        ]
        if counts
        else [],
        smallest=equality.SMALLEST,
    )
