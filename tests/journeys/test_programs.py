"""The guide for programs does what it says: its examples are run against a real server."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

from app.ledger import service as ledger
from tests.accounts.doors import PASSWORD, a_password
from tests.browser_client import Browser
from tests.factories import a_call, a_person, planted
from tests.live import Site

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "guides" / "api.md"


def test_the_examples_of_the_guide_lead_from_a_token_to_a_receipt(site: Site) -> None:
    with site.app.app_context():
        call, owner = a_call(code="BEES"), a_person()
        a_password(owner.id)
        browser = Browser(site.app).sign_in(owner.id)
        page = browser.send(
            "/profile/tokens/new",
            name="The guide",
            scopes=[f"proposals:{act}" for act in ("read", "write", "submit")],
            password=PASSWORD,
        )
    found = re.search(r"eqp_[\w-]{43}", page.text)
    assert found, page.text
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    shutil.copy(ROOT / "app" / "ledger" / "verify.py", site.folder)

    _run(blocks[:-1], site, found[0], call.code)
    with site.app.app_context(), planted():
        ledger.export(site.folder / "ledger")
    said = _run([*blocks[:1], blocks[-1]], site, found[0], call.code)

    assert "OK:" in said
    assert "1 proofs" in said
    receipt = json.loads((site.folder / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["number"] == "BEES-001"


def _run(blocks: list[str], site: Site, token: str, code: str) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(blocks)],
        cwd=site.folder,
        env={**os.environ, "EQUIPOISE": site.url, "TOKEN": token, "CODE": code},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout
