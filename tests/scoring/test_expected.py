"""Every reference value of the scoring package, expected against obtained."""

import pytest

from bench import scoring_expected
from tests.realdata import REAL_DATA, real_data


def test_every_reference_value_is_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real_data("scoring_tests", "expected.json")
    monkeypatch.setattr(scoring_expected, "DATA", REAL_DATA)
    scoring_expected.main([])
    listed = capsys.readouterr().out.splitlines()
    assert len(listed) > 40
    assert [line for line in listed if not line.endswith("  met")] == []


def test_a_value_that_is_away_is_not_met() -> None:
    assert scoring_expected.row("t", "w", [1.0, 2.0], [1.0, 2.001], 1e-2).met
    assert not scoring_expected.row("t", "w", [1.0, 2.0], [1.0, 2.1], 1e-2).met
    assert not scoring_expected.same("t", "w", [1], [2]).met
