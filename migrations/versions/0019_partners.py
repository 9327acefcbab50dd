"""Partners: companies, their mail domains and providers, their people, and what a sign-in of theirs is for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import portal.db

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = portal.db.UtcDateTime(timezone=True)
JSON = sa.JSON(none_as_null=True).with_variant(
    postgresql.JSONB(none_as_null=True, astext_type=Text()), "postgresql"
)
TABLES = (
    "partner_spent_token", "partner_sign_in", "partner_invitation", "partner_identity", "partner_member",
    "partner_provider", "partner_domain", "partner_company",
)  # fmt: skip


def _text(name: str, length: int) -> sa.Column:
    return sa.Column(name, sa.String(length=length), nullable=False)


def _at(name: str, nullable: bool = True) -> sa.Column:
    return sa.Column(name, AT, nullable=nullable)


def _key(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, KEY, nullable=nullable)


def _json(name: str, nullable: bool = False) -> sa.Column:
    return sa.Column(name, JSON, nullable=nullable)


def _table(name: str, *parts: object, uuid: bool = False, to: dict[str, str]) -> None:
    """Create a table with its key, its public id where it has one, and its foreign keys."""
    public = (
        [sa.Column("uuid", sa.Uuid(), nullable=False), sa.UniqueConstraint("uuid", name=f"uq_{name}_uuid")]
        if uuid
        else []
    )
    op.create_table(
        name,
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        *parts,
        *public,
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{target}.id"],
                name=f"fk_{name}_{column}_{target}",
                ondelete="CASCADE" if target == "sign_in_session" else None,
            )
            for column, target in to.items()
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def upgrade() -> None:
    _table(
        "partner_company", _text("name", 120), _text("legal_name", 200), _text("kind", 10), _text("country", 2),
        _text("website", 300), _text("contact_name", 120), _text("contact_email", 320), _text("signs_in_by", 10),
        _text("default_role", 20), _at("created_at", False), _at("deactivated_at"), uuid=True, to={},
    )  # fmt: skip
    _table(
        "partner_domain", _key("company_id"), _text("domain", 253), _at("created_at", False), _at("verified_at"),
        _key("verified_by_id", True), sa.UniqueConstraint("domain", name="uq_partner_domain_domain"),
        to={"company_id": "partner_company", "verified_by_id": "person"},
    )  # fmt: skip
    op.create_index("ix_partner_domain_company", "partner_domain", ["company_id"])
    _table(
        "partner_provider", _key("company_id"), _text("issuer", 500), _text("client_id", 255), _text("proves_by", 30),
        sa.Column("secret", sa.LargeBinary(), nullable=True), _json("public_key", True), _json("claims"),
        _json("trial", True), _at("tried_at"), _at("changed_at", False),
        sa.UniqueConstraint("company_id", name="uq_partner_provider_company_id"), uuid=True,
        to={"company_id": "partner_company"},
    )  # fmt: skip
    op.create_index("ix_partner_provider_issuer", "partner_provider", ["issuer"])
    _table(
        "partner_member", _key("partner_id"), _key("person_id"), _text("email", 320), _text("role", 20),
        _json("regions"), _at("since", False), _at("ended_at"),
        sa.UniqueConstraint("partner_id", "person_id", name="uq_partner_member_partner_id_person_id"), uuid=True,
        to={"partner_id": "partner_company", "person_id": "person"},
    )  # fmt: skip
    op.create_index("ix_partner_member_person", "partner_member", ["person_id"])
    _table(
        "partner_identity", _text("issuer", 500), _text("sub", 255), _key("person_id"), _at("created_at", False),
        _at("last_used_at", False), sa.UniqueConstraint("issuer", "sub", name="uq_partner_identity_issuer_sub"),
        to={"person_id": "person"},
    )  # fmt: skip
    op.create_index("ix_partner_identity_person", "partner_identity", ["person_id"])
    _table(
        "partner_invitation", _key("partner_id"), _text("address", 320), _text("address_key", 320), _text("name", 120),
        _text("language", 5), _text("role", 20), _json("regions"), _key("invited_by_id", True),
        _text("invited_by_name", 120), _at("created_at", False), _at("sent_at", False),
        sa.Column("round", sa.Integer(), nullable=False), _at("expires_at", False), _at("ended_at"),
        _text("ended_how", 12), _key("person_id", True), uuid=True,
        to={"partner_id": "partner_company", "invited_by_id": "person", "person_id": "person"},
    )  # fmt: skip
    op.create_index("ix_partner_invitation_partner", "partner_invitation", ["partner_id", "id"])
    _table(
        "partner_sign_in", _key("session_id"), _key("member_id"), _key("identity_id", True), _text("sid", 255),
        sa.Column("id_token", sa.LargeBinary(), nullable=True),
        sa.UniqueConstraint("session_id", name="uq_partner_sign_in_session_id"),
        to={"session_id": "sign_in_session", "member_id": "partner_member", "identity_id": "partner_identity"},
    )  # fmt: skip
    op.create_index("ix_partner_sign_in_member", "partner_sign_in", ["member_id"])
    op.create_index("ix_partner_sign_in_identity", "partner_sign_in", ["identity_id"])
    _table(
        "partner_spent_token", _text("issuer", 500), _text("jti_hash", 64), _at("expires_at", False),
        sa.UniqueConstraint("issuer", "jti_hash", name="uq_partner_spent_token_issuer_jti_hash"), to={},
    )  # fmt: skip


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
