"""Which letters accounts ask for; the outbox above writes them, their links made on sending.

A link that opens an account must not lie in a table that staff can read: only the wish is stored.
"""

from enum import StrEnum

from app.core.jobs import enqueue

JOB = "accounts.letter"
NOBODY = ""  # instead of an account: the wish is noted, and no letter is written


class Kind(StrEnum):
    CONFIRM = "confirm"
    KNOWN_ALREADY = "known-already"
    RESET = "reset"
    INVITATION = "invitation"
    TOKEN_MADE = "token-made"  # noqa: S105 - a kind of letter


def ask(account_id: str, kind: Kind) -> None:
    enqueue(JOB, {"account_id": account_id, "letter": kind.value})
