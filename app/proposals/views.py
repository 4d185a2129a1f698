"""Proposals as pages need them. What reviewers see is made here once, for them and for the
applicants' preview alike."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import url_for

from app.calls.models import Audience, Question, QuestionKind
from app.core.money import Money
from app.core.uploads import describe_removed
from app.core.words import _
from app.proposals.models import BlindedFile, ProposalState, Upload

Values = dict[str, Any]

TONES = {
    ProposalState.DRAFT: ("wait", "part"),
    ProposalState.SUBMITTED: ("active", "done"),
    ProposalState.ELIGIBLE: ("active", "done"),
    ProposalState.AWARDED: ("good", "done"),
    ProposalState.RESERVE: ("wait", "part"),
    ProposalState.INELIGIBLE: ("bad", "stop"),
    ProposalState.WITHDRAWN: ("neutral", "stop"),
}


def state_words(state: ProposalState) -> str:
    return {
        ProposalState.DRAFT: _("draft"),
        ProposalState.SUBMITTED: _("submitted"),
        ProposalState.RETURNED: _("returned for correction"),
        ProposalState.ELIGIBLE: _("eligible, in review"),
        ProposalState.INELIGIBLE: _("not eligible"),
        ProposalState.AWARDED: _("awarded"),
        ProposalState.RESERVE: _("on the reserve list"),
        ProposalState.DECLINED: _("not funded"),
        ProposalState.WITHDRAWN: _("withdrawn"),
    }[state]


def state_chip(state: ProposalState) -> Values:
    tone, stage = TONES.get(state, ("neutral", "open"))
    return {"words": state_words(state), "tone": tone, "stage": stage}


def sections(
    questions: Sequence[Question],
    answers: Mapping[str, str],
    audience: Audience,
    files: Mapping[str, Values],
) -> list[Values]:
    """Return the answers of one audience by section; a file's answer is drawn from `files`."""
    asked = [question for question in questions if question.audience is audience]
    return [
        {
            "title": title,
            "answers": [
                {
                    "key": q.key,
                    "label": q.label,
                    "text": "" if q.kind is QuestionKind.FILE else answers.get(q.key, ""),
                    "paragraphs": paragraphs(answers.get(q.key, "")),
                    "file": files.get(answers.get(q.key, "")),
                    "is_file": q.kind is QuestionKind.FILE,
                }
                for q in group
            ],
        }
        for title, group in groupby(asked, key=lambda q: q.section)
    ]


def paragraphs(text: str) -> list[list[str]]:
    """Split text into paragraphs of lines, so that pages need no markup in it."""
    return [block.split("\n") for block in text.split("\n\n") if block.strip()]


def science(
    *,
    number: str | None,
    title: str,
    answers: Mapping[str, str],
    questions: Sequence[Question],
    files: Mapping[str, Values],
    requested: Money | None,
    months: int | str,
) -> Values:
    """Return what a reviewer of a blinded call sees, and nothing else."""
    return {
        "number": number or _("a number is given when you submit"),
        "title": title or _("No title yet"),
        "sections": sections(questions, answers, Audience.SCIENTIFIC, files),
        "requested": requested.show() if requested else _("not given yet"),
        "months": str(months),
    }


def file_values(copy: BlindedFile, url: str) -> Values:
    """Return a blinded file by its neutral name."""
    return {
        "name": f"{copy.question_key.replace('_', '-')}.pdf",
        "url": url,
        "facts": _(
            "PDF, %(pages)s pages, %(size)s kB", pages=copy.pages, size=max(1, copy.size // 1024)
        ),
        "sha256": copy.sha256,
    }


def own_files(proposal_id: str, copies: Sequence[BlindedFile]) -> dict[str, Values]:
    return {
        copy.id: file_values(
            copy, url_for("proposals.blinded_file", proposal_id=proposal_id, file_id=copy.id)
        )
        for copy in copies
    }


def upload_values(upload: Upload) -> Values:
    return {
        "name": upload.original_name,
        "question_key": upload.question_key,
        "removed": describe_removed(tuple(upload.removed)),
        "own_names": upload.own_names,
        "sha256": upload.sha256,
    }
