"""The form of ratings: one choice for each review, read by the id of its seat."""

from collections.abc import Collection

from flask import request

from app.core.forms import Form
from app.reviews.history.rules import is_rating


class RateForm(Form):
    def ratings(self, seat_ids: Collection[str]) -> dict[str, int]:
        """Return what was chosen; a review without a choice is left as it is."""
        chosen = {seat_id: request.form.get(f"rating-{seat_id}", "") for seat_id in seat_ids}
        return {seat_id: int(text) for seat_id, text in chosen.items() if is_rating(text)}
