"""All proposals of a pack as one PDF: as reviewers read them, with their files at the end."""

from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any

from flask import render_template

from app.calls import queries as calls
from app.core import pdf
from app.core.clock import NO_DAY
from app.core.files import FileStore
from app.core.words import _
from app.proposals import queries as proposals
from app.proposals.models import BlindedFile
from app.reviews import views
from app.reviews.queries import Opened


def printed(opened: Sequence[Opened], store: FileStore) -> bytes:
    """Return the PDF. Nobody is named in it: neither who applies, nor who reads."""
    call = opened[0].call
    shown: list[dict[str, Any]] = [
        {**views.proposal_values(one, on_paper=True), "files": _names(one)} for one in opened
    ]
    title = _("Proposals of %(code)s", code=call.code)
    html = render_template(
        "documents/booklet.html",
        title=title,
        language="en",
        page_direction="ltr",
        call={"title": call.title, "code": call.code},
        criteria=calls.criteria_of(call.id),
        proposals=shown,
    )
    text = pdf.render(
        html,
        title=title,
        author="Equipoise",
        subject=call.code,
        language="en",
        instant=NO_DAY,
        identifier=sha256(html.encode()).digest()[:16],
    )
    return _with_files(text, [(one, copy) for one in opened for copy in _files(one)], store)


def _files(opened: Opened) -> list[BlindedFile]:
    named = set(opened.version.answers.values())
    return [copy for copy in proposals.blinded_files(opened.proposal.id) if copy.id in named]


def _names(opened: Opened) -> list[str]:
    return [_name(copy) for copy in _files(opened)]


def _name(copy: BlindedFile) -> str:
    return f"{copy.question_key.replace('_', '-')}.pdf"


def _with_files(
    text: bytes, files: Sequence[tuple[Opened, BlindedFile]], store: FileStore
) -> bytes:
    if not files:
        return text
    import pikepdf  # noqa: PLC0415 - packs alone need it

    with pikepdf.open(BytesIO(text)) as whole:
        if "/Metadata" in whole.Root:
            del whole.Root.Metadata  # it claims what the added pages may not keep
        with whole.open_outline() as outline:
            for opened, copy in files:
                first = len(whole.pages)
                with pikepdf.open(BytesIO(store.get(copy.file_key))) as added:
                    whole.pages.extend(added.pages)
                title = f"{opened.proposal.number}: {_name(copy)}"
                outline.root.append(pikepdf.OutlineItem(title, first))
        out = BytesIO()
        whole.save(out, deterministic_id=True)
    return out.getvalue()
