"""How we deal with complaints, in numbers that anybody may read and take along."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, render_template

from portal.domain import complaints, feedback
from portal.text import Lazy, _t
from portal.ui import downloads, gates

from . import blueprint

# What stands apart from the satisfied: an end without the customer's word tells nothing about it.
ENDS: dict[str, tuple[Lazy, str]] = {
    "put_right": (_t("Put right: the customer said so"), "done"),
    "withdrawn": (_t("The customer took it back"), "neutral"),
    "silent": (_t("Closed without the customer’s word"), "waiting_you"),
    "other": (_t("Ended in another way"), "withheld"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Of so many answers that asked what people think, so many were told it."""

    n: int
    told: int

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where nobody was asked."""
        return min(1.0, self.told / self.n) if self.n else None


@blueprint.get("/our-numbers")
@gates.public
def our_numbers() -> str:
    """Dates kept, how long answers took, how complaints ended, and what people said of it."""
    found, said = complaints.public_numbers(), feedback.public_figures()
    ends = [
        {"label": label, "value": n, "status": status}
        for name, (label, status) in ENDS.items()
        if (n := getattr(found.ends, name))
    ]
    return render_template(
        "customer/public/our_numbers.html",
        found=found,
        said=said,
        asked=Asked(found.answered, said.n),
        ends=ends,
        fewest=complaints.FEWEST,
    )


@blueprint.get("/our-numbers.csv")
@gates.public
def our_numbers_csv() -> Response:
    """The same as a table for a program (RFC 4180); lengths in days, shares between 0 and 1."""
    found, said = complaints.public_numbers(), feedback.public_figures()
    rows: list[tuple[str, object, object]] = []
    for promise in found.promises:
        rows.append((f"promise_{promise.k}_kept_share", _rounded(promise.kept.share), promise.kept.n))
    for name, spread in (("answer", found.answers), ("review", found.reviews)):
        rows.append((f"{name}_median_days", _days(spread.median), spread.n))
        rows.append((f"{name}_90th_percentile_days", _days(spread.ninetieth), spread.n))
    rows += [(f"ended_{name}", getattr(found.ends, name), found.ends.n) for name in ENDS]
    asked = Asked(found.answered, said.n)
    rows.append(("response_rate", _rounded(asked.share), asked.n))
    for name in ("handling", "outcome"):
        mean = getattr(said, name)
        shown = mean.value if said.n >= complaints.FEWEST else None
        rows.append((f"{name}_mean_1_to_5", "" if shown is None else shown, said.n))
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(("figure", "value", "n", "since", "until"))
    since, until = (at.strftime("%Y-%m-%dT%H:%M:%SZ") for at in (found.since, found.until))
    table.writerows((*row, since, until) for row in rows)
    answer = Response(out.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = downloads.named("our-numbers.csv")
    return answer


def _days(length: timedelta | None) -> object:
    return "" if length is None else round(length / timedelta(days=1), 2)


def _rounded(share: float | None) -> object:
    return "" if share is None else round(share, 4)
