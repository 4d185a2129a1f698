"""Answers to "may this be done?", always with the reason when the answer is no."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Truthy when allowed. `hidden` means the asker may not even learn that the thing exists."""

    allowed: bool
    reason: str = ""
    hidden: bool = False

    def __bool__(self) -> bool:
        return self.allowed


ALLOWED = Verdict(allowed=True)


def refused(reason: str) -> Verdict:
    return Verdict(allowed=False, reason=reason)


def hidden(reason: str = "") -> Verdict:
    return Verdict(allowed=False, reason=reason, hidden=True)
