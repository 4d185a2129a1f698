"""Answers to programs that are not what they asked for: problem details, RFC 9457.

A problem tells what was sent wrongly and how to mend it, and nothing of what the asker may not
know: what is not theirs and what is not there are the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from types import MappingProxyType

from flask import Response, current_app, request

MIMETYPE = "application/problem+json"
COMMON_GRANTS = "/common-grants/"
PREFIXES = ("/api/", COMMON_GRANTS)
NO_MORE: Mapping[str, object] = MappingProxyType({})
MOST_FAULTS = 50  # named; whoever mends these may send again and be told of more
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one part of what was sent."""

    where: str
    what: str


class Problem(Exception):  # noqa: N818 - it is an answer
    """Stops the work and is answered as problem details; what was changed is rolled back."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        kind: str = "",
        faults: Sequence[Fault] = (),
        more: Mapping[str, object] = NO_MORE,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.kind = status, detail, kind
        self.faults, self.more = faults, more


def is_for_programs(path: str) -> bool:
    """Whether an address answers programs, told from the address alone."""
    return path.startswith(PREFIXES)


def programs_asked() -> bool:
    return is_for_programs(request.path)


def answer(found: Problem, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """Return a problem as a response."""
    phrase = HTTPStatus(found.status).phrase
    kind = found.kind or phrase.lower().replace(" ", "-")
    told: dict[str, object] = {
        "type": f"urn:equipoise:problem:{kind}",
        "title": phrase,
        "status": found.status,
        "detail": found.detail,
        **found.more,
    }
    if found.faults:
        told["errors"] = [asdict(fault) for fault in found.faults[:MOST_FAULTS]]
        if len(found.faults) > MOST_FAULTS:
            told["detail"] = f"{found.detail} Only the first {MOST_FAULTS} are named."
    if request.path.startswith(COMMON_GRANTS):  # which asks for both in every error
        told = {**told, "message": told["detail"], "errors": told.get("errors", [])}
    response: Response = current_app.response_class(
        json.dumps(told, ensure_ascii=False).encode(errors="replace"),
        found.status,
        mimetype=MIMETYPE,
    )
    response.headers.update(headers)
    return response


# In English, as the whole description of this interface is: programs do not choose a language,
# and what they log is searched for by its words.
SENTENCES = {
    400: "The request cannot be read.",
    404: "There is nothing at this address, or nothing for this token.",
    405: "This address does not take that method.",
    406: "This address answers in JSON alone.",
    413: "The body is too large.",
    429: "Too many requests. Wait before you ask again.",
    500: "Something went wrong on our side. Nothing was changed.",
    503: "Too many are here at this moment, so this was not taken. Ask again a little later.",
    507: "There is no room left on our side, so nothing was stored.",
}


def plain(status: int, detail: str = "", headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """Return the problem of a status, in words that do not depend on what was asked for."""
    sentence = detail or SENTENCES.get(status) or f"{HTTPStatus(status).phrase}."
    return answer(Problem(status, sentence), headers)
