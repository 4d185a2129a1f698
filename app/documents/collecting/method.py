"""How a call judged and gave, in the sentences of its reports."""

from collections.abc import Sequence
from decimal import Decimal

from app.allocation.placing import PLACES
from app.calls import rules
from app.calls import views as call_views
from app.calls.models import Blinding, Call, Criterion
from app.calls.views import who_learns_whom
from app.core.words import _
from app.documents import facts
from app.reviews.queries import recognition_in
from app.reviews.views import recognition_words

_BLINDING = {
    Blinding.DOUBLE: facts.Blinding.DOUBLE,
    Blinding.SINGLE: facts.Blinding.SINGLE,
    Blinding.OPEN: facts.Blinding.OPEN,
    Blinding.UNTIL_SCORED: facts.Blinding.OPEN_AFTER_SCORING,
    Blinding.TRIPLE: facts.Blinding.TRIPLE,
    Blinding.SIGNED: facts.Blinding.SIGNED,
}


def scale(call: Call) -> facts.Scale:
    ends = Decimal(call.scale_best), Decimal(call.scale_worst)
    anchors = [
        facts.Anchor(Decimal(grade), str(words)) for grade, words in call.anchors.items() if words
    ]
    ordered = sorted(anchors, key=lambda anchor: anchor.grade, reverse=ends[0] > ends[1])
    return facts.Scale(*ends, Decimal(call.scale_step), tuple(ordered))


def method(call: Call, criteria: Sequence[Criterion]) -> facts.Method:
    labels = {c.key: c.label for c in criteria}
    return facts.Method(
        criteria=tuple(facts.Criterion(c.label, Decimal(c.weight), c.guidance) for c in criteria),
        scale=scale(call),
        reviews_per_proposal=call.reviewers_each,
        decimals=PLACES,
        blinding=_BLINDING[call.blinding],
        identities=(
            *(f"{label}: {said}" for label, said in who_learns_whom(call)),
            *filter(None, [recognition_words(recognition_in(call.id))]),
        ),
        tie_rules=tuple(rules.tie_sentence(str(name), labels) for name in call.tie_rules),
        allocation_rules=tuple(call_views.money_sentences(call)),
        rates=tuple(
            facts.Rate(currency, Decimal(rate), call.rates_source or _("the rules of the call"))
            for currency, rate in sorted(call.rates.items())
            if currency != call.currency
        ),
    )
