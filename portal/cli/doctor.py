"""``flask doctor``: what is wrong with this installation, in words, with the mend of each."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
import orjson
from flask import current_app
from flask.cli import with_appcontext

from .checking import examine
from .findings import BAD, OK, WARN

SIGNS = {OK: "ok     ", WARN: "warning", BAD: "WRONG  "}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
@with_appcontext
def command(as_json: bool) -> None:
    """Look at this installation and say what is wrong; ends with 1 when something is.

    Run it as the user that runs the portal. It changes nothing and sends nothing.
    """
    found = list(examine(current_app.config["SETTINGS"]))
    wrong = sum(one.state == BAD for one in found)
    if as_json:
        click.echo(orjson.dumps({"wrong": wrong, "findings": [asdict(one) for one in found]}).decode())
        sys.exit(bool(wrong))
    for one in found:
        click.echo(f"{SIGNS[one.state]}  {one.about}: {one.words}")
        if one.mend and one.state != OK:
            click.echo(f"{'':9}→ {one.mend}")
    warned = sum(one.state == WARN for one in found)
    click.echo("" if wrong or warned else "All is well.", nl=not wrong and not warned)
    if wrong or warned:
        click.echo(f"{wrong} wrong, {warned} to look at.")
    sys.exit(bool(wrong))
