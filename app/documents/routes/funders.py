"""The funders' pages: what became of their contributions, and the reports about it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.accounts.session import signed_in
from app.awards import queries as awards
from app.calls import queries as calls
from app.core.access import access
from app.core.gate import enforce
from app.core.lens import Lens
from app.core.web import require
from app.documents import contributions, policy, queries, views

bp = Blueprint("funders", __name__, url_prefix="/funder")


@bp.get("")
@access(Lens.FUNDER, policy.may_see_contributions)
def overview() -> ResponseReturnValue:
    actor = signed_in()
    enforce(policy.may_see_contributions(actor))
    return render_template("reports/funder.html", calls=contributions.given_by(actor))


@bp.get("/reports/<id:document_id>.pdf")
@access(Lens.FUNDER, policy.may_see_funded_call)
def report_pdf(document_id: str) -> ResponseReturnValue:
    document = queries.get_document(document_id)
    require(document.file_key or None if document else None)
    assert document is not None
    call = calls.get_call(document.call_id)
    assert call is not None
    award = next((a for a in awards.awards_of(call.id) if a.id == document.about_id), None)
    reading = contributions.readers(call, document, award)
    enforce(policy.may_see_funded_call(signed_in(), reading, call))
    return views.stored_pdf(document.file_key, views.file_name(call, document, award))
