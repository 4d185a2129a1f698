"""The pages of bidding: one's own list, and the staff's page that asks for bids."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import queries as calls
from app.calls import views as call_views
from app.calls.models import Call
from app.calls.rules import WallTimeError, instant_of
from app.core import clock
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import Refused, enforce
from app.core.lens import Lens
from app.core.paging import part_of
from app.core.web import require
from app.core.words import _, plural
from app.core.work import abandon_changes
from app.reviewers.bidding import policy, queries, service, views
from app.reviewers.bidding.forms import BiddingForm, BidForm
from app.reviewers.bidding.queries import Own

bp = Blueprint("bids", __name__, url_prefix="/bids")
desk = Blueprint("bidding", __name__, url_prefix="/desk/calls/<id:call_id>/bidding")


def _own(call_id: str) -> Own:
    """Return one's own sheet, or stop as if there were no such call."""
    actor = signed_in()
    enforce(policy.may_list_bids(actor))
    return require(queries.own_sheet(actor.id, call_id))


@bp.get("/")
@access(Lens.REVIEWER, policy.may_list_bids)
def list_own() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_list_bids(actor))
    return render_template(
        "bids/list_own.html", rows=[views.own_row(own) for own in queries.own_sheets(actor.id)]
    )


@bp.route("/<id:call_id>", methods=["GET", "POST"])
@access(Lens.REVIEWER, policy.may_bid)
def show(call_id: str) -> ResponseReturnValue:
    """Show titles and abstracts in one's own order, twenty at a time, and keep what is said."""
    own, form = _own(call_id), BidForm()
    page = _page(own)
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.save(signed_in(), own, _answers(), seen=form.seen)
            flash(_("Your answers are saved."), "good")
            onward = page + 1 if "next" in request.form and page < views.pages_of(own) else page
            return redirect(url_for("bids.show", call_id=call_id, page=onward), 303)
    found = queries.abstracts(own.call, views.ids_on(own, page))
    rows = views.questions(own, found)
    if form.is_submitted():  # nothing that was said is lost where it could not be kept
        for row in rows:
            row["bid"] = request.form.get(row["name"], row["bid"])
    form.version.data = str(own.sheet.revision)
    return render_template(
        "bids/show.html",
        form=form,
        own=views.own_row(own),
        rows=rows,
        choices=views.choices(),
        page=page,
        pages=views.pages_of(own),
        may_bid=policy.may_bid(signed_in(), own.call, own.bidding),
    )


@bp.post("/<id:call_id>/autosave")
@access(Lens.REVIEWER, policy.may_bid)
def autosave(call_id: str) -> ResponseReturnValue:
    own, form = _own(call_id), BidForm()
    if form.seen != own.sheet.revision:
        enforce(policy.may_bid(signed_in(), own.call, own.bidding))
        return jsonify({"version": own.sheet.revision}), 409
    try:
        sheet = service.save(signed_in(), own, _answers(), seen=form.seen)
    except Refused as refusal:
        abandon_changes()
        return jsonify({"reason": str(refusal)}), 403
    return jsonify({"version": sheet.revision, "saved_at": clock.to_text(clock.now())})


def _answers() -> dict[str, str]:
    return {
        name.removeprefix("bid-"): value
        for name, value in request.form.items()
        if name.startswith("bid-")
    }


def _page(own: Own) -> int:
    text = request.args.get("page", "1")
    page = int(text) if text.isdecimal() and len(text) < 6 else 1  # noqa: PLR2004
    return min(max(page, 1), views.pages_of(own))


# --- the staff's page ----------------------------------------------------------------------------


def _call(call_id: str) -> Call:
    call = require(calls.get_call(call_id))
    enforce(policy.may_see_bidding(signed_in(), call))
    return call


@desk.route("", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_see_bidding)
def overview(call_id: str) -> ResponseReturnValue:
    """Ask for bids and see who has answered how much; what they answered is in plans alone."""
    call, actor = _call(call_id), signed_in()
    bidding = queries.bidding_of(call.id)
    form = BiddingForm(
        closes=call_views.local(call, bidding.closes_at).replace(tzinfo=None) if bidding else None
    )
    if form.validate_on_submit():
        with refusals_shown_on(form):
            try:
                closes_at = instant_of(form.closes.data, call.zone)
            except WallTimeError as error:
                form.closes.errors = [str(error)]
            else:
                asked = service.ask_for_bids(actor, call, closes_at)
                flash(
                    plural("%(num)s person is asked.", "%(num)s people are asked.", asked), "good"
                )
                return redirect(url_for("bidding.overview", call_id=call.id), 303)
    return render_template(
        "bids/overview.html",
        form=form,
        call=call_views.call_row(call),
        closes=call_views.local(call, bidding.closes_at) if bidding else None,
        open=bool(bidding and bidding.closes_at >= clock.now()),
        answered=part_of(queries.answered_in(call.id), lambda row: row.name),
        unasked=len(queries.unasked(call.id)),
        may_ask=policy.may_ask_for_bids(actor, call),
    )
