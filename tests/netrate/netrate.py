# SPDX-License-Identifier: BSD-3-Clause
"""TCP over virtio-net, by turns with Linux in the same QEMU: bytes a second and what they cost.

    .venv/bin/python tests/netrate/netrate.py [ROUNDS]

Debian's kernel for arm64 is fetched once. Rates mean something on a machine that is idle; QEMU's
processor time for a megabyte depends less on that.
"""

from __future__ import annotations

import contextlib
import lzma
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from uk_board.build.build import build
from uk_board.build.component import load_app
from uk_board.facts.boards import board_folders, load_board
from uk_board.packages.apt import Package
from uk_board.packages.debpackage import default_cache, fetch
from uk_board.tree import tree

DISCARD, SOURCE = 9, 19
SECONDS = 3.0
DEADLINE_S = 180.0
MODULES = ("virtio_mmio", "failover", "net_failover", "virtio_net")
# The package that depends on the newest kernel; of that one, what boots here.
KERNEL = Package(
    name="linux-image-arm64",
    depends="linux-image-",
    architecture="arm64",
    only=("*/vmlinuz-*", *(f"*/{name}.ko*" for name in MODULES)),
)


@dataclass(frozen=True)
class Rate:
    """One transfer: megabytes a second, and seconds of QEMU's processor time for each."""

    mb_s: float
    cpu_s_mb: float


class Guest:
    """A machine that serves, as this host reaches it."""

    def __init__(self, process: subprocess.Popen[bytes], source: int, discard: int) -> None:
        self._process = process
        self._ports = {"from": source, "to": discard}

    def _cpu_s(self) -> float:
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rate(self, direction: str) -> Rate:
        """Move bytes "from" the guest, or "to" it, for some seconds."""
        buffer, moved = bytearray(1 << 20), 0
        with socket.create_connection(("127.0.0.1", self._ports[direction]), 30.0) as stream:
            # Less than a second's worth, so that what is counted has arrived
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 17)
            start_s, start_cpu_s = time.monotonic(), self._cpu_s()
            while (took_s := time.monotonic() - start_s) < SECONDS:
                if direction == "from":
                    moved += stream.recv_into(buffer)
                else:
                    moved += stream.send(memoryview(buffer)[: 1 << 16])
            cpu_s = self._cpu_s() - start_cpu_s
        return Rate(moved / took_s / 1e6, cpu_s / (moved / 1e6))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as made:
        port: int = made.getsockname()[1]
        return port


@contextlib.contextmanager
def booted(ready: bytes, *options: str) -> Iterator[Guest]:
    """Start QEMU's virt with these options; wait until it says that it is ready."""
    source, discard = free_port(), free_port()
    forwards = (
        f"hostfwd=tcp:127.0.0.1:{source}-:{SOURCE},hostfwd=tcp:127.0.0.1:{discard}-:{DISCARD}"
    )
    command = "qemu-system-aarch64 -M virt -cpu cortex-a53 -display none -monitor none -no-reboot"
    command += f" -serial stdio -nic none -netdev user,id=n,{forwards}"
    command += " -device virtio-net-device,netdev=n"
    process = subprocess.Popen(
        [*command.split(), *options], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        said, end_s = b"", time.monotonic() + DEADLINE_S
        while ready not in said:
            assert time.monotonic() < end_s, said
            said += os.read(process.stdout.fileno(), 4096)
        yield Guest(process, source, discard)
    finally:
        process.kill()
        process.communicate()


def cpio(files: dict[str, bytes]) -> bytes:
    """Return an archive as the kernel unpacks it: "new ASCII" of cpio(5), and a console."""
    archive = bytearray()

    def add(name: str, mode: int, data: bytes = b"", device: tuple[int, int] = (0, 0)) -> None:
        path = name.encode() + b"\0"
        numbers = (0, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(path), 0)
        archive.extend(b"070701" + b"".join(b"%08X" % number for number in numbers) + path)
        archive.extend(bytes(-len(archive) % 4) + data + bytes(-len(data) % 4))

    add("dev", 0o40755)
    # Linux, Documentation/admin-guide/devices.txt: character 5, 1
    add("dev/console", 0o20600, device=(5, 1))
    for name, data in files.items():
        add(name, 0o100755, data)
    add("TRAILER!!!", 0)
    return bytes(archive)


def linux_options(folder: Path) -> list[str]:
    """Return what boots Linux with our server; the kernel and its modules come from Debian."""
    # Apart from the device trees that come from the same package.
    content = fetch(KERNEL, default_cache() / "netrate")
    files = {}
    for name in MODULES:
        for found in content.glob(f"**/{name}.ko*"):
            data = found.read_bytes()
            files[f"{name}.ko"] = lzma.decompress(data) if found.suffix == ".xz" else data
    server = folder / "init"
    compiler = ["aarch64-linux-gnu-gcc", "-O2", "-static", "-nostdlib", "-ffreestanding"]
    source = Path(__file__).with_name("linux.c")
    subprocess.run([*compiler, "-Wall", "-Wextra", str(source), "-o", str(server)], check=True)
    (folder / "initrd").write_bytes(cpio({"init": server.read_bytes(), **files}))
    kernel = next(content.glob("**/vmlinuz-*"))
    append = "console=ttyAMA0 quiet rdinit=/init"
    options = ["-m", "512M", "-kernel", str(kernel), "-initrd", str(folder / "initrd")]
    return [*options, "-append", append]


def compare(rounds: int, linux: Guest, ours: Guest) -> Iterator[str]:
    """Measure by turns; yield a line a round, and the medians."""
    rates: dict[str, list[tuple[Rate, Rate]]] = {"from": [], "to": []}
    for number in range(1, rounds + 1):
        for direction, taken in rates.items():
            taken.append((linux.rate(direction), ours.rate(direction)))
        last = {direction: taken[-1] for direction, taken in rates.items()}
        texts = (f"{name} {a.mb_s:.1f}, {b.mb_s:.1f}" for name, (a, b) in last.items())
        yield f"round {number}, MB/s of Linux, uk-board: " + "; ".join(texts)
    for direction, taken in rates.items():
        ratio = statistics.median(b.mb_s / a.mb_s for a, b in taken)
        cost = statistics.median(b.cpu_s_mb / a.cpu_s_mb for a, b in taken)
        mb_s = [statistics.median(pair[side].mb_s for pair in taken) for side in (0, 1)]
        cpu_ms = [statistics.median(pair[side].cpu_s_mb * 1e3 for pair in taken) for side in (0, 1)]
        yield (
            f"{direction} the guest: Linux {mb_s[0]:.1f} MB/s, {cpu_ms[0]:.1f} ms/MB; uk-board "
            f"{mb_s[1]:.1f} MB/s, {cpu_ms[1]:.1f} ms/MB; median ratio {ratio:.2f}, cost {cost:.2f}"
        )


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    board = load_board("qemu-virt", board_folders())
    image = build(board, load_app("nettest", tree()).folder).image
    ours = ("-m", "128M", "-semihosting", "-kernel", str(image))
    with tempfile.TemporaryDirectory() as folder:
        linux = linux_options(Path(folder))
        with booted(b"netrate: ready", *linux) as one, booted(b"network: up", *ours) as other:
            for line in compare(rounds, one, other):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
