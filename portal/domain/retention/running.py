"""Running the rules: in batches of a transaction each, once a day where periods end with a day, caught up after a stop.

Several workers may run at once: each batch holds the row of its rule and day, and what is removed is counted with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from portal import db
from portal.domain import audit, clock, firm
from portal.domain.actor import SYSTEM
from portal.domain.audit import Tag
from portal.domain.calendars import local_day

from .models import RetentionRun
from .rules import Rule, every

BATCH = 200
AGAIN = timedelta(hours=1)  # between two runs of a rule that does not wait for the end of a day


def run_due(
    *, only: Collection[str] = (), batch: int = BATCH, stopping: Callable[[], bool] = lambda: False
) -> dict[str, int]:
    """Remove everything that is due now, each batch committed by itself; return how many rows went by rule.

    A second run on the same day finds nothing to do. ``only`` names rules, which then run in any case. Between two
    batches ``stopping`` is asked whether to leave the rest to the next run.
    """
    now = clock.now()
    day = local_day(now, firm.now().zone)
    with db.unit_of_work(write=False):
        rules = [rule for rule in every() if not only or rule.key in only]
        done = {} if only else _done(day)
    removed: dict[str, int] = {}
    for rule in rules:
        last = done.get(rule.key)
        if last is not None and (rule.period.dated or now - last < AGAIN):
            continue
        cut_off = rule.period.cut_off(now, firm.now().zone)
        while not stopping():
            with db.unit_of_work():
                looked_at, gone = _batch(rule, day, cut_off, now, batch)
            removed[rule.key] = removed.get(rule.key, 0) + gone
            if looked_at < batch:
                break
    return {key: count for key, count in removed.items() if count}


def _done(day: date) -> dict[str, datetime]:
    rows = db.session().execute(
        select(RetentionRun.rule, RetentionRun.finished_at).where(
            RetentionRun.day == day, RetentionRun.finished_at.is_not(None)
        )
    )
    return {rule: finished for rule, finished in rows if finished is not None}


def _batch(rule: Rule, day: date, cut_off: datetime, now: datetime, limit: int) -> tuple[int, int]:
    """Return how many rows were due and how many of them went: somebody may have claimed one at this moment."""
    run, gone = _run_of(rule, day, cut_off, now), 0
    if not db.database().sqlite:  # a hold that is being set waits, or is seen: SQLite has one writer anyway
        db.session().execute(text("LOCK TABLE legal_hold IN SHARE MODE"))
    picked = rule.pick(cut_off, limit)
    if picked:
        told = rule.act([row.id for row in picked], now)
        gone = len(picked) if told is None else told
        run.removed += gone
        begun = [row.begun for row in picked if row.begun is not None]
        run.oldest = min([run.oldest, *begun] if run.oldest else begun, default=None)
    if len(picked) < limit:
        run.finished_at, run.cut_off = now, cut_off
        if run.removed and rule.period.dated:
            audit.record(
                Tag.RETENTION_RUN, actor=SYSTEM, rule=rule.key, count=run.removed, day=run.day.isoformat()
            )
    db.session().flush()
    return len(picked), gone


def _run_of(rule: Rule, day: date, cut_off: datetime, now: datetime) -> RetentionRun:
    """Return the row of this rule and day, locked until the transaction ends."""
    session = db.session()
    statement = (
        select(RetentionRun).where(RetentionRun.day == day, RetentionRun.rule == rule.key).with_for_update()
    )
    found = session.scalars(statement).one_or_none()
    if found is not None:
        return found
    made = RetentionRun(rule=rule.key, day=day, cut_off=cut_off, started_at=now, removed=0)
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        if db.constraint_of(error) != "uq_retention_run_day_rule":
            raise
        return session.scalars(statement).one()
    return made
