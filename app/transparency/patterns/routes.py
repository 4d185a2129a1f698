"""The page on which the face of Equipoise can be looked at, whole."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core.access import anyone
from app.transparency.patterns import samples

bp = Blueprint("patterns", __name__)


@bp.get("/patterns")
@anyone()
def show() -> ResponseReturnValue:
    return render_template("patterns/index.html", **samples.values())
