"""Commands of an installation: ``flask --app wsgi db|import|secrets|staff|backup|restore …``."""

from __future__ import annotations

from flask import Flask

from . import database, doctor, importing, keeping, keyring, setup, staff

__all__ = ["init_cli", "only_setup"]

only_setup = setup.only_setup


def init_cli(app: Flask) -> None:
    """Register the commands that every installation has."""
    app.cli.add_command(database.group)
    app.cli.add_command(doctor.command)
    app.cli.add_command(importing.group)
    app.cli.add_command(keyring.group)
    app.cli.add_command(staff.group)
    for command in (keeping.take, keeping.verify, keeping.restore, keeping.group, keeping.retention_group):
        app.cli.add_command(command)
