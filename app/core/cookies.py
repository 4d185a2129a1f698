"""What is signed for a browser, with what signs it made once: the libraries make it anew for each.

The session cookie, and the token of forms: what theirs would read, made with less work.
"""

import secrets
from functools import cache
from typing import Any

from flask import Flask, current_app, g, session
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Serializer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode


class KeptSigner(TimestampSigner):
    """A signer that derives the key of each secret once."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - as the library takes them
        super().__init__(*args, **options)
        self.derive_key = cache(super().derive_key)  # type: ignore[method-assign]


_SMALL = 512  # bytes; to find out that so few do not pack smaller took longer than to sign them


class KeptSerializer(URLSafeTimedSerializer):
    """A serializer that keeps its signer: it has no state, so threads may share it."""

    default_signer = KeptSigner

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **options)
        self.make_signer = cache(super().make_signer)  # type: ignore[method-assign]

    def dump_payload(self, obj: object) -> bytes:
        plain = Serializer.dump_payload(self, obj)
        return base64_encode(plain) if len(plain) < _SMALL else super().dump_payload(obj)


class CookieSession(SecureCookieSessionInterface):
    """Flask's own session in a signed cookie, made with less work."""

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

_SECRET_BYTES = 20


@cache
def _form_signer(key: str) -> KeptSerializer:
    return KeptSerializer(key, salt="wtf-csrf-token")


def form_token() -> str:
    """Return the token that goes into this page's forms, the same for all of them. It is the one
    that Flask-WTF makes and checks, by the secret of this browser's session."""
    if _SECRET not in g:
        if not isinstance(session.get(_SECRET), str):
            session[_SECRET] = secrets.token_hex(_SECRET_BYTES)
        g.csrf_token = _form_signer(str(current_app.secret_key)).dumps(session[_SECRET])
    token: str = g.csrf_token
    return token
