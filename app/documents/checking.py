"""Whether a receipt or report holds: each thing that can be checked, with its answer in words."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from app.allocation import publishing
from app.core import clock
from app.core.db import db, door
from app.core.lens import Door
from app.core.words import _
from app.documents import bundle, frozen, rendering
from app.documents.reading import RECEIPT, Evidence, Signed
from app.ledger import checkpoint
from app.ledger.models import LedgerCheckpoint, LedgerEntry, LedgerPayload
from app.ledger.proof import Proof
from app.ledger.record import commitment
from app.ledger.service import own_verifier_key

GOOD, BAD, ABSENT = "good", "bad", "absent"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: good, bad, or absent where there was nothing to look at."""

    name: str
    state: str
    words: str

    @property
    def bad(self) -> bool:
        return self.state == BAD


@dataclass(frozen=True, slots=True)
class Proved:
    """The event that a proof is about, as its record says it."""

    seq: int
    action: str
    about: str
    at: datetime
    size: int
    facts: dict[str, Any]


def event_of(found: Proof) -> Proved | None:
    """Return what the record says, None where it is no record."""
    try:
        told = json.loads(found.record)
        facts = json.loads(found.payload) if found.payload else {}
        return Proved(
            int(told["seq"]),
            str(told["action"]),
            str(told["object"]),
            clock.from_text(told["ts"]),
            found.size,
            facts if isinstance(facts, dict) else {},
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


# --- without the database ---------------------------------------------------------------


def alone(evidence: Evidence) -> list[Check]:
    """Check what needs nothing but the evidence and our own keys; never raises."""
    found = [*_signature(evidence), _proof(evidence.proof)]
    if wrong_beyond_missing_signature(evidence, found) or not evidence.name:
        return found
    found += _data(evidence)
    if not any(check.bad for check in found) and bundle.NAME in evidence.files:
        found += _decided_again(evidence)
    return found


def wrong_beyond_missing_signature(evidence: Evidence, checks: Iterable[Check]) -> bool:
    """Whether more is wrong than a missing signature: without one it is still said what else of the
    file holds; with a forged one, or another ledger's proof, nothing more is looked at."""
    missing = list(_signature(evidence)) if evidence.signature == "none" else []
    return any(check.bad and check not in missing for check in checks)


def certificate(evidence: Signed) -> list[Check]:
    """Check a certificate: only its signature can speak for it, so it must have ours."""
    found = list(_signature(evidence))
    if all(check.state == GOOD for check in found) and found:
        return found
    words = _("A certificate of ours is signed. This file is not, or not by us.")
    return [check for check in found if check.bad] or [Check(_("Signature"), BAD, words)]


def _signature(evidence: Evidence | Signed) -> Iterator[Check]:
    name = _("Signature")
    match evidence.signature:
        case "":
            return
        case "good":
            yield Check(
                name,
                GOOD,
                _(
                    "Signed by %(who)s; nothing was changed or added since.",
                    who=evidence.signer,
                ),
            )
        case "none" if isinstance(evidence, Evidence) and evidence.name == RECEIPT:
            yield Check(name, ABSENT, _("The file is not signed; receipts are not."))
        case "none":
            # The signature stands at the end: a file that was cut there is whole without it.
            yield Check(
                name,
                BAD,
                _("Reports of ours are signed. This file is not: its end was cut off or replaced."),
            )
        case "stranger":
            yield Check(name, BAD, _("The signature is whole, but it is not ours."))
        case _:
            yield Check(name, BAD, _("The file was changed after it was signed."))


def _proof(found: Proof) -> Check:
    name = _("Ledger proof")
    try:
        holds = found.holds(checkpoint.VerifierKey.parse(own_verifier_key()))
    except (ValueError, IndexError, RecursionError):
        holds = False
    if not holds or not _same_place(found):
        words = _("The proof does not hold: it was altered, or it comes from another ledger.")
        return Check(name, BAD, words)
    if found.payload is not None and not _opens(found):
        return Check(name, BAD, _("The facts shown with the proof are not those of the event."))
    words = _("The event is under the root of a checkpoint that this ledger signed.")
    return Check(name, GOOD, words)


def _same_place(found: Proof) -> bool:
    event = event_of(found)
    return event is not None and event.seq == found.index + 1


def _opens(found: Proof) -> bool:
    committed = str(json.loads(found.record).get("commit"))
    return commitment((found.payload or "").encode(), found.salt or b"") == committed


def _vouched(found: Proof) -> set[str]:
    refs = json.loads(found.record).get("refs") or []
    return {str(ref).removeprefix("sha256:") for ref in refs if str(ref).startswith("sha256:")}


def _data(evidence: Evidence) -> Iterator[Check]:
    name, vouched = _("Attached data"), _vouched(evidence.proof)
    if evidence.name == RECEIPT:
        return
    if sha256(evidence.files[evidence.name]).hexdigest() not in vouched:
        words = _("The attached %(file)s is not what the ledger recorded.", file=evidence.name)
        yield Check(name, BAD, words)
        return
    yield Check(
        name, GOOD, _("The attached %(file)s is what the ledger recorded.", file=evidence.name)
    )
    named = {d["sha256"] for d in evidence.data.get("digests", []) if d.get("part") == "bundle"}
    given = evidence.hashes().get(bundle.NAME)
    if evidence.name == "allocation.json" and named and given not in named:
        yield Check(name, BAD, _("The attached bundle is missing or is not the one it names."))


def _decided_again(evidence: Evidence) -> Iterator[Check]:
    """Compute the decision once more. Only for data that the ledger vouches for."""
    name = _("Decided again")
    try:
        content = evidence.files[bundle.NAME]
        wrong = bundle.differences(content) or _told_otherwise(content, evidence.data)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        wrong = [str(error)]
    if wrong:
        yield Check(name, BAD, " ".join(wrong))
        return
    words = _("The whole decision was computed again from the attached data: the same ranking, "
              "the same awards.")  # fmt: skip
    yield Check(name, GOOD, words)


def _told_otherwise(content: bytes, told: dict[str, Any]) -> list[str]:
    """Compare what the report tells with what the bundle gives."""
    found = publishing.decision_in(bundle.from_bytes(content))
    computed = {line["proposal"]: line["amount_minor"] or None for line in found.result["lines"]}
    totals = {number: place["shown"] for number, place in found.places().items()}
    ranked = [line for line in told["ranking"] if line["rank"] is not None]
    reported = {
        line["number"]: line["awarded"]["minor"] if line["awarded"] else None for line in ranked
    }
    if reported != computed or {line["number"]: line["total"] for line in ranked} != totals:
        return [_("The report tells another decision than its own data.")]
    named = {one["part"]: one["sha256"] for one in told["digests"]}
    parts = {"inputs": "inputs", "ranking": "ranking", "rule": "rules", "allocation": "allocation"}
    if any(found.hashes[part] != named.get(name) for part, name in parts.items()):
        return [_("The hashes that were recorded and signed are not those of the attached data.")]
    return []


def printed_again(evidence: Evidence) -> bytes:
    """Print the document anew from what is attached to it: the file before its signature.

    Raises FactsDisagree or ValueError where the data make no document.
    """
    witness = {"proof": evidence.proof.as_json(), "verifier_key": own_verifier_key()}
    kind = str(evidence.data.get("format", "")).removeprefix("equipoise-").partition("/")[0]
    told = {name: value for name, value in evidence.data.items() if name != "format"}
    facts = frozen.from_json(json.dumps({**told, "kind": kind, "witness": witness}).encode())
    return rendering.with_bundle(facts, evidence.files.get(bundle.NAME))


# --- against the ledger ---------------------------------------------------------------


def against_ledger(evidence: Evidence) -> Check:
    """Look the event up where the ledger keeps it today; through its door alone."""
    name, found = _("This ledger, today"), evidence.proof
    with door(Door.LEDGER):
        record = db.session.scalar(
            select(LedgerEntry.record).where(LedgerEntry.seq == found.index + 1)
        )
        note = db.session.scalar(
            select(LedgerCheckpoint.note).where(LedgerCheckpoint.size == found.size)
        )
        payload = db.session.scalar(
            select(LedgerPayload.payload).where(LedgerPayload.seq == found.index + 1)
        )
    if record != found.record or note != found.note:
        return Check(
            name, BAD, _("The ledger does not hold this event, or not in this place any more.")
        )
    if evidence.name == RECEIPT and not _receipt_fits(evidence.data, payload):
        return Check(name, BAD, _("The receipt tells something else than the event it proves."))
    return Check(name, GOOD, _("The ledger still holds the event, unchanged, in its place."))


def _receipt_fits(told: dict[str, Any], payload: str | None) -> bool:
    if payload is None:  # erased: nothing is left to compare with
        return True
    facts = json.loads(payload)
    hashes = {part.get("sha256") for part in told.get("answers", []) if isinstance(part, dict)}
    return (
        told.get("receipt") == facts.get("receipt")
        and told.get("number") == facts.get("number")
        and {facts.get("version_sha256"), facts.get("identity_sha256")} <= hashes
    )
