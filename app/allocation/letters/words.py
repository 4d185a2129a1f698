"""The words of decision letters: what they are unless staff write others, and how gaps are filled.

Pure. A gap is `{name}`; the filled-in words are never read for gaps again.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.allocation.models import Decision
from app.core.words import _

LONGEST_SUBJECT, LONGEST_BODY = 150, 6000
GAPS = ("number", "title", "call", "result", "amount")
_GAP = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


def usual(decision: Decision) -> Words:
    """Return what a letter says where staff wrote nothing else."""
    subject = _("The result for {number}")
    opening = _("Your proposal {number}, “{title}”, in the call “{call}”: {result}.")
    told = {
        Decision.AWARD: _(
            "We are glad to offer you {amount}. The office writes to you about the agreement; "
            "nothing starts before both sides have signed it."
        ),
        Decision.RESERVE: _(
            "It is not funded now and may be yet: if an award falls away, the money goes on in "
            "the order of the reserve list, and we write to you once it comes to yours. You need "
            "do nothing."
        ),
        Decision.DECLINE: _(
            "We know how much work a proposal is, and thank you and your partners for it. What "
            "the reviewers wrote is meant to be of use for what you do next."
        ),
    }[decision]
    return Words(subject, f"{opening}\n\n{told}")


def trouble(words: Words) -> str:
    """Say what is wrong with a letter that staff wrote, or nothing."""
    if not words.subject.strip() or not words.body.strip():
        return _("A letter needs a subject and a text.")
    if "\n" in words.subject or "\r" in words.subject:
        return _("Keep the subject to one line.")
    unknown = [gap for gap in _GAP.findall(f"{words.subject} {words.body}") if gap not in GAPS]
    if unknown:
        return _(
            "There is no {%(gap)s} to fill in. Use %(known)s, or write it without braces.",
            gap=unknown[0],
            known=", ".join(f"{{{name}}}" for name in GAPS),
        )
    return ""


def filled(words: Words, values: Mapping[str, str]) -> Words:
    """Return the letter with every gap filled in; `values` has all of `GAPS`."""

    def fill(text: str) -> str:
        return _GAP.sub(lambda gap: values[gap[1]], text)

    return Words(" ".join(fill(words.subject).split()), fill(words.body).strip())
