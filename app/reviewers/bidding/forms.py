"""The forms of bidding."""

from wtforms import DateTimeLocalField, HiddenField
from wtforms.validators import InputRequired

from app.core.forms import Form
from app.core.words import lazy


class BiddingForm(Form):
    """Until when bids are taken."""

    closes = DateTimeLocalField(
        lazy("Bidding closes"),
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        validators=[InputRequired(lazy("Say when bidding closes."))],
    )


class BidForm(Form):
    """One page of answers; the fields of single proposals are read by their ids."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        text = self.version.data or ""
        return int(text) if text.isdecimal() else -1
