"""What this installation decided, for whoever runs inside the application."""

from flask import current_app

from config import Config


def settings() -> Config:
    config: Config = current_app.extensions["equipoise"]
    return config
