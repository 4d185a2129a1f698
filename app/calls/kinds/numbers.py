"""Numbers and dates, each between a smallest and a largest."""

from datetime import date
from decimal import Decimal, InvalidOperation

from app.calls.kinds.base import Asked, Control, Fault, Kind, text_setting
from app.calls.models import QuestionKind
from app.core.words import _

LONGEST_NUMBER = 40


def read_number(text: str) -> Decimal | None:
    """Read a plain decimal number; spaces between its digits are forgiven."""
    plain = text.replace(" ", "").replace("\u00a0", "").replace("\u202f", "")
    if not plain or len(plain) > LONGEST_NUMBER:
        return None
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2027-03-31") else None
    except ValueError:
        return None


class Number(Kind):
    name = QuestionKind.NUMBER
    settings = ("min", "max", "unit")
    may_be_column = True

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        number = read_number(answer)
        if number is None:
            return [
                Fault(
                    _(
                        "“%(label)s”: %(text)s is not a number.",
                        label=asked.label,
                        text=answer[:LONGEST_NUMBER],
                    )
                )
            ]
        least, most = (read_number(text_setting(asked, end)) for end in ("min", "max"))
        if least is not None and number < least:
            return [
                Fault(_("“%(label)s” must be at least %(n)s.", label=asked.label, n=f"{least:,f}"))
            ]
        if most is not None and number > most:
            return [
                Fault(_("“%(label)s” must be at most %(n)s.", label=asked.label, n=f"{most:,f}"))
            ]
        return []

    def control(self, asked: Asked, answer: str) -> Control:
        return {"value": answer, "unit": text_setting(asked, "unit")}

    def setting_problem(self, asked: Asked) -> str:
        ends = [text_setting(asked, end) for end in ("min", "max")]
        numbers = [read_number(text) for text in ends]
        for text, number in zip(ends, numbers, strict=True):
            if text and number is None:
                return _("“%(text)s” is no number.", text=text)
        if None not in numbers and numbers[0] > numbers[1]:  # type: ignore[operator]
            return _("The smallest number allowed is above the largest.")
        return ""


class Date(Kind):
    name = QuestionKind.DATE
    settings = ("min", "max")
    may_be_column = True

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        day = read_date(answer)
        if day is None:
            return [Fault(_("“%(label)s”: write the date like 2027-03-31.", label=asked.label))]
        first, last = (read_date(text_setting(asked, end)) for end in ("min", "max"))
        if first is not None and day < first:
            return [
                Fault(_("“%(label)s” must be on %(day)s or later.", label=asked.label, day=first))
            ]
        if last is not None and day > last:
            return [
                Fault(_("“%(label)s” must be on %(day)s or before.", label=asked.label, day=last))
            ]
        return []

    def setting_problem(self, asked: Asked) -> str:
        ends = [text_setting(asked, end) for end in ("min", "max")]
        days = [read_date(text) for text in ends]
        for text, day in zip(ends, days, strict=True):
            if text and day is None:
                return _("“%(text)s” is no date: write it like 2027-03-31.", text=text)
        if None not in days and days[0] > days[1]:  # type: ignore[operator]
            return _("The first day allowed is after the last.")
        return ""
