"""What is signed for a browser, with what signs it made once: the libraries make it anew for each.

The session cookie, and the token of forms: the same bytes as theirs, made with less work.
"""

from functools import cache
from typing import Any

from flask import Flask, current_app, g, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import generate_csrf
from itsdangerous import TimestampSigner, URLSafeTimedSerializer


class KeptSigner(TimestampSigner):
    """A signer that derives the key of each secret once."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as the library takes them
        super().__init__(*args, **options)
        self.derive_key = cache(super().derive_key)  # type: ignore[method-assign]


class KeptSerializer(URLSafeTimedSerializer):
    """A serializer that keeps its signer: it has no state, so threads may share it."""

    default_signer = KeptSigner

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.make_signer = cache(super().make_signer)  # type: ignore[method-assign]


class CookieSession(SecureCookieSessionInterface):
    """Flask's own session in a signed cookie; the same bytes, made with less work."""

    def __init__(self) -> None:
        self._serializer: KeptSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._serializer is None:
            keys = [*app.config["SECRET_KEY_FALLBACKS"], app.secret_key]  # the newest comes last
            self._serializer = KeptSerializer(
                keys,
                salt=self.salt,
                serializer=self.serializer,
                signer_kwargs={
                    "key_derivation": self.key_derivation,
                    "digest_method": self.digest_method,
                },
            )
        return self._serializer


_SECRET = "csrf_token"  # noqa: S105 - the name Flask-WTF gives it, in the session and for the request


@cache
def _form_signer(key: str) -> KeptSerializer:
    return KeptSerializer(key, salt="wtf-csrf-token")


def form_token() -> str:
    """Return the token that goes into this page's forms, the same for all of them."""
    if _SECRET not in g and isinstance(session.get(_SECRET), str):
        g.csrf_token = _form_signer(str(current_app.secret_key)).dumps(session[_SECRET])
    token: str = generate_csrf()  # makes the secret where there is none yet
    return token
