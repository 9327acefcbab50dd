"""Complaints of the demo firm: scripts of acts that leave one in each live state, and stories of the cast."""

from __future__ import annotations

import random
import uuid as uuidlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from portal.domain import clock, complaints, feedback, lookups

from .stories import STORIES, Story

if TYPE_CHECKING:
    from .history import History, Someone

TAKEN = (("take", 5),)
ASKED = (*TAKEN, ("ask", 22))
ANSWERED = (*ASKED, ("answer", 30))
OFFERED = (*ANSWERED, ("offer", 48))
DUE = (*OFFERED, ("accept", 26))
DONE = (*DUE, ("deliver", 50))
CLOSED = (*DONE, ("confirm", 28), ("rate", 1))
OUTSIDE = (*OFFERED, ("go_outside", 30))
REVIEW = (*OFFERED, ("not_enough", 20))
REVIEWED = (*REVIEW, ("take_review", 20), ("offer_in_review", 60))

# How each script ends and how many of a hundred complaints follow it.
LIVE = (
    ((), 9), (TAKEN, 14), ((*TAKEN, ("reply", 30)), 8), (ASKED, 10), (ANSWERED, 8), (OFFERED, 14), (DUE, 10),
    (DONE, 8), (REVIEW, 4), ((*REVIEW, ("take_review", 20)), 5),
    ((*REVIEW, ("take_review", 20), ("ask_in_review", 10)), 3), (REVIEWED, 4), ((*CLOSED, ("reopen", 200)), 3),
)  # fmt: skip
ENDED = (
    (CLOSED, 48), ((*TAKEN, ("offer", 40), ("accept", 20), ("deliver", 30), ("confirm", 20), ("rate", 1)), 20),
    ((*REVIEWED, ("accept", 30), ("deliver", 40), ("confirm", 20), ("rate", 2)), 10), ((*TAKEN, ("withdraw", 30)), 7),
    ((*OFFERED, ("deliver", 24 * 34)), 6), (DONE, 6), ((("withdraw", 3),), 3),
)  # fmt: skip
# What went wrong and what it concerns, by the place of the story; a few nobody has sorted.
SORTED = {
    0: ("fault", "laundry"), 1: ("delivery", "kitchen"), 2: ("money", "orders"), 3: ("promise", "heating"),
    4: ("delivery", "kitchen"), 5: ("conduct", ""), 6: ("fault", "repairs"), 7: ("data", ""),
    8: ("promise", "repairs"), 9: ("money", "orders"), 10: ("delivery", "orders"), 11: ("fault", "kitchen"),
    13: ("money", "repairs"),
}  # fmt: skip
SILENT_FOR = timedelta(days=75)  # after it the reminders and the timer of a silent customer have run
FIRST_STEPS = (
    "I read the order and the last repair report today", "I call the warehouse and ask for their photo",
    "I talk to the technician who was there", "I check the payment with our bank",
)  # fmt: skip


