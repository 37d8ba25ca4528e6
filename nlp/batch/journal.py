"""Finding the note that kills its worker.

Before notes go into the models, the journal of their shard says so on disk, and afterwards that they
came out again. A process that starts a shard and finds notes in flight knows that its predecessor
died on them. It probes their halves, the halves of a half that kills again, and so on: each crash
halves the suspects, until one note is alone; when it kills twice on its own it is condemned. When no
half kills, something else ended the process (a person, the memory of another program), and the
shard goes on as if nothing had happened.

A time limit turns a note that hangs into one that kills.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nlp.batch.folder import to_json, write_atomic

KILLED = "killed_worker"
CRASH_LIMIT = "crash_limit"
MAX_CRASHES = 64
"""Crashes in one shard after which whatever is in flight is condemned without further search."""
MAX_FRUITLESS = 16
"""Crashes without a note found guilty after which the same happens: then only together do they kill."""
STRIKES = 2
"""How often a note must kill alone: one kill may be an accident from outside."""


@dataclass
class Journal:
    """State of a shard in work; notes are numbered by their row within the shard.

    Attributes:
        flight: the notes in the models now.
        suspects: groups that are to be probed.
        condemned: note -> reason.
        strikes: note -> how often it killed alone.
        crashes: how often the worker died on this shard.
        fruitless: how often since a note was last condemned.
    """

    path: Path
    flight: tuple[int, ...] = ()
    suspects: list[tuple[int, ...]] = field(default_factory=list)
    condemned: dict[int, str] = field(default_factory=dict)
    strikes: dict[int, int] = field(default_factory=dict)
    crashes: int = 0
    fruitless: int = 0

    @classmethod
    def open(cls, path: Path) -> Journal:
        """Return the journal of a shard, after what the death of the last worker tells."""
        try:
            kept = json.loads(path.read_bytes())
        except FileNotFoundError:
            return cls(path)
        journal = cls(
            path,
            flight=tuple(kept["flight"]),
            suspects=[tuple(group) for group in kept["suspects"]],
            condemned={int(note): reason for note, reason in kept["condemned"].items()},
            strikes={int(note): count for note, count in kept["strikes"].items()},
            crashes=kept["crashes"],
            fruitless=kept["fruitless"],
        )
        if journal.flight:
            journal._crashed()
            journal._save()
        return journal

    def _crashed(self) -> None:
        group, self.flight = self.flight, ()
        self.crashes += 1
        self.fruitless += 1
        if self.crashes > MAX_CRASHES or self.fruitless > MAX_FRUITLESS:
            self._condemn(group, CRASH_LIMIT)
        elif len(group) > 1:
            half = len(group) // 2
            self.suspects[:0] = [group[:half], group[half:]]
        else:
            (note,) = group
            self.strikes[note] = self.strikes.get(note, 0) + 1
            if self.strikes[note] >= STRIKES:
                self._condemn(group, KILLED)
            else:
                self.suspects.insert(0, group)

    def _condemn(self, group: tuple[int, ...], reason: str) -> None:
        self.condemned |= dict.fromkeys(group, reason)
        self.fruitless = 0

    @contextmanager
    def in_flight(self, notes: Sequence[int]) -> Iterator[None]:
        """Keep on disk that these notes are in the models; if the process dies inside, that stays."""
        self.flight = tuple(notes)
        self._save()
        yield
        self.flight = ()
        self._save()

    def probes(self) -> Iterator[tuple[int, ...]]:
        """Yield the groups to be tried; a group that comes back alive is cleared."""
        while self.suspects:
            yield self.suspects.pop(0)

    def _save(self) -> None:
        # Not flushed to the disk: it must survive the process, not the machine.
        content = {name: value for name, value in asdict(self).items() if name != "path"}
        write_atomic(self.path, to_json(content), durable=False)
