"""A file: its answer is the id of the copy made for reviewers, so pages cannot send it."""

from app.calls.kinds.base import Asked, Kind, Sent, Shown
from app.calls.models import QuestionKind


class File(Kind):
    name = QuestionKind.FILE

    def collect(self, name: str, sent: Sent) -> str | None:
        del name, sent
        return None

    def shown(self, asked: Asked, answer: str) -> Shown:
        del asked, answer
        return Shown()
