"""The reviewer's pages: one's own seats, the invitation, the proposal beside the form."""

from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls.rules import Phase
from app.core import clock
from app.core.access import access
from app.core.forms import Form, refusals_shown_on
from app.core.gate import Refused, enforce
from app.core.lens import Lens
from app.core.web import require
from app.core.words import _
from app.core.work import abandon_changes
from app.proposals import queries as proposals
from app.proposals.routes.files import send_blinded
from app.proposals.routes.plans import blinded_plan
from app.reviewers.models import ConflictKind
from app.reviews import policy, queries, rules, service, views
from app.reviews.ending.queries import closed_at
from app.reviews.ending.rules import is_in_time
from app.reviews.forms import (
    AcceptForm,
    DeclareForm,
    DeclineForm,
    ScoringForm,
    SubmitForm,
    form_for,
    values_of,
)
from app.reviews.models import Review
from app.reviews.queries import Beside, Opened
from app.reviews.service import Overtaken

bp = Blueprint("reviews", __name__, url_prefix="/reviews")


def arrived() -> datetime:
    """Return when the head of this request reached the server."""
    found: datetime = request.environ.get("equipoise.received_at") or clock.now()
    return found


def as_it_arrived(opened: Opened) -> Opened:
    """Return the seat as it was when the request arrived: what came before reviewing closed
    counts, however long it took to be read."""
    place = opened.place
    if place.phase is not Phase.RANKING or not is_in_time(arrived(), closed_at(place.call_id)):
        return opened
    return replace(opened, place=replace(place, phase=Phase.REVIEWING))


def opened_seat(seat_id: str) -> Opened:
    """Return the seat, or stop as if it were not there: absent and not one's own look alike."""
    actor = signed_in()
    opened = require(queries.opened(actor.id, seat_id))
    enforce(policy.may_see(actor, opened.place))
    return opened


def to_page(address: str = "") -> ResponseReturnValue:
    """Lead on to an address of our own, or back to the list."""
    return redirect(address or url_for("reviews.list_own"), 303)


def _to(page: str, **values: str) -> ResponseReturnValue:
    return redirect(url_for(f"reviews.{page}", **values), 303)  # type: ignore[arg-type]


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
        return _invitation(opened)
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
        return _scoring(opened, _form(opened))
    return _submitted(opened)


# --- the invitation ------------------------------------------------------------------------------


def _invitation(opened: Opened, **forms: Form) -> ResponseReturnValue:
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
    return _to("show", seat_id=seat_id)


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
            return _to("list_own")
    return _invitation(opened, decline_form=form)


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
            return _to("list_own")
    return _invitation(opened, declare_form=form)


# --- reading and scoring -------------------------------------------------------------------------


def _form(opened: Opened) -> ScoringForm:
    return form_for(
        calls.criteria_of(opened.call.id),
        queries.measure_of(opened.call),
        queries.working(opened.review),
        opened.review.revision if opened.review else 0,
        plain=opened.plain,
    )


def _scoring(
    opened: Opened, form: ScoringForm, theirs: dict[str, Any] | None = None
) -> ResponseReturnValue:
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


def _submitted(opened: Opened) -> ResponseReturnValue:
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
    measure, form = queries.measure_of(opened.call), _form(opened)
    verdict = policy.may_write(actor, opened.place)
    if not verdict and not verdict.hidden:
        return _too_late(opened, form, verdict.reason)
    enforce(verdict)
    if not form.validate_on_submit():
        return _scoring(opened, form)
    try:
        review = service.save(actor, opened, form.to_change(measure))
    except Overtaken as overtaken:
        return _overtaken(opened, form, overtaken.review)
    if request.form.get("act") == "save":
        flash(_("Saved. You can go on later."), "good")
        return _to("show", seat_id=seat_id)
    problems = rules.problems(measure, queries.working(review))
    if not problems:
        return _to("submit", seat_id=seat_id)
    form.version.data = review.revision
    form.show_problems(problems)
    return _scoring(opened, form)


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
    return _scoring(opened, form, theirs)


@bp.post("/<id:seat_id>/autosave")
@access(Lens.REVIEWER, policy.may_write)
def autosave(seat_id: str) -> ResponseReturnValue:
    """Save what the script sends: 409 with the newer revision when another window saved first."""
    opened = as_it_arrived(opened_seat(seat_id))
    form = _form(opened)
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
            return _to("after", seat_id=seat_id)
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
