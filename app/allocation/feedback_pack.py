"""What applicants are told, as one file to keep: the letter, why, and what the reviewers wrote."""

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from app.allocation.models import Feedback, Outcome
from app.core.table_file import KINDS, Table, as_file
from app.core.words import _

_DAY = (1980, 1, 1, 0, 0, 0)  # a ZIP holds a time for each file: none
HEAD = ("reviewer", "criterion", "grade", "justification")


def packed(
    number: str,
    told: Outcome,
    feedback: Sequence[Feedback],
    labels: Mapping[str, str],
    letter: bytes | None,
) -> bytes:
    """Return the pack of one proposal; `labels` are those of the criteria, `letter` the signed PDF
    once it is made. The same bytes each time."""
    table = Table(f"{number}-feedback", HEAD, _rows(feedback, labels))
    files = {f"feedback.{kind}": as_file(table, kind) for kind in KINDS}
    files["why.json"] = _json(
        {
            "proposal": number,
            "decision": told.decision.value,
            "amount_minor": told.amount_minor,
            "currency": told.currency,
            **told.facts,
        }
    )
    files["comments.txt"] = _comments(feedback)
    if letter is not None:
        files["decision-letter.pdf"] = letter
    files["README.txt"] = _readme(number, sorted(files))
    whole = BytesIO()
    with ZipFile(whole, "w", ZIP_DEFLATED) as pack:
        for name in sorted(files):
            entry = ZipInfo(f"{number}/{name}", _DAY)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            pack.writestr(entry, files[name])
    return whole.getvalue()


def _rows(feedback: Sequence[Feedback], labels: Mapping[str, str]) -> list[list[str | int | None]]:
    """Return a row for each grade; whoever wrote it is a letter, or named where the call tells."""
    return [
        [said.reviewer or said.letter, labels.get(key, key), grade or "", said.reasons.get(key, "")]
        for said in feedback
        for key, grade in said.grades.items()
    ]


def _comments(feedback: Sequence[Feedback]) -> bytes:
    told = [
        f"{_('Reviewer %(letter)s', letter=said.reviewer or said.letter)}\n\n{said.comment}\n"
        for said in feedback
        if said.comment
    ]
    return "\n\n".join(told).encode()


def _readme(number: str, names: Sequence[str]) -> bytes:
    about = {
        "comments.txt": _("what the reviewers wrote to you"),
        "decision-letter.pdf": _("the signed letter"),
        "why.json": _("your figures, the line, and what the rule did, step by step"),
        **{f"feedback.{kind}": _("each grade with its justification") for kind in KINDS},
    }
    lines = [
        _("What you were told about %(number)s", number=number),
        "",
        *(f"{name}: {about[name]}" for name in names),
    ]
    return ("\n".join(lines) + "\n").encode()


def _json(told: Mapping[str, object]) -> bytes:
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
