"""The partner of the demo firm: Northwind Repairs, with Nils who works there and Astrid who looks after its people."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from portal import config, oidc
from portal.domain import partners
from portal.domain.actor import SYSTEM

from . import cast, northwind


def _logo() -> bytes:
    """Draw a needle that points to the north."""
    picture = Image.new("RGB", (240, 240), "#12395b")
    pen = ImageDraw.Draw(picture)
    pen.polygon([(120, 24), (158, 128), (82, 128)], fill="#f2b544")
    pen.polygon([(120, 216), (158, 112), (82, 112)], fill="#ffffff")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def joins() -> None:
    """Set Northwind up, once; its people sign in at its own identity provider."""
    if _northwind() is not None:
        return
    company = partners.set_up(
        actor=SYSTEM, name=cast.NORTHWIND, legal_name="Northwind Repairs sp. z o.o.", kind="partner", country="PL",
        website="https://northwind.demo.example", contact_name=cast.ASTRID.name, contact_email=cast.ASTRID.email,
        signs_in_by="oidc", default_role="reader",
    )  # fmt: skip
    partners.set_domains(company.uuid, [cast.NORTHWIND_DOMAIN], actor=SYSTEM, verified=True)
    partners.put_logo(company.uuid, _logo(), actor=SYSTEM)
    for one in cast.PARTNERS:
        partners.add_person(
            company, actor=SYSTEM, name=one.name, email=one.email, role=one.role, regions=one.regions,
            language=one.language,
        )  # fmt: skip


def _northwind() -> partners.Partner | None:
    return next((one for one in partners.active() if one.name == cast.NORTHWIND), None)


def signs_in() -> None:
    """Let Northwind's people sign in at its provider, which stands at this address of the demo now."""
    company = _northwind()
    if company is None:
        return
    partners.change(company.uuid, actor=SYSTEM, signs_in_by="oidc")
    issuer = northwind.address()
    known = partners.provider_file(SYSTEM, company.uuid)
    if known is None or known.issuer != issuer:
        secret, public = oidc.new_key()
        partners.set_provider(
            company.uuid, actor=SYSTEM, issuer=issuer, client_id=northwind.CLIENT, proves_by=partners.BY_KEY,
            secret=secret, public_key=public,
        )  # fmt: skip
        known = partners.provider_file(SYSTEM, company.uuid)
    assert known is not None
    emails = {one.email: one.key for one in cast.PARTNERS}
    for member in partners.members(company.id):
        if member.email in emails:
            partners.known_as(member.uuid, issuer, emails[member.email], actor=SYSTEM)
    base = config.load().base_url.rstrip("/") + "/extranet"
    northwind.register(
        redirect=f"{base}/sign-in/answer/{known.uuid}", keys_at=f"{base}/providers/{known.uuid}/keys",
        notices=f"{base}/sign-out-notices/{known.uuid}", back=f"{base}/signed-out",
    )  # fmt: skip
