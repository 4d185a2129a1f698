"""Going back to what panels were before leaves their table as it was made."""

import sqlalchemy as sa

from app.core import migrate
from app.core.db import db
from app.core.web import EquipoiseApp
from tests.engines import both_engines
from tests.panels.world import a_panel


@both_engines
def test_minutes_come_back_filled_and_without_a_default(app: EquipoiseApp) -> None:
    assert app
    a_panel()
    migrate.downgrade("0027")
    ours = db.engines[None]
    engine = sa.create_engine(ours.url, module=ours.dialect.dbapi, poolclass=sa.NullPool)
    with engine.connect() as plain:  # past the guards, as a migration goes
        columns = sa.inspect(plain).get_columns("panel")
        held = plain.execute(sa.text("SELECT minutes FROM panel")).scalar_one()
    [minutes] = [one for one in columns if one["name"] == "minutes"]
    assert (minutes["nullable"], minutes["default"]) == (False, None)
    assert held in ("{}", {})
    migrate.upgrade()
    assert migrate.differences() == []
