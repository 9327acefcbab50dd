"""The kettle: Amina's complaint of which Northwind sees a part, because she said yes to it, until a date."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from portal.domain import accounts, calendars, complaints, partners, tasks
from portal.domain.accounts import Face
from portal.domain.actor import Actor

from . import cast
from .cases import Case, reasonable
from .stories import STORIES

if TYPE_CHECKING:
    from .history import History

KETTLE = STORIES[11]
INSTRUCTIONS = (
    "Look at the photo and read what happened. Is it the thermostat of batch 26-B again, and is the kettle safe to "
    "keep until we collect it? Please do not open it at the customer's home."
)


class Kettle(Case):
    """A complaint with a task: asked for, allowed, looked at, written about."""

    def show_it(self) -> None:
        """Amina adds a photo of the base."""
        picture = Image.new("RGB", (960, 720), (226, 220, 208))
        pen = ImageDraw.Draw(picture)
        pen.ellipse((230, 110, 730, 610), fill=(52, 56, 60), outline=(24, 26, 28), width=14)
        pen.ellipse((420, 300, 540, 420), fill=(120, 90, 60))
        pen.text((440, 352), "BATCH 26-B", fill=(240, 235, 225))
        photo = io.BytesIO()
        picture.save(photo, "JPEG", quality=85)
        photo.seek(0)
        complaints.attach(self.seen_by(self.customer), actor=self.customer, name="base.jpg", stream=photo)

    def share(self) -> None:
        """Tomek asks whether Northwind may see the words and the photo."""
        actor = self.staff(self.handler)
        self._look(self.handler)
        complaint = self.seen_by(actor)
        northwind = next(one for one in partners.active() if one.name == cast.NORTHWIND)
        wanted = ("field:words", "field:about", "field:phone")
        files = (one.key for one in tasks.choices(complaints.case(actor, self.uuid)) if one.kind == "file")
        limit = tasks.latest(complaint)
        assert limit is not None, "there is time"
        until = calendars.day_start(calendars.local_day(limit, actor.zone), actor.zone) - timedelta(hours=7)
        tasks.give(
            complaint, actor=actor, partner=northwind.uuid, parts=[*wanted, *files],
            title="Is this kettle safe?", instructions=INSTRUCTIONS, until=until,
        )  # fmt: skip

    def allow(self) -> None:
        """Amina says yes, but not to her phone number."""
        (task,) = tasks.of_case(complaints.case(self.customer, self.uuid))
        keep = [one.uuid for one in task.live if str(one.label) != "phone number"]
        tasks.allow(self.seen_by(self.customer), actor=self.customer, task=task.uuid, keep=keep)

    def looked_at(self) -> None:
        """Nils opens it and the photo, and writes."""
        nils = self.nils()
        line = next(one for one in tasks.of(nils).going() if one.title == "Is this kettle safe?")
        shown = tasks.of(nils).slice(line.uuid)
        for file in shown.files:
            tasks.download(nils, line.uuid, file.uuid)
        tasks.answer(
            line.uuid, actor=nils, text="It looks like the thermostat again: the mark beside the base is from heat. "
            "Please tell the customer to keep it unplugged. I check the batch at our shop tomorrow.",
        )  # fmt: skip

        tasks.propose(
            line.uuid, actor=nils, kind="replacement",
            text="The batch is known to us: a new base of the next batch mends it for good.",
        )  # fmt: skip

    def ask_more(self) -> None:
        """Tomek asks for one more task, while the first goes on: Northwind would fetch the kettle."""
        actor = self.staff(self.handler)
        self._look(self.handler)
        complaint = self.seen_by(actor)
        northwind = next(one for one in partners.active() if one.name == cast.NORTHWIND)
        limit = tasks.latest(complaint)
        assert limit is not None, "there is time"
        tasks.give(
            complaint, actor=actor, partner=northwind.uuid, parts=["field:name", "field:phone", "field:address"],
            title="Fetch a kettle", instructions="Call first, bring a padded box, and leave a receipt.",
            until=limit - timedelta(hours=6),
        )  # fmt: skip

    def nils(self) -> Actor:
        """Return Nils as signed in."""
        link, _ = accounts.demo_link(accounts.person_called(cast.NILS.name), face=Face.PARTNER)
        step, _ = accounts.enter_by_link(link, device="Firefox on Linux", network="192.0.2.40")
        resumed = accounts.resume(step.token, face=Face.PARTNER)
        assert resumed is not None
        return resumed.actor


def lives(history: History) -> None:
    """Let it happen in the last days, so that the task is open when the demo begins."""
    end = history.replay.end
    case = Kettle(history, history.cast["amina"], KETTLE, "tomek")
    begun = reasonable(end - timedelta(days=5))
    steps: tuple[tuple[str, float], ...] = (
        ("show_it", 0.2), ("take", 3), ("share", 20), ("allow", 2), ("looked_at", 3),
        ("ask_more", 1),
    )  # fmt: skip
    at: datetime = begun
    history.replay.at(at, case.file)
    for act, hours in steps:
        at = reasonable(at + timedelta(hours=hours))
        history.replay.at(at, getattr(case, act))
