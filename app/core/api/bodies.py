"""The body that a program sends: read whole, bounded and shaped before any work begins.

A line that drips or a body that is wrong in every part keeps nobody waiting but its sender: no
transaction is open meanwhile. Who asks is found out afterwards, and answered first.
"""

import json
from collections.abc import Sequence
from typing import cast

from flask import g, request
from werkzeug.exceptions import HTTPException

from app.core.api.problems import SENTENCES, Problem
from app.core.api.reading import MOST_ENTRIES, is_storable, shaped

LARGEST_BODY = 1024 * 1024  # far more than a draft or a review with every text at its longest
LONGEST_NUMBER = 40  # characters
TOO_LARGE = (
    f"{SENTENCES[413]} It may be {LARGEST_BODY} bytes. Send a draft in parts: what is left out "
    "stays as it is."
)
UNMEASURED = "Say how long the body is, with Content-Length."


class _Unreadable(Exception):  # noqa: N818 - answered as a problem
    """Says in our words why a body is no JSON that can be read."""


def read_ahead(shape: type, *, open_to_anyone: bool) -> None:
    """Read the body, before the work begins, and keep it or what is wrong with it for `body`."""
    if not open_to_anyone and "Authorization" not in request.headers:
        return  # it is turned away at the door, whatever it sends
    try:
        g.api_body = _body_of(shape)
    except Problem as problem:
        g.api_body = problem


def body() -> object:
    """Return the body, or stop: 415, 411, 413, 400 where none can be read, 422 for its faults."""
    found = g.pop("api_body")
    if isinstance(found, Problem):
        raise found
    return cast("object", found)


def _body_of(shape: type) -> object:
    if request.mimetype != "application/json":
        raise Problem(415, "Send the body as application/json.")
    if request.content_length is None and "Transfer-Encoding" in request.headers:
        raise Problem(411, UNMEASURED)
    if (request.content_length or 0) > LARGEST_BODY:
        raise Problem(413, TOO_LARGE)
    try:
        sent = request.get_data(cache=False)
    except HTTPException as error:
        status = error.code or 400
        raise Problem(status, SENTENCES.get(status, SENTENCES[400])) from error
    found, faults = shaped(shape, _parsed(sent))
    if faults:
        raise Problem(422, "Parts of the body are wrong; each is named.", faults=faults)
    return found


def _parsed(sent: bytes) -> object:
    try:
        return json.loads(
            sent.decode(),
            parse_int=_whole,
            parse_constant=_no_constant,
            object_pairs_hook=_named_once,
        )
    except json.JSONDecodeError as error:
        why = f"it breaks off or goes wrong at line {error.lineno}, column {error.colno}"
        raise _no_json(why) from error
    except UnicodeDecodeError as error:
        raise _no_json(f"byte {error.start} is not of UTF-8") from error
    except RecursionError as error:
        raise _no_json("it is nested too deeply") from error
    except _Unreadable as error:
        raise _no_json(str(error)) from error


def _no_json(why: str) -> Problem:
    return Problem(400, f"The body is no JSON that can be read: {why}.")


def _whole(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise _Unreadable(f"a number in it is longer than {LONGEST_NUMBER} digits")
    return int(digits)


def _no_constant(name: str) -> object:
    raise _Unreadable(f"{name} is no number of JSON")


def _named_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    if len(pairs) > MOST_ENTRIES:
        raise _Unreadable(f"an object in it has more than {MOST_ENTRIES} names")
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Unreadable("a name stands twice in one object")
    if not all(map(is_storable, found)):  # names tell where a fault is
        raise _Unreadable("a name in it holds a character that cannot be stored")
    return found
