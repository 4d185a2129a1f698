"""The staff's pages of proposals: the list, and the decision on eligibility."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import policy as call_policy
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.blinding import is_sealed
from app.calls.models import Audience, Call
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.money import Money
from app.core.rows import addresses, by_column
from app.core.web import require, show_amounts
from app.core.words import _
from app.ledger.service import record
from app.proposals import policy, queries, service, views
from app.proposals.events import IdentityRead
from app.proposals.forms import ScreeningForm
from app.proposals.queries import DeskRow
from app.proposals.routes.files import send_blinded

bp = Blueprint("proposals_desk", __name__, url_prefix="/desk/calls/<id:call_id>/proposals")


def desk_call(call_id: str) -> Call:
    """Return a call whose desk this person works at, or stop as if it were not there."""
    call = require(calls.get_call(call_id))
    enforce(call_policy.may_see_desk(signed_in(), call))
    return call


@bp.get("/")
@access(Lens.STAFF, call_policy.may_see_desk, recorded=True)
def list_proposals(call_id: str) -> ResponseReturnValue:
    call = desk_call(call_id)
    found = queries.submitted_in(call.id, names=not is_sealed(call))
    rows = by_column(" ".join(DeskRow._fields), found)
    record(signed_in(), IdentityRead(purpose="list"), about=call)
    return render_template(
        "proposals/desk_list.html",
        call=call_views.call_row(call),
        chips={state: views.state_chip(state) for state in set(rows.column("state"))},
        rows=rows.with_columns(
            url=addresses(
                "proposals_desk.show_proposal", "proposal_id", rows.column("id"), call_id=call.id
            ),
            requested=show_amounts(rows.column("requested_minor"), call.currency),
        ),
    )


@bp.route("/<id:proposal_id>", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_screen, recorded=True)
def show_proposal(call_id: str, proposal_id: str) -> ResponseReturnValue:
    call, actor = desk_call(call_id), signed_in()
    proposal = queries.get_proposal(proposal_id)
    version = queries.get_version(proposal.version_id) if proposal else None
    require(version if proposal and proposal.call_id == call.id else None)
    assert proposal is not None
    assert version is not None
    form = ScreeningForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.screen(
                actor,
                call,
                proposal,
                eligible=form.eligible.data == "yes",
                reason=form.reason.data or "",
            )
            flash(_("Decided for %(number)s.", number=proposal.number), "good")
            return redirect(url_for("proposals_desk.list_proposals", call_id=call.id), 303)
    identity = queries.get_identity(version.id)
    record(actor, IdentityRead(purpose="screening"), about=proposal)
    questions = calls.questions_of(call.id)
    files = {
        copy.id: views.file_values(
            copy,
            url_for(
                "proposals_desk.show_file",
                call_id=call.id,
                proposal_id=proposal.id,
                file_id=copy.id,
            ),
        )
        for copy in queries.blinded_files(proposal.id)
    }
    return render_template(
        "proposals/desk_show.html",
        form=form,
        call=call_views.call_row(call),
        proposal=proposal,
        state=views.state_chip(proposal.state),
        identity=identity,
        asked=Money(identity.requested_minor, identity.currency).show() if identity else "",
        who=views.sections(
            questions,
            identity.answers if identity else {},
            Audience.IDENTITY,
            files,
            call.currency,
        ),
        staff_only=views.sections(
            questions, queries.staff_answers(version.id), Audience.STAFF, files, call.currency
        ),
        science=views.science(
            number=proposal.number,
            title=version.title,
            answers=version.answers,
            questions=questions,
            files=files,
            requested=Money(version.requested_minor, call.currency),
            months=version.months,
            currency=call.currency,
            plan_url=url_for(
                "proposals_desk.export_plan_of", call_id=call.id, proposal_id=proposal.id
            ),
        ),
        screenings=queries.screenings_of(proposal.id),
        may_screen=policy.may_screen(actor, call, proposal),
        may_return=policy.may_return(actor, call, proposal),
    )


@bp.get("/<id:proposal_id>/copies/<id:file_id>.pdf")
@access(Lens.STAFF, call_policy.may_see_desk)
def show_file(call_id: str, proposal_id: str, file_id: str) -> ResponseReturnValue:
    call = desk_call(call_id)
    proposal = queries.get_proposal(proposal_id)
    copy = queries.blinded_file(proposal_id, file_id)
    require(copy if proposal and proposal.call_id == call.id else None)
    assert copy is not None
    return send_blinded(copy.file_key, f"{copy.question_key}.pdf")
