"""The job that makes a pack."""

import io
import zipfile

from flask import current_app
from sqlalchemy import select

from app.accounts.actor import SYSTEM_ACTOR
from app.calls import queries as calls
from app.core.db import Json, db
from app.core.files import FileStore
from app.core.gate import enforce
from app.core.jobs import Hopeless, handles, report_progress
from app.core.verdict import ALLOWED
from app.core.words import _
from app.ledger.service import record
from app.reviews import queries
from app.reviews.offline import booklet, sheet, views
from app.reviews.offline.events import PackFailed, PackMade
from app.reviews.offline.models import PackState, ReviewPack
from app.reviews.rules import is_there

JOB = "reviews.pack"
KIND = "review-pack"  # of file in the store


def store() -> FileStore:
    files: FileStore = current_app.extensions["files"]
    return files


def _make(payload: Json) -> bytes | None:
    pack = db.session.get(ReviewPack, payload["pack_id"])
    if pack is None or pack.state is not PackState.ASKED:
        return None
    own = [
        opened
        for opened in queries.own_in_call(pack.account_id, pack.call_id)
        if opened.seat.id in pack.seats and is_there(opened.place)
    ]
    if len(own) != len(pack.seats):
        raise Hopeless("a proposal of the pack is not to be read any more")
    report_progress(10)
    book = booklet.printed(own, store())
    report_progress(80)
    measure = queries.measure_of(own[0].call)
    criteria = calls.criteria_of(pack.call_id)
    grades = [] if measure.typed else measure.steps
    form = sheet.written(views.form_rows(criteria, own), grades)
    return _zipped({"proposals.pdf": book, "reviews.xlsx": form, "README.txt": _how().encode()})


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, sheet.packed_at()), content)
    return out.getvalue()


def _how() -> str:
    return "\n".join(
        [
            _("proposals.pdf   what you were asked to review, with all files at the end"),
            _("reviews.xlsx    the form: write in the columns “grade” and “words” alone"),
            "",
            _("Leave what you have not decided empty: nothing empty takes anything away."),
            _("A grade may also be: cannot judge."),
            _("Bring the form back under My reviews, Work without a network. You see first what"),
            _("it changes. Nothing is submitted by that: you submit each review yourself."),
            _("These files are confidential. Delete them when your reviews are in."),
            "",
        ]
    )


def _gave_up(payload: Json, trouble: str) -> None:
    pack = db.session.get(ReviewPack, payload["pack_id"])
    if pack is not None and pack.state is PackState.ASKED:
        enforce(ALLOWED)  # asking allowed it
        pack.state = PackState.FAILED
        record(SYSTEM_ACTOR, PackFailed(trouble), about=pack)


@handles(JOB, prepare=_make, gave_up=_gave_up)
def _keep(payload: Json, content: bytes | None) -> None:
    pack = db.session.get(ReviewPack, payload["pack_id"])
    if content is None or pack is None or pack.state is not PackState.ASKED:
        return
    enforce(ALLOWED)  # asking allowed it
    kept = store().put(content, kind=KIND)
    pack.state = PackState.READY
    pack.file_key, pack.sha256, pack.size = kept.key, kept.sha256, kept.size
    _forget_older(pack)
    record(SYSTEM_ACTOR, PackMade(kept.sha256), about=pack)


def _forget_older(pack: ReviewPack) -> None:
    """Keep only the latest pack of a person in a call: an old one is one copy too many."""
    older = db.session.scalars(
        select(ReviewPack).where(
            ReviewPack.account_id == pack.account_id,
            ReviewPack.call_id == pack.call_id,
            ReviewPack.id != pack.id,
        )
    )
    for one in older:
        db.session.delete(one)
