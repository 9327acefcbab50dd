"""``flask secrets``: what hangs on an older secret key, and sealing it anew."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from portal import db
from portal.domain import accounts, delivery, partners, webhooks

group = AppGroup("secrets", help="Change the secret key: what hangs on an older one, and sealing it anew.")


def _pass(*, only_count: bool) -> tuple[int, int]:
    with db.unit_of_work():
        found = [one.reseal(only_count=only_count) for one in (accounts, delivery, partners, webhooks)]
    return sum(one.anew for one in found), sum(one.unreadable for one in found)


def _lost(unreadable: int) -> None:
    if unreadable:
        raise click.ClickException(
            f"{unreadable} open with no key of this installation: put the key that is missing into "
            "REINS_PREVIOUS_SECRET_KEYS."
        )


@group.command("status")
@with_appcontext
def status() -> None:
    """Say how many secrets in the database need an older key; ends with 1 when some open with none."""
    older = len(current_app.config["SETTINGS"].previous_secret_keys)
    waiting, unreadable = _pass(only_count=True)
    click.echo(f"{older} older key(s) in the settings, {waiting} secret(s) in the database that need one.")
    _lost(unreadable)


@group.command("reseal")
@with_appcontext
def reseal() -> None:
    """Seal every secret in the database by the newest key; running it again changes nothing."""
    done, unreadable = _pass(only_count=False)
    click.echo(f"{done} sealed anew.")
    _lost(unreadable)
