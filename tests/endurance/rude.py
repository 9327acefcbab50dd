"""A mail server in every mood: it refuses at each stage, greylists, hangs up, says nothing, or takes the mail."""

from __future__ import annotations

import random
import re
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

# What it does, and at which command; "dot" is the end of the content.
MOODS = (
    "well", "closed", "nonsense", "421 greeting", "554 greeting", "451 MAIL", "550 MAIL", "451 RCPT", "452 DATA",
    "554 DATA", "451 dot", "554 dot", "greylist", "drop MAIL", "drop DATA", "drop content", "drop dot",
    "drop after", "silent greeting", "silent RCPT", "silent DATA", "silent dot", "421 RCPT", "no TLS", "wrong TLS",
)  # fmt: skip
MAY_DOUBLE = {"drop after"}  # it took the mail, and nobody can know


@dataclass
class RudeServer:
    """Listens on loopback; ``mood`` may change at any time, ``now`` is the simulated time for its greylist."""

    mood: str = "well"
    now: float = 0.0
    hang: float = 0.5  # seconds that it says nothing
    taken: list[str] = field(default_factory=list)  # Message-IDs, in the order they came
    doubtful: Counter[str] = field(default_factory=Counter)  # … taken without a word
    met: Counter[str] = field(default_factory=Counter)
    seen: dict[str, float] = field(default_factory=dict)  # recipients the greylist knows
    slow_dot: bool = False  # it looks into every mail for as long as it hangs
    port: int = 0
    tls: ssl.SSLContext | None = None  # a certificate that nobody has reason to trust

    def _is(self, *moods: str) -> bool:
        found = self.mood in moods
        if found:
            self.met[self.mood] += 1
        return found

    def talk(self, connection: socket.socket) -> None:
        """One conversation, as the mood is."""
        lines = connection.makefile("rb")

        def say(words: str) -> None:
            connection.sendall(words.encode() + b"\r\n")

        def moody(stage: str) -> bool:
            """Do what the mood does at a stage; tell whether the command is answered with it."""
            if self._is(f"silent {stage}"):
                time.sleep(self.hang)
                raise ConnectionError
            if self._is(f"drop {stage}"):
                raise ConnectionError
            for code in ("421", "451", "452", "550", "554"):
                if self._is(f"{code} {stage}"):
                    say(f"{code} {code[0]}.3.0 not in the mood")
                    if code == "421":
                        raise ConnectionError
                    return True
            return False

        if self._is("closed"):
            return
        if self.mood == "no TLS":
            self.met[self.mood] += 1
        if self._is("nonsense"):
            say("HTTP/1.1 400 Bad Request")
            return
        if moody("greeting"):
            return
        say("220 rude.example")
        recipient = ""
        for raw in iter(lines.readline, b""):
            command = raw.decode("latin-1").strip()
            verb = command[:4].upper()
            if verb == "EHLO":
                extra = "250-STARTTLS\r\n" if self.mood == "wrong TLS" else ""
                say(f"250-rude.example\r\n{extra}250 SIZE 1000000")
            elif verb == "STAR":
                self.met[self.mood] += 1
                say("220 go on")
                assert self.tls is not None
                self.tls.wrap_socket(connection, server_side=True)
                return
            elif verb in {"MAIL", "RCPT"}:
                if moody(verb):
                    continue
                if verb == "RCPT":
                    recipient = command.partition(":")[2].strip("<> ")
                    if recipient.startswith("gone"):
                        say("550 5.1.1 no such user")
                        continue
                    if self.mood == "greylist" and self.now - self.seen.setdefault(recipient, self.now) < 240:
                        self.met[self.mood] += 1
                        say("451 4.7.1 greylisted, come back in five minutes")
                        continue
                say("250 2.0.0 OK")
            elif verb == "DATA":
                if moody("DATA"):
                    continue
                say("354 go on")
                self._content(lines, say, moody)
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 2.0.0 OK" if verb in {"RSET", "NOOP", "HELO"} else "500 what?")

    def _content(self, lines: object, say: object, moody: object) -> None:
        content = []
        for line in iter(lines.readline, b""):  # type: ignore[attr-defined]
            if self._is("drop content"):
                raise ConnectionError
            if line == b".\r\n":
                break
            content.append(line)
        else:
            return  # it was cut: not a mail
        if moody("dot"):  # type: ignore[operator]
            return
        found = re.search(rb"^Message-ID: (\S+)", b"".join(content), re.I | re.M)
        assert found
        message_id = found[1].decode()
        self.taken.append(message_id)
        if self.slow_dot:
            time.sleep(self.hang)
        if self._is("drop after"):
            self.doubtful[message_id] += 1
            raise ConnectionError
        say("250 2.0.0 taken")  # type: ignore[operator]


@contextmanager
def rude_server() -> Iterator[RudeServer]:
    """Let one listen."""
    server = RudeServer()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(20)
        server.port = int(listening.getsockname()[1])

        def converse(connection: socket.socket) -> None:
            with connection:
                try:
                    server.talk(connection)
                except OSError:
                    return

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                threading.Thread(target=converse, args=(connection,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)


def moods(seed: int, hours: int) -> list[str]:
    """Return a mood for each quarter of an hour, every one of them at least once, seldom a good one."""
    of = random.Random(seed)
    bad = [mood for mood in MOODS if mood != "well"]
    drawn = [of.choice(bad) for _ in range(hours * 4 - len(bad))] + bad
    of.shuffle(drawn)
    return drawn
