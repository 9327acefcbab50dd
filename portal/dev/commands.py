"""``flask demo``: run the demo firm, print one-time sign-in addresses and codes."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from portal import config, db
from portal.domain import accounts, calendars, clock, errors, programs

from . import systems

group = AppGroup("demo", help="The demo firm on this machine.")


@group.command("serve")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--reset", is_flag=True, help="Begin anew: remove what the demo wrote.")
def serve(port: int, reset: bool) -> None:
    """Set the demo up if need be, and serve it with its worker in one process."""
    from . import demo
    from .mail import start_sink

    demo.check_port(port)
    if reset:
        demo.reset()
    sink = start_sink(demo.INSTANCE / "mail")
    demo.prepare(port, sink.port)
    app = current_app.extensions["reins.create_app"](config.load())
    if demo.is_loaded():
        demo.migrate()
    else:
        click.echo("Telling eighteen months of the demo firm (once, about a minute)…")
        demo.load(app)
    demo.complete()
    click.echo(
        f"\nReins runs at http://localhost:{port}   (mail it sends: http://localhost:{port}/dev/mail)\n"
    )
    click.echo(demo.sign_ins())
    click.echo("\nCtrl-C stops it; what you changed is kept.")
    demo.run(app, port)


def _person(name: str) -> accounts.Person:
    try:
        return accounts.person_called(name)
    except errors.NotFound:
        raise click.ClickException(
            f"No one person here is called {name!r}. Try a whole name or an e-mail address."
        ) from None


def _only_in_demo() -> None:
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException("This works in demo mode only.")


@group.command("link")
@click.argument("name")
@with_appcontext
def link(name: str) -> None:
    """Print a one-time address that signs in as NAME; it counts as both steps."""
    _only_in_demo()
    with db.unit_of_work():
        token, _ = accounts.demo_link(_person(name))
    click.echo(f"{current_app.config['SETTINGS'].base_url}/dev/link/{token}")


@group.command("token")
@click.argument("name")
@with_appcontext
def token(name: str) -> None:
    """Print a token by which a program acts as NAME for thirty days and may everything that NAME may."""
    _only_in_demo()
    with db.unit_of_work():
        actor = accounts.actor_of(_person(name).id)
        last = calendars.local_day(clock.now(), actor.zone) + timedelta(days=30)
        _, made = programs.make("A program of the demo", [*programs.Scope], last, actor=actor)
    click.echo(made)


@group.command("system-token")
@with_appcontext
def system_token() -> None:
    """Print a token of Northwind's system, good for fifteen minutes, for the API of partners."""
    _only_in_demo()
    with db.unit_of_work():
        click.echo(systems.token())


@group.command("code")
@click.argument("name")
@with_appcontext
def code(name: str) -> None:
    """Print the present code of the authenticator app of NAME."""
    _only_in_demo()
    with db.unit_of_work(write=False):
        click.echo(accounts.current_code(_person(name).id))
