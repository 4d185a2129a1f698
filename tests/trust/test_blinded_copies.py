"""Real proposals, blinded: no planted identity outside the words of the page, the same picture."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from app.core.uploads import LIMITS, UploadRefused, scrub_pdf
from app.core.uploads import pdf as inside
from tests.core.uploads import built
from tests.core.uploads.test_traces import HIDING_PLACES
from tests.realdata import REAL_DATA, real_data
from tests.trust.pdf_tokens import find_tokens, hidden_tokens

FILES = sorted(path.name for path in (REAL_DATA / "upload_files").glob("*.pdf"))
REFUSED = {"encrypted_user_password.pdf": "password", "malformed_corrupted.pdf": "broken"}
READABLE = [name for name in FILES if name not in REFUSED] or ["(no real files)"]
# A highlight and an ink stroke without a stored look: comments, which go (TRUST.md 2.2).
COMMENTED = {"annotations.pdf"}
# The icon of a sticky note goes; and a typeface that is not in the file is replaced by the one the
# viewer finds nearest to its name, which is taken away because it can be somebody's own.
UNALIKE = {"comments and links", "a typeface"}
DOTS_PER_INCH = 50


def real_file(name: str) -> bytes:
    return real_data("upload_files", name).read_bytes()


def planted() -> dict[str, list[str]]:
    """Return the identities that the manifest says were planted, by file."""
    with real_data("upload_files", "manifest.csv").open(newline="") as manifest:
        rows = list(csv.DictReader(manifest))
    return {
        row["file"]: [
            token.strip() for token in row["planted_identities"].split(";") if token.strip()
        ]
        for row in rows
    }


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_locked_or_broken_real_file_is_refused_with_its_reason(name: str) -> None:
    with pytest.raises(UploadRefused) as caught:
        scrub_pdf(real_file(name))
    assert caught.value.code == REFUSED[name]


@pytest.mark.parametrize("name", READABLE)
def test_no_planted_identity_survives_outside_the_words_of_the_page(name: str) -> None:
    data = real_file(name)
    tokens = planted()[name]
    scrubbed = scrub_pdf(data)
    assert hidden_tokens(scrubbed.pdf, tokens) == set()
    assert scrub_pdf(scrubbed.pdf).pdf == scrubbed.pdf


def test_the_scanner_sees_the_planted_identities_before_the_scrubbing() -> None:
    seen = {
        name: find_tokens(real_file(name), tokens) for name, tokens in planted().items() if tokens
    }
    assert len(seen) >= 3
    assert all(seen.values())
    hidden = {find.token for finds in seen.values() for find in finds if not find.in_body}
    assert len(hidden) >= 3  # properties, bookmarks and links, not words alone


@pytest.mark.parametrize("name", [name for name in READABLE if name not in COMMENTED])
def test_the_pages_look_the_same(name: str, tmp_path: Path) -> None:
    before = real_file(name)
    after = scrub_pdf(before).pdf
    assert pictures(before, tmp_path / "before") == pictures(after, tmp_path / "after")


@pytest.mark.parametrize("place", [place for place in HIDING_PLACES if place not in UNALIKE])
def test_built_pages_look_the_same(place: str, tmp_path: Path) -> None:
    before = built.honest(change=HIDING_PLACES[place])
    _, after = inside.scrub(before, LIMITS.to_dict())
    assert pictures(before, tmp_path / "before") == pictures(after, tmp_path / "after")


def test_a_flattened_form_looks_as_it_did(tmp_path: Path) -> None:
    before = built.with_form("Tides", looks=True)
    after = scrub_pdf(before).pdf
    assert pictures(before, tmp_path / "before") == pictures(after, tmp_path / "after")


def pictures(data: bytes, folder: Path) -> list[bytes]:
    """Return every page as a picture at 50 dots per inch."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) draws the pages to compare; it is not installed")
    folder.mkdir()
    (folder / "in.pdf").write_bytes(data)
    command = ["pdftoppm", "-r", str(DOTS_PER_INCH), "in.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return [path.read_bytes() for path in sorted(folder.glob("page*.ppm"))]
