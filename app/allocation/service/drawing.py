"""The draw at the funding line: fix the list, enter the chance by two hands, hold it once."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from app.accounts.actor import Actor
from app.allocation import computing, drawing, policy, queries, rules
from app.allocation.computing import Data
from app.allocation.events import DrawCommitted, DrawHeld, DrawPromised, DrawValueEntered
from app.allocation.models import Draw, DrawEntry, DrawWay, PublicKind, Ranking
from app.allocation.service.exploring import follow_draw
from app.allocation.service.outlook import rule_now
from app.allocation.service.standing import nobody_left
from app.calls import award_rule
from app.calls import queries as calls
from app.calls.models import Call
from app.core import clock
from app.core.db import db
from app.core.gate import enforce
from app.core.holding import hold
from app.core.verdict import refused
from app.core.words import _
from app.ledger.service import record
from app.panels.service import look_again_in
from scoring.allocation import refused_because
from scoring.errors import InputError

PAIR = 2  # people, at least, behind every chance


@dataclass(frozen=True, slots=True)
class Chance:
    """Where the chance will come from, said before it exists."""

    way: DrawWay
    kind: PublicKind
    source: str
    not_before: datetime | None


def commit_draw(actor: Actor, call: Call, chance: Chance) -> Draw:
    """Fix who takes part with which chance, and put its hash into the ledger."""
    enforce(policy.may_propose(actor, call))
    hold(call)
    enforce(rules.can_propose(calls.phase(call)))
    ranking = queries.latest_ranking(call.id)
    calibration = queries.calibration_of(ranking.id) if ranking else None
    mode = award_rule.from_data(call.award_rule).draw
    enforce(rules.can_draw(bool(mode), ranking is not None, calibration is not None))
    assert ranking is not None
    assert calibration is not None
    enforce(nobody_left(call, ranking.result))
    if queries.draw_of(ranking.id) is not None:
        enforce(refused(_("The list of this draw is fixed already. A draw is held once.")))
    enforce(
        rules.can_come_later(chance.not_before, clock.now(), public=chance.way is DrawWay.PUBLIC)
    )
    if calibration.result["line"] is None:
        enforce(rules.can_be_drawn(0))
    label = f"{call.code}/draw/{ranking.number}"
    stated = drawing.entrants(
        label, mode.value, calibration.places, calibration.result, _kept_out(call, ranking)
    )
    found = drawing.chances(stated)
    enforce(rules.can_be_drawn(_undecided(found)))
    made = Draw(
        call_id=call.id,
        ranking_id=ranking.id,
        label=label,
        way=chance.way,
        kind=chance.kind,
        source=chance.source.strip(),
        not_before=chance.not_before,
        entrants=stated,
        committed=found["entrants"],
        commitment=found["commitment"],
        committed_at=clock.now(),
    )
    db.session.add(made)
    record(
        actor,
        DrawCommitted(
            label=label, commitment=made.commitment, way=made.way.value, source=made.source
        ),
        about=made,
    )
    look_again_in(call.id)
    return made


def _kept_out(call: Call, ranking: Ranking) -> frozenset[str]:
    """Return those who miss the threshold of the call or of a criterion."""
    rule = rule_now(call)
    threshold = computing.scoring_rule(rule).threshold
    entries = computing.entries_of(ranking.result, rule)
    return frozenset(one.id for one in entries if refused_because(one, threshold) is not None)


def _undecided(found: Data) -> int:
    return sum(chance not in {"0/1", "1/1"} for chance in found["probabilities"].values())


# --- a public value, entered by two people -----------------------------------------------


def enter_value(actor: Actor, call: Call, draw: Draw, value: str) -> bool:
    """Enter the public value as one reads it; with the second person's, alike, the draw is held."""
    enforce(policy.may_take_part(actor, call))
    hold(draw)
    enforce(rules.can_enter(draw.held_at, draw.not_before, clock.now()))
    text = "".join(value.split()) if draw.kind is not PublicKind.TEXT else " ".join(value.split())
    if not text:
        enforce(refused(_("Enter the value exactly as it is published.")))
    entries = {one.account_id: one for one in queries.entries_of(draw.id)}
    others = [one for account, one in entries.items() if account != actor.id]
    if others and others[0].value != text:
        enforce(
            refused(
                _(
                    "This is not what %(name)s entered. Both look again at the source; whoever is "
                    "wrong enters it anew.",
                    name=others[0].name,
                )
            )
        )
    mine = entries.get(actor.id) or DrawEntry(draw_id=draw.id, account_id=actor.id, name=actor.name)
    mine.value, mine.entered_at = text, clock.now()
    db.session.add(mine)
    record(actor, DrawValueEntered(label=draw.label), about=draw)
    if not others:
        return False
    _hold(actor, call, draw, public_of(draw.kind, text))
    return True


