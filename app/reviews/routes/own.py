"""The reviewer's pages: one's own seats, what each shows now, and the files beside it."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.proposals import queries as proposals
from app.proposals.routes.files import send_blinded
from app.proposals.routes.plans import blinded_plan
from app.reviews import policy, queries, rules, service, views
from app.reviews.routes import invitation, scoring
from app.reviews.routes.seat import bp, opened_seat


@bp.get("/")
@access(Lens.REVIEWER, policy.may_list)
def list_own() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_list(actor))
    return render_template(
        "reviews/list_own.html", calls=views.own_calls(actor.id, queries.own_seats(actor.id))
    )


@bp.get("/<id:seat_id>")
@access(Lens.REVIEWER, policy.may_see, recorded=True)
def show(seat_id: str) -> ResponseReturnValue:
    """Show the invitation, then the form beside the proposal, then what was submitted."""
    opened, actor = opened_seat(seat_id), signed_in()
    if rules.can_answer(opened.place):
        return invitation.draw(opened)
    readable = policy.may_read(actor, opened.place)
    if not readable:
        return render_template(
            "reviews/waiting.html",
            seat=views.seat_values(opened),
            reason=readable.reason,
            may_give_up=policy.may_give_up(actor, opened.place),
        )
    service.note_reading(actor, opened)
    if policy.may_write(actor, opened.place):
        return scoring.draw(opened, scoring.filled(opened))
    return scoring.submitted(opened)


@bp.get("/<id:seat_id>/files/<id:file_id>.pdf")
@access(Lens.REVIEWER, policy.may_read, recorded=True)
def show_file(seat_id: str, file_id: str) -> ResponseReturnValue:
    """Send the blinded copy of a file that the submitted version names, and no other."""
    opened = opened_seat(seat_id)
    file = proposals.blinded_file(opened.proposal.id, file_id)
    require(file if file and file.id in opened.version.answers.values() else None)
    assert file is not None
    service.note_file(signed_in(), opened, file)
    return send_blinded(file.file_key, f"{file.question_key}.pdf")


@bp.get("/<id:seat_id>/data-plan.json")
@access(Lens.REVIEWER, policy.may_read, recorded=True)
def show_plan(seat_id: str) -> ResponseReturnValue:
    """Send the data-sharing plan for other software, made of what the page shows."""
    opened = opened_seat(seat_id)
    answer = blinded_plan(opened.call, opened.proposal, opened.version)
    service.note_plan(signed_in(), opened, answer.get_data())
    return answer
