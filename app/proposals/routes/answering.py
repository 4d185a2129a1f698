"""The page on which a partner's contact answers for the organisation, by the link of a letter."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.calls import queries as calls
from app.calls import views as call_views
from app.core.access import anyone
from app.core.forms import refusals_shown_on
from app.core.lens import Lens
from app.core.web import require
from app.proposals import links, policy, queries, service, views
from app.proposals.forms import ConfirmationForm
from app.proposals.routes.room import bp


@bp.route("/partner/<string:token>", methods=["GET", "POST"])
@anyone(Lens.APPLICANT)
def answer_as_partner(token: str) -> ResponseReturnValue:
    """Show what is said of the organisation; only the button answers, for scanners open links."""
    partner = links.partner_of(token)
    if partner is None:
        return render_template("proposals/link_over.html"), 410
    proposal = require(queries.get_proposal(partner.proposal_id))
    call = require(calls.get_call(proposal.call_id))
    draft = require(queries.get_draft(proposal.id))
    form, answered = ConfirmationForm(), False
    if form.validate_on_submit():
        with refusals_shown_on(form):
            service.answer_as_partner(
                partner,
                proposal,
                call,
                takes_part=form.takes_part.data == "yes",
                name=form.name.data,
            )
            answered = True
    return render_template(
        "proposals/answer_as_partner.html",
        form=form,
        answered=answered,
        partner=views.partner_values(partner),
        call=call_views.call_row(call),
        lead=draft.organisation,
        project=draft.title,
        may_answer=policy.may_answer_as_partner(partner, proposal, call),
    )
