"""Taking in lists: of reviewers, and of whom they work or published with."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.calls import views as call_views
from app.core.access import access
from app.core.forms import refusals_shown_on
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.words import _, plural
from app.reviewers import policy, service
from app.reviewers.forms import SheetForm
from app.reviewers.routes.room import bp, call_of, to
from app.reviewers.rules import pool_sheet, tie_sheet
from app.reviewers.rules.sheets import Wrong

MOST_TOLD = 200  # of what is wrong with a list


@bp.route("/reviewers/import", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def import_pool(call_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    form, wrong = SheetForm(), list[Wrong]()
    if form.validate_on_submit():
        content = form.content()
        if content is None:
            form.refuse(_("Choose a file."))
        else:
            people, wrong = pool_sheet.read_people(content)
            with refusals_shown_on(form):
                wrong = wrong or service.import_people(actor, call, people)
                if not wrong:
                    said = plural("%(num)s person is in.", "%(num)s people are in.", len(people))
                    flash(said, "good")
                    return to("pool", call)
    return render_template(
        "reviewers/import_pool.html",
        form=form,
        call=call_views.call_row(call),
        columns=pool_sheet.COLUMNS,
        wrong=wrong[:MOST_TOLD],
        more=max(0, len(wrong) - MOST_TOLD),
    )


@bp.route("/conflicts/import", methods=["GET", "POST"])
@access(Lens.STAFF, policy.may_fill_pool)
def import_ties(call_id: str) -> ResponseReturnValue:
    call, actor = call_of(call_id), signed_in()
    enforce(policy.may_fill_pool(actor, call))
    form, wrong = SheetForm(), list[Wrong]()
    if form.validate_on_submit():
        content = form.content()
        if content is None:
            form.refuse(_("Choose a file."))
        else:
            ties, wrong = tie_sheet.read_ties(content)
            if not wrong:
                new, wrong = service.import_ties(actor, call, ties)
            if not wrong:
                said = plural("%(num)s new pair is kept.", "%(num)s new pairs are kept.", new)
                flash(said, "good")
                return to("conflicts", call)
    return render_template(
        "reviewers/import_ties.html",
        form=form,
        call=call_views.call_row(call),
        wrong=wrong[:MOST_TOLD],
        more=max(0, len(wrong) - MOST_TOLD),
    )
