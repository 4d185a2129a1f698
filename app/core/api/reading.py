"""What programs send, read by its declared shape: every fault is named with its place."""

import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import fields
from enum import Enum
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

from flask import request

from app.core.api.problems import Fault, Problem
from app.core.api.values import LARGEST_INTEGER, Says, hints_of, is_needed, is_shape

Shape = TypeVar("Shape")
MOST_ENTRIES = 500  # of one object or list; a form has at most 120 questions, a table 60 rows
DEEPEST = 12
_UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")


class _Wrong(Exception):  # noqa: N818 - collected into faults
    def __init__(self, what: str) -> None:
        super().__init__(what)


def asked_of(shape: type[Shape] | None) -> Shape | None:
    """Return the parameters of the address; an unknown, doubled or wrong one is refused."""
    known = {item.name for item in fields(cast("Any", shape))} if shape else set()
    faults = [
        Fault(name, f"There is no parameter {name!r} here. Known: {', '.join(sorted(known))}.")
        if known
        else Fault(name, "This address takes no parameters.")
        for name in request.args
        if name not in known
    ]
    faults += [
        Fault(name, "Give it once.")
        for name in request.args
        if name in known and len(request.args.getlist(name)) > 1
    ]
    found = (
        None if faults or shape is None else _shaped(shape, request.args, "", faults, texts=True)
    )
    if faults:
        raise Problem(400, "The parameters of the address are wrong.", faults=faults)
    return cast("Shape | None", found)


def shaped(shape: type, sent: object) -> tuple[object, Sequence[Fault]]:
    """Return what was sent as an instance of `shape`, with all that is wrong in it."""
    faults: list[Fault] = []
    return _shaped(shape, sent, "", faults), faults


def _shaped(
    shape: Any,  # noqa: ANN401 - a dataclass
    sent: object,
    where: str,
    faults: list[Fault],
    *,
    texts: bool = False,
) -> object:
    """Return an instance of `shape`, or None after naming what is wrong in `faults`."""
    if not isinstance(sent, Mapping):
        faults.append(Fault(where or "/", "Send an object here."))
        return None
    hints, before, values = hints_of(shape), len(faults), {}
    known = {item.name: item for item in fields(shape)}
    lead = "" if texts else "/"
    faults += [
        Fault(f"{where}{lead}{name}", "Nothing of this name is taken here.")
        for name in sent
        if name not in known
    ]
    for name, item in known.items():
        place = f"{where}{lead}{name}"
        if name not in sent:
            if is_needed(item):
                faults.append(Fault(place, "This is needed."))
            continue
        try:
            values[name] = _value(hints[name], sent[name], place, faults, texts=texts)
        except _Wrong as wrong:
            faults.append(Fault(place, str(wrong)))
    return None if len(faults) > before else shape(**values)


def _value(  # noqa: PLR0911 - one for each kind of type
    hint: Any,  # noqa: ANN401 - a type
    sent: object,
    where: str,
    faults: list[Fault],
    *,
    texts: bool = False,
) -> object:
    origin, parts = get_origin(hint), get_args(hint)
    if origin is Annotated:
        found = _value(parts[0], sent, where, faults, texts=texts)
        _check(found, next((one for one in parts[1:] if isinstance(one, Says)), Says()))
        return found
    if is_shape(hint):
        return _shaped(hint, sent, where, faults)
    if origin in {Union, types.UnionType}:
        return _one_of(parts, sent, where, faults, texts=texts)
    if origin is Literal:
        if sent not in parts:
            raise _Wrong(f"Choose one of: {', '.join(map(str, parts))}.")
        return sent
    if origin is not None and issubclass(origin, Mapping):
        return _mapped(parts[1], sent, where, faults)
    if origin is not None and issubclass(origin, Sequence):
        if not isinstance(sent, list):
            raise _Wrong("Send a list here.")
        _bound(sent)
        return tuple(
            _value(parts[0], one, f"{where}/{place}", faults) for place, one in enumerate(sent)
        )
    return _plain(hint, sent, texts=texts)