class Case:
    """One complaint on its way through a script."""

    def __init__(self, history: History, someone: Someone, story: Story, handler: str) -> None:
        self.history, self.someone, self.story, self.handler = history, someone, story, handler
        self._uuid: uuidlib.UUID | None = None

    def schedule(self, script: tuple[tuple[str, float], ...], start: datetime) -> None:
        """Put the filing and every act of the script into the replay."""
        at = start
        self.history.replay.at(at, self.file)
        for act, hours in script:
            at = reasonable(at + timedelta(hours=hours))
            self.history.replay.at(at, getattr(self, act))

    @property
    def uuid(self) -> uuidlib.UUID:
        """The public id; raise LookupError for a case whose filing was refused."""
        if self._uuid is None:
            raise LookupError("this case was never filed")
        return self._uuid

    @property
    def customer(self) -> Any:
        return self.history.customer_actor(self.someone)

    def staff(self, key: str) -> Any:
        return self.history.staff_actor(key)

    def seen_by(self, actor: Any) -> Any:
        """Return the complaint as ``actor`` reaches it."""
        return complaints.of(actor).get(self.uuid)

    def file(self) -> None:
        actor, story = self.customer, self.story
        draft = complaints.start_draft(
            actor=actor, subject=story.subject, about=story.about, words=story.words
        )
        self._uuid = draft.uuid
        amount = Decimal(story.amount) if story.amount else None
        complaints.save_draft(
            draft, actor=actor, remedy_wanted=story.wants, amount_wanted=amount, currency="PLN" if amount else "",
            contact_channel="email",
        )  # fmt: skip
        complaints.send(draft, actor=actor)

    def leave_draft(self) -> None:
        actor, story = self.customer, self.story
        draft = complaints.start_draft(actor=actor, subject=story.subject, words=story.words[:80])
        self._uuid = draft.uuid

    def enter(self, channel: str = "letter", days: int = 2) -> None:
        """A letter or call that staff write down later than it came."""
        story = self.story
        entered = complaints.enter(
            actor=self.staff("kasia" if channel == "phone" else self.handler), account=self.someone.account_id,
            person=self.someone.person_id, channel=channel, received_at=clock.now() - timedelta(days=days),
            words=story.words, subject=story.subject, about=story.about, remedy_wanted=story.wants,
            contact_channel="letter" if channel == "letter" else "email",
        )  # fmt: skip
        self._uuid = entered.uuid

    def take(self) -> None:
        actor = self.staff(self.handler)
        self._look(self.handler)
        step = self.story.step or FIRST_STEPS[len(self.story.words) % len(FIRST_STEPS)]
        mine = complaints.take(self.seen_by(actor), actor=actor, next_step=step)
        kind, subject = SORTED.get(STORIES.index(self.story), ("", "")) if self.story in STORIES else ("", "")
        complaints.categorise(mine, actor=actor, kind=kind, subject=subject)

    def reply(self) -> None:
        actor = self.staff(self.handler)
        complaints.news(
            self.seen_by(actor), actor=actor, text="I have the report now and wait for one photo from the warehouse.",
            next_step="I write as soon as the photo is here, on Thursday at the latest",
        )  # fmt: skip

    def ask(self) -> None:
        actor = self.staff(self.handler)
        complaints.ask(self.seen_by(actor), actor=actor, question=self.story.question)

    def answer(self) -> None:
        complaints.answer(self.seen_by(self.customer), actor=self.customer, text=self.story.reply)

    def offer(self) -> None:
        actor = self.staff(self.handler)
        self._look(self.handler)
        complaints.offer(
            self.seen_by(actor), actor=actor, finding=self.story.finding, reasons=self.story.reasons,
            remedies=[_remedy(self.story.remedy)],
        )  # fmt: skip

    def accept(self) -> None:
        actor = self.customer
        case = complaints.case(actor, self.uuid)
        if case.offer is not None:
            complaints.accept(
                self.seen_by(actor),
                actor=actor,
                number=case.offer.number,
                content_hash=case.offer.content_hash,
            )

    def deliver(self) -> None:
        actor = self.staff(self.handler)
        for remedy in complaints.case(actor, self.uuid).remedies:
            if remedy.done_at is None:
                complaints.deliver(remedy.uuid, actor=actor, evidence=self.story.evidence)

    def confirm(self) -> None:
        actor = self.customer
        for remedy in complaints.case(actor, self.uuid).remedies:
            complaints.confirm(remedy.uuid, actor=actor)

    def rate(self) -> None:
        number = len(self.story.words) + self.someone.person_id
        case = complaints.case(self.customer, self.uuid)
        feedback.answer_questions(
            actor=self.customer, about_uuid=case.uuid, about_label=case.number, handling=5 - number % 3,
            outcome=5 - number % 4, text="Quick and honest, thank you." if number % 3 == 0 else "",
        )  # fmt: skip

    def not_enough(self) -> None:
        text = "Thank you for the answer. It does not make good the time I lost."
        complaints.not_enough(self.seen_by(self.customer), actor=self.customer, text=text)

    def take_review(self) -> None:
        actor = self.staff("rita")
        self._look("rita")
        complaints.take_review(
            self.seen_by(actor),
            actor=actor,
            next_step="I read everything afresh and call the people involved",
        )

    def ask_in_review(self) -> None:
        actor = self.staff("rita")
        complaints.ask_in_review(
            self.seen_by(actor), actor=actor, question="What would put this right for you, in one sentence?"
        )

    def offer_in_review(self) -> None:
        actor = self.staff("rita")
        complaints.offer_in_review(
            self.seen_by(actor), actor=actor, finding="upheld",
            reasons=self.story.reasons + " My colleague's offer did not count the time it took you. Mine does.",
            remedies=[_remedy(self.story.better), _remedy(self.story.remedy)],
        )  # fmt: skip

    def withdraw(self) -> None:
        complaints.withdraw(self.seen_by(self.customer), actor=self.customer, text="It has settled itself.")

    def go_outside(self) -> None:
        actor = self.customer
        case = self.seen_by(actor)
        complaints.go_outside(case, actor=actor, body=complaints.bodies_for(case)[0].key)

    def reopen(self) -> None:
        complaints.reopen(
            self.seen_by(self.customer), actor=self.customer, text="It is back, the same as before."
        )

    def _look(self, key: str) -> None:
        case = complaints.of(self.staff(key)).get(self.uuid)
        lookups.open(
            actor=self.history.staff_in_session(key), account_id=case.account_id, purpose="case",
            about_key=str(case.uuid), about_label=f"{case.number}", item=("complaint", case.uuid, case.number),
        )  # fmt: skip


