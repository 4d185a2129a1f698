"""A refused form leads back to the page that it was sent from, and to no other house."""

import pytest

from app.core.gate import Refused
from app.core.verdict import refused
from app.core.web import EquipoiseApp, show_refusal


@pytest.mark.parametrize(
    ("method", "came_from", "back"),
    [
        ("POST", "http://localhost/desk/calls/abc/allocation?page=2", "/desk/calls/abc/allocation"),
        ("POST", "https://elsewhere.example/desk", ""),
        ("POST", "http://localhost//elsewhere.example/desk", ""),
        ("POST", "javascript:alert(1)", ""),
        ("POST", "", ""),
        ("GET", "http://localhost/desk", ""),
    ],
)
def test_a_refusal_leads_back(app: EquipoiseApp, method: str, came_from: str, back: str) -> None:
    sent = app.test_request_context("/x", method=method, headers={"Referer": came_from})
    with sent:
        answer = app.make_response(show_refusal(Refused(refused("Not now."))))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 403
    assert "Not now." in page
    assert ("Back to the page" in page) is bool(back)
    if back:
        assert f'href="{back}"' in page
