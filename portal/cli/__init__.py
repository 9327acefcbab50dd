"""Commands of an installation: ``flask --app wsgi db|import|secrets|staff|backup|restore …``.

A command is imported when somebody calls it or asks for the list: what serves the web never needs one.
"""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

__all__ = ["init_cli", "only_setup"]

# The name of each command, and where it is.
COMMANDS = {
    "backup": "portal.cli.keeping:take",
    "db": "portal.cli.database:group",
    "demo": "portal.dev.commands:group",
    "doctor": "portal.cli.doctor:command",
    "import": "portal.cli.importing:group",
    "restore": "portal.cli.keeping:restore",
    "restored": "portal.cli.keeping:group",
    "retention": "portal.cli.keeping:retention_group",
    "secrets": "portal.cli.keyring:group",
    "staff": "portal.cli.staff:group",
    "verify-backup": "portal.cli.keeping:verify",
}


class Commands(AppGroup):
    """The commands that are here, and those that are imported on demand."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the name of every command."""
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, or None."""
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            self.add_command(_imported(cmd_name))
        return super().get_command(ctx, cmd_name)


def init_cli(app: Flask) -> None:
    """Offer the commands that every installation has."""
    app.cli = Commands(app.name, commands=dict(app.cli.commands))


def only_setup(app: Flask, reason: str, *names: str) -> None:
    """Leave only the commands of these names; every other says why this installation cannot start."""
    from . import setup

    setup.only_setup(app, reason, tuple(map(_imported, names)))


def _imported(name: str) -> click.Command:
    module, _, attribute = COMMANDS[name].partition(":")
    found: click.Command = getattr(import_module(module), attribute)
    return found
