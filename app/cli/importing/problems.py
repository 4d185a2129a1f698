"""What is wrong with a folder of files: each problem with file, line, column, value and reason."""

from dataclasses import dataclass

LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` counts from 1, as editors do; `column` is the column's name or the JSON key."""

    file: str
    line: int
    column: str
    value: str
    reason: str

    def sentence(self) -> str:
        value = self.value.replace("\n", " ")
        shown = value if len(value) <= LONGEST_VALUE else value[: LONGEST_VALUE - 1] + "…"
        place = f"{self.file}, line {self.line}" + (f", {self.column}" if self.column else "")
        return f"{place}: “{shown}”: {self.reason}" if shown else f"{place}: {self.reason}"


class Problems:
    """Collects problems in the order of files and lines."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, file: str, line: int, column: str, value: str, reason: str) -> None:
        problem = Problem(file, line, column, value, reason)
        if problem not in self._found:
            self._found.append(problem)

    def in_order(self) -> list[Problem]:
        files: dict[str, int] = {}
        for problem in self._found:
            files.setdefault(problem.file, len(files))
        return sorted(self._found, key=lambda one: (files[one.file], one.line))

    def __bool__(self) -> bool:
        return bool(self._found)
