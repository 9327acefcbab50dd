"""Any number of believable customers with complaints, written straight to the tables; the same for the same seed."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from portal import db
from portal.dev import names
from portal.dev.history import History
from portal.domain import references, search
from portal.domain.accounts import passwords

from . import bulk, stores
from .cloning import Cloner, compiled, public_id
from .patterns import PASSWORD, TABLES, Patterns

SEED = 20_260_501
# Customers with so many complaints each, who come before all others: what a page costs must not depend on it.
HEAVY = (10, 25, 100)
SENDERS = 8  # customers after them, each with many drafts that only have to be sent
SIGN_INS = 120  # the last customers, who have a password
YEAR_AND_A_HALF = 540 * 24 * 60
THREE_DAYS = 3 * 24 * 60
STEPS = 100


@dataclass(frozen=True, slots=True)
class Made:
    """What was written."""

    accounts: int
    complaints: int
    rows: int


def fill(url: str, patterns: Patterns, count: int, *, drafts: int = 100, seed: int = SEED) -> Made:
    """Found the firm in an empty, migrated database and write ``count`` customers and as many complaints.

    ``drafts`` is how many each of the senders has.
    """
    with db.unit_of_work():
        History(None).firm()  # type: ignore[arg-type]  # what the firm is needs no replay
    with bulk.loading(url) as connection:
        return _Filling(connection, url.startswith("sqlite"), patterns, seed).run(count, drafts)


class _Filling:
    def __init__(self, connection: Any, sqlite: bool, patterns: Patterns, seed: int) -> None:
        self.chance, self.connection = Random(seed), connection
        every = (*patterns.accounts, *patterns.complaints, patterns.ready)
        columns = {row.table: tuple(row.values) for one in every for row in one.rows}
        self.tables = sorted(columns, key=list(TABLES).index)
        self.sink = bulk.Sink(connection, columns, sqlite=sqlite)
        self.writers = [self.sink.rows[table].append for table in self.tables]
        self.next = [
            (connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0) + 1
            for table in self.tables
        ]
        self.public_id = public_id(self.chance)
        self.accounts = [compiled(one, self.tables, sqlite=sqlite) for one in patterns.accounts]
        self.complaints = [compiled(one, self.tables, sqlite=sqlite) for one in patterns.complaints]
        self.ready = compiled(patterns.ready, self.tables, sqlite=sqlite)

    def run(self, count: int, drafts: int) -> Made:
        first = self.next[self.tables.index("account")], self.next[self.tables.index("person")]
        called = self._customers(count)
        common = len(HEAVY) + SENDERS
        owners = [place for place, many in enumerate(HEAVY) for _ in range(many)]
        owners += [self.chance.randrange(common, count) for _ in range(count - len(owners))]
        weights = _weights(self.complaints)
        self._complaints(
            owners, self.chance.choices(self.complaints, cum_weights=weights, k=count), first, called
        )
        senders = [place for place in range(len(HEAVY), common) for _ in range(drafts)]
        self._complaints(senders, [self.ready] * len(senders), first, called, number=count)
        self.sink.flush(1)
        self._passwords(first[1] + count)
        return Made(count, count + len(senders), self.sink.written)

    def _passwords(self, end: int) -> None:
        """Give the last customers one password, hashed once."""
        mark = "?" if self.sink.sqlite else "%s"
        statement = f"INSERT INTO password (person_id, hash, set_at) VALUES ({mark}, {mark}, {mark})"
        hashed, at = passwords.hash_of(PASSWORD), "2026-01-01 00:00:00.000000"
        with contextlib.closing(self.connection.cursor()) as cursor:
            cursor.executemany(statement, [(person, hashed, at) for person in range(end - SIGN_INS, end)])

    def _customers(self, count: int) -> list[str]:
        """Write the customers; return the name of each."""
        called, shifts = list(itertools.islice(_names(), count)), _shifts(YEAR_AND_A_HALF)
        weights = _weights(self.accounts)
        for start in range(0, count, bulk.PORTION // 4):
            portion = called[start : start + bulk.PORTION // 4]
            chosen = self.chance.choices(self.accounts, cum_weights=weights, k=len(portion))
            if not start:
                chosen[: len(HEAVY)] = self.accounts[:1] * len(HEAVY)
            for number, (name, cloner) in enumerate(zip(portion, chosen, strict=True), start):
                folded, firm = _folded(name), f"{name.rpartition(' ')[2]} {number} sp. z o.o."
                outer = (
                    0, 0, name, folded, f"{folded.replace(' ', '')}{number}", _number(number), firm, _folded(firm),
                )  # fmt: skip
                cloner.copy(
                    self.next,
                    self.writers,
                    self.public_id,
                    cloner.constants(self.chance.choice(shifts)),
                    outer,
                )
            self.sink.flush()
        return called

    def _complaints(
        self,
        owners: Sequence[int],
        chosen: Sequence[Cloner],
        first: tuple[int, int],
        called: Sequence[str],
        *,
        number: int = 0,
    ) -> None:
        live, ended = _shifts(THREE_DAYS), _shifts(YEAR_AND_A_HALF)
        for place, (owner, cloner) in enumerate(zip(owners, chosen, strict=True), number):
            shift = self.chance.choice(live if cloner.pattern.live else ended)
            outer = (
                first[0] + owner, first[1] + owner, called[owner], "", "", _number(50_000_000 + place), "", "",
            )  # fmt: skip
            cloner.copy(self.next, self.writers, self.public_id, cloner.constants(shift), outer)
            if place % 2_500 == 0:
                self.sink.flush()


def _weights(cloners: Sequence[Cloner]) -> list[float]:
    """Forty of a hundred complaints are going on; within both kinds by the weight of the pattern."""
    live = sum(one.pattern.weight for one in cloners if one.pattern.live)
    ended = sum(one.pattern.weight for one in cloners if not one.pattern.live)
    share = 0.4 if ended else 1.0
    return list(
        itertools.accumulate(
            one.pattern.weight / live * share
            if one.pattern.live
            else one.pattern.weight / ended * (1 - share)
            for one in cloners
        )
    )


def _shifts(minutes: int) -> list[int]:
    """Return the moves into the past, in even steps: what is the same for a step is computed once."""
    return [-minutes * step // STEPS for step in range(STEPS)]


def _names() -> Any:
    """Yield names of people without end, first names and surnames in every mixture."""
    people = [*names.FEMALE_PL, *names.MALE_PL]
    given, family = [one.split()[0] for one in people], [one.split()[1] for one in people]
    for turn in itertools.count(1):
        for place, one in enumerate(given):
            yield f"{one} {family[(place * 7 + turn) % len(family)]}"


_fold_cache: dict[str, str] = {}


def _folded(text: str) -> str:
    words = []
    for word in text.split():
        if word not in _fold_cache:
            _fold_cache[word] = search.fold(word)
        words.append(_fold_cache[word])
    return " ".join(" ".join(words).split())


def _number(place: int) -> str:
    """Return a number as people read it out, with its check digit, another one for every place."""
    digits = str(100_000_000 + place)
    return next(digits + last for last in "0123456789" if references.is_number(digits + last))


def main() -> None:
    """Fill a database of each kind and say how long it took."""
    import sys
    import tempfile
    import time
    from pathlib import Path

    from tests.postgres import Server

    from . import patterns

    with tempfile.TemporaryDirectory() as name, Server(durable=True) as server:
        folder = Path(name)
        stores.prepare(folder)
        models = patterns.make(folder)
        every = (*models.accounts, *models.complaints)
        print(f"patterns {time.process_time():.1f} s", {one.name: len(one.rows) for one in every})
        for kind in stores.KINDS:
            for count in (1_000, int(sys.argv[1]) if sys.argv[1:] else 100_000):
                url = stores.new_url(kind, f"filled_{count}", folder, server)
                stores.migrated(url)
                began, busy = time.perf_counter(), time.process_time()
                made = fill(url, models, count)
                took = time.perf_counter() - began
                print(
                    f"{kind} {count}: {took:.1f} s, {time.process_time() - busy:.1f} s of this process, {made}"
                )


if __name__ == "__main__":
    main()
