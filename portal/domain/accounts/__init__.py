"""Accounts: who the customers are, who acts for them, who works here, and how all of them prove it.

People and accounts
    open_account(actor=…, name=…, …)         open an account with its first person
    import_customer(source=…, source_key=…)  bring one over from a register, once
    join · add_member                        who may act, as it comes with a register or the system
    profile_of · change_profile · set_language · accounts_in_reach · take_in_hand · begin_with
    of(actor)                                get, page, by_ids, people: within the actor's scope
    scope(Model, actor, *permissions)        the where-clause every concept uses
    people_of · main_person · account_by_id · person_by_id · names_of · by_source   without scope, for verbs

Companies run themselves
    colleagues_of · colleague_of · own_rights · rights_in    who acts for a company, by which rights
    set_rights · name_deputy · end_membership · leave_company
    invite_colleague · send_again · cancel_invitation · invitations_of · invitation_of
    accept_as_self · accept_with_password · decline_invitation

Mailboxes
    ask_to_register · ask_to_reset           one row each, known address or not
    handle_mailbox_requests()                the worker answers them by mail
    register · reset                         use a link: account or claim, new password
    ask_address_change · change_address      proof at the new mailbox, notice to the old
    mint_link(kind, …)                       the token of a one-time link, when its message leaves

Signing in
    sign_in → sign_in_code | sign_in_enrol   password, then the second step
    after_link · enter_by_link · demo_link   in through a link
    resume(token, face=…)                    the sign-in behind a cookie, and its Actor
    touch · sign_out · end_session · end_others · sessions_of · history_of
    recognise(person, …)                     a browser known again, or a new one told by mail
    report_lost → begin_wait → tell_ready → regain   a customer's lost second step; reset_second_step for staff
    not_me(token)                            everything shut by whom a mail of ours alarmed
    require_fresh · confirm · change_password
    begin_enrolment · enrol · remove_totp · make_recovery_codes · factors_of · current_code
    begin_passkey · add_passkey · passkeys_of · passkey_of · rename_passkey · remove_passkey
    begin_passkey_… → sign_in_by_passkey · step_by_passkey · confirm_by_passkey
    hold · held_path · held_values · forget_held   what was typed when a session had run out
    mark_of                                        tells the people of one browser apart, and nothing else

Staff
    seed_roles · add_staff · set_roles · end_staff · take_back · deactivate · colleagues(*permissions)
    seat                                     a company whose only administrator is gone: a letter with a code
    open_way_back · use_way_back             the only administrator of staff lost the second step: from the command line
    invite · invite_again · accept_invitation · change_team · set_absence
    administrator_count()                    how many there are who could sign in
    staff_list · staff_file · teams          who works here, for those who administer
    roles_of_firm · role_of_firm · make_role · change_role · remove_role
    reseal()                                 what an older secret has sealed, sealed by the newest
"""

from __future__ import annotations

from . import seat
from .accepting import accept_as_self, accept_with_password, decline_invitation, invitation_of
from .actors import Face, actor_of, face_of, person_by_uuid, scope
from .administrators import count as administrator_count
from .alarm import not_me, peek_not_me
from .ceremonies import Ceremony
from .ceremonies import site as passkey_site
from .companies import end_membership, leave_company, name_deputy, set_rights
from .company_reading import Given, colleague_of, colleagues_of, own_rights, rights_in
from .devices import forget_devices, recognise
from .duty import must_have
from .employing import (
    accept_invitation,
    change_team,
    invitation_link,
    invite,
    invite_again,
    set_absence,
    take_back,
)
from .factors import (
    Enrolment,
    Factors,
    begin_enrolment,
    current_code,
    enrol,
    enrol_known,
    enrolment,
    factors_of,
    has_totp,
    make_recovery_codes,
    remove_totp,
)
from .finders import (
    Member,
    Party,
    account_by_id,
    by_source,
    main_person,
    names_of,
    of,
    people_of,
    person_by_id,
    person_called,
)
from .held import forget_held, held_path, held_values, hold
from .history import SignInEntry, history_of
from .in_hand import InHand, accounts_in_reach, begin_with, take_in_hand
from .invitations import Offered, Way, cancel_invitation, invitations_of, invite_colleague, send_again
from .keys import mark_of, own_marks
from .limits import network_of, trace
from .links import ADDRESS, INVITATION, PROOF, RESET, WAY_BACK, mint_link
from .lost import (
    Wait,
    begin_wait,
    may_report,
    peek_regain,
    peek_wait,
    regain,
    report_lost,
    reset_second_step,
    stop_wait,
    tell_ready,
    waiting_until,
)
from .mailboxes import (
    Proved,
    ask_address_change,
    ask_to_register,
    ask_to_reset,
    change_address,
    handle_mailbox_requests,
    mailbox_of,
    peek_link,
    register,
    reset,
    wanted_address,
)
from .members import add_member
from .memberships import join
from .models import Account, EmailAddress, Membership, Person
from .own_roles import RoleLine, change_role, make_role, remove_role, role_of_firm, roles_of_firm
from .own_sessions import (
    OwnSession,
    end_others,
    end_session,
    sessions_of,
    sign_out,
)
from .passkey_sign_in import (
    begin_passkey_confirm,
    begin_passkey_sign_in,
    begin_passkey_step,
    confirm_by_passkey,
    passkeys_for_step,
    sign_in_by_passkey,
    step_by_passkey,
)
from .passkeys import (
    OwnPasskey,
    add_passkey,
    begin_passkey,
    passkey_of,
    passkeys_of,
    remove_passkey,
    rename_passkey,
)
from .people import import_customer, index_account, open_account
from .permissions import GROUPS as PERMISSION_GROUPS
from .permissions import WORDS as PERMISSION_WORDS
from .profile import Profile, change_profile, profile_of, set_language
from .resealing import Resealed, reseal, reseal_rows
from .rights import LIMITABLE, MEANINGS, NAMES, Grant, Held
from .roles import ROLES, name_of, seed_roles
from .sessions import Life, Resumed, is_fresh, limits_of, require_fresh, resume, touch
from .shapes import COUNTRIES
from .sign_in import (
    Next,
    Step,
    after_invitation,
    after_link,
    asks_code,
    change_password,
    confirm,
    demo_link,
    enrolling,
    enter_by_link,
    set_password,
    sign_in,
    sign_in_code,
    sign_in_enrol,
)
from .staff import Colleague, add_staff, colleagues, deactivate, end_staff, set_roles
from .team import VIEWS as STAFF_VIEWS
from .team import StaffFile, StaffLine, staff_file, staff_list, teams
from .two_steps import ask_two_steps
from .way_back import open_way_back, use_way_back

