"""A plan in compact bytes: whole numbers in rows, read without numpy and one proposal at a time."""

import json
import struct
import sys
import zlib
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.reviewers.assigning.inputs import Pair

MICRO = 1_000_000  # affinities are whole millionths
ALL_OPTIONS = 1_000_000  # pairs up to which a plan keeps every permitted one
BEST_OPTIONS = 40  # of each proposal, above that
NOT_TOLD = -1  # of the part of codes, where one side has none
FORMAT = b"EQP1"
_SIZE = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Parts:
    """Why a pair has its affinity, in millionths; `codes` is None where one side has none."""

    words: int
    codes: int | None
    bid: int
    unsupported: bool


@dataclass(frozen=True, slots=True)
class Unmet:
    """A proposal that lacks `missing` reviewers, and the sentence that says why."""

    place: int
    missing: int
    patient: bool  # a patient reviewer is among those missing


@dataclass(frozen=True, slots=True)
class Sheet:
    """An assignment with what explains it.

    `seats` are new, `fixed` were there before. `starts` (n + 1) says where a proposal's `options`
    begin: people who may take a seat there, with their `merits`, the best first. `groups` gives
    for each mix asked for (country, organisation) a number per person, 0 for not known; genders
    are not kept. `left_out` are people who get nothing new, with the reason.
    """

    proposals: tuple[str, ...]  # ids
    numbers: tuple[str, ...]
    people: tuple[str, ...]  # account ids
    most: tuple[int, ...]
    elsewhere: tuple[int, ...]  # seats people hold at proposals that are not on the sheet
    patients: tuple[bool, ...]
    groups: Mapping[str, tuple[int, ...]]
    seats: tuple[Pair, ...]
    fixed: tuple[Pair, ...]
    parts: Mapping[Pair, Parts]
    merits_of_seats: Mapping[Pair, int]
    starts: Sequence[int]
    columns: Sequence[int]
    merits: Sequence[int]
    proposal_prices: Sequence[int]
    people_prices: Sequence[int]
    unmet: tuple[Unmet, ...] = ()
    why_unmet: tuple[str, ...] = ()
    unsupported: tuple[Pair, ...] = ()
    left_out: tuple[tuple[int, str], ...] = ()
    figures: Mapping[str, Any] = field(default_factory=dict)

    def options(self, place: int) -> Iterator[tuple[int, int]]:
        """Yield the people who may sit at a proposal with their merit there, the best first."""
        for at in range(self.starts[place], self.starts[place + 1]):
            yield self.columns[at], self.merits[at]


def to_bytes(sheet: Sheet) -> bytes:
    """Pack a sheet: a header in JSON, then 64-bit and 32-bit whole numbers, compressed."""
    pairs = [*sheet.seats, *sheet.fixed]
    explained = [sheet.parts[pair] for pair in pairs]
    sections = [
        array("q", sheet.proposal_prices),
        array("q", sheet.people_prices),
        array("i", [number for pair in pairs for number in pair]),
        array(
            "i",
            [
                number
                for part in explained
                for number in (
                    part.words,
                    NOT_TOLD if part.codes is None else part.codes,
                    part.bid,
                    part.unsupported,
                )
            ],
        ),
        array("i", [sheet.merits_of_seats[pair] for pair in pairs]),
        array("i", sheet.starts),
        array("i", sheet.columns),
        array("i", sheet.merits),
    ]
    header = {
        "proposals": sheet.proposals,
        "numbers": sheet.numbers,
        "people": sheet.people,
        "most": sheet.most,
        "elsewhere": sheet.elsewhere,
        "patients": sheet.patients,
        "groups": dict(sheet.groups),
        "new": len(sheet.seats),
        "unmet": [[one.place, one.missing, one.patient] for one in sheet.unmet],
        "why_unmet": sheet.why_unmet,
        "unsupported": sheet.unsupported,
        "left_out": sheet.left_out,
        "figures": dict(sheet.figures),
        "lengths": [len(section) for section in sections],
    }
    packed = b"".join(_little(section).tobytes() for section in sections)
    text = json.dumps(header, separators=(",", ":")).encode()
    return FORMAT + _SIZE.pack(len(text)) + zlib.compress(text + packed, 1)


def from_bytes(content: bytes) -> Sheet:
    """Unpack a sheet; raise ValueError for what is none."""
    if content[: len(FORMAT)] != FORMAT:
        raise ValueError("these bytes are no plan")
    (size,) = _SIZE.unpack_from(content, len(FORMAT))
    plain = zlib.decompress(content[len(FORMAT) + _SIZE.size :])
    told = json.loads(plain[:size])
    sections, at = [], size
    for kind, length in zip("qqiiiiii", told["lengths"], strict=True):
        numbers = array(kind)
        end = at + length * numbers.itemsize
        numbers.frombytes(plain[at:end])
        sections.append(_little(numbers))
        at = end
    first, second, flat, explained, merits_of_seats, starts, columns, merits = sections
    pairs = list(zip(flat[::2], flat[1::2], strict=True))
    parts = {
        pair: Parts(
            words=explained[4 * place],
            codes=None if explained[4 * place + 1] == NOT_TOLD else explained[4 * place + 1],
            bid=explained[4 * place + 2],
            unsupported=bool(explained[4 * place + 3]),
        )
        for place, pair in enumerate(pairs)
    }
    return Sheet(
        proposals=tuple(told["proposals"]),
        numbers=tuple(told["numbers"]),
        people=tuple(told["people"]),
        most=tuple(told["most"]),
        elsewhere=tuple(told["elsewhere"]),
        patients=tuple(told["patients"]),
        groups={name: tuple(group) for name, group in told["groups"].items()},
        seats=tuple(pairs[: told["new"]]),
        fixed=tuple(pairs[told["new"] :]),
        parts=parts,
        merits_of_seats=dict(zip(pairs, merits_of_seats, strict=True)),
        starts=starts,
        columns=columns,
        merits=merits,
        proposal_prices=first,
        people_prices=second,
        unmet=tuple(Unmet(*one) for one in told["unmet"]),
        why_unmet=tuple(told["why_unmet"]),
        unsupported=tuple((i, j) for i, j in told["unsupported"]),
        left_out=tuple((j, why) for j, why in told.get("left_out", ())),
        figures=told["figures"],
    )


def _little(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "big":  # pragma: no cover - the machines at hand are little-endian
        numbers.byteswap()
    return numbers
