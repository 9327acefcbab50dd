"""What the record says of partners' tasks on a complaint."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.TASK_ASKED: says(
        _t("{actor} asked whether {partner} may see a part of complaint {number}, for one task"), "number", "partner"
    ),
    Tag.TASK_GIVEN: says(
        _t("{partner} sees a part of complaint {number} for one task, until {until}. Ground: {basis}"),
        "number", "partner", "until", "basis",
    ),
    Tag.TASK_LIMITED: says(
        _t("{actor} narrowed what {partner} sees of complaint {number}. Taken out: {count}"),
        "number", "partner", "count",
    ),
    Tag.TASK_WRITTEN: says(_t("{actor}, {partner}, wrote about complaint {number}"), "number", "partner"),
    Tag.TASK_ENDED: says(_t("{partner} sees nothing of complaint {number}: {end}"), "number", "partner", "end"),
    Tag.TASK_WRITING_SET: says(
        _t("{actor} said whether {partner} may write to the customer about complaint {number}: {may}"),
        "number", "partner", "may",
    ),
    Tag.PARTNER_STANDING_SET: says(
        _t("{actor} said what a partner may see of a complaint without being asked. Things: {count}"), "count"
    ),
}  # fmt: skip
