"""What the record says of the firm's own people and their roles."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.STAFF_SECOND_STEP_RESET: says(_t("{actor} removed the second step of {person}"), "person", visible=False),
    Tag.STAFF_STARTED: says(_t("{person} joined {team}"), "person", "team", visible=False),
    Tag.STAFF_INVITED: says(
        _t("{actor} invited {person} to {team} as: {roles}"), "person", "team", "roles", visible=False
    ),
    Tag.STAFF_JOINED: says(_t("{person} took up the invitation and set a password"), "person", visible=False),
    Tag.STAFF_ROLES_CHANGED: says(
        _t("{actor} changed the roles of {person} from: {before} to: {roles}"), "person", "before", "roles",
        visible=False,
    ),
    Tag.STAFF_TEAM_CHANGED: says(
        _t("{actor} moved {person} from {before} to {team}"), "person", "before", "team", visible=False
    ),
    Tag.STAFF_ABSENT: says(_t("{actor} noted that {person} is away until {until}"), "person", "until", visible=False),
    Tag.STAFF_BACK: says(_t("{actor} noted that {person} is back"), "person", visible=False),
    Tag.STAFF_ENDED: says(_t("{actor} deactivated {person}"), "person", visible=False),
    Tag.STAFF_TAKEN_BACK: says(_t("{actor} reactivated {person}"), "person", visible=False),
    Tag.STAFF_WAY_BACK_OPENED: says(
        _t("A way back for {person} was opened on the server: {why}"), "person", "why", visible=False
    ),
    Tag.STAFF_WAY_BACK_USED: says(
        _t("{person} used the way back: new password, new second step"), "person", visible=False
    ),
    Tag.ROLE_MADE: says(_t("{actor} made the role {role}, which may: {may}"), "role", "may", visible=False),
    Tag.ROLE_CHANGED: says(
        _t("{actor} changed the role {role}. It may now also: {more}. It may no longer: {less}"),
        "role", "more", "less", visible=False,
    ),
    Tag.ROLE_REMOVED: says(_t("{actor} removed the role {role}"), "role", visible=False),
}  # fmt: skip
