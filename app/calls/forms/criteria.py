"""What is judged, how much it counts, and what its grades mean."""

from collections.abc import Mapping
from types import MappingProxyType

from wtforms import Field, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Regexp

from app.calls.forms.fields import KEY, anchor, pairs
from app.calls.sheet import CriterionSheet
from app.core.forms import Form
from app.core.words import lazy


class CriterionForm(Form):
    anchors_read: Mapping[str, str] = MappingProxyType({})

    label = StringField(
        lazy("Criterion"), validators=[InputRequired(lazy("Name the criterion.")), Length(max=100)]
    )
    key = StringField(
        lazy("Key"), validators=[InputRequired(lazy("Give it a key.")), Length(max=40), KEY]
    )
    guidance = TextAreaField(lazy("What reviewers should weigh"), validators=[Length(max=2000)])
    plain_label = StringField(
        lazy("In plain words"),
        description=lazy(
            "What patients and the public read instead, with an equal vote. "
            "For example: Would this matter to patients?"
        ),
        validators=[Length(max=100)],
    )
    plain_guidance = TextAreaField(
        lazy("What to weigh, in plain words"), validators=[Length(max=1000)]
    )
    weight = StringField(
        lazy("Weight"),
        description=lazy("A decimal share; all weights add up to 1."),
        validators=[
            InputRequired(lazy("Give it a weight.")),
            Regexp(
                r"^(0?\.\d{1,6}|0|1|1\.0{1,6}|0\.\d{1,6})$", message=lazy("Write it like 0.25.")
            ),
        ],
    )
    anchors = TextAreaField(
        lazy("What the grades mean for this criterion"),
        description=lazy("One a line: grade, colon, words. Leave empty for those of the call."),
    )
    threshold = StringField(
        lazy("Mean grade needed on it"),
        description=lazy("Told to applicants and reviewers. Leave empty for none."),
    )

    def validate_anchors(self, field: Field) -> None:
        self.anchors_read = pairs(field.data, anchor)

    @classmethod
    def on(cls, criterion: CriterionSheet | None) -> "CriterionForm":
        if criterion is None:
            return cls()
        anchors = "\n".join(f"{grade}: {words}" for grade, words in criterion.anchors.items())
        plain = (
            "label",
            "key",
            "guidance",
            "weight",
            "threshold",
            "plain_label",
            "plain_guidance",
        )
        return cls(data={**{n: getattr(criterion, n) for n in plain}, "anchors": anchors})

    def to_sheet(self) -> CriterionSheet:
        return CriterionSheet(
            key=self.key.data,
            label=self.label.data.strip(),
            weight=self.weight.data,
            guidance=self.guidance.data or "",
            anchors=self.anchors_read,
            threshold=(self.threshold.data or "").strip(),
            plain_label=(self.plain_label.data or "").strip(),
            plain_guidance=(self.plain_guidance.data or "").strip(),
        )
