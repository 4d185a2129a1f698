"""A plan as it stands after changes by hand, and what another change would cost. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.reviewers.assigning.inputs import Pair
from app.reviewers.assigning.sheets import Sheet

NOBODY = -1
Edit = tuple[int, int, int]  # place of the proposal, who goes, who comes; -1 for nobody


@dataclass(frozen=True, slots=True)
class Cost:
    """What a change does, in millionths: `total` is what is lost (gained where below 0)."""

    total: int
    before: int  # of the proposal
    after: int
    worst_before: int
    worst_after: int
    breaks: tuple[str, ...]  # rules it would break: patient, country, organisation, gender


class Standing:
    """Who sits where, and how well, once `edits` are made."""

    def __init__(self, sheet: Sheet, edits: Iterable[Sequence[int]] = ()) -> None:
        self.sheet = sheet
        self.edits = [(i, out, into) for i, out, into in edits]
        self._seats: list[list[int]] = [[] for _ in sheet.proposals]
        self._fixed = set(sheet.fixed)
        for i, j in (*sheet.fixed, *sheet.seats):
            self._seats[i].append(j)
        for edit in self.edits:
            self._make(edit)
        self._merits = dict(sheet.merits_of_seats)
        for i in {edit[0] for edit in self.edits}:
            self._merits.update(((i, j), merit) for j, merit in sheet.options(i))
        self.loads = list(sheet.elsewhere)
        for people in self._seats:
            for j in people:
                self.loads[j] += 1
        self.scores = [self._score(i, people) for i, people in enumerate(self._seats)]

    def _make(self, edit: Edit) -> None:
        i, out, into = edit
        if out != NOBODY:
            self._seats[i].remove(out)
        if into != NOBODY:
            self._seats[i].append(into)

    def _score(self, place: int, people: Iterable[int]) -> int:
        return sum(self._merits.get((place, j), 0) for j in people)

    @property
    def total(self) -> int:
        return sum(self.scores)

    @property
    def worst(self) -> int:
        return min(self.scores, default=0)

    def people_of(self, place: int) -> list[int]:
        """Return who sits there, those who stay first."""
        return sorted(self._seats[place], key=lambda j: (not self.stays(place, j), j))

    def stays(self, place: int, person: int) -> bool:
        return (place, person) in self._fixed

    def merit(self, place: int, person: int) -> int:
        return self._merits.get((place, person), 0)

    def new_seats(self) -> list[Pair]:
        """Return the seats that accepting would give."""
        return [
            (i, j)
            for i, people in enumerate(self._seats)
            for j in people
            if (i, j) not in self._fixed
        ]

    def may_take(self, place: int) -> list[tuple[int, int]]:
        """Return who may still come to a proposal, with their merit, the best first."""
        here = set(self._seats[place])
        return [
            (j, merit)
            for j, merit in self.sheet.options(place)
            if j not in here and self.loads[j] < self.sheet.most[j]
        ]

    def can_make(self, edit: Edit) -> bool:
        """Whether a change is possible at all: who goes may go, who comes may come."""
        i, out, into = edit
        leaves = out == NOBODY or (out in self._seats[i] and not self.stays(i, out))
        comes = into == NOBODY or any(j == into for j, _ in self.may_take(i))
        return leaves and comes and (out, into) != (NOBODY, NOBODY)

    def cost(self, edit: Edit) -> Cost:
        """Return what a possible change would cost."""
        i, out, into = edit
        merits = dict(self.sheet.options(i))
        gone = self._merits.get((i, out), 0)
        come = merits.get(into, 0)
        after = self.scores[i] - gone + come
        others = (score for place, score in enumerate(self.scores) if place != i)
        worst_after = min(after, min(others, default=after))
        people = [j for j in self._seats[i] if j != out] + ([into] if into != NOBODY else [])
        broken = tuple(name for name in self.broken(i, people) if name not in self.broken(i))
        return Cost(gone - come, self.scores[i], after, self.worst, worst_after, broken)

    def broken(self, place: int, people: Sequence[int] | None = None) -> list[str]:
        """Return which of the rules asked for do not hold at a proposal."""
        sitting = self._seats[place] if people is None else people
        found = []
        asked = self.sheet.figures.get("patient")
        if asked and not any(self.sheet.patients[j] for j in sitting):
            found.append("patient")
        for name, numbers in self.sheet.groups.items():
            kinds = {numbers[j] for j in sitting}
            if len(sitting) > 1 and len(kinds) == 1 and kinds != {0}:
                found.append(name)
        return found
