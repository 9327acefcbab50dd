"""The conversation with a mail server: a deadline for all of it, and no certificate that is not checked."""

from __future__ import annotations

import datetime
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from portal import mail
from portal.domain import clock
from portal.domain.delivery import Parcel, Refused, TryLater, Words, lease
from portal.mail import smtp
from tests.worker.servers import Box, free_port, serving

WORDS = Words("Hello", "Text\n", "<p>Text</p>")


def parcel(address: str = "amina@example.org", **changes) -> Parcel:
    values = {
        "uuid": uuid.UUID(int=7), "message_id": "<7@vistula.example>", "name": "sample", "channel": "email",
        "address": address, "purpose": "service", "topic": "", "service": True, "language": "en",
        "zone": "Europe/Warsaw", "at": clock.now(), "to_name": "Amina Nowak",
    }  # fmt: skip
    return Parcel(**(values | changes))


def sending_to(app: Flask, port: int, **changes) -> mail.Post:
    """A transport to another server than the fixture's."""
    settings = app.config["SETTINGS"].model_copy(update={"mail_port": port, "mail_timeout": 0.4} | changes)
    other = Flask("other")
    other.config["SETTINGS"] = settings
    mail.init_mail(other)
    return mail.post(other)


@contextmanager
def raw_server(talk) -> Iterator[int]:
    """A server that talks as the test says, byte by byte."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=run, args=(connection,), daemon=True).start()
            except OSError:
                return

        def run(connection: socket.socket) -> None:
            with connection:
                try:
                    talk(connection)
                except OSError:
                    return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]


def fails(post: mail.Post, *, within: float) -> TryLater:
    began = time.monotonic()
    with pytest.raises(TryLater) as caught, post:
        post.carry(parcel(), WORDS)
    assert time.monotonic() - began < within
    return caught.value


def test_a_server_that_says_nothing_is_given_up(app: Flask) -> None:
    with raw_server(lambda connection: time.sleep(5)) as port:
        error = fails(sending_to(app, port), within=2)
    assert error.down and error.reason == "server_slow"


def test_a_server_that_drips_cannot_stretch_the_deadline(app: Flask) -> None:
    def drip(connection: socket.socket) -> None:
        for sign in b"220-" + b"x" * 1000:
            connection.sendall(bytes([sign]))
            time.sleep(0.1)

    with raw_server(drip) as port:
        error = fails(sending_to(app, port), within=4)
    assert error.down and error.reason == "server_slow"


def test_no_server_at_all_is_a_channel_out_of_order(app: Flask) -> None:
    error = fails(sending_to(app, free_port()), within=2)
    assert error.down and error.reason == "server_down"


def test_a_server_that_talks_nonsense_is_a_channel_out_of_order(app: Flask) -> None:
    with raw_server(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        assert fails(sending_to(app, port), within=2).down


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A self-signed certificate for ``name``, and the server's side of TLS with it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(built.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize("trusted", [True, False])
def test_a_mail_server_has_to_prove_its_name(
    app: Flask, tmp_path: Path, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    server_side = certificate(tmp_path, "localhost" if trusted else "elsewhere.example")
    ours = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    monkeypatch.setattr(ssl, "create_default_context", lambda *_args, **_kwargs: ours)
    box = Box()
    with serving(box, tls_context=server_side, require_starttls=True):
        post = sending_to(app, box.port, mail_tls="starttls", mail_host="localhost", mail_timeout=3.0)
        if trusted:
            with post:
                post.carry(parcel(), WORDS)
            assert len(box.raw) == 1
        else:
            error = fails(post, within=5)
            assert error.down and error.reason == "server_not_trusted" and box.raw == []


def test_the_default_checks_certificate_and_name() -> None:
    context = smtp.Connection(None, smtp.Deadline(1.0)).context
    assert context.verify_mode is ssl.CERT_REQUIRED and context.check_hostname


def test_one_conversation_ends_before_the_claim_on_its_message() -> None:
    for wait in (0.4, 10.0, 300.0):
        left = smtp.Deadline(wait).end - time.monotonic()
        assert left < lease().total_seconds() - 10


def test_without_starttls_on_offer_nothing_is_sent_in_clear(app: Flask, box: Box) -> None:
    post = sending_to(app, box.port, mail_tls="starttls", mail_timeout=2.0)
    assert fails(post, within=4).down
    assert box.raw == []


def test_a_server_with_enough_of_one_connection_gets_another(app: Flask, box: Box) -> None:
    seen = iter([None, "421 4.7.0 too many on this connection", None])
    box.rcpt = lambda address: next(seen)
    with mail.post(app) as post:
        post.carry(parcel(), WORDS)
        post.carry(parcel("ben@example.org"), WORDS)
    assert box.recipients == ["amina@example.org", "ben@example.org"] and box.connections == 2


@pytest.mark.parametrize(
    "address", ["", "amina", "amina@", "@example.org", "a b@example.org", "ą@example.org"]
)
def test_an_address_that_cannot_be_written_is_refused_without_a_call(
    app: Flask, box: Box, address: str
) -> None:
    with pytest.raises(Refused) as caught, mail.post(app) as post:
        post.carry(parcel(address), WORDS)
    assert caught.value.reason == "address_unusable" and not caught.value.dead
    assert box.connections == 0


def test_a_domain_outside_ascii_is_written_as_dns_has_it(app: Flask, box: Box) -> None:
    with mail.post(app) as post:
        post.carry(parcel("amina@żółw.example"), WORDS)
    assert box.recipients == ["amina@xn--w-uga1v8h.example"]
