"""What can be told of how somebody reviewed. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

RATINGS = (1, 2, 3)  # helped little, helped, helped very much
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class History:
    """What somebody was asked and did, in the calls that count here."""

    asked: int = 0  # invitations and seats answered by now
    accepted: int = 0
    declined: int = 0
    submitted: int = 0
    late: tuple[int, ...] = ()  # days, of each review that was late
    ratings: tuple[int, ...] = ()

    @property
    def on_time(self) -> int:
        return self.submitted - len(self.late)

    @property
    def helpfulness(self) -> Fraction | None:
        """The mean rating, exact; None where nobody rated."""
        return Fraction(sum(self.ratings), len(self.ratings)) if self.ratings else None


def days_late(due: datetime, submitted: datetime) -> int:
    """Return the days after the due instant, a begun one counted whole; 0 on time."""
    return max(0, -((due - submitted) // DAY))


def is_rating(text: str) -> bool:
    return text in {str(one) for one in RATINGS}


def mean(days: Sequence[int]) -> Fraction:
    return Fraction(sum(days), len(days)) if days else Fraction(0)
