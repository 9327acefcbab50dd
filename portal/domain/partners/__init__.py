"""Partners: the companies that work with ours, how their people prove who they are, and what each may do here.

Companies, by our staff
    set_up · change · activate · deactivate  a partner company; deactivation ends its sign-ins at once
    put_logo · remove_logo · logo(digest)    its logo, also by its own administrator
    set_domains · domains_of                 which mail domains lead to it, and whether they are its own
    companies(actor) · company(actor, uuid)  for those who set partners up

Tiers, and whom something is for
    tiers() · tier_name(key, language)       the tiers as the firm calls them
    add_tier · change_tier                   the list of the firm; companies that are in one stay
    Audience · keep_audience · change_audience   by what companies are to us, by tier, or by name
    reaching(partner_id) · companies_in(id)  the audiences a company is of, the companies of one
    audiences(ids, language)                 in words, for staff

How its people sign in
    set_provider · provider_file · to_try · note_trial   its identity provider, by our staff; the secret is sealed
    show_key · take_key · drop_key · take_secret   a new key or secret of ours there, once it was tried
    provider_of(company_id) · provider_by_uuid · public_keys   for the adapter portal/oidc
    mint_flow → take_flow → enter            out to a provider and back (Why): NotLetIn says why not
    take_by_proof · join_by_proof            another of one's partners, with a provider of its own, by a proof there
    prove_again · proof_of · sign_out_by_notice   a fresh proof, and a sign-out that the provider tells us of
    reseal()                                 what an older secret has sealed, sealed by the newest

Without scope, for verbs
    active() · by_uuid(uuid) · named(ids)    companies whose people may come in
    marks(ids)                               name and logo, as customers see a company
    members(partner_id)                      everybody who works or worked for one here
    administrators(partner_id)               whom its people ask
    by_mail_domain(address)                  whom the mail domain of an address leads to
    who_exchanges(partner_id) · who_looks_after()   whom messages about an exchange reach, there and here

People
    actor_of(member_id | person_id=, partner_id=)   somebody of a partner as actor; NotFound for who is shut out
    ROLES, PartnerRole                       the one table of what each role may
    invite · send_again · cancel_invitation · invitations_of   who is asked in
    first_language(country) · language_of(partner_id, address)   in which language they are written to
    asked(token) · accept_with_password      what a link offers, and coming in without a provider
    join_here(token)                         the same for who is signed in already
    add_person · change_member · end_member  by their own administrators or our staff
    reset_second_step                        of who signs in here and has lost it, by our staff
    known_as                                 who somebody is at a provider, for the demo
    role_of(actor) · take_in_hand(actor, uuid)   the role in words; act for another of one's partners
    to_prove_at(actor, uuid)                 the provider at which that one wants a proof first, if any
    colleagues(actor) · in_reach(actor)      the people of the own company, the companies of the own person
    is_of(actor, partner_id)                 whether the own person works for one
"""

from __future__ import annotations

from .accepting import Asked, accept_with_password, asked
from .audience import (
    WHOM,
    Audience,
    Told,
    audiences,
    change_audience,
    companies_in,
    keep_audience,
    kept_audience,
    reaching,
)
from .companies import activate, change, deactivate, domains_of, set_domains, set_up
from .entering import Came, NotLetIn, Refusal, enter
from .entrance import actor_of
from .finders import (
    CompanyLine,
    InReach,
    Mark,
    MemberLine,
    Partner,
    active,
    administrators,
    by_mail_domain,
    by_uuid,
    colleagues,
    companies,
    company,
    in_reach,
    is_of,
    marks,
    members,
    named,
    own_company,
)
from .flows import FRESH, Flow, Why, mint_flow, take_flow
from .invitations import InvitationLine, cancel_invitation, invitations_of, invite, send_again
from .languages import first_language, language_of
from .logos import logo, put_logo, remove_logo
from .models import PartnerCompany, PartnerMember
from .people import add_person, change_member, end_member, known_as, reset_second_step
from .proofs import proof_of, prove_again, sign_out_by_notice
from .providers import (
    ALWAYS,
    BY_KEY,
    BY_SECRET,
    CLAIMS,
    Provider,
    ProviderFile,
    note_trial,
    provider_by_uuid,
    provider_file,
    provider_of,
    public_keys,
    reseal,
    set_provider,
    to_try,
)
from .renewing import OVERLAP, drop_key, show_key, take_key, take_secret
from .rules import ROLES, PartnerKind, PartnerRole, SignsInBy, role_name, role_of
from .switching import ProvedElsewhere, join_by_proof, join_here, take_by_proof, take_in_hand, to_prove_at
from .telling import who_exchanges, who_looks_after
from .tiers import Tier, add_tier, change_tier, tiers
from .tiers import name_of as tier_name

__all__ = [
    "PartnerCompany", "PartnerMember", "PartnerKind", "PartnerRole", "SignsInBy", "ROLES", "role_name",
    "role_of", "take_in_hand", "take_by_proof", "to_prove_at", "join_by_proof", "join_here", "ProvedElsewhere",
    "Why", "FRESH",
    "set_up", "change", "activate", "deactivate", "set_domains", "domains_of", "companies", "company", "CompanyLine",
    "tiers", "Tier", "tier_name", "add_tier", "change_tier", "Audience", "WHOM", "Told", "keep_audience",
    "change_audience", "kept_audience", "audiences", "reaching", "companies_in",
    "Provider", "ProviderFile", "set_provider", "provider_file", "provider_of", "provider_by_uuid", "public_keys",
    "show_key", "take_key", "drop_key", "take_secret", "OVERLAP",
    "to_try", "note_trial", "reseal", "CLAIMS", "ALWAYS", "BY_KEY", "BY_SECRET",
    "Came", "Flow", "NotLetIn", "Refusal", "enter", "mint_flow", "take_flow", "prove_again", "proof_of",
    "sign_out_by_notice", "invite", "send_again", "cancel_invitation", "invitations_of", "InvitationLine",
    "asked", "Asked", "accept_with_password",
    "active", "by_uuid", "named", "marks", "Mark", "own_company",
    "put_logo", "remove_logo", "logo", "members", "administrators", "by_mail_domain", "Partner", "MemberLine",
    "first_language", "language_of", "actor_of", "add_person", "change_member", "end_member", "known_as",
    "reset_second_step",
    "colleagues", "in_reach", "InReach", "is_of", "who_exchanges", "who_looks_after",
]  # fmt: skip
