"""What is signed for a browser: read by the libraries whose work it saves, and they by it."""

import re

import pytest
from flask import session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import URLSafeTimedSerializer
from wtforms import ValidationError

from app.core.cookies import KeptSerializer, form_token
from app.core.web import EquipoiseApp
from tests.browser_client import Browser

KEY, SALT = "a key for nothing else", "salt"


@pytest.mark.parametrize("held", ["a" * 40, {"token": "b" * 43, "many": ["words"] * 400}])
def test_what_is_signed_here_is_read_by_the_library_and_the_other_way_round(held: object) -> None:
    ours, theirs = KeptSerializer(KEY, salt=SALT), URLSafeTimedSerializer(KEY, salt=SALT)
    assert theirs.loads(ours.dumps(held)) == held
    assert ours.loads(theirs.dumps(held)) == held
    assert ours.dumps(held).startswith(".") is (len(str(held)) > 512)  # packed where it is long


def test_a_cookie_of_ours_is_a_cookie_of_flask(app: EquipoiseApp) -> None:
    kept = {"_permanent": True, "who": "somebody"}
    theirs = SecureCookieSessionInterface().get_signing_serializer(app)
    ours = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert theirs is not None
    assert theirs.loads(ours.dumps(kept)) == ours.loads(theirs.dumps(kept)) == kept


def test_a_token_belongs_to_the_secret_of_one_browser(app: EquipoiseApp) -> None:
    with app.test_request_context("/"):
        token = form_token()
        assert token == form_token() == generate_csrf()
        assert re.fullmatch("[0-9a-f]{40}", session["csrf_token"])
        validate_csrf(token)
    with app.test_request_context("/"):
        session["csrf_token"] = "c" * 40
        with pytest.raises(ValidationError):
            validate_csrf(token)
    assert len({Browser(app).get("/sign-in").headers["Set-Cookie"] for _ in range(3)}) == 3
