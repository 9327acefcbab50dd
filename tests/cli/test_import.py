"""Imports: real files with broken lines; what is good is kept, what is known is left alone, nothing is sent."""

from __future__ import annotations

import csv
from itertools import islice
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal import db
from portal.domain import calendars, clock, complaints
from portal.domain.accounts.models import Account, EmailAddress, Person
from portal.domain.actor import SYSTEM
from portal.domain.complaints.models import Complaint
from portal.domain.outbox.models import Message

CFPB = Path(__file__).resolve().parents[3] / "shared" / "data" / "cfpb-complaints.csv"
HEADER = "number,name,kind,email,phone,city,country,language,customer since\n"
GOOD = "1,Zofia Łoś,person,zofia@one.example,+48 601 000 001,Łódź,PL,pl,2024-02-29\n"


@pytest.fixture
def office(app: Flask) -> Flask:
    with db.unit_of_work():
        calendars.seed(country="PL", zone="Europe/Warsaw", actor=SYSTEM)
        complaints.seed_law(confirmed=True)
    return app


def run(app: Flask, kind: str, path: Path, *options: str) -> Result:
    return app.test_cli_runner().invoke(args=["import", kind, str(path), *options])


def count(model: type) -> int:
    with db.unit_of_work(write=False) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def write(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "file.csv"
    path.write_bytes(text.encode(encoding, "surrogateescape"))
    return path


def test_customers_come_over_once(office: Flask, tmp_path: Path) -> None:
    path = write(tmp_path, HEADER + GOOD + "2,Dom sp. z o.o.,company,biuro@dom.example,,,PL,pl,\n")
    first = run(office, "customers", path)
    assert first.exit_code == 0, first.output
    assert first.output.splitlines()[-1] == "2 read, 2 new, 0 known, 0 refused"
    with db.unit_of_work(write=False) as session:
        account = session.scalars(select(Account).where(Account.source_key == "1")).one()
        assert account.created_at.date().isoformat() in {"2024-02-28", "2024-02-29"}
        assert account.claimed_at is None
    again = run(office, "customers", path)
    assert again.output.splitlines()[-1] == "2 read, 0 new, 2 known, 0 refused"
    assert count(Account) == 2
    assert count(Message) == 0


def test_a_dry_run_changes_nothing(office: Flask, tmp_path: Path) -> None:
    result = run(office, "customers", write(tmp_path, HEADER + GOOD), "--dry-run")
    assert result.output.splitlines()[-1] == "1 read, 1 new, 0 known, 0 refused"
    assert count(Account) == 0


BROKEN = {
    "too few columns": "11,Jan\n",
    "no number": ",Jan Bez Numeru,person,jan@x.example,,,PL,pl,\n",
    "no name": "12,,person,jan2@x.example,,,PL,pl,\n",
    "no mailbox": "13,Jan,person,jan-at-x.example,,,PL,pl,\n",
    "no phone": "14,Jan,person,jan4@x.example,call me,,PL,pl,\n",
    "no country": "15,Jan,person,jan5@x.example,,,Polska,pl,\n",
    "no kind": "16,Jan,robot,jan6@x.example,,,PL,pl,\n",
    "no date": "17,Jan,person,jan7@x.example,,,PL,pl,29.02.2023\n",
    "twice in the file": "1,Ktoś Inny,person,inny@x.example,,,PL,pl,\n",
    "address of another": "18,Jan,person,zofia@one.example,,,PL,pl,\n",
    "no UTF-8": "19,Jan \udcff,person,jan9@x.example,,,PL,pl,\n",
    "a control character": "20,Jan\x07,person,jan10@x.example,,,PL,pl,\n",
    "a quote that never ends": '22,"Jan,person,jan12@x.example,,,PL,pl,\n',
}


def test_each_broken_line_is_named_and_the_rest_is_kept(office: Flask, tmp_path: Path) -> None:
    lines = list(BROKEN.values())
    last = "99,Ewa Ostatnia,person,ewa@last.example,,,PL,pl,\n"
    result = run(office, "customers", write(tmp_path, HEADER + GOOD + "".join(lines) + last))
    assert result.exit_code == 0, result.output
    told = [line for line in result.output.splitlines() if line.startswith("line ")]
    assert [int(line.split(":")[0].split()[1]) for line in told] == list(range(3, 3 + len(lines))), (
        result.output
    )
    assert all(len(line.split(": ", 1)[1]) > 8 for line in told)
    assert result.output.splitlines()[-1] == f"{len(lines) + 2} read, 2 new, 0 known, {len(lines)} refused"
    with db.unit_of_work(write=False) as session:
        kept = set(session.scalars(select(EmailAddress.address)))
    assert kept == {"zofia@one.example", "ewa@last.example"}


def test_a_language_that_is_not_spoken_here_costs_a_note_and_not_the_line(
    office: Flask, tmp_path: Path
) -> None:
    lines = "21,Jan,person,jan11@x.example,,,PL,klingon,\n22,Ola,person,ola@x.example,,,PL,,\n"
    result = run(office, "customers", write(tmp_path, HEADER + GOOD + lines))
    assert "line 3: taken over, but this portal does not speak “klingon”; we write in “en”" in result.output
    assert result.output.splitlines()[-2:] == [
        "1 line was taken over with a note",
        "3 read, 3 new, 0 known, 0 refused",
    ]
    with db.unit_of_work(write=False) as session:
        spoken = dict(session.execute(select(Person.name, Person.language)).all())
    assert spoken["Jan"] == spoken["Ola"] == "en"


def test_columns_can_be_named(office: Flask, tmp_path: Path) -> None:
    path = write(tmp_path, "Kto;x,Nr\nAnna Nowa,7\n")
    assert "no column for 'name'" in run(office, "customers", path).output
    assert "--map name=COLUMN" in run(office, "customers", path).output
    result = run(office, "customers", path, "--map", "name=Kto;x", "--map", "key=Nr")
    assert result.output.splitlines()[-1] == "1 read, 1 new, 0 known, 0 refused"
    assert "'Nazwa'" in run(office, "customers", path, "--map", "name=Nazwa").output


def test_complaints_of_known_customers(office: Flask, tmp_path: Path) -> None:
    run(office, "customers", write(tmp_path, HEADER + GOOD))
    path = tmp_path / "complaints.csv"
    path.write_text(
        "number,date received,customer number,text,status\n"
        "C1,2026-01-05,1,It leaks.,open\n"
        "C2,2025-12-01,1,It dents.,closed\n"
        "C3,2026-01-05,77,Whose is this?,open\n"
        "C4,2099-01-05,1,From the future,open\n"
        "C5,2026-01-05,1,,open\n"
        "C6,2026-01-05,1,Half open,ajar\n"
    )
    result = run(office, "complaints", path)
    assert result.output.splitlines()[-1] == "6 read, 2 new, 0 known, 4 refused", result.output
    with db.unit_of_work(write=False) as session:
        states = dict(session.execute(select(Complaint.source_key, Complaint.state)).all())
    assert states == {"C1": "received", "C2": "closed_unconfirmed"}
    assert count(Message) == 0


@pytest.mark.sqlite
@pytest.mark.skipif(not CFPB.exists(), reason="the public file of complaints is not beside this checkout")
def test_the_public_file_of_real_complaints(office: Flask) -> None:
    first = run(office, "complaints", CFPB)
    assert first.output.splitlines()[-1] == "2067 read, 2067 new, 0 known, 0 refused", first.output[-2000:]
    with db.unit_of_work(write=False) as session:
        states = dict(session.execute(select(Complaint.state, func.count()).group_by(Complaint.state)).all())
    assert states == {"closed_unconfirmed": 1451, "received": 616}
    assert count(Account) == 2067
    assert count(Message) == 0
    with db.unit_of_work():
        assert complaints.run_due_clocks(clock.now()) == 0
    again = run(office, "complaints", CFPB)
    assert again.output.splitlines()[-1] == "2067 read, 0 new, 2067 known, 0 refused"


@pytest.mark.postgres
@pytest.mark.skipif(not CFPB.exists(), reason="the public file of complaints is not beside this checkout")
def test_the_first_of_the_public_file_on_postgresql_too(office: Flask, tmp_path: Path) -> None:
    some = tmp_path / "some.csv"
    with CFPB.open(newline="") as whole, some.open("w", newline="") as part:
        csv.writer(part).writerows(islice(csv.reader(whole), 301))
    for last in ("300 read, 300 new, 0 known, 0 refused", "300 read, 0 new, 300 known, 0 refused"):
        assert run(office, "complaints", some).output.splitlines()[-1] == last
    with db.unit_of_work(write=False) as session:
        states = dict(session.execute(select(Complaint.state, func.count()).group_by(Complaint.state)).all())
    assert set(states) == {"closed_unconfirmed", "received"} and sum(states.values()) == 300
    assert (count(Account), count(Message)) == (300, 0)
