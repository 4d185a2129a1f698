"""The invitation to review: to accept, to decline, to name a conflict of interest."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.core.access import access
from app.core.forms import Form, refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.words import _
from app.reviewers.models import ConflictKind
from app.reviews import policy, service, views
from app.reviews.forms import AcceptForm, DeclareForm, DeclineForm
from app.reviews.queries import Opened
from app.reviews.routes.seat import bp, opened_seat, to_own


def draw(opened: Opened, **forms: Form) -> ResponseReturnValue:
    """Draw the invitation; a form that was sent is drawn as it was sent."""
    drawn: dict[str, Form] = {
        "accept_form": AcceptForm(formdata=None),
        "declare_form": DeclareForm(formdata=None),
        "decline_form": DeclineForm(formdata=None),
        **forms,
    }
    return render_template(
        "reviews/invitation.html",
        seat=views.seat_values(opened),
        summary=views.summary_of(opened),
        applicants=views.applicants(opened),
        form=next(iter(forms.values()), None),
        declining="decline_form" in forms,
        may_give_up=policy.may_give_up(signed_in(), opened.place),
        **drawn,
    )


@bp.post("/<id:seat_id>/accept")
@access(Lens.REVIEWER, policy.may_answer)
def accept(seat_id: str) -> ResponseReturnValue:
    opened = opened_seat(seat_id)
    service.accept(signed_in(), opened)
    flash(_("Accepted. You said that you have no conflict of interest."), "good")
    return to_own("show", seat_id=seat_id)


@bp.route("/<id:seat_id>/decline", methods=["GET", "POST"])
@access(Lens.REVIEWER, policy.may_give_up)
def decline(seat_id: str) -> ResponseReturnValue:
    opened, actor = opened_seat(seat_id), signed_in()
    enforce(policy.may_give_up(actor, opened.place))
    form = DeclineForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.decline(actor, opened, form.reason.data or "")
            flash(_("Declined. Thank you for telling us."), "good")
            return to_own("list_own")
    return draw(opened, decline_form=form)


@bp.route("/<id:seat_id>/conflict", methods=["GET", "POST"])
@access(Lens.REVIEWER, policy.may_declare)
def declare(seat_id: str) -> ResponseReturnValue:
    opened, actor = opened_seat(seat_id), signed_in()
    enforce(policy.may_declare(actor, opened.place))
    form = DeclareForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.declare_conflict(
                actor, opened, ConflictKind(form.kind.data), form.detail.data or ""
            )
            flash(_("The conflict is noted, and the proposal is closed to you. Thank you."), "good")
            return to_own("list_own")
    return draw(opened, declare_form=form)
