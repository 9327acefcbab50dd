"""``flask staff``: the first administrator, who works here, and the end of it, from the command line."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from rich.console import Console
from rich.table import Table

from portal import db
from portal.domain import accounts, errors
from portal.domain.actor import SYSTEM

group = AppGroup("staff", help="Who works here: the first administrator, a list, deactivating.")


@group.command("first-administrator")
@click.argument("email")
@click.option("--name", required=True, help="The name of the person.")
@click.option("--team", default="Administration", show_default=True)
@click.option("--language", default="en", show_default=True)
@with_appcontext
def first_administrator(email: str, name: str, team: str, language: str) -> None:
    """Invite the first administrator and print the link, this once.

    Works while there is none who has accepted; run again for the same address it makes a new link.
    """
    try:
        with db.unit_of_work():
            accounts.seed_roles()
            if accounts.administrator_count():
                raise click.ClickException("There is an administrator already: they invite the others.")
            person_id = _invited(email) or _invite(email, name, team, language)
            token = accounts.invitation_link(person_id, actor=SYSTEM)
    except errors.DomainError as error:
        raise click.ClickException(str(error.message)) from None
    click.echo(f"{current_app.config['SETTINGS'].base_url}/admin/invitation/{token}")
    click.echo("It works once and for three days, and is shown nowhere else.", err=True)


def _invite(email: str, name: str, team: str, language: str) -> int:
    return accounts.invite(
        actor=SYSTEM, name=name, email=email, team=team, roles=("administrator",), language=language, by_mail=False
    ).id  # fmt: skip


def _invited(email: str) -> int | None:
    """Return the person with an open invitation at this address as administrator, or None."""
    for one in accounts.staff_list(SYSTEM, view="invited", limit=500):
        if one.address.casefold() == email.strip().casefold() and "administrator" in one.role_keys:
            return one.person_id
    return None


@group.command("way-back")
@click.argument("email")
@click.option("--why", required=True, help="The reason, for the record and for everybody who works here.")
@click.confirmation_option(prompt="Everybody who works here is told of this. Go on?")
@with_appcontext
def way_back(email: str, why: str) -> None:
    """Print a link, this once, for the only administrator who lost the second step.

    With it a new password is chosen and a new second step set up. Where there is another administrator it refuses.
    """
    try:
        with db.unit_of_work():
            token = accounts.open_way_back(email, why=why)
    except errors.DomainError as error:
        raise click.ClickException(str(error.message)) from None
    click.echo(f"{current_app.config['SETTINGS'].base_url}/admin/way-back/{token}")
    click.echo("It works once and for one hour. Everybody who works here gets a mail about it.", err=True)


@group.command("list")
@click.option("--all", "every", is_flag=True, help="Those who were deactivated too.")
@with_appcontext
def list_staff(every: bool) -> None:
    """List who works here."""
    table = Table("name", "e-mail", "team", "roles", "state", box=None)
    with db.unit_of_work(write=False):
        for one in accounts.staff_list(SYSTEM, view="all", limit=10_000):
            if one.ended_at and not every:
                continue
            state = "deactivated" if one.ended_at else "invited" if one.invited_at else "here"
            table.add_row(
                one.name, one.address, one.team, ", ".join(str(name) for _, name in one.roles), state
            )
    Console(soft_wrap=True).print(table)


@group.command("deactivate")
@click.argument("email")
@click.confirmation_option(prompt="Every sign-in of this person ends now. Go on?")
@with_appcontext
def deactivate(email: str) -> None:
    """Deactivate the member of staff with this address; the last administrator is refused."""
    try:
        with db.unit_of_work():
            wanted = email.strip().casefold()
            rows = accounts.staff_list(SYSTEM, view="all", limit=10_000)
            found = next((one for one in rows if one.address.casefold() == wanted), None)
            if found is None:
                raise click.ClickException("No member of staff has this address.")
            accounts.end_staff(found.person_id, actor=SYSTEM)
    except errors.DomainError as error:
        raise click.ClickException(str(error.message)) from None
    click.echo(f"{found.name} is deactivated and signed out everywhere.")
