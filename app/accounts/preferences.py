"""How a person likes the pages, signed in or not: colours and language, kept in cookies alone."""

from datetime import timedelta

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from app.core.access import anyone
from app.core.words import LANGUAGES

bp = Blueprint("preferences", __name__)

THEMES = frozenset({"light", "dark"})
KEPT = timedelta(days=365)


@bp.get("/preferences")
@anyone()
def choose() -> ResponseReturnValue:
    """Set what was asked for and go back; anything unknown means: as the system says."""
    response = redirect(_back(request.args.get("next", "/")), 303)
    for name, known in (("theme", THEMES), ("language", LANGUAGES)):
        if name in request.args:
            _keep(response, name, request.args[name] if request.args[name] in known else "")
    return response


def _keep(response: Response, name: str, value: str) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    if value:
        response.set_cookie(name, value, max_age=KEPT, secure=secure, httponly=True, samesite="Lax")
    else:
        response.delete_cookie(name, secure=secure, httponly=True, samesite="Lax")


def _back(path: str) -> str:
    """Return a path of this site; a way out of it leads to the first page."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if inside and "\\" not in path else "/"
