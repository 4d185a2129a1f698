"""Writing the letters that accounts asked for: they stand below us and cannot write themselves."""

from app.accounts.letters import JOB, NOBODY, Kind
from app.core.db import Json
from app.core.jobs import handles
from app.notifications.account_letters import kind_of_letter, words_of
from app.notifications.service import tell


@handles(JOB)
def write(payload: Json) -> None:
    if payload["account_id"] == NOBODY:
        return
    kind = Kind(payload["letter"])
    words = words_of(kind)
    tell(payload["account_id"], kind_of_letter(kind), words.subject, words.body)
