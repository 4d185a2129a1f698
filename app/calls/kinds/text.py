"""Text: one line, or paragraphs with a limit of words."""

import re

from app.calls.kinds.base import Asked, Control, Fault, Kind
from app.calls.models import QuestionKind
from app.core.words import _

LONGEST_LINE = 300
MOST_LETTERS = 50_000

# Chinese and Japanese are written without spaces: each of their characters counts as a word.
# The page counts by the same two classes of characters (wordcount.js).
_SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
_ALONE = "\\u3041-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\U00020000-\\U0003ffff"
_WORD = re.compile(f"[{_ALONE}]|[^{_SPACE}{_ALONE}]+")


def count_words(text: str) -> int:
    """Count runs between white space, and each character of scripts written without spaces."""
    return sum(1 for _word in _WORD.finditer(text))


def _too_many_words(asked: Asked, answer: str) -> list[Fault]:
    words = count_words(answer)
    if not asked.word_limit or words <= asked.word_limit:
        return []
    return [
        Fault(
            _(
                "“%(label)s” has %(words)s words, %(over)s over the limit of %(limit)s.",
                label=asked.label,
                words=words,
                over=words - asked.word_limit,
                limit=asked.word_limit,
            )
        )
    ]


class Line(Kind):
    name = QuestionKind.TEXT
    settings = ("word_limit",)
    may_be_column = True

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        if found := _too_many_words(asked, answer):
            return found
        if len(answer) > LONGEST_LINE or "\n" in answer:
            return [Fault(_("“%(label)s”: keep it to one line.", label=asked.label))]
        return []


class LongText(Kind):
    name = QuestionKind.LONG_TEXT
    settings = ("word_limit",)

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        if found := _too_many_words(asked, answer):
            return found
        if len(answer) > MOST_LETTERS:
            return [
                Fault(
                    _(
                        "“%(label)s” is too long: keep it under %(n)s characters.",
                        label=asked.label,
                        n=MOST_LETTERS,
                    )
                )
            ]
        return []

    def control(self, asked: Asked, answer: str) -> Control:
        return {"value": answer, "words": asked.word_limit or 0}
