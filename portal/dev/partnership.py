"""The partner of the demo firm: Northwind Repairs, with Nils who works there and Astrid who looks after its people."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from portal.domain import accounts, partners
from portal.domain.actor import SYSTEM

from . import cast


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
    """Set Northwind up, once; its people sign in with the password of the demo and a second step."""
    if any(one.name == cast.NORTHWIND for one in partners.active()):
        return
    company = partners.set_up(
        actor=SYSTEM, name=cast.NORTHWIND, legal_name="Northwind Repairs sp. z o.o.", kind="partner", country="PL",
        website="https://northwind.demo.example", contact_name=cast.ASTRID.name, contact_email=cast.ASTRID.email,
        signs_in_by="password", default_role="reader",
    )  # fmt: skip
    partners.set_domains(company.uuid, [cast.NORTHWIND_DOMAIN], actor=SYSTEM, verified=True)
    partners.put_logo(company.uuid, _logo(), actor=SYSTEM)
    for one in cast.PARTNERS:
        member = partners.add_person(
            company, actor=SYSTEM, name=one.name, email=one.email, role=one.role, regions=one.regions,
            language=one.language,
        )  # fmt: skip
        person = accounts.person_by_id(member.person_id)
        accounts.set_password(person, cast.PASSWORD)
        accounts.enrol_known(person, one.secret)
