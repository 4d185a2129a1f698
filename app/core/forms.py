"""The form every form stands on, and how a refusal is shown without losing what was typed."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_wtf import FlaskForm

from app.core.gate import Refused
from app.core.work import abandon_changes


class Form(FlaskForm):  # type: ignore[misc]
    """Shape and words of one page's input. It never queries, checks permission or saves."""

    def refuse(self, reason: str) -> None:
        """Show `reason` above the form."""
        self.form_errors.append(reason)


@contextmanager
def refusals_shown_on(form: Form) -> Iterator[None]:
    """Show a refusal above the form instead of an error page, so nothing typed is lost.

    What must stay hidden is not explained: it passes on and becomes the page of an absent thing.
    """
    try:
        yield
    except Refused as refusal:
        if refusal.verdict.hidden:
            raise
        abandon_changes()
        form.refuse(str(refusal))
