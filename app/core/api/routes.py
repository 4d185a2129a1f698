"""Where the description of the interface is, and the way to it."""

import json

from flask import Blueprint, Response, current_app

from app.core.api.answering import operation
from app.core.lens import Lens
from app.core.settings import settings

bp = Blueprint("api", __name__, url_prefix="/api/v1")
_KEPT = "openapi"  # in app.extensions: made once, when it is first asked for


@bp.get("/openapi.json")
@operation(Lens.PUBLIC, None, None, answers=object)
def describe() -> Response:
    """The description of this interface, OpenAPI 3.1."""
    made = current_app.extensions.get(_KEPT)
    if made is None:
        from app.core.api.document import document_of  # noqa: PLC0415 - few ever ask

        told = document_of(current_app, settings().base_url.rstrip("/"))
        made = current_app.extensions[_KEPT] = json.dumps(told, ensure_ascii=False)
    return current_app.response_class(made, mimetype="application/json")
