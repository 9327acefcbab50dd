"""``flask import``: customers and complaints from CSV files; imports send nothing and run no past effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal import db
from portal.domain import accounts, audit, clock, complaints, errors, firm
from portal.domain.actor import SYSTEM
from portal.domain.sheets import Record, Unreadable, header, records
from portal.text import Lazy, _t, _tn

from .layouts import COMPLAINT_FIELDS, CUSTOMER_FIELDS, Layout, Values, layout_for

group = AppGroup("import", help="Take over customers and complaints from CSV files.")
BATCH = 200
Notes = list[Lazy]  # what a line that was taken over could not keep
Take = Callable[[Layout, Values, Notes], str]


def _options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option(
            "--map", "mapped", multiple=True, metavar="FIELD=COLUMN", help="Say which column a field is."
        ),
        click.option(
            "--source", default="", help="Name of the system the file comes from; part of each key."
        ),
        click.option("--dry-run", is_flag=True, help="Check everything, change nothing."),
    ):
        command = option(command)
    return command


@group.command("customers")
@_options
def customers(file: Path, mapped: tuple[str, ...], source: str, dry_run: bool) -> None:
    """Take over customers from FILE: one account per line, unclaimed until someone proves the mailbox."""
    _run(file, "customers", CUSTOMER_FIELDS, ("key", "name"), mapped, source, dry_run, _customer)


@group.command("complaints")
@_options
def complaints_(file: Path, mapped: tuple[str, ...], source: str, dry_run: bool) -> None:
    """Take over complaints from FILE; what the source closed stays closed, what it left open is received."""
    required = ("key", "received", "customer", "words")
    _run(file, "complaints", COMPLAINT_FIELDS, required, mapped, source, dry_run, _complaint)


def _run(
    file: Path, kind: str, known: dict[str, str], required: tuple[str, ...],
    mapped: tuple[str, ...], source: str, dry_run: bool, take: Take,
) -> None:  # fmt: skip
    try:
        layout = layout_for(header(file), known, required, _pairs(mapped), source)
    except Unreadable as error:
        raise click.ClickException(f"{file.name}: {error}") from None
    counts = {"read": 0, "new": 0, "known": 0, "refused": 0}
    noted = 0
    for line, reason, kept in _each(file, layout, take, counts, dry_run=dry_run):
        noted += kept
        click.echo(
            f"line {line}: {_t('taken over, but {reason}', reason=reason) if kept else reason}", err=True
        )
    if not dry_run:
        with db.unit_of_work():
            keys: dict[str, Any] = {**counts, "file": file.name[:120], "kind": kind}
            audit.record(audit.Tag.IMPORT_RUN, actor=SYSTEM, **keys)
    if dry_run:
        click.echo("Dry run: nothing was changed.")
    if noted:
        click.echo(
            str(
                _tn(
                    "{count} line was taken over with a note",
                    "{count} lines were taken over with a note",
                    noted,
                )
            )
        )
    click.echo("{read} read, {new} new, {known} known, {refused} refused".format(**counts))


def _each(
    file: Path, layout: Layout, take: Take, counts: dict[str, int], *, dry_run: bool
) -> Iterator[tuple[int, Lazy, bool]]:
    """Take every record in batches of one commit each; yield (line, words, whether it was taken all the same)."""
    seen: dict[str, int] = {}
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(file.name, total=max(file.stat().st_size, 1))
        source = iter(records(file))
        more = True
        while more:
            told: list[tuple[int, Lazy, bool]] = []
            with db.unit_of_work(write=True) as session:
                for _ in range(BATCH):
                    record = next(source, None)
                    if record is None:
                        more = False
                        break
                    counts["read"] += 1
                    progress.advance(bar, sum(map(len, record.values.values())) + len(record.values))
                    notes: Notes = []
                    outcome = _one(session, record, layout, take, seen, notes)
                    if isinstance(outcome, str):
                        counts[outcome] += 1
                        told += [(record.line, note, True) for note in notes]
                    else:
                        counts["refused"] += 1
                        told.append((record.line, outcome, False))
                if dry_run:
                    db.rollback()
            yield from told


def _one(
    session: Session, record: Record, layout: Layout, take: Take, seen: dict[str, int], notes: Notes
) -> Lazy | str:
    """Take one record inside a savepoint; return "new", "known", or the reason it is refused."""
    if record.fault is not None:
        return record.fault
    fields = layout.fields(record.values)
    key = fields.get("key", "")
    if not key:
        return _t("the number (key) is missing")
    if key in seen:
        return _t(
            "the number {key} stands in this file twice; the first was at line {line}",
            key=key,
            line=seen[key],
        )
    seen[key] = record.line
    try:
        with session.begin_nested():
            return take(layout, fields, notes)
    except errors.DomainError as error:
        name = layout.columns.get(error.field or "", error.field or "")
        return _t("{column}: {reason}", column=name, reason=error.message) if name else error.message
    except IntegrityError as error:
        return _t("it contradicts what is on record ({rule})", rule=db.constraint_of(error) or "constraint")


def _pairs(mapped: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for item in mapped:
        ours, sign, column = item.partition("=")
        if not sign or not ours.strip() or not column.strip():
            raise Unreadable(f"--map takes FIELD=COLUMN, not {item!r}")
        pairs[ours.strip()] = column.strip()
    return pairs


def _customer(layout: Layout, fields: Values, notes: Notes) -> str:
    given = {name: value for name, value in fields.items() if value}
    spoken = current_app.config["SETTINGS"].languages
    wanted = given.get("language", "")
    given["language"] = wanted if wanted in spoken else spoken[0]
    if wanted and wanted not in spoken:
        notes.append(
            _t(
                "this portal does not speak “{language}”; we write in “{ours}”",
                language=wanted[:20],
                ours=spoken[0],
            )
        )
    since, key = given.pop("since", ""), given.pop("key")
    zone = given.get("zone") or _zone()
    at = _instant(since, "since", zone) if since else clock.now()
    if at > clock.now():
        raise errors.Invalid(_t("a date in the future"), field="since")
    with clock.at(at):
        outcome, _, _ = accounts.import_customer(
            source=layout.source, source_key=key, name=given.pop("name", ""), **given
        )
    return outcome


def _complaint(layout: Layout, fields: Values, notes: Notes) -> str:
    zone = layout.zone or _zone()
    received = _instant(fields.get("received", ""), "received", zone)
    if received > clock.now():
        raise errors.Invalid(_t("a date in the future"), field="received")
    state = fields.get("state", "").casefold()
    if state not in {"", "open", "closed"}:
        raise errors.Invalid(_t("say open or closed, not “{value}”", value=state[:40]), field="state")
    if not fields.get("words"):
        raise errors.Invalid(_t("the words of the customer are missing"), field="words")
    account, person = _party(layout, fields, received, zone)
    return complaints.import_complaint(
        source=layout.source,
        key=fields["key"],
        account=account,
        person=person,
        words=fields.get("words", ""),
        subject=fields.get("subject", ""),
        about=fields.get("about", ""),
        remedy_wanted=fields.get("remedy", ""),
        received_at=received,
        closed=state == "closed",
        how=fields.get("closed_how", ""),
        zone=zone,
    )


def _party(
    layout: Layout, fields: Values, received: datetime, zone: str
) -> tuple[accounts.Account, accounts.Person]:
    """Return the account of a complaint and its person; raise Invalid when the account is unknown."""
    if layout.own_accounts:
        with clock.at(received):
            _, account, person = accounts.import_customer(
                source=layout.source, source_key=fields["key"], name=fields["account_name"], zone=zone,
                country=fields["country"], postcode=fields["postcode"],
            )  # fmt: skip
        return account, person
    key = fields.get("customer", "")
    found = accounts.by_source(layout.source, key) if key else None
    if found is None:
        message = _t(
            "there is no customer “{key}” of the source {source}", key=key[:80], source=layout.source
        )
        raise errors.Invalid(message, field="customer")
    return found, accounts.person_by_id(accounts.main_person(found.id).person_id)


def _zone() -> str:
    return str(firm.now().zone)


def _instant(text: str, field: str, zone: str) -> datetime:
    """Read a date (its local start of day in ``zone``) or an instant; raise Invalid at ``field``."""
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), ZoneInfo(zone)).astimezone(UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, KeyError):
        raise errors.Invalid(
            _t("“{value}” is not a date like 2026-05-31", value=text[:40]), field=field
        ) from None
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
