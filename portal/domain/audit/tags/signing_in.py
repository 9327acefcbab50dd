"""What the record says of signing in: sessions, second steps, addresses and programs."""

from __future__ import annotations

from portal.text import _t

from .names import Tag
from .spec import Spec, says

SPECS: dict[Tag, Spec] = {
    Tag.SESSION_STARTED: says(_t("{actor} signed in from {device}"), "device", "factor", "face"),
    Tag.SESSION_ENDED: says(_t("{actor} ended sign-ins: {count}"), "count", "face"),
    Tag.PASSWORD_SET: says(_t("{actor} set a new password")),
    Tag.FACTOR_ADDED: says(_t("{actor} added a second step to sign in: {factor}"), "factor"),
    Tag.FACTOR_REMOVED: says(_t("{actor} removed a second step to sign in: {factor}"), "factor"),
    Tag.PASSKEY_REFUSED: says(_t("A passkey was refused and shut, because there may be a copy of it: {name}"), "name"),
    Tag.TWO_STEPS_ASKED: says(_t("{actor} asked for two steps at every sign-in")),
    Tag.TWO_STEPS_LEFT: says(_t("{actor} no longer asks for two steps at every sign-in")),
    Tag.SECOND_STEP_LOST: says(_t("{actor} reported the second step lost; it can be removed from {until}"), "until"),
    Tag.SECOND_STEP_RETURNED: says(_t("The removal of the second step was stopped")),
    Tag.SECOND_STEP_RESET: says(_t("{actor} removed the second step that was lost, after the time of waiting")),
    Tag.ALARM_RAISED: says(_t("{actor} said “this was not me”: everybody was signed out and the password is void")),
    Tag.RECOVERY_CODES_MADE: says(_t("{actor} made new recovery codes: {count}"), "count"),
    Tag.RECOVERY_CODE_USED: says(_t("{actor} signed in with a recovery code; {left} are left"), "left"),
    Tag.ADDRESS_CHANGE_ASKED: says(_t("{actor} asked to change the e-mail address to {address}"), "address"),
    Tag.ADDRESS_CHANGED: says(_t("{actor} changed the e-mail address to {address}"), "address"),
    Tag.PROGRAM_MADE: says(_t("{actor} lets the program “{program}” act until {until}"), "program", "until"),
    Tag.PROGRAM_STOPPED: says(_t("{actor} stopped the program “{program}”"), "program"),
}  # fmt: skip
