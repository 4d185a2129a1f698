"""Compiled templates are kept beside the templates, and never stand in for a newer text."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from app.core.compiled import CompiledTemplates


def _drawn(folder: Path, reader: str = "pages", *, trim: bool = False) -> str:
    environment = Environment(
        loader=FileSystemLoader(folder),
        trim_blocks=trim,
        autoescape=True,
        bytecode_cache=CompiledTemplates(folder, reader),
    )
    return environment.get_template("page.html").render()


def _kept(folder: Path) -> list[Path]:
    return sorted((folder / "__pycache__").glob("*"))


def test_the_next_process_reads_what_the_first_compiled(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("first")
    assert _drawn(tmp_path) == "first"
    [kept] = _kept(tmp_path)
    page.write_text("other")
    other = _drawn(tmp_path)
    assert other == "other"  # what is kept holds the hash of its text
    page.write_text("first")
    compiled = kept.read_bytes()
    assert _drawn(tmp_path) == "first"
    assert kept.read_bytes() != compiled
    assert _kept(tmp_path) == [kept]


def test_what_is_kept_is_used(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("word of the template")
    _drawn(tmp_path)
    [kept] = _kept(tmp_path)
    kept.write_bytes(kept.read_bytes().replace(b"word of the template", b"word of the file ..."))
    assert _drawn(tmp_path) == "word of the file ..."


def test_readers_of_other_settings_do_not_share(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{% if true %}\nwords{% endif %}")
    assert _drawn(tmp_path, "pages") == "\nwords"
    assert _drawn(tmp_path, "documents", trim=True) == "words"


def test_a_broken_file_or_no_room_for_one_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("words")
    _drawn(tmp_path)
    [kept] = _kept(tmp_path)
    kept.write_bytes(kept.read_bytes()[:-9])
    assert _drawn(tmp_path) == "words"
    other = tmp_path / "other"
    other.mkdir()
    (other / "page.html").write_text("words")
    (other / "__pycache__").write_text("a file in the folder's place")
    assert _drawn(other) == "words"
