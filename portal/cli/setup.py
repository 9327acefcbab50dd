"""What commands do before an installation has settings: say so in one line, and nothing else."""

from __future__ import annotations

from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, FlaskGroup


class _SetupOnly(AppGroup):
    """Knows the commands that need no settings and answers every other name with what is missing."""

    message = ""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            return found

        @click.command(cmd_name, context_settings={"ignore_unknown_options": True, "help_option_names": []})
        @click.argument("rest", nargs=-1, type=click.UNPROCESSED)
        def refuse(rest: Any) -> None:
            raise click.ClickException(self.message)

        return refuse


def only_setup(app: Flask, message: str, commands: tuple[click.Command, ...] = ()) -> None:
    """Leave ``commands``; let every other command, and every server, stop with ``message`` as its one line."""
    context = click.get_current_context(silent=True)
    if context is None:
        raise SystemExit(message)
    if not isinstance(context.command, FlaskGroup):
        raise click.ClickException(message)  # one of Flask's own: run, shell, routes
    app.cli = _SetupOnly()
    app.cli.message = message
    for command in commands:
        app.cli.add_command(command)
