"""The one gate that every use case and every page passes."""

from app.core.verdict import Verdict
from app.core.work import current_work


class Refused(Exception):  # noqa: N818 - it is an answer, not an error
    """Shown to people as a sentence, never as a stack trace."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


def enforce(verdict: Verdict) -> None:
    """Let the work go on, or stop it with the verdict's reason."""
    if not verdict:
        raise Refused(verdict)
    current_work().enforced += 1
