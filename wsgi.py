"""The application for a web server: `gunicorn wsgi:app`."""

from app import create_app

app = create_app()
