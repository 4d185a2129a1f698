"""The pictures of docs/: the demo, told into an empty folder, served, and seen in Chromium."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = Path(__file__).parent / "pictures"
PASSWORD = "one phrase for all pictures"  # noqa: S105 - of a demonstration that is gone at once
LARGEST = 200_000  # bytes
COLOURS = (256, 128, 64)
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@dataclass(frozen=True)
class Picture:
    """Who looks, how one gets there from the first page after signing in, and at what size."""

    name: str
    who: str
    way: Callable[[Page], None]
    width: int = 1280
    height: int = 800


def take() -> None:
    """Take every picture anew."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        _demo(Path(folder)) as url,
        _chromium() as chromium,
    ):
        for picture in PICTURES:
            _kept(picture.name, _taken(chromium, url, picture))
        _kept("report", _pages_of_report(chromium, url, Path(folder)))


# --- the demonstration ---------------------------------------------------------------------------


def _flask(*words: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


@contextmanager
def _demo(folder: Path) -> Iterator[str]:
    """Serve the demo call from `folder` on a free port."""
    settings = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EQUIPOISE_")},
        "EQUIPOISE_DATA_DIR": str(folder / "data"),
        "PYTHONUNBUFFERED": "1",
    }
    for words in (("db", "upgrade"), ("demo", "--password", PASSWORD)):
        subprocess.run(_flask(*words), cwd=ROOT, env=settings, check=True)  # noqa: S603
    serving = subprocess.Popen(  # noqa: S603
        _flask("serve", "--bind", "127.0.0.1:0", "--with-worker"),
        cwd=ROOT,
        env=settings,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert serving.stdout is not None
        found = next(filter(None, (re.search(r"http://\S+", line) for line in serving.stdout)))
        yield found.group()
    finally:
        serving.terminate()
        serving.wait(timeout=60)


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


# --- the ways ------------------------------------------------------------------------------------


def _first_page(page: Page) -> None:
    page.goto("/")


def _desk_page(code: str, address: str) -> Callable[[Page], None]:
    """Return the way to a page below a call's desk."""

    def way(page: Page) -> None:
        page.goto("/desk/")
        link = page.get_by_role("row").filter(has_text=code).get_by_role("link").first
        page.goto(f"{link.get_attribute('href')}/{address}")

    return way


def _allocation(page: Page) -> None:
    _desk_page("HOME26", "allocation")(page)
    heading = page.get_by_role("heading", name="Down the ranking")
    heading.evaluate("(it) => window.scrollBy(0, it.getBoundingClientRect().top - 24)")


def _scoring(page: Page) -> None:
    """Open a review that is begun and not submitted, or begin one."""
    page.goto("/reviews/")
    rows = page.locator("main tr, main li").filter(has_text="PAIN26")
    open_ones = rows.filter(has_not_text=re.compile("submitted", re.IGNORECASE))
    (open_ones if open_ones.count() else rows).get_by_role("link").first.click()
    accept = page.get_by_role("button", name="I have no conflict of interest")
    if accept.count():
        accept.click()
    page.get_by_text("Very good", exact=True).first.click()
    page.evaluate("for (const it of document.querySelectorAll('*')) it.scrollTop = 0")


def _verified(page: Page) -> None:
    """Hand the published report in, as anybody may."""
    page.goto("/verify")
    report = {
        "name": "HOME26-allocation-report.pdf",
        "mimeType": "application/pdf",
        "buffer": _report(page),
    }
    page.locator("input[type=file]").set_input_files(report)  # type: ignore[arg-type]
    page.get_by_role("button", name="Check it").click()
    page.get_by_text("Everything holds").wait_for()


def _report(page: Page) -> bytes:
    """Return the published allocation report, which the worker may still be making."""
    address = "/results/HOME26/allocation-report.pdf"
    until = time.monotonic() + 180
    while not (answer := page.request.get(address)).ok:
        if time.monotonic() > until:
            raise TimeoutError(f"{address} was not made in three minutes")
        time.sleep(2)
    return answer.body()


PICTURES = (
    Picture("landing", "", _first_page),
    Picture("scoring", "solano", _scoring, height=900),
    Picture("allocation", "officer", _allocation, height=900),
    Picture("verify", "", _verified, height=900),
)


# --- taking --------------------------------------------------------------------------------------


def _signed_in(chromium: Browser, url: str, who: str, width: int, height: int) -> Page:
    page = chromium.new_page(
        base_url=url,
        viewport={"width": width, "height": height},
        device_scale_factor=1.5,
        color_scheme="light",
        reduced_motion="reduce",
        locale="en",
    )
    page.set_default_timeout(20_000)
    if who:
        page.goto("/sign-in")
        page.get_by_label("E-mail address").fill(f"{who}@equipoise.example")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile(r"^(?!.*sign-in).*$"))
    return page


def _taken(chromium: Browser, url: str, picture: Picture) -> bytes:
    page = _signed_in(chromium, url, picture.who, picture.width, picture.height)
    picture.way(page)
    page.evaluate("document.fonts.ready")
    taken = page.screenshot()
    page.context.close()
    return taken


def _pages_of_report(chromium: Browser, url: str, folder: Path) -> bytes:
    """Return cover and summary of the published allocation report, side by side."""
    page = _signed_in(chromium, url, "", 1280, 800)
    pdf = folder / "report.pdf"
    pdf.write_bytes(_report(page))
    page.context.close()
    command = ["pdftoppm", "-r", "80", "-l", "3", "-png", str(pdf), str(folder / "page")]
    subprocess.run(command, check=True)  # noqa: S603
    pages = [Image.open(path) for path in sorted(folder.glob("page*.png"))[::2]]
    gap = 24
    both = Image.new(
        "RGB",
        (sum(each.width for each in pages) + gap * (len(pages) + 1), pages[0].height + 2 * gap),
        "#dfe5e4",
    )
    for place, each in enumerate(pages):
        both.paste(each, (gap + place * (each.width + gap), gap))
    out = BytesIO()
    both.save(out, "PNG")
    return out.getvalue()


def _kept(name: str, png: bytes) -> None:
    """Write the picture in as few colours as its size asks for."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    path = FOLDER / f"{name}.png"
    for colours in COLOURS:
        picture.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
            path, optimize=True
        )
        if path.stat().st_size <= LARGEST:
            break
    sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1000} kB\n")
