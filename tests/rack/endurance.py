# SPDX-License-Identifier: BSD-3-Clause
"""Many places and clients on one real coordinator, clients killed and it restarted meanwhile.

    tests/rack/endurance.py                                 64 places, 16 clients, 10 minutes
    tests/rack/endurance.py --minutes 0.5 --places 8 --clients 3 --kills 2 --speed 5

No place is lost, none is used by two (each board sees to that itself), and what killed clients
had is free within 60 s (divided by --speed). The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from uk_board.emulation.emulator import dies_with_us
from uk_board.rack.coordinator import LabgridSession, UnreachableError, connect
from uk_board.rack.lease import Owner, Times
from uk_board.rack.places import program
from uk_board.rack.processes import Processes, wait_for_line
from uk_board.rack.up import LISTENS

HERE = Path(__file__).parent
FREE_S = 60.0
TRACEBACK = "Traceback"


@dataclass
class Client:
    """A client process and what became of it."""

    process: subprocess.Popen[bytes]
    log: Path
    pid: int


@dataclass
class Endurance:
    """One run."""

    folder: Path
    address: str
    places: int
    clients: int
    kills: int
    span_s: float
    speed: float
    processes: Processes
    alive: list[Client] = field(default_factory=list)
    died_s: dict[int, float] = field(default_factory=dict)
    freed_s: list[float] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    most_used: int = 0
    reacquired: int = 0
    said: list[str] = field(default_factory=list)

    def start(self) -> None:
        boards = [sys.executable, str(HERE / "scripted.py"), str(self.places)]
        child = self.processes.start("boards", [*boards, str(self.folder / "journal")])
        ports = json.loads(wait_for_line(child, '{"ports"', 60))["ports"]
        config = {
            name: {"NetworkSerialPort": {"host": "127.0.0.1", "port": port, "protocol": "raw"}}
            for name, port in ports.items()
        }
        (self.folder / "exporter.yaml").write_text(json.dumps(config))
        # What labgrid saves of places every 15 s; the restart may come before that.
        (self.folder / "places.yaml").write_text(json.dumps(dict(map(saved_place, ports))))
        self.start_coordinator()
        command = [program("labgrid-exporter"), "-c", self.address, "-n", "scripted"]
        command += ["--hostname", "127.0.0.1", str(self.folder / "exporter.yaml")]
        wait_for_line(self.processes.start("exporter", command), "Exporter ready", 60)
        code = "from uk_board.cli import main; main()"
        keeper = [sys.executable, "-c", code, "rack", "keeper", "--fresh", "-c", self.address]
        self.processes.start("keeper", [*keeper, "--speed", str(self.speed)])

    def start_coordinator(self) -> None:
        command = [program("labgrid-coordinator"), "-l", self.address]
        wait_for_line(self.processes.start("coordinator", command, sign=LISTENS), LISTENS, 60)

    def start_client(self) -> None:
        log = self.folder / f"client-{len(self.alive) + len(self.died_s)}.log"
        command = [*dies_with_us(), sys.executable, str(HERE / "raider.py"), self.address]
        with log.open("wb") as file:
            process = subprocess.Popen(
                [*command, str(self.speed)], stdout=file, stderr=subprocess.STDOUT
            )
        self.alive.append(Client(process, log, process.pid))

    async def run(self) -> dict[str, Any]:
        times = Times().faster(self.speed)
        session = await connect(self.address, Owner.of_this_process(), times)
        for _ in range(self.clients):
            self.start_client()
            await asyncio.sleep(0.3 / self.speed)
        begin_s = time.monotonic()
        plan = self.plan(begin_s)
        restarts = 0
        while time.monotonic() < begin_s + self.span_s or self.watched():
            self.processes.look()
            if plan and time.monotonic() >= plan[0][0]:
                _, what = plan.pop(0)
                if what == "kill":
                    self.kill_one()
                else:
                    restarts += 1
                    self.processes.kill("coordinator")
                    self.say("the coordinator was killed")
            session = await self.look(session, times)
            await asyncio.sleep(0.25)
        await self.stop()
        await asyncio.sleep(2)  # what they released is told
        session = await self.look(session, times)
        return self.result(session, restarts, time.monotonic() - begin_s)

    def plan(self, begin_s: float) -> list[tuple[float, str]]:
        """Return when what happens: kills all along, the coordinator's restart in the middle."""
        within = [random.uniform(0.25, 0.95) * self.span_s for _ in range(self.kills)]
        kills = [(begin_s + at_s, "kill") for at_s in within]
        return sorted([*kills, (begin_s + self.span_s / 2, "restart")])

    def kill_one(self) -> None:
        victim = self.alive.pop(random.randrange(len(self.alive)))
        victim.process.send_signal(signal.SIGKILL)
        victim.process.wait()
        self.died_s[victim.pid] = time.monotonic()
        self.say(f"client {victim.pid} was killed")
        self.start_client()

    def watched(self) -> bool:
        """Return whether there are dead whose places may still be taken."""
        span_s = FREE_S / self.speed + 2
        return any(time.monotonic() - at_s < span_s for at_s in self.died_s.values())

    async def look(self, session: LabgridSession, times: Times) -> LabgridSession:
        """See who holds what, and whether dead ones hold it for too long."""
        try:
            if session.lost:
                session = await connect(self.address, Owner.of_this_process(), times)
            owners = await session.owners()
        except UnreachableError:
            return session
        used = [Owner.parse(owner) for owner in owners.values() if owner]
        self.most_used = max(self.most_used, len(used))
        pids = {owner.pid for owner in used if owner}
        for pid, at_s in self.died_s.items():
            held = pid in pids
            gone_s = time.monotonic() - at_s
            if held:
                self._held[pid] = gone_s
                if gone_s > FREE_S / self.speed:
                    self.late.append(f"{pid} for {gone_s:.0f} s")
        return session

    _held: dict[int, float] = field(default_factory=dict)

    async def stop(self) -> None:
        for client in self.alive:
            client.process.send_signal(signal.SIGTERM)
        for client in self.alive:
            try:
                client.process.wait(20)
            except subprocess.TimeoutExpired:
                client.process.kill()
                client.process.wait()
                self.say(f"client {client.pid} did not end when asked")

    def result(self, session: LabgridSession, restarts: int, span_s: float) -> dict[str, Any]:
        lines = [
            line
            for log in sorted(self.folder.glob("client-*.log"))
            for line in log.read_text(errors="replace").splitlines()
        ]
        journal = [json.loads(line) for line in (self.folder / "journal").read_text().splitlines()]
        words = [line.split()[0] for line in lines if line]
        return {
            "span_s": round(span_s),
            "places": self.places,
            "places_there": len(session.places),
            "still_held": sorted(n for n, p in session.places.items() if p.acquired),
            "clients": self.clients,
            "most_places_used_at_once": self.most_used,
            "taken": words.count("TAKEN"),
            "done": words.count("DONE"),
            "lost": [line for line in lines if line.startswith("LOST")],
            "errors": [line for line in lines if line.startswith("ERROR")] + self._tracebacks(),
            "used_twice": [one for one in journal if one["what"] == "twice"],
            "violations": [line for line in lines if line.startswith("VIOLATION")],
            "killed": len(self.died_s),
            "killed_with_a_place": len(self._held),
            "free_after_s": sorted(round(at_s, 1) for at_s in self._held.values()),
            "not_free_in_time": sorted(set(self.late)),
            "restarts": restarts,
            "acquired_again": sum("acquired again" in line for line in lines),
            "not_released": [line for line in lines if "was not released" in line],
        }

    def _tracebacks(self) -> list[str]:
        """Return what clients say from a traceback on."""
        logs = [log.read_text(errors="replace") for log in self.folder.glob("client-*.log")]
        return [log[log.index(TRACEBACK) :][:4000] for log in logs if TRACEBACK in log]

    def say(self, text: str) -> None:
        tell(f"{time.strftime('%H:%M:%S')} {text}")


