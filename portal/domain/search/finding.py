"""The index itself: one document per thing, found by all of its words, newest first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, text

from portal import db
from portal.prepared import Added

from .folding import document, mark, terms
from .models import SearchDocument

KINDS = ("account", "complaint")  # each has its own index on PostgreSQL
RECENT = 2000  # documents that are read one by one before the index of words is asked
LIMIT_MAX = 200


def put(*, kind: str, ref_id: int, account_id: int, texts: list[str | None]) -> None:
    """Write or replace the document of one thing; ``texts`` are unfolded, phones in E.164 with their plus."""
    _DOCUMENT.run(kind=kind, ref_id=ref_id, account_id=account_id, folded=document(kind, texts))


_DOCUMENT = Added(SearchDocument, unless=["kind", "ref_id"], renew=["folded", "account_id"])


def remove(*, kind: str, ref_id: int) -> None:
    """Take one thing out of the index."""
    db.session().execute(
        delete(SearchDocument).where(SearchDocument.kind == kind, SearchDocument.ref_id == ref_id)
    )


def find(
    kind: str, query: str, *, limit: int = 25, after: int | None = None, account_id: int | None = None
) -> list[int]:
    """Return the keys of things of ``kind`` that hold every word of ``query``, newest first.

    At most ``limit`` of them, on the next page those after the key ``after``; ``account_id`` keeps to one customer.
    A query without a word of two letters finds nothing. Who may see what was found is the caller's scope.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} is not searched")
    wanted = terms(query)
    if not wanted:
        return []
    values: dict[str, Any] = {
        "kind": kind, "limit": min(limit, LIMIT_MAX), "after": after, "account": account_id,
    }  # fmt: skip
    if db.database().sqlite:
        match = " AND ".join(
            "(" + " OR ".join(f'"{spelling}"' for spelling in spellings) + ")" for spellings in wanted
        )
        statement = _sqlite(after, account_id)
        values["match"] = f'"{mark(kind)}" AND {match}'
    else:
        conditions = []
        for i, spellings in enumerate(wanted):
            for j, spelling in enumerate(spellings):
                values[f"w{i}_{j}"] = f"%{spelling}%"  # a folded word holds neither % nor _
            either = " OR ".join(f"folded LIKE :w{i}_{j}" for j in range(len(spellings)))
            conditions.append(f"({either})")
        statement = _postgresql(kind, " AND ".join(conditions), after, account_id)
        values["recent"] = RECENT
    return [row[0] for row in db.session().execute(text(statement), values)]


def _sqlite(after: int | None, account_id: int | None) -> str:
    """Walk the hits of FTS5 from the newest; its trigrams find any part of a word."""
    narrowed = ""
    if after is not None:
        narrowed += " AND f.rowid < (SELECT id FROM search_document WHERE kind = :kind AND ref_id = :after)"
    if account_id is not None:
        narrowed += " AND d.account_id = :account"
    return (
        "SELECT d.ref_id FROM search_fts f JOIN search_document d ON d.id = f.rowid "  # noqa: S608 - our words only
        f"WHERE f.folded MATCH :match AND d.kind = :kind{narrowed} ORDER BY f.rowid DESC LIMIT :limit"
    )


def _postgresql(kind: str, condition: str, after: int | None, account_id: int | None) -> str:
    """Read the newest documents first, which ends soon for a common word; the trigram index has the rare ones.

    The planner cannot know how common a part of a word is, so the statement itself chooses: the second half is
    not run when the first has filled the page.
    """
    narrowed = " AND ref_id < :after" if after is not None else ""
    # The kind is written out, so that the planner sees whose index it is.
    if account_id is not None:
        narrowed += " AND account_id = :account"
    return (
        "WITH recent AS MATERIALIZED (SELECT ref_id, folded FROM search_document "  # noqa: S608 - our words only
        f"WHERE kind = '{kind}'{narrowed} ORDER BY ref_id DESC LIMIT :recent), "
        f"near AS MATERIALIZED (SELECT ref_id FROM recent WHERE {condition} "
        "ORDER BY ref_id DESC LIMIT :limit), "
        "far AS (SELECT ref_id FROM search_document WHERE (SELECT count(*) FROM near) < :limit "
        f"AND kind = '{kind}'{narrowed} AND {condition}) "
        "SELECT ref_id FROM near UNION SELECT ref_id FROM far ORDER BY ref_id DESC LIMIT :limit"
    )
