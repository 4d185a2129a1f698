"""The application for a web server (`gunicorn wsgi:app`) and for the `flask` command."""

import gc
import os
import sys

gc.disable()  # loading makes objects for good: looking through them again and again finds nothing

from app import create_app  # noqa: E402
from app.core.jobs.transport import install_transport  # noqa: E402
from config import SettingError  # noqa: E402

try:
    app = create_app()
except (SettingError, OSError) as error:
    sys.stderr.write(f"Error: {error}\n")
    sys.exit(2)
if os.environ.get("FLASK_RUN_FROM_CLI"):  # a web server needs no commands, nor what they load
    from app.cli import install

    install(app)
install_transport(app)

# What is loaded by now is for good. A collector that never looks at it again leaves it shared
# between the workers of a preloading server. A look through it first would find next to nothing.
gc.freeze()
# A list of a thousand makes some hundred thousand objects, hardly one of them in a circle: looking
# for circles after each 700, as is the default, took a third of its time.
gc.set_threshold(50_000, 20, 20)
gc.enable()