def saved_place(name: str) -> tuple[str, dict[str, Any]]:
    """Return a place as labgrid's coordinator saves it."""
    match = {"exporter": "scripted", "group": name, "cls": "*", "name": None, "rename": None}
    return name, {"tags": {"board": "scripted"}, "matches": [match]}


def tell(text: str) -> None:
    """Say something at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def failed(result: dict[str, Any]) -> bool:
    """Return whether the run shows what must not be."""
    wrong = ("used_twice", "violations", "not_free_in_time", "still_held")
    return bool(
        any(result[key] for key in wrong)
        or result["places"] != result["places_there"]
        or not result["taken"]
        or [line for line in result["errors"] if line.startswith("Traceback")]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--places", type=int, default=64)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--port", type=int, default=20455)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    with ExitStack() as stack:
        temporary = given.folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        temporary.mkdir(parents=True, exist_ok=True)
        processes = stack.enter_context(Processes(temporary, tell))
        endurance = Endurance(
            temporary,
            f"127.0.0.1:{given.port}",
            given.places,
            given.clients,
            given.kills,
            given.minutes * 60,
            given.speed,
            processes,
        )
        endurance.start()
        result = asyncio.run(endurance.run())
    tell(json.dumps(result))
    return int(failed(result))


if __name__ == "__main__":
    sys.exit(main())
