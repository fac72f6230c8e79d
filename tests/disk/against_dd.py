# SPDX-License-Identifier: BSD-3-Clause
"""How much faster than dd a sparse image comes onto a card, and what `image --update` writes.

    sudo .venv/bin/python tests/disk/against_dd.py [ROUNDS]

The card is a loop device that a blkio cgroup lets write 20 MiB/s and read 40 MiB/s, as a cheap
card does; the image has 256 MiB, of which 26.5 are data. dd and ours take turns, so that both
see the same load; the middle of each is compared. Ends with status 1 below 9 times without and
5 times with reading back, or where an update of a 200 KiB kernel writes 1 MiB.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from uk_board.disk.target import Target, opened
from uk_board.disk.writer import Source, write
from uk_board.media.layout import Contents, lay_out

MIB = 1 << 20
SIZE = 256 * MIB
WRITE_BPS, READ_BPS = 20 * MIB, 40 * MIB
CGROUP = Path("/sys/fs/cgroup/blkio/uk-board-against-dd")
WANTED = {"written": 9.0, "written and read back": 5.0}
UPDATE_BYTES = MIB
DEADLINE_S = 600


def image_in(folder: Path) -> Path:
    """Make the image: 24 MiB at its start, and 40 pieces of 64 KiB all over it."""
    file, rng = folder / "sd.img", random.Random(1)
    with file.open("wb") as stream:
        stream.truncate(SIZE)
        stream.write(rng.randbytes(24 * MIB))
        for number in range(40):
            stream.seek(32 * MIB + number * 5 * MIB)
            stream.write(rng.randbytes(64 << 10))
    return file


@contextmanager
def slow_card(folder: Path) -> Iterator[str]:
    """Yield a loop device that is as slow as a card, for this process and its children."""
    backing = folder / "card"
    backing.write_bytes(bytes(SIZE))
    device = output("losetup", "--find", "--show", backing)
    try:
        number = Path(device).stat().st_rdev
        limited = f"{os.major(number)}:{os.minor(number)}"
        CGROUP.mkdir(exist_ok=True)
        (CGROUP / "blkio.throttle.write_bps_device").write_text(f"{limited} {WRITE_BPS}")
        (CGROUP / "blkio.throttle.read_bps_device").write_text(f"{limited} {READ_BPS}")
        (CGROUP / "cgroup.procs").write_text(str(os.getpid()))
        yield device
    finally:
        (CGROUP.parent / "cgroup.procs").write_text(str(os.getpid()))
        output("losetup", "--detach", device)
        CGROUP.rmdir()


def output(*command: object) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        check=True,
        timeout=DEADLINE_S,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def dd(image: Path, device: str) -> float:
    begin_s = time.monotonic()
    output("dd", f"if={image}", f"of={device}", "bs=4M", "oflag=direct", "conv=fsync")
    return time.monotonic() - begin_s


def ours(image: Path, device: str) -> tuple[float, float]:
    """Return the seconds until all is written, and until all is compared and bootable."""
    written_s: list[float] = []

    def written(target: Target) -> None:
        written_s.append(time.monotonic())

    begin_s = time.monotonic()
    source = Source(image)
    with opened(Path(device)) as target:
        write(source, target, written=written)
    source.close()
    return written_s[0] - begin_s, time.monotonic() - begin_s


def command(image: Path, device: str) -> float:
    """Return the seconds of the whole command, from the shell's prompt to the next."""
    flash = [sys.executable, "-c", "from uk_board.cli import main; main()", "flash", "rpi4"]
    begin_s = time.monotonic()
    output(*flash, "--medium", image, "--device", device, "--force", device, "--yes")
    return time.monotonic() - begin_s


def update(folder: Path) -> tuple[int, int]:
    """Return what an update of a 200 KiB kernel says that it writes, and what did change."""
    file, kernel = folder / "medium.img", folder / "kernel8.img"
    rng = random.Random(2)
    lay_out(Contents({"kernel8.img": rng.randbytes(200_000)}, {}), 64 * MIB).write(file)
    before = memoryview(file.read_bytes())
    kernel.write_bytes(rng.randbytes(200 << 10))
    run = [sys.executable, "-c", "from uk_board.cli import main; main()", "image", "--json"]
    said = json.loads(output(*run, "--update", file, "--file", f"kernel8.img={kernel}"))
    after = memoryview(file.read_bytes())
    sectors = (slice(at, at + 512) for at in range(0, len(before), 512))
    changed = sum(512 for sector in sectors if before[sector] != after[sector])
    return int(said["written_bytes"]), changed


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(rounds: int) -> int:
    found: dict[str, list[float]] = {name: [] for name in ("dd", *WANTED, "whole command")}
    with tempfile.TemporaryDirectory(prefix="uk-board-") as made:
        folder = Path(made)
        image = image_in(folder)
        with slow_card(folder) as device:
            for number in range(1, rounds + 1):
                found["dd"].append(dd(image, device))
                without, whole = ours(image, device)
                found["written"].append(without)
                found["written and read back"].append(whole)
                found["whole command"].append(command(image, device))
                times = ", ".join(f"{name} {each[-1]:.2f} s" for name, each in found.items())
                tell(f"{number}: {times}")
        said, changed = update(folder)
    middle = {name: statistics.median(values) for name, values in found.items()}
    ratios = {name: middle["dd"] / seconds for name, seconds in middle.items() if name != "dd"}
    for name, ratio in ratios.items():
        both = f"{middle[name]:.2f} s, dd {middle['dd']:.2f} s"
        tell(f"{name}: {ratio:.1f} times as fast as dd ({both})")
    tell(f"update of a 200 KiB kernel: {said:,} bytes written, sectors of {changed:,} changed")
    good = all(ratios[name] >= least for name, least in WANTED.items()) and said < UPDATE_BYTES
    return 0 if good and changed <= said else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
