"""Random histories of what people say, in memory, with the states and overrides that follow from them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from portal.domain.consent import Basis, Kind
from portal.domain.consent.rules import LIFTS, OVERRIDES, PERMITTING, STATES, mask_of
from portal.domain.gate.rules import MARKETING_ONLY, Choice, Decision, Entry, Held, Terms, Use, read
from portal.domain.gate.weighing import weigh

PEOPLE, ACCOUNTS = (1, 2), (11, 12)
TOPICS, CHANNELS, ADDRESSES = ("", "garden", "kitchen"), ("", "email", "sms"), ("", "a@x.example", "+48500")
PURPOSES = (
    ("offers", Basis.CONSENT, True),
    ("surveys", Basis.CONSENT, False),
    ("tips", Basis.LEGITIMATE_INTEREST, True),
    ("safety", Basis.LEGITIMATE_INTEREST, False),
    ("invoices", Basis.CONTRACT, False),
)
START = datetime(2026, 1, 31, 22, 30, tzinfo=UTC)
STATE_KINDS = sorted(STATES)
LOUD = sorted(OVERRIDES | LIFTS.keys())
JUMPS = (
    timedelta(0), timedelta(0), timedelta(seconds=1), timedelta(hours=1), timedelta(hours=23), timedelta(days=1),
    timedelta(days=29), timedelta(days=31), timedelta(days=183),
)  # fmt: skip


class World:
    """A few people in a few accounts who say things at random; states and overrides follow as in the database."""

    def __init__(self, chance: Random) -> None:
        self.chance, self.now, self.serial = chance, START, 0
        self.ledger: list[Entry] = []
        self.states: dict[tuple[object, ...], Entry] = {}
        self.overrides: list[Entry] = []
        self.holds: list[Held] = []
        self.off: dict[tuple[int, int], tuple[set[str], set[str], set[tuple[str, str]]]] = {}
        self.terms = {key: Terms(key, basis, marketing) for key, basis, marketing in PURPOSES}

    def step(self) -> None:
        """Let one random thing happen."""
        dice = self.chance.random()
        self.now += self.chance.choice(JUMPS)
        if dice < 0.55:
            self.say(
                self.chance.choice(
                    STATE_KINDS if self.chance.random() < 0.5 else [*PERMITTING, Kind.WITHDRAWN]
                )
            )
        elif dice < 0.75:
            self.say(self.chance.choice(LOUD))
        elif dice < 0.85:
            self.choose()
        elif dice < 0.93:
            self.hold()
        else:
            key = self.chance.choice(PURPOSES)[0]
            old = self.terms[key]
            self.terms[key] = old._replace(
                asks_from_version=old.asks_from_version + self.chance.randint(0, 1),
                retired=self.chance.random() < 0.05,
            )

    def say(self, kind: str) -> None:
        """Add one entry, sometimes with an older date, as an import does."""
        chance, self.serial = self.chance, self.serial + 1
        at = self.now - (chance.choice(JUMPS) if chance.random() < 0.1 else timedelta(0))
        purpose = chance.choice(PURPOSES)[0] if kind in STATES else ""
        scope = (
            (chance.choice(TOPICS), chance.choice(CHANNELS), chance.choice(ADDRESSES))
            if purpose
            else ("", "", "")
        )
        if chance.random() < 0.4:
            scope = ("", "", "")
        everywhere = kind in OVERRIDES | LIFTS.keys() and chance.random() < 0.5
        ends = (kind in PERMITTING and chance.random() < 0.4) or (
            kind in (Kind.PAUSE, Kind.SIGNAL) and chance.random() < 0.8
        )
        entry = Entry(
            id=self.serial, at=at, kind=kind, person_id=chance.choice(PEOPLE),
            account_id=None if everywhere else chance.choice(ACCOUNTS), purpose=purpose,
            version=chance.randint(1, self.terms[purpose].asks_from_version) if purpose else 1,
            topic=scope[0], channel=scope[1], address=scope[2],
            until=at + chance.choice(JUMPS) if ends else None,
        )  # fmt: skip
        self.ledger.append(entry)
        self.settle(entry)

    def settle(self, entry: Entry) -> None:
        """Keep the state of its scope, or what overrules, as the verbs do: events of one kind come in their order."""
        if entry.kind in STATES:
            key = (
                entry.person_id,
                entry.account_id,
                entry.purpose,
                entry.topic,
                entry.channel,
                entry.address,
            )
            known = self.states.get(key)
            if known is None or known.at <= entry.at:
                self.states[key] = entry
            return
        # Overrides are replayed by date, so that an imported old one finds its place.
        loud = (
            other for other in self.ledger if other.kind not in STATES and other.person_id == entry.person_id
        )
        others = [over for over in self.overrides if over.person_id != entry.person_id]
        mine: list[Entry] = []
        for other in sorted(loud, key=lambda one: (one.at, one.id)):
            ended = Kind.PAUSE if other.kind == Kind.PAUSE else LIFTS.get(Kind(other.kind))
            mine = [
                one for one in mine if one.kind != ended or other.account_id not in (None, one.account_id)
            ]
            if other.kind in OVERRIDES:
                mine.append(other)
        self.overrides = others + mine

    def choose(self) -> None:
        """Switch something off or on again."""
        chance = self.chance
        channels, topics, removed = self.off.setdefault(
            (chance.choice(PEOPLE), chance.choice(ACCOUNTS)), (set(), set(), set())
        )
        channels ^= {chance.choice(CHANNELS[1:])}
        topics ^= {chance.choice(TOPICS[1:])}
        removed ^= {(chance.choice(CHANNELS[1:]), chance.choice(ADDRESSES[1:]))}

    def hold(self) -> None:
        """Put a hold on an account, or end all of them."""
        if self.chance.random() < 0.5:
            self.holds.append(Held(self.chance.choice(ACCOUNTS), self.chance.choice(("", PURPOSES[0][0]))))
        else:
            self.holds.clear()

    def use(self) -> Use:
        """Return a random use, now and then of somebody or something unknown."""
        chance = self.chance
        person = None if chance.random() < 0.02 else chance.choice(PEOPLE)
        key = chance.choice(("nonsense", "service")) if chance.random() < 0.02 else chance.choice(PURPOSES)[0]
        return Use(
            chance.choice(ACCOUNTS),
            person,
            key,
            chance.choice(TOPICS),
            chance.choice(CHANNELS),
            chance.choice(ADDRESSES),
        )

    def choice_of(self, use: Use) -> Choice:
        """Return what the person of a use switched off."""
        return Choice(*self.off.get((use.person_id or 0, use.account_id or 0), ((), (), ())))

    def slow(self, use: Use) -> Decision:
        """Read the rule from the whole ledger."""
        return read(use, self.now, self.terms.get(use.purpose), self.ledger, self.holds, self.choice_of(use))

    def fast(self, use: Use) -> Decision:
        """Weigh the rows that the statement would bring: matching states times standing overrides."""
        terms = self.terms.get(use.purpose)
        if terms is None:
            return weigh(use, [])
        choice = self.choice_of(use)
        marks = {use.purpose, ""} if terms.marketing else {use.purpose}
        head = (
            terms.basis, terms.retired,
            any(hold.account_id == use.account_id and hold.purpose in marks
                for hold in self.holds),
            use.channel in choice.channels_off, use.topic in choice.topics_off,
            (use.channel, use.address) in choice.removed,
        )  # fmt: skip
        states = [
            (
                mask_of(entry.topic, entry.channel, entry.address), entry.kind in PERMITTING, entry.kind,
                entry.version >= terms.asks_from_version, entry.until is not None and entry.until <= self.now,
                entry.at, entry.id,
            )
            for (person, account, purpose, *scope), entry in self.states.items()
            if (person, account, purpose) == (use.person_id, use.account_id, use.purpose)
            and all(part in ("", mine) for part, mine in zip(scope, use[3:6], strict=True))
        ]  # fmt: skip
        overs = [
            (entry.kind, entry.at, entry.until, entry.id)
            for entry in self.overrides
            if entry.person_id == use.person_id and entry.account_id in (None, use.account_id)
            and (entry.until is None or entry.until > self.now)
            and (terms.marketing or entry.kind not in MARKETING_ONLY)
        ]  # fmt: skip
        return weigh(
            use,
            [(*head, *state, *over) for state in states or [(None,) * 7] for over in overs or [(None,) * 4]],
        )
