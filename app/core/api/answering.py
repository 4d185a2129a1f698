"""What every route for programs declares, and how it is called: `@operation(lens, policy, …)`.

It is the declaration of every page (`app/core/access.py`) and besides what the document says of
it. The view gets what was sent as values of the declared shapes, and returns one.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Any, TypeVar

from flask import Response, current_app, g

from app.core.access import Access, Policy, access
from app.core.api.bodies import body
from app.core.api.reading import asked_of
from app.core.api.scopes import TokenScope
from app.core.api.values import as_json
from app.core.lens import Lens

Shape = TypeVar("Shape")
View = Callable[..., Any]
Refusals = Mapping[int, str]
NONE: Refusals = MappingProxyType({})
KEY_PATTERN = r"^[\x21-\x7e]{1,255}$"  # of an Idempotency-Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What the document says of a route, and what is asked before it is called."""

    open: bool  # no token is needed
    scope: TokenScope | None  # None: any token will do
    answers: Any  # the shape of its answer, or the media type of a file
    status: int = 200
    asks: type | None = None  # the shape of its parameters
    takes: type | None = None  # the shape of its body
    refuses: Refusals  # further statuses with their meaning
    keyed: bool = False  # takes an Idempotency-Key
    due: bool = False  # has a deadline: never turned away, and counted apart from all else


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with another status than declared first, or with headers."""

    value: object
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


def created(value: object, location: str) -> Answer:
    return Answer(value, 201, (("Location", location),))


def operation(
    lens: Lens,
    policy: Policy | None,
    scope: TokenScope | None,
    *,
    answers: Any,  # noqa: ANN401 - a shape
    status: int = 200,
    asks: type | None = None,
    takes: type | None = None,
    refuses: Refusals = NONE,
    keyed: bool = False,
    recorded: bool = False,
    never_turned_away: bool = False,
) -> Callable[[View], View]:
    """Declare a route for programs. Without a policy it is open to anyone; with one it needs a
    token, of `scope` where one is named.

    With `asks` the view gets `asked`, with `takes` it gets `body`: values of these shapes.
    """
    if policy is None and scope is not None:
        raise ValueError("what is open to anyone needs no scope")
    told = Operation(
        open=policy is None,
        scope=scope,
        answers=answers,
        status=status,
        asks=asks,
        takes=takes,
        refuses=refuses,
        keyed=keyed,
        due=never_turned_away,
    )

    def declare(view: View) -> View:
        @wraps(view)
        def answered(**named: Any) -> Response:  # noqa: ANN401 - as the address names them
            asked = asked_of(asks)
            if asks is not None:
                named["asked"] = asked
            if takes is not None:
                named["body"] = body()  # read before the work began
            return _response(view(**named), told)

        declared = access(lens, policy, recorded=recorded, never_turned_away=never_turned_away)
        answered.operation = told  # type: ignore[attr-defined]
        return declared(answered)

    return declare


def _response(found: object, told: Operation) -> Response:
    if isinstance(found, Response):
        return found
    given = found if isinstance(found, Answer) else Answer(found, told.status)
    text = json.dumps(as_json(given.value), ensure_ascii=False, separators=(",", ":"))
    response: Response = current_app.response_class(text, given.status, mimetype="application/json")
    response.headers.update(given.headers)
    if links := g.pop("api_links", ""):
        response.headers["Link"] = links
    return response


def operation_of(view: object) -> Operation | None:
    """Return what a view for programs declared; None for a page."""
    found = getattr(view, "operation", None)
    return found if isinstance(found, Operation) else None


__all__ = ["Access", "Answer", "Operation", "created", "operation", "operation_of"]
