"""Conditional questions: who is asked what, and what a condition must never tell reviewers."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.calls.award_rule import RESERVED
from app.calls.conditions import Condition, Test, shown_keys
from app.calls.form_rules import answer_problems, form_problems
from app.calls.kinds import Asked
from app.calls.kinds.base import dump
from app.calls.models import Audience
from app.calls.models import QuestionKind as K
from app.core.web import EquipoiseApp


@pytest.fixture(autouse=True)
def _words(app: EquipoiseApp) -> None:
    assert app


def question(key: str, *conditions: tuple[str, str, str], **values: object) -> Asked:
    settled: dict[str, object] = {"kind": K.CHOICE, "choices": ("yes", "no"), **values}
    return Asked(
        key=key,
        label=key.capitalize(),
        condition=tuple({"subject": s, "test": t, "value": v} for s, t, v in conditions),
        **settled,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("test", "value", "values", "holds"),
    [
        (Test.IS, "yes", ["yes"], True),
        (Test.IS, "yes", [], False),
        (Test.IS_NOT, "yes", ["no"], True),
        (Test.IS_NOT, "yes", [], False),
        (Test.CONTAINS, "TRIAL", ["A trial of it"], True),
        (Test.ANSWERED, "", ["x"], True),
        (Test.ANSWERED, "", [], False),
        (Test.AT_LEAST, "3", ["3"], True),
        (Test.AT_LEAST, "3", ["10"], True),
        (Test.AT_LEAST, "3", ["word"], False),
        (Test.AT_MOST, "3", ["3.1"], False),
    ],
)
def test_a_condition_compares(test: Test, value: str, values: list[str], holds: bool) -> None:  # noqa: FBT001
    assert Condition("x", test, value).holds(values) is holds


def test_what_hangs_on_a_hidden_question_is_hidden_too() -> None:
    form = [
        question("trial"),
        question("drug", ("trial", "is", "yes")),
        question("licence", ("drug", "is", "no")),
    ]
    answers = {"trial": "no", "drug": "no", "licence": "yes"}

    assert shown_keys(form, answers, {}) == {"trial"}
    assert answer_problems(form, {"trial": "no"}, {}) == []
    assert [p.field for p in answer_problems(form, {"trial": "yes"}, {})] == ["q_drug"]


def test_an_attribute_of_the_applicant_decides() -> None:
    form = [
        question("capacity", ("applicant.income-group", "is", "low"), audience=Audience.IDENTITY)
    ]

    assert shown_keys(form, {}, {"applicant.income-group": "low"}) == {"capacity"}
    assert shown_keys(form, {}, {"applicant.income-group": "high"}) == set()


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ([], "at least one question"),
        ([question("a", ("b", "is", "yes")), question("b")], "not asked before it"),
        ([question("a", ("a", "is", "yes"))], "not asked before it"),
        ([question("a"), question("b", ("a", "is", "maybe"))], "no choice of"),
        ([question("a"), question("b", ("a", "is", ""))], "compares with"),
        ([question("a"), question("b", ("a", "at-least", "3"))], "no number"),
        ([question("a"), question("b", ("a", "odd", "3"))], "unknown sort"),
        ([question("a"), question("a")], "with the key"),
        ([question("A b")], "is no key"),
        *[([question(key)], f"“{key}_of_study”") for key in sorted(RESERVED)],
        ([question("a", choices=("x", "x"))], "same"),
        ([question("a", ("applicant.country", "is", "KE"))], "would tell them who applies"),
        (
            [question("a", audience=Audience.IDENTITY), question("b", ("a", "is", "yes"))],
            "would tell them who applies",
        ),
        ([question("a", kind=K.PERSON)], "names people"),
        ([question("a", audience=Audience.EQUALITY)], "make it optional"),
        ([question("a", audience=Audience.EQUALITY, kind=K.TEXT, required=False)], "only counted"),
        (
            [
                question("a", audience=Audience.EQUALITY, required=False),
                question("b", ("a", "is", "yes"), audience=Audience.IDENTITY),
            ],
            "equality monitoring",
        ),
    ],
)
def test_a_form_that_cannot_be_asked_is_refused(form: list[Asked], says: str) -> None:
    assert says in " ".join(form_problems(form, reviewers_see_who=False))


def test_where_reviewers_see_who_applies_questions_may_depend_on_it() -> None:
    form = [
        question("a", ("applicant.country", "is", "KE")),
        question("who", kind=K.PERSON),
    ]

    assert form_problems(form, reviewers_see_who=True) == []


KEYS = ["a", "b", "c", "d", "e"]


@st.composite
def forms(draw: st.DrawFn) -> list[Asked]:
    """Forms whose conditions name any question, also later ones."""
    return [
        question(
            key,
            *draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(KEYS),
                        st.sampled_from(["is", "is-not", "answered"]),
                        st.sampled_from(["yes", "no"]),
                    ),
                    max_size=2,
                )
            ),
        )
        for key in KEYS
    ]


unhurried = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
answers = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["", "yes", "no"]))


@unhurried
@given(forms(), answers)
def test_answers_to_questions_that_are_not_asked_change_nothing(
    form: list[Asked], given_answers: dict[str, str]
) -> None:
    shown = shown_keys(form, given_answers, {})
    asked_only = {key: value for key, value in given_answers.items() if key in shown}

    assert shown_keys(form, asked_only, {}) == shown
    assert answer_problems(form, asked_only, {}) == answer_problems(form, given_answers, {})


@unhurried
@given(forms(), answers, st.sampled_from(KEYS), st.sampled_from(["", "yes", "no"]))
def test_a_sound_form_never_depends_on_something_later(
    form: list[Asked], given_answers: dict[str, str], key: str, other: str
) -> None:
    if form_problems(form, reviewers_see_who=False):
        return
    before = KEYS.index(key) + 1
    first = shown_keys(form, given_answers, {})
    then = shown_keys(form, {**given_answers, key: other}, {})

    assert {k for k in first if KEYS.index(k) < before} == {
        k for k in then if KEYS.index(k) < before
    }


def test_rows_of_a_table_are_counted() -> None:
    columns = [{"key": "site", "label": "Site", "kind": "text"}]
    form = [
        question("sites", kind=K.GROUP, settings={"columns": columns}),
        question("plan", ("sites", "at-least", "2")),
    ]

    assert form_problems(form, reviewers_see_who=False) == []
    assert "plan" not in shown_keys(form, {"sites": dump([{"site": "A"}, {}])}, {})
    assert "plan" in shown_keys(form, {"sites": dump([{"site": "A"}, {"site": "B"}])}, {})
