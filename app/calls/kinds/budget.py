"""Money in lines: a budget that applicants write, and costs at rates that the call sets.

Sums are exact, in whole minor units of one currency.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.calls.kinds.base import (
    Asked,
    Control,
    Fault,
    Kind,
    RowedKind,
    Sent,
    Shown,
    dump,
    filled_rows,
    number_setting,
    parts_of,
    rows_of,
    rows_sent,
    text_setting,
)
from app.calls.kinds.numbers import read_number
from app.calls.models import QuestionKind
from app.core.money import Money, MoneyError, is_currency
from app.core.words import _

MOST_LINES = 60
LONGEST_WORDS = 300


def read_amount(text: str, currency: str) -> Money:
    """Read an amount as people write it; raise MoneyError with a sentence."""
    amount = Money.of("".join(text.split()).replace(",", ""), currency)
    if amount.minor < 0:
        raise MoneyError(_("An amount must not be below zero."))
    return amount


class Budget(RowedKind):
    name = QuestionKind.BUDGET
    settings = ("currency", "choices", "max")

    def columns(self, asked: Asked) -> tuple[str, ...]:
        del asked
        return ("what", "amount")

    def collect(self, name: str, sent: Sent) -> str | None:
        rows = rows_sent(name, sent)
        if rows is None:
            return None
        return dump(rows[:MOST_LINES]) if rows else ""

    def total(self, asked: Asked, answer: str) -> Money:
        """Return the exact sum of the lines that can be read."""
        currency, total = text_setting(asked, "currency"), 0
        for row in filled_rows(answer):
            try:
                total += read_amount(row.get("amount", ""), currency).minor
            except MoneyError:
                continue
        return Money(total, currency)

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        found: list[Fault] = []
        currency = text_setting(asked, "currency")
        for place, row in enumerate(rows_of(answer)):
            if any(row.values()):
                found += self._line_faults(asked, place, row, currency)
        most = text_setting(asked, "max")
        if not found and most and self.total(asked, answer) > Money.of(most, currency):
            found.append(
                Fault(
                    _(
                        "“%(label)s”: the lines add up to %(sum)s, more than %(most)s.",
                        label=asked.label,
                        sum=self.total(asked, answer).show(),
                        most=Money.of(most, currency).show(),
                    )
                )
            )
        return found

    def _line_faults(
        self, asked: Asked, place: int, row: Mapping[str, str], currency: str
    ) -> list[Fault]:
        where, what = f"-{place}", row.get("what", "")
        if not what or len(what) > LONGEST_WORDS:
            return [
                Fault(
                    _("“%(label)s”, line %(n)s: say what it pays.", label=asked.label, n=place + 1),
                    f"{where}-what",
                )
            ]
        if asked.choices and what not in asked.choices:
            return [
                Fault(
                    _("“%(label)s”, line %(n)s: choose a heading.", label=asked.label, n=place + 1),
                    f"{where}-what",
                )
            ]
        try:
            read_amount(row.get("amount", ""), currency)
        except MoneyError as error:
            return [
                Fault(
                    _(
                        "“%(label)s”, line %(n)s: %(why)s",
                        label=asked.label,
                        n=place + 1,
                        why=str(error),
                    ),
                    f"{where}-amount",
                )
            ]
        return []

    def control(self, asked: Asked, answer: str) -> Control:
        rows = rows_of(answer) or [{}]
        return {
            "rows": [{"what": r.get("what", ""), "amount": r.get("amount", "")} for r in rows],
            "choices": [(choice, choice) for choice in asked.choices],
            "currency": text_setting(asked, "currency"),
            "total": self.total(asked, answer).show(),
            "may_add": len(rows) < MOST_LINES,
        }

    def shown(self, asked: Asked, answer: str) -> Shown:
        rows = filled_rows(answer)
        if not rows:
            return Shown()
        return Shown(
            head=(_("What it pays"), _("Amount in %(code)s", code=text_setting(asked, "currency"))),
            rows=tuple((row.get("what", ""), row.get("amount", "")) for row in rows),
            foot=(_("Together"), self.total(asked, answer).show()),
        )

    def values(self, answer: str) -> list[str]:
        """Conditions compare the sum of the amounts, whatever the currency."""
        numbers = [read_number(row.get("amount", "").replace(",", "")) for row in rows_of(answer)]
        return [str(sum((n for n in numbers if n is not None), Decimal()))]

    def setting_problem(self, asked: Asked) -> str:
        return _money_setting_problem(asked, ["max"])


class CostsByRate(Kind):
    """Costs that the call pays at fixed rates: applicants say how many, the rate does the rest."""

    name = QuestionKind.COSTS_BY_RATE
    settings = ("currency", "rates")

    def rates(self, asked: Asked) -> list[tuple[str, str, str]]:
        """Return key, words and amount of each rate."""
        return [
            (f"r{place}", str(rate.get("label", "")), str(rate.get("amount", "")))
            for place, rate in enumerate(_rates(asked))
        ]

    def collect(self, name: str, sent: Sent) -> str | None:
        if f"{name}-asked" not in sent:
            return None
        start = f"{name}-r"
        found = {
            control.removeprefix(f"{name}-"): values[0].strip()
            for control, values in sent.items()
            if control.startswith(start) and control.removeprefix(start).isdigit() and values
        }
        return dump(found) if any(found.values()) else ""

    def is_empty(self, answer: str) -> bool:
        return not any(parts_of(answer).values())

    def faults(self, asked: Asked, answer: str) -> list[Fault]:
        found, given = [], parts_of(answer)
        for key, label, _amount in self.rates(asked):
            text = given.get(key, "")
            number = read_number(text) if text else Decimal()
            if number is None or number < 0 or number != number.to_integral_value():
                found.append(
                    Fault(
                        _(
                            "“%(label)s”, %(rate)s: give a whole number, or leave it empty.",
                            label=asked.label,
                            rate=label,
                        ),
                        f"-{key}",
                    )
                )
        most = number_setting(asked, "most", 10_000)
        if not found and any(int(read_number(v) or 0) > most for v in given.values() if v):
            found.append(Fault(_("“%(label)s”: at most %(n)s of each.", label=asked.label, n=most)))
        return found

    def _lines(self, asked: Asked, answer: str) -> list[tuple[str, str, str, Money]]:
        given, currency = parts_of(answer), text_setting(asked, "currency")
        lines = []
        for key, label, amount in self.rates(asked):
            number = read_number(given.get(key, ""))
            if number and number > 0 and number == number.to_integral_value():
                minor = Money.of(amount, currency).minor * int(number)
                lines.append((label, str(int(number)), amount, Money(minor, currency)))
        return lines

    def total(self, asked: Asked, answer: str) -> Money:
        return Money(
            sum(line[3].minor for line in self._lines(asked, answer)),
            text_setting(asked, "currency"),
        )

    def control(self, asked: Asked, answer: str) -> Control:
        given, currency = parts_of(answer), text_setting(asked, "currency")
        return {
            "lines": [
                {
                    "key": key,
                    "label": label,
                    "rate": Money.of(amount, currency).show(),
                    "number": given.get(key, ""),
                }
                for key, label, amount in self.rates(asked)
            ],
            "total": self.total(asked, answer).show(),
        }

    def shown(self, asked: Asked, answer: str) -> Shown:
        lines = self._lines(asked, answer)
        if not lines:
            return Shown()
        return Shown(
            head=(_("What"), _("Number"), _("Rate"), _("Amount")),
            rows=tuple((what, n, rate, money.show()) for what, n, rate, money in lines),
            foot=(_("Together"), "", "", self.total(asked, answer).show()),
        )

    def setting_problem(self, asked: Asked) -> str:
        if not _rates(asked):
            return _("Give at least one rate, one a line, such as Stay for a month: 1800.")
        currency = text_setting(asked, "currency")
        for rate in _rates(asked):
            try:
                if Money.of(str(rate.get("amount", "")), currency).minor <= 0 or not rate["label"]:
                    return _("Each rate needs words and an amount above zero.")
            except MoneyError as error:
                return str(error)
        return ""


def _rates(asked: Asked) -> list[Mapping[str, Any]]:
    rates = asked.settings.get("rates", [])
    listed = rates if isinstance(rates, list | tuple) else []
    return [rate for rate in listed if isinstance(rate, Mapping)]


def _money_setting_problem(asked: Asked, names: list[str]) -> str:
    currency = text_setting(asked, "currency")
    if not is_currency(currency):
        return _("“%(code)s” is not a currency code.", code=currency)
    for name in names:
        if text := text_setting(asked, name):
            try:
                read_amount(text, currency)
            except MoneyError as error:
                return str(error)
    return ""