def _mapped(hint: Any, sent: object, where: str, faults: list[Fault]) -> dict[str, object]:  # noqa: ANN401
    if not isinstance(sent, Mapping):
        raise _Wrong("Send an object here.")
    found = {}
    for name, held in sent.items():
        try:
            found[_text(name)] = _value(hint, held, f"{where}/{name}", faults)
        except _Wrong as wrong:
            faults.append(Fault(f"{where}/{name}", str(wrong)))
    return found


def _one_of(
    hints: Sequence[Any], sent: object, where: str, faults: list[Fault], *, texts: bool
) -> object:
    if sent is None and type(None) in hints:
        return None
    left = [hint for hint in hints if hint is not type(None)]
    wrongs = []
    for hint in left:
        tried: list[Fault] = []
        try:
            found = _value(hint, sent, where, tried, texts=texts)
        except _Wrong as wrong:
            wrongs.append(str(wrong))
            continue
        if not tried:
            return found
        if len(left) == 1:
            faults += tried
            return None
    raise _Wrong(wrongs[0] if wrongs else "This is none of what may stand here.")


def _plain(hint: Any, sent: object, *, texts: bool) -> object:  # noqa: ANN401 - a type
    if hint is Any or hint is object:
        return _anything(sent)
    if hint is str:
        return _text(sent)
    if hint is bool:
        if not isinstance(sent, bool):
            raise _Wrong("Send true or false here.")
        return sent
    if hint is int:
        return _integer(sent, texts=texts)
    assert issubclass(hint, Enum), hint
    try:
        return hint(_text(sent))
    except ValueError as error:
        raise _Wrong(f"Choose one of: {', '.join(str(one.value) for one in hint)}.") from error


def _integer(sent: object, *, texts: bool) -> int:
    if texts and isinstance(sent, str):
        digits = sent.removeprefix("-")
        if not (digits.isascii() and digits.isdecimal() and len(sent) < 17):  # noqa: PLR2004
            raise _Wrong("Send a whole number here.")
        sent = int(sent)
    if not isinstance(sent, int) or isinstance(sent, bool):
        raise _Wrong("Send a whole number here.")
    if abs(sent) > LARGEST_INTEGER:
        raise _Wrong("This number is too large.")
    return sent


def _text(sent: object) -> str:
    """Return a text that every database can store."""
    if not isinstance(sent, str):
        raise _Wrong("Send a text here.")
    if not is_storable(sent):
        raise _Wrong("This text holds a character that cannot be stored.")
    return sent


def is_storable(text: str) -> bool:
    """Whether every database can store a text, and every answer repeat it."""
    return _UNSTORABLE.search(text) is None


def _bound(sent: Sequence[object]) -> None:
    if len(sent) > MOST_ENTRIES:
        raise _Wrong(f"Send at most {MOST_ENTRIES} here.")


def _anything(sent: object, depth: int = 0) -> object:
    """Return JSON of a shape that others check, without what cannot be stored."""
    if depth > DEEPEST:
        raise _Wrong("This is nested too deeply.")
    if isinstance(sent, str):
        return _text(sent)
    if isinstance(sent, Mapping):
        return {_text(name): _anything(held, depth + 1) for name, held in sent.items()}
    if isinstance(sent, list):
        _bound(sent)
        return [_anything(held, depth + 1) for held in sent]
    return sent


def _check(found: object, says: Says) -> None:
    if isinstance(found, str):
        if says.longest is not None and len(found) > says.longest:
            raise _Wrong(f"Send at most {says.longest} characters.")
        if says.pattern and not re.fullmatch(says.pattern, found):
            raise _Wrong(f"Send a text of the form {says.pattern}.")
        return
    if isinstance(found, int) and not isinstance(found, bool):
        if says.least is not None and found < says.least:
            raise _Wrong(f"Send at least {says.least}.")
        if says.most is not None and found > says.most:
            raise _Wrong(f"Send at most {says.most}.")
