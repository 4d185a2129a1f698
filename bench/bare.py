"""The two yardsticks: the least Flask can do, and the least Flask with Flask-SQLAlchemy can do.

`gunicorn bench.bare:hello` is F. `gunicorn "bench.bare:one_row()"` is R; the database's address
is in BENCH_DATABASE_URL, and `fill()` writes the one row.
"""

import os

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from pysqlite3 import dbapi2 as sqlite_driver
from sqlalchemy import insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

hello = Flask("hello")
hello.add_url_rule("/", view_func=lambda: "hello")


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "bench_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


db = SQLAlchemy(model_class=Base)


def one_row() -> Flask:
    """Return an application whose one page reads one row by its key and shows it."""
    app = Flask("one_row")
    url = os.environ["BENCH_DATABASE_URL"]
    options = {"module": sqlite_driver} if url.startswith("sqlite") else {}
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=options)
    db.init_app(app)
    app.add_url_rule("/", view_func=_show)
    return app


def _show() -> str:
    note = db.session.get_one(Note, 1)
    return f"<!doctype html><title>Note {note.id}</title><p>{note.text}</p>"


def fill() -> None:
    """Make the table with its row; called inside the application's context."""
    Base.metadata.create_all(db.engine)
    with db.engine.begin() as connection:
        connection.execute(insert(Note).values(id=1, text="One row."))
    db.engine.dispose()
