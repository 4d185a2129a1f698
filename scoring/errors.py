"""What is wrong with an input, as a sentence that names the place and says how to mend it."""


class InputError(ValueError):
    """An input that cannot be used; `str(error)` is a sentence for a person.

    `row` is the line of the file (1 is the header), `column` its column, `source` the file; each
    is put in front of the sentence where it is known.
    """

    def __init__(
        self,
        sentence: str,
        *,
        source: str | None = None,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        self.sentence = sentence
        self.source = source
        self.row = row
        self.column = column
        super().__init__(self._with_place())

    def _with_place(self) -> str:
        parts = [
            self.source,
            None if self.row is None else f"row {self.row}",
            None if self.column is None else f"column “{self.column}”",
        ]
        place = ", ".join(part for part in parts if part)
        return f"{place}: {self.sentence}" if place else self.sentence

    def at(
        self, *, source: str | None = None, row: int | None = None, column: str | None = None
    ) -> "InputError":
        """Return the same complaint with a more exact place; a file named already stays."""
        return InputError(
            self.sentence,
            source=self.source or source,
            row=self.row if row is None else row,
            column=column or self.column,
        )
