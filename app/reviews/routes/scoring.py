"""The proposal beside the form: scores are saved, kept beside other windows', submitted."""

from dataclasses import asdict
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls.rules import Phase
from app.core import clock
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import Refused, enforce
from app.core.lens import Lens
from app.core.words import _
from app.core.work import abandon_changes
from app.reviews import policy, queries, rules, service, views
from app.reviews.forms import ScoringForm, SubmitForm, form_for, values_of
from app.reviews.models import Review
from app.reviews.queries import Beside, Opened
from app.reviews.routes.seat import arrived, as_it_arrived, bp, opened_seat, to_own
from app.reviews.service import Overtaken


def filled(opened: Opened) -> ScoringForm:
    """Return the form with what is saved."""
    return form_for(
        calls.criteria_of(opened.call.id),
        queries.measure_of(opened.call),
        queries.working(opened.review),
        opened.review.revision if opened.review else 0,
        plain=opened.plain,
    )


def draw(
    opened: Opened, form: ScoringForm, theirs: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """Draw the proposal beside the form; `theirs` is what another window saved meanwhile."""
    call, measure = opened.call, queries.measure_of(opened.call)
    return render_template(
        "reviews/scoring.html",
        form=form,
        seat=views.seat_values(opened),
        science=views.proposal_values(opened),
        applicants=views.applicants(opened),
        beside=views.beside_values(opened.seat.id, _beside(opened)),
        others=bool(policy.may_read_others(signed_in(), opened.place)),
        criteria=views.criteria_values(call, measure, calls.criteria_of(call.id)),
        scale=views.scale_values(call, measure),
        fewest=rules.FEWEST_WORDS,
        unsent=views.has_unsent_changes(opened.review),
        theirs=theirs,
        may_declare=policy.may_declare(signed_in(), opened.place),
    )


def _beside(opened: Opened) -> list[Beside]:
    return queries.own_beside(opened.place.holder, opened.call.id)


def submitted(opened: Opened) -> ResponseReturnValue:
    """Show what was submitted, or how far it came, once reviewing is over."""
    measure = queries.measure_of(opened.call)
    review = opened.review
    return render_template(
        "reviews/submitted.html",
        seat=views.seat_values(opened),
        science=views.proposal_values(opened),
        applicants=views.applicants(opened),
        written=views.written_values(opened.call, measure, queries.standing(review))
        if review
        else None,
        over=opened.place.phase is not Phase.REVIEWING,
        reason=policy.may_write(signed_in(), opened.place).reason,
        beside=views.beside_values(opened.seat.id, _beside(opened)),
        others=bool(policy.may_read_others(signed_in(), opened.place)),
        may_declare=policy.may_declare(signed_in(), opened.place),
    )


@bp.post("/<id:seat_id>")
@access(Lens.REVIEWER, policy.may_write)
def write(seat_id: str) -> ResponseReturnValue:
    """Save; and when asked to go on, either show what is missing or the page to submit on."""
    opened, actor = as_it_arrived(opened_seat(seat_id)), signed_in()
    measure, form = queries.measure_of(opened.call), filled(opened)
    verdict = policy.may_write(actor, opened.place)
    if not verdict and not verdict.hidden:
        return _too_late(opened, form, verdict.reason)
    enforce(verdict)
    if not form.validate_on_submit():
        return draw(opened, form)
    try:
        review = service.save(actor, opened, form.to_change(measure))
    except Overtaken as overtaken:
        return _overtaken(opened, form, overtaken.review)
    if request.form.get("act") == "save":
        flash(_("Saved. You can go on later."), "good")
        return to_own("show", seat_id=seat_id)
    problems = rules.problems(measure, queries.working(review))
    if not problems:
        return to_own("submit", seat_id=seat_id)
    form.version.data = review.revision
    form.show_problems(problems)
    return draw(opened, form)


def _too_late(opened: Opened, form: ScoringForm, reason: str) -> ResponseReturnValue:
    """Say why nothing was saved, with all that was typed, to be copied: no word is lost."""
    typed = form.to_change(queries.measure_of(opened.call)).written
    return (
        render_template(
            "reviews/too_late.html",
            seat=views.seat_values(opened),
            reason=reason,
            written=views.written_values(opened.call, queries.measure_of(opened.call), typed),
        ),
        403,
    )


def _overtaken(opened: Opened, form: ScoringForm, review: Review) -> ResponseReturnValue:
    """Show both texts: what was typed here, and what another window saved. Nothing is lost."""
    abandon_changes()
    measure = queries.measure_of(opened.call)
    theirs = dict(values_of(measure, queries.working(review), review.revision))
    form.version.data = review.revision
    form.refuse(
        _(
            "You saved this review in another window meanwhile. Your words here are kept below, "
            "with the others beside them: put together what you need and save again."
        )
    )
    return draw(opened, form, theirs)


@bp.post("/<id:seat_id>/autosave")
@access(Lens.REVIEWER, policy.may_write)
def autosave(seat_id: str) -> ResponseReturnValue:
    """Save what the script sends: 409 with the newer revision when another window saved first."""
    opened = as_it_arrived(opened_seat(seat_id))
    form = filled(opened)
    form.validate()
    try:
        saved = service.save(signed_in(), opened, form.to_change(queries.measure_of(opened.call)))
    except Overtaken as overtaken:
        abandon_changes()
        return {"version": overtaken.review.revision}, 409
    except Refused as refusal:
        if refusal.verdict.hidden:
            raise
        abandon_changes()
        return {"error": str(refusal)}, 403
    return {"version": saved.revision, "saved_at": clock.to_text(saved.saved_at)}


@bp.route("/<id:seat_id>/submit", methods=["GET", "POST"])
@access(Lens.REVIEWER, policy.may_write, never_turned_away=True)
def submit(seat_id: str) -> ResponseReturnValue:
    opened, actor = as_it_arrived(opened_seat(seat_id)), signed_in()
    enforce(policy.may_write(actor, opened.place))
    measure, form = queries.measure_of(opened.call), SubmitForm()
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.submit(
                actor,
                opened,
                measure,
                looked=bool(form.looked.data),
                no_conflict=bool(form.no_conflict.data),
                received_at=arrived(),
            )
            flash(
                _("Thank you. Your review of %(number)s is in.", number=opened.proposal.number),
                "good",
            )
            return to_own("after", seat_id=seat_id)
    written = queries.working(opened.review)
    return render_template(
        "reviews/submit.html",
        form=form,
        seat=views.seat_values(opened),
        written=views.written_values(opened.call, measure, written),
        problems=[asdict(problem) for problem in rules.problems(measure, written)],
        telltales=views.telltale_values(service.telltales(actor, written), measure),
        locks=opened.place.stands,
        nothing_new=opened.review is not None
        and opened.review.version > 0
        and not opened.review.changes,
    )