def _remedy(plan: dict[str, Any]) -> dict[str, Any]:
    found = dict(plan)
    if found.get("amount"):
        found["amount"] = Decimal(found["amount"])
    return found


def reasonable(at: datetime) -> datetime:
    """Move an instant to a weekday between eight and six, where both sides are awake."""
    local = at.astimezone(ZoneInfo("Europe/Warsaw"))
    if not 8 <= local.hour < 18:
        local = local.replace(hour=9 + local.minute % 7) + timedelta(days=1 if local.hour >= 18 else 0)
    while local.weekday() > 4:
        local += timedelta(days=1)
    return local.astimezone(UTC)


def _pick(rng: random.Random, table: tuple[tuple[Any, int], ...]) -> Any:
    return rng.choices([row for row, _ in table], [weight for _, weight in table])[0]


def _length(script: tuple[tuple[str, float], ...]) -> timedelta:
    # Weekends and nights stretch a script to about twice its hours.
    return timedelta(hours=sum(hours for _, hours in script)) * 2 + timedelta(hours=12)


def schedule(history: History, someone: Someone, begun: datetime, rng: random.Random) -> None:
    """Give a customer a complaint: live now, or ended some time ago."""
    end = history.replay.end
    case = Case(history, someone, rng.choice(STORIES), rng.choice(("sam", "sam", "tomek")))
    if not someone.claimed:
        at = reasonable(begun + (end - begun) * rng.uniform(0.2, 0.95))
        history.replay.at(at, partial(case.enter, rng.choice(("letter", "phone")), rng.randrange(0, 3)))
        # What was never taken up is upheld by law; of what is older than that, we left nothing lying.
        if rng.random() < 0.8 or end - at > timedelta(days=12):
            for act, days in (("take", 1), ("offer", 4), ("deliver", 38)):
                history.replay.at(reasonable(at + timedelta(days=days)), getattr(case, act))
        return
    if rng.random() < 0.42:
        script = _pick(rng, LIVE)
        start = end - _length(script) - timedelta(hours=rng.uniform(2, 90))
    else:
        script = _pick(rng, ENDED)
        late = _length(script) + (SILENT_FOR if script[-1][0] == "deliver" else timedelta(days=2))
        start = begun + (end - late - begun) * rng.random()
    if start > begun:
        case.schedule(script, reasonable(start))
    elif rng.random() < 0.3:
        history.replay.at(end - timedelta(hours=rng.uniform(3, 60)), case.file)