__all__ = [
    "Account", "EmailAddress", "Membership", "Person", "Member", "Party", "Colleague", "Face",
    "open_account", "import_customer", "index_account", "add_member", "join",
    "Given", "Grant", "Held", "LIMITABLE", "MEANINGS", "NAMES", "Offered", "Way",
    "colleagues_of", "colleague_of", "own_rights", "rights_in", "set_rights", "name_deputy", "end_membership",
    "leave_company", "invite_colleague", "send_again", "cancel_invitation", "invitations_of", "invitation_of",
    "accept_as_self", "accept_with_password", "decline_invitation",
    "Profile", "InHand", "profile_of", "change_profile", "set_language", "accounts_in_reach", "take_in_hand",
    "begin_with",
    "of", "scope", "actor_of", "face_of", "people_of", "main_person", "account_by_id", "person_by_id", "person_by_uuid",
    "person_called", "names_of", "by_source", "mailbox_of",
    "PROOF", "RESET", "ADDRESS", "mint_link", "peek_link", "Proved", "ask_to_register", "ask_to_reset",
    "handle_mailbox_requests", "register", "reset", "ask_address_change", "wanted_address",
    "change_address",
    "Next", "Step", "asks_code", "sign_in", "sign_in_code", "sign_in_enrol", "enrolling", "after_link", "enter_by_link",
    "demo_link", "set_password", "confirm", "change_password",
    "Life", "Resumed", "OwnSession", "SignInEntry",
    "Wait", "may_report", "report_lost", "peek_wait", "begin_wait", "waiting_until", "stop_wait", "tell_ready",
    "peek_regain", "regain", "reset_second_step", "ask_two_steps", "must_have",
    "recognise", "forget_devices", "not_me", "peek_not_me",
    "resume", "touch", "is_fresh", "require_fresh", "limits_of", "network_of", "trace",
    "sessions_of", "history_of", "sign_out",
    "end_session", "end_others",
    "Enrolment", "Factors", "begin_enrolment", "enrolment", "enrol", "enrol_known", "remove_totp", "has_totp",
    "factors_of", "make_recovery_codes", "current_code",
    "Ceremony", "OwnPasskey", "passkey_site", "begin_passkey", "add_passkey", "passkeys_of", "passkey_of",
    "rename_passkey", "remove_passkey", "begin_passkey_sign_in", "sign_in_by_passkey", "begin_passkey_step",
    "step_by_passkey", "passkeys_for_step", "begin_passkey_confirm", "confirm_by_passkey",
    "hold", "held_path", "held_values", "forget_held",
    "ROLES", "name_of", "seed_roles", "add_staff", "set_roles", "end_staff", "deactivate", "colleagues",
    "seat", "INVITATION", "WAY_BACK", "open_way_back", "use_way_back",
    "invite", "invite_again", "invitation_link", "accept_invitation", "after_invitation", "change_team",
    "set_absence", "take_back", "administrator_count", "STAFF_VIEWS", "StaffLine", "StaffFile", "staff_list",
    "staff_file", "teams", "RoleLine", "PERMISSION_GROUPS", "PERMISSION_WORDS", "roles_of_firm", "role_of_firm",
    "make_role", "change_role", "remove_role",
    "COUNTRIES", "mark_of", "own_marks", "reseal", "reseal_rows", "Resealed",
]  # fmt: skip
