"""A world for checks from outside: in every role and state, with the caller's own values."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pikepdf
import pyotp
import pytest
from sqlalchemy import select

from app import create_app
from app.calls.models import Call
from app.calls.rules import Phase
from app.cli.plainly import UsageProblem
from app.cli.seed import invented
from app.cli.seed.cast import PARTS
from app.cli.seed.command import _people, _players
from app.cli.seed.spec import checked
from app.cli.seed.storm import PASSWORD, tell_storm
from app.core import clock, migrate
from app.core.db import Model, db
from app.core.ids import ids_from, new_id
from app.core.lens import Lens
from app.core.work import Mode, unit_of_work
from app.proposals import service as proposals
from app.proposals.models import Draft, Proposal, ProposalState
from app.reviewers.models import SeatState
from config import Config
from tests.accounts.doors import sign_in
from tests.browser_client import Browser
from tests.cli.commands import run, succeed
from tests.conftest import KEY
from tests.factories import a_person

if TYPE_CHECKING:
    from app.core.web import EquipoiseApp
    from tests.services import Services

ROOT = Path(__file__).resolve().parents[2]
Told = dict[str, Any]


def seeded(app: EquipoiseApp, out: Path, *words: str) -> Told:
    profile = words or ("--profile", "small")
    succeed(app, "seed", *profile, "--seed", "7", "--manifest", str(out))
    found: Told = json.loads(out.read_text())
    return found


def account(told: Told, part: str) -> Told:
    (found,) = (one for one in told["accounts"] if one["part"] == part)
    return dict(found)


def as_part(app: EquipoiseApp, told: Told, part: str) -> Browser:
    """Return the browser of somebody who signed in as the manifest says."""
    who, browser = account(told, part), Browser(app)
    answer = sign_in(browser, who["email"], who["password"])
    assert answer.status_code == 303, part
    if who["totp_secret"]:
        code = pyotp.TOTP(who["totp_secret"]).at(clock.now())
        browser.send(answer.location, form="", otp=code)
    return browser


def test_the_small_world_has_every_state_and_everybody_in_it_can_sign_in(
    app: EquipoiseApp, tmp_path: Path
) -> None:
    told = seeded(app, tmp_path / "manifest.json")

    assert {call["state"] for call in told["calls"]} == {phase.value for phase in Phase}
    assert {call["blinding"] for call in told["calls"]} == {"double", "single", "open"}
    states = {proposal["state"] for proposal in told["proposals"]}
    assert states == {state.value for state in ProposalState} - {"returned"}
    assert {seat["state"] for seat in told["reviews"]} == {state.value for state in SeatState}
    assert {seat["review"] for seat in told["reviews"]} == {None, "draft", "submitted"}
    assert {who["part"] for who in told["accounts"]} == set(PARTS)
    assert (tmp_path / "manifest.json").stat().st_mode & 0o077 == 0

    owner, reviewer = as_part(app, told, "applicant-owner"), as_part(app, told, "reviewer-assigned")
    officer, both = as_part(app, told, "officer"), as_part(app, told, "applicant-reviewer")
    own = [p for p in told["proposals"] if p["owner"] == account(told, "applicant-owner")["email"]]
    for proposal in own:
        assert owner.get(proposal["path"]).status_code == 200
        assert reviewer.get(proposal["path"]).status_code == 404
    assert as_part(app, told, "co-applicant").get(own[0]["path"]).status_code == 200
    for call in told["calls"]:
        assert officer.get(call["desk"]).status_code == 200
        assert owner.get(call["path"]).status_code == (404 if call["state"] == "drafting" else 200)
    live = [seat for seat in told["reviews"] if seat["call"] == "REVIEW26"]
    for name, browser in (("reviewer-assigned", reviewer), ("applicant-reviewer", both)):
        mine = [seat for seat in live if seat["owner"] == account(told, name)["email"]]
        assert mine
        assert all(browser.get(seat["path"]).status_code == 200 for seat in mine)
    for name in ("reviewer-conflicted", "reviewer-declined", "reviewer-removed"):
        (seat,) = (s for s in live if s["owner"] == account(told, name)["email"])
        assert as_part(app, told, name).get(seat["path"]).status_code == 404
    one = as_part(app, told, "officer-of-one-call")
    allowed = {call["code"] for call in told["calls"] if one.get(call["desk"]).status_code == 200}
    assert allowed == {"REVIEW26"}
    administrator = as_part(app, told, "administrator")
    assert administrator.get("/people").status_code == 200
    assert as_part(app, told, "funder").get("/funder").status_code == 200
    assert as_part(app, told, "auditor").get("/audit").status_code == 200
    gone = account(told, "deactivated")
    assert sign_in(Browser(app), gone["email"], gone["password"]).status_code != 303

    for panel in told["panels"]:
        for member in panel["members"]:
            part = next(a["part"] for a in told["accounts"] if a["email"] == member["email"])
            assert as_part(app, told, part).get(panel["path"]).status_code == 200
        assert reviewer.get(panel["path"]).status_code == 404
    assert {panel["call"]: panel["state"] for panel in told["panels"]} == {
        "DONE26": "approved",
        "RANK26": "meeting",
        "SIGN26": "approved",
    }

    copy = next(file for file in told["files"] if file["kind"] == "copy" and file["path"])
    whose = next(w["part"] for w in told["accounts"] if w["email"] == copy["owner"])
    assert as_part(app, told, whose).get(copy["path"]).data.startswith(b"%PDF-")

    assert succeed(app, "check").startswith("All ")
    again = run(app, "seed", "--profile", "small", "--seed", "1", "--manifest", str(tmp_path / "x"))
    assert again.exit_code == 2
    assert "wants an empty installation" in again.output
    assert not (tmp_path / "x").exists()


def test_the_same_seed_gives_the_same_manifest_on_either_engine_with_the_callers_values(
    app: EquipoiseApp, tmp_path: Path, services: Services
) -> None:
    people = invented.searchable(3)
    people["officer"]["password"] = "thunder lamp orchard"
    people["auditor"]["totp_secret"] = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    spec = tmp_path / "spec.json"
    spec.write_text(json.dumps({"people": people}), encoding="utf-8")

    told = seeded(app, tmp_path / "one.json", "--profile", "canary", "--spec", str(spec))
    for part, asked in people.items():
        got = account(told, part)
        for name, value in asked.items():
            kept = got if name in {"email", "password", "totp_secret"} else got["identity"]
            assert kept[name] == value, (part, name)
    assert as_part(app, told, "officer").get("/desk/").status_code == 200

    # Every value of everybody is there to be found: in the rows, or in the sealed files.
    with unit_of_work(mode=Mode.READ):
        rows = "\n".join(
            repr(tuple(row))
            for table in Model.metadata.sorted_tables
            for row in db.session.execute(select(table))
        )
    store = app.extensions["files"]
    sealed = b"".join(_unpacked(store.get(key)) for key in store.keys("sealed"))
    unsaid = {"reviewer-unassigned", "reviewer-removed"}
    for part, asked in people.items():
        values = {name: value for name, value in asked.items() if name != "password"}
        file = values.pop("file", {})
        for name, value in (*values.items(), ("file name", file.pop("name", ""))):
            said = name != "note" or part in {"reviewer-conflicted", "reviewer-declined"}
            applied = name not in {"position", "team", "file name"} or part not in unsaid
            assert not said or not applied or value in rows, (part, name)
        for name, value in file.items():
            assert value.encode() in sealed, (part, name)
    blinded = b"".join(_unpacked(store.get(key)) for key in store.keys("blinded"))
    assert re.search(rb"ZQ\d{4}K", sealed)
    assert not re.search(rb"ZQ\d{4}K", blinded)

    server = services.postgresql()
    other = create_app(
        Config(
            data_dir=tmp_path / "other",
            secret_key=KEY,
            database_url=server.url(server.create_database()),
        )
    )
    with other.app_context():
        migrate.upgrade()
        same = seeded(other, tmp_path / "two.json", "--profile", "canary", "--spec", str(spec))
        for engine in db.engines.values():
            engine.dispose()
    assert same == told


def _unpacked(content: bytes) -> bytes:
    """Return everything that a PDF says outside its pages, with its streams unpacked."""
    import io  # noqa: PLC0415

    with pikepdf.open(io.BytesIO(content)) as pdf:
        said = []
        for one in pdf.objects:
            if isinstance(one, pikepdf.Stream):
                said.append(one.read_bytes())
                said.append(repr(one.stream_dict).encode())
            else:
                said.append(repr(one).encode())
        return b"\n".join([*said, repr(pdf.docinfo).encode()])


def test_the_storm_waits_with_complete_drafts(app: EquipoiseApp) -> None:
    assert app
    tell_storm(_players(_people("storm", 4, None), 4), seed=4, drafts=620)

    with unit_of_work(mode=Mode.READ):
        (call,) = db.session.scalars(select(Call))
        drafts = db.session.scalars(select(Draft).join(Proposal, Proposal.id == Draft.proposal_id))
        waiting = [draft for draft in drafts if draft.title.endswith(")")]
        assert len(waiting) == 620
        held = {each.id: each for each in db.session.scalars(select(Proposal))}
        for draft in waiting:
            assert not proposals.problems_of(call, held[draft.proposal_id], draft)
    browser = Browser(app)
    assert sign_in(browser, "applicant00613@storm.example", PASSWORD).status_code == 303
    (path,) = set(re.findall(r"/proposals/[a-z2-7]{26}", browser.get("/proposals").text))
    browser.fill_in(f"{path}/submit")
    with unit_of_work(Lens.APPLICANT, mode=Mode.READ):
        done = db.session.get_one(Proposal, path.rpartition("/")[2])
        assert done.state is ProposalState.SUBMITTED
    assert succeed(app, "check").startswith("All ")


def test_a_world_is_not_told_in_production_nor_where_somebody_is(
    app: EquipoiseApp, tmp_path: Path
) -> None:
    words = ("seed", "--profile", "small", "--seed", "1", "--manifest")
    lost = run(app, *words, str(tmp_path / "no" / "folder.json"))
    assert (lost.exit_code, "There is no folder" in lost.output) == (2, True)
    a_person()
    full = run(app, *words, str(tmp_path / "out.json"))
    assert (full.exit_code, "wants an empty installation" in full.output) == (2, True)
    live = create_app(Config(data_dir=tmp_path / "live", secret_key=KEY, production=True))
    with live.app_context():
        refused = run(live, *words, str(tmp_path / "out.json"))
    assert refused.exit_code == 2
    assert "production" in refused.output
    assert not (tmp_path / "out.json").exists()


BROKEN: dict[str, tuple[tuple[str, ...], object, str]] = {
    "a missing person": (("auditor",), None, "people lacks auditor."),
    "an unknown person": (("panel-chair",), {}, "people has panel-chair, which is not known"),
    "a missing value": (("officer", "orcid"), None, "people.officer lacks orcid."),
    "an unknown value": (("officer", "phone"), "1", "people.officer has phone, which is not known"),
    "a missing file": (("applicant-owner", "file"), None, "people.applicant-owner lacks file."),
    "a file of the staff": (("officer", "file"), {}, "people.officer has file"),
    "a missing property": (
        ("applicant-owner", "file", "xmp"),
        None,
        "people.applicant-owner.file lacks xmp.",
    ),
    "a number": (("officer", "name"), 7, "people.officer.name must be a text"),
    "nothing": (("officer", "name"), " ", "people.officer.name must be a text"),
    "two lines": (("officer", "name"), "A\nB", "people.officer.name must be one line"),
    "a list": (("officer",), [], "people.officer must be an object"),
    "no address": (("officer", "email"), "officer", "people.officer.email is no e-mail address"),
    "no country": (("officer", "country"), "Norway", "people.officer.country is no ISO 3166 code"),
    "a weak password": (("officer", "password"), "short", "people.officer.password cannot be used"),
    "no secret": (("officer", "totp_secret"), "hush", "people.officer.totp_secret is no base32"),
}


@pytest.mark.parametrize(("where", "value", "sentence"), BROKEN.values(), ids=list(BROKEN))
def test_a_specification_that_is_not_usable_is_refused_in_a_sentence(
    app: EquipoiseApp, where: tuple[str, ...], value: object, sentence: str
) -> None:
    assert app
    people = deepcopy(invented.believable(1))
    *path, last = where
    place: Any = people
    for key in path:
        place = place[key]
    if value is None:
        del place[last]
    else:
        place[last] = value
    with pytest.raises(UsageProblem, match=re.escape(sentence)) as refused:
        checked(people)
    assert refused.value.exit_code == 2


def test_people_in_each_others_way_are_refused(app: EquipoiseApp) -> None:
    assert app
    people = invented.believable(1)
    people["officer"]["email"] = people["auditor"]["email"].upper()
    with pytest.raises(UsageProblem, match="the same e-mail address"):
        checked(people)
    people = invented.believable(1)
    people["reviewer-third"]["organisation"] = people["applicant-owner"]["organisation"]
    people["reviewer-third"]["country"] = people["applicant-owner"]["country"]
    with pytest.raises(UsageProblem, match="the same organisation"):
        checked(people)


@pytest.mark.parametrize("content", ["", "[]", '{"persons": {}}', '{"people": 1, "people": 2}'])
def test_a_file_that_is_no_specification_is_refused_by_the_command(
    app: EquipoiseApp, tmp_path: Path, content: str
) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(content)
    words = ("--spec", str(spec), "--manifest", str(tmp_path / "out.json"))
    refused = run(app, "seed", "--profile", "small", "--seed", "1", *words)
    assert refused.exit_code == 2
    assert refused.output.count("\n") == 1
    assert not (tmp_path / "out.json").exists()


def test_the_example_of_the_reference_page_is_usable(app: EquipoiseApp) -> None:
    assert app
    page = (ROOT / "docs" / "reference" / "seed.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json\n(\{\n \"people\".*?)```", page, re.DOTALL)
    assert checked(json.loads(example)["people"])


def test_ids_are_drawn_from_a_seed_for_this_command_alone() -> None:
    with ids_from(Random(1)):
        first = new_id()
    with ids_from(Random(1)):
        assert new_id() == first
    assert new_id() != new_id()
    users = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "app").rglob("*.py")
        if "ids_from" in path.read_text(encoding="utf-8")
    }
    assert users == {"app/core/ids.py", "app/cli/seed/command.py"}
