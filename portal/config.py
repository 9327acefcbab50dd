"""Typed settings: from the environment, then from ``instance/settings.env``; nothing is guessed in production."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, IPvAnyNetwork, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
ROOT = Path(__file__).resolve().parent.parent
SETTINGS_FILE = ROOT / "instance" / "settings.env"


MAKE_KEY = """python3 -c "import secrets; print(secrets.token_urlsafe(48))\""""
SHORTEST_KEY, SHORTEST_TOKEN, FEWEST_SIGNS = 32, 24, 14
# Words of examples, in documents of ours and of others.
EXAMPLES = ("change", "secret", "example", "default", "password", "insecure", "0123456789")


class SettingsMissing(Exception):
    """The installation lacks a setting; the message is one clear line."""


class Settings(BaseSettings):
    """Every setting of an installation; names in the environment carry the prefix ``REINS_``."""

    model_config = SettingsConfigDict(
        env_prefix="REINS_", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    secret_key: SecretStr = Field(min_length=SHORTEST_KEY)
    previous_secret_keys: tuple[SecretStr, ...] = ()
    database_url: str = Field(validation_alias="DATABASE_URL")
    base_url: str = "http://localhost:8000"
    instance_dir: Path = ROOT / "instance"
    demo: bool = False
    trusted_proxies: int = Field(default=0, ge=0, le=8)
    proxy_networks: tuple[IPvAnyNetwork, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
    redis_url: SecretStr = Field(default=SecretStr(""), validation_alias="REDIS_URL")
    languages: tuple[str, ...] = ("en", "pl", "bg", "ru")

    firm_name: str = "Vistula Home"
    firm_legal_name: str = "Vistula Home sp. z o.o."
    firm_address: str = "ul. Wiślana 8, 00-317 Warszawa, Poland"
    firm_register: str = "KRS 0000000000"
    firm_mail: str = "hello@vistula.example"
    firm_phone: str = "+48 22 555 01 00"
    firm_zone: str = "Europe/Warsaw"
    firm_country: str = "PL"
    firm_currency: str = "PLN"
    privacy_mail: str = "privacy@vistula.example"

    mail_host: str = "127.0.0.1"
    mail_port: int = 25
    mail_tls: str = Field(default="starttls", pattern="^(none|starttls|tls)$")
    mail_username: str = ""
    mail_password: SecretStr = SecretStr("")
    mail_sender: str = "Vistula Home <portal@vistula.example>"
    mail_timeout: float = 10.0
    sms_dir: Path | None = None
    lease_seconds: float = Field(default=60.0, ge=4)  # how long a worker's claim on a message lasts

    # Calls to partners' addresses: which ports, and whether this machine itself may be called (demo alone).
    outbound_ports: tuple[int, ...] = (443, 8443)
    outbound_loopback: bool = False

    file_max_bytes: int = 15 * 1024 * 1024
    files_per_complaint: int = 20

    customer_idle_minutes: int = 120
    customer_absolute_hours: int = 24 * 14
    staff_idle_minutes: int = 30
    staff_absolute_hours: int = 12
    partner_idle_minutes: int = 60
    partner_absolute_hours: int = 12
    fresh_minutes: int = 10

    sign_ins_per_account: int = 10
    sign_ins_per_address: int = 10
    sign_ins_global: int = 1000
    sign_in_window_minutes: int = 5
    light_passwords: bool = False  # hashes that cost next to nothing, for the demo and the tests alone
    doors_per_minute: int = 120  # posts of one network at the pages that strangers post to
    api_calls_per_minute: int = Field(default=120, ge=1)  # of one program
    partner_token_seconds: int = Field(default=900, ge=60, le=900)  # of a token of a partner's system
    codes_per_window: int = 5
    codes_per_hour: int = 20
    codes_per_day: int = 50
    customers_need_second_step: bool = False  # ASVS 6.3.3; closes the accepted risk in docs/security.md
    partners_may_use_passwords: bool = (
        False  # of partners without a sign-in of their own; always with a second step
    )
    # How long a partner holds a prospect that it registered first; once more for the same time.
    lead_protected_days: int = Field(default=90, ge=1, le=180)
    lost_second_step_hours: int = Field(default=72, ge=24)
    reset_mails_per_day: int = 5
    proof_mails_per_6_hours: int = 3
    metrics_token: SecretStr = SecretStr("")  # whom /metrics answers; empty: nobody
    handler_money_limit: Decimal = Decimal("500")

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Settings:
        host = urlsplit(self.base_url).hostname or ""
        if self.demo and host not in LOOPBACK:
            raise ValueError("demo mode serves this machine alone: REINS_BASE_URL must be on localhost")
        if self.demo and self.trusted_proxies:
            raise ValueError(
                "demo mode signs in anyone by name: remove REINS_DEMO before REINS_TRUSTED_PROXIES is set"
            )
        return self

    @model_validator(mode="after")
    def _production_is_shut(self) -> Settings:
        if self.demo:
            return self
        for name, key in (
            ("REINS_SECRET_KEY", self.secret_key),
            *(("REINS_PREVIOUS_SECRET_KEYS", one) for one in self.previous_secret_keys),
        ):
            if is_guessable(key.get_secret_value()):
                raise ValueError(f"{name} can be guessed: make one with {MAKE_KEY}")
        if not self.base_url.startswith("https://"):
            raise ValueError(
                "outside demo mode REINS_BASE_URL must be https: write the address that people type"
            )
        if self.light_passwords:
            raise ValueError(
                "REINS_LIGHT_PASSWORDS is for the demo alone, passwords would be cheap to guess: remove it"
            )
        if self.outbound_loopback:
            raise ValueError(
                "REINS_OUTBOUND_LOOPBACK is for the demo alone, partners could reach into this machine: remove it"
            )
        if os.environ.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"}:
            raise ValueError("FLASK_DEBUG shows what is inside to everybody: remove it, and --debug")
        if urlsplit(self.database_url).scheme.startswith("sqlite") and not _path_of(self.database_url):
            raise ValueError(
                "DATABASE_URL names a database in memory, which forgets: name a file or PostgreSQL"
            )
        token = self.metrics_token.get_secret_value()
        if token and len(token) < SHORTEST_TOKEN:
            raise ValueError(f"REINS_METRICS_TOKEN can be guessed: make one with {MAKE_KEY}, or leave it out")
        return self

    @property
    def files_dir(self) -> Path:
        return self.instance_dir / "files"

    @property
    def secure(self) -> bool:
        """Cookies carry Secure and the ``__Host-`` prefix everywhere but in the demo on loopback http."""
        return not self.demo


@lru_cache(maxsize=1)
def load() -> Settings:
    """Read the settings; raise :class:`SettingsMissing` with one clear line when the installation has none."""
    try:
        settings = Settings(_env_file=SETTINGS_FILE)
    except ValidationError as error:
        raise SettingsMissing(_in_words(error)) from None
    except SettingsError as error:  # it names the field, and no value
        field = re.search(r'field "(\w+)"', str(error))
        name = f"REINS_{field[1].upper()}" if field else "a setting"
        raise SettingsMissing(
            f"Reins cannot start: {name}: write a list as JSON, such as '[\"…\"]' (see docs/operations.md)."
        ) from None
    if not settings.demo and is_open(SETTINGS_FILE):
        raise SettingsMissing(
            f"Reins cannot start: everybody on this machine can read or change {SETTINGS_FILE}, "
            f"which holds secrets: run 'chmod o= {SETTINGS_FILE}' (see docs/operations.md)."
        )
    return settings


def is_guessable(key: str) -> bool:
    """Tell whether a secret is one of an example, or was typed instead of drawn."""
    return (
        len(key) < SHORTEST_KEY
        or len(set(key)) < FEWEST_SIGNS
        or any(word in key.lower() for word in EXAMPLES)
    )


def is_open(path: Path) -> bool:
    """Tell whether others than the owner and the group of a file may read or change it; a missing file is shut."""
    try:
        return bool(path.stat().st_mode & 0o007)
    except OSError:
        return False


def _path_of(url: str) -> str:
    """Return the path of the file of an address of SQLite; '' for one in memory."""
    path = url.partition(":///")[2].partition("?")[0]
    return "" if path == ":memory:" else path


def _in_words(error: ValidationError) -> str:
    """Return one line that names what is missing or wrong; values stay out of it."""
    missing, wrong = [], []
    for item in error.errors():
        name = str(item["loc"][0]).upper() if item["loc"] else ""
        name = name if name in {"", "DATABASE_URL", "REDIS_URL"} else f"REINS_{name}"
        if item["type"] == "missing":
            missing.append(name)
        elif item["type"] == "too_short":
            wrong.append(f"{name} is too short, {SHORTEST_KEY} characters or more: make one with {MAKE_KEY}")
        else:
            wrong.append(f"{name}: {item['msg']}".removeprefix(": ").replace("Value error, ", ""))
    if wrong:
        return f"Reins cannot start: {'; '.join(wrong)} (see docs/operations.md)."
    return (
        f"Reins is not set up: set {', '.join(missing)} in the environment or in instance/settings.env "
        "(see docs/operations.md), or run 'make demo'."
    )