def public_of(kind: PublicKind, text: str) -> Data:
    """Return a public value as `scoring` takes it; of a text, the SHA-256 of its characters."""
    if kind is PublicKind.DRAND:
        return {"drand_signature": text}
    if kind is PublicKind.NIST:
        return {"nist_output": text}
    return {"randomness": hashlib.sha256(text.encode()).hexdigest()}


# --- secrets promised before -------------------------------------------------------------


def promise(actor: Actor, call: Call, draw: Draw, digest: str) -> None:
    """Promise a secret by its SHA-256, before anybody's secret is told."""
    enforce(policy.may_take_part(actor, call))
    hold(draw)
    enforce(rules.can_enter(draw.held_at, None, clock.now()))
    entries = queries.entries_of(draw.id)
    enforce(rules.can_promise(digest, [one.value for one in entries]))
    if any(one.account_id == actor.id for one in entries):
        enforce(refused(_("You have promised already; a promise is not changed.")))
    db.session.add(
        DrawEntry(
            draw_id=draw.id,
            account_id=actor.id,
            name=actor.name,
            promise=digest.strip().lower(),
            entered_at=clock.now(),
        )
    )
    record(actor, DrawPromised(label=draw.label, promise=digest.strip().lower()), about=draw)


def reveal(actor: Actor, call: Call, draw: Draw, secret: str) -> bool:
    """Tell one's secret; with the last promised one the draw is held."""
    enforce(policy.may_take_part(actor, call))
    hold(draw)
    enforce(rules.can_enter(draw.held_at, None, clock.now()))
    entries = queries.entries_of(draw.id)
    mine = next((one for one in entries if one.account_id == actor.id), None)
    if mine is None:
        enforce(refused(_("You have promised nothing in this draw.")))
        raise AssertionError
    if len(entries) < PAIR:
        enforce(refused(_("Another person promises first; a draw has two people at least.")))
    if hashlib.sha256(secret.encode()).hexdigest() != mine.promise:
        enforce(refused(_("This is not the secret that you promised: its SHA-256 differs.")))
    mine.value = secret
    record(actor, DrawValueEntered(label=draw.label), about=draw)
    if not all(one.value for one in entries):
        return False
    told = [
        {"person": f"{n}. {one.name}", "secret": one.value, "promise": one.promise}
        for n, one in enumerate(entries, 1)
    ]
    _hold(actor, call, draw, {"entries": told})
    return True


def _hold(actor: Actor, call: Call, draw: Draw, public: Data) -> None:
    try:
        found = drawing.held(draw.entrants, public, queries.draws_held())
    except InputError as error:
        enforce(refused(str(error)))
        raise
    draw.entrants = {**draw.entrants, "public": public}
    draw.record, draw.seed, draw.held_at = found, found["seed"], clock.now()
    record(
        actor,
        DrawHeld(label=draw.label, seed=found["seed"], selected=len(found["selected"])),
        about=draw,
    )
    look_again_in(call.id)
    follow_draw(actor, call, db.session.get_one(Ranking, draw.ranking_id))
