# SPDX-License-Identifier: BSD-3-Clause
"""`uk-board run`: every way an image can end, each with its status and its words."""

from __future__ import annotations

import os
import pty
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from uk_board.emulation.emulator import Emulator
from uk_board.emulation.launch import Launch, gdb_command
from uk_board.emulation.runner import Image, RunResult, image_from_file, run
from uk_board.errors import BenchError, MissingError
from uk_board.facts.board import Board

DEADLINE_S = 60.0
UK_BOARD = [sys.executable, "-c", "from uk_board.cli import main; main()"]
LoadBoard = Callable[[str], Board]
MakeImage = Callable[..., Path]
Cli = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_file(board: LoadBoard) -> Callable[..., RunResult]:
    def start(file: Path, timeout_s: float = DEADLINE_S, elf: Path | None = None) -> RunResult:
        emulator = Emulator(board("qemu-virt"), Launch(file))
        return run(emulator, Image(file.stem, file, elf), timeout_s=timeout_s)

    return start


@pytest.fixture
def cli() -> Cli:
    def start(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [*UK_BOARD, *map(str, arguments)]
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )

    return start


def test_the_result_has_the_programs_status(
    run_file: Callable[..., RunResult], make_image: MakeImage
) -> None:
    assert run_file(make_image("images/hello.S", status=42)).status == 42


def test_a_silent_image_is_said_to_have_printed_nothing_and_where_it_is(
    run_file: Callable[..., RunResult], make_image: MakeImage
) -> None:
    file = make_image("bad/images/silent.S")
    with pytest.raises(BenchError, match=r"silent printed nothing at all in 0\.5 s") as error:
        run_file(file, timeout_s=0.5, elf=file.with_suffix(".elf"))
    assert "silent_loop" in str(error.value)
    assert "EL1" in str(error.value)


def test_an_image_that_faults_without_report_shows_its_last_lines(
    run_file: Callable[..., RunResult], make_image: MakeImage
) -> None:
    with pytest.raises(BenchError, match="faults still runs after 1 s, its last output") as error:
        run_file(make_image("bad/images/faults.S"), timeout_s=1)
    assert error.value.last_lines == ("about to fault",)


def test_an_image_that_prints_for_ever_is_ended(
    run_file: Callable[..., RunResult], make_image: MakeImage
) -> None:
    with pytest.raises(BenchError, match="babbles still runs after 1 s") as error:
        run_file(make_image("bad/images/babbles.S"), timeout_s=1)
    assert "and another line" in error.value.last_lines


def test_a_crashed_image_shows_function_file_and_line(
    run_file: Callable[..., RunResult], make_image: MakeImage
) -> None:
    file = make_image("bad/images/crashes.S")
    with pytest.raises(BenchError, match="crashes crashed: data abort, write to") as error:
        run_file(file, elf=file.with_suffix(".elf"))
    text = str(error.value)
    assert "thread: worker" in text
    assert "crash_culprit" in text
    assert "crashes.S:" in text
    assert error.value.last_lines == ("starting",)


def test_a_crash_before_a_hang_does_not_wait_for_the_deadline(
    board: LoadBoard, make_image: MakeImage
) -> None:
    image = make_image("bad/images/crashes_and_hangs.S")
    emulator = Emulator(board("qemu-virt"), Launch(image))
    with pytest.raises(BenchError, match="crashed: nothing works any more"):
        run(emulator, Image("image", image), timeout_s=None)


def test_the_user_can_end_a_run(board: LoadBoard, make_image: MakeImage) -> None:
    image = make_image("bad/images/babbles.S")
    emulator = Emulator(board("qemu-virt"), Launch(image))
    stop = threading.Event()

    def end() -> None:
        stop.set()
        emulator.console.wake()

    threading.Timer(0.3, end).start()
    assert run(emulator, Image("image", image), timeout_s=DEADLINE_S, stop=stop).status is None


def test_an_image_file_brings_its_symbols(make_image: MakeImage) -> None:
    raw = make_image("images/hello.S")
    elf = raw.with_suffix(".elf")
    assert image_from_file(raw).elf == elf
    assert image_from_file(elf).elf == elf
    elf.unlink()
    assert image_from_file(raw).elf is None
    with pytest.raises(MissingError, match="no such image"):
        image_from_file(elf)


def test_run_prints_the_console_and_exits_with_the_programs_status(
    cli: Cli, make_image: MakeImage, tmp_path: Path
) -> None:
    log = tmp_path / "console.log"
    image = make_image("images/hello.S", "rpi4", status=3)
    done = cli("run", "rpi4", "--image", image, "--log", log)
    assert (done.returncode, done.stdout) == (3, "hello from a test image\n")
    assert "uk-board: rpi4: hello ended with status 3 after " in done.stderr
    assert log.read_text() == "hello from a test image\n"


def test_run_of_a_crash_ends_with_status_one_and_the_source_line(
    cli: Cli, make_image: MakeImage
) -> None:
    done = cli("run", "qemu-virt", "--image", make_image("bad/images/crashes.S"))
    assert done.returncode == 1
    assert "uk-board: qemu-virt: crashes crashed: data abort" in done.stderr
    assert "crash_culprit" in done.stderr
    assert "Traceback" not in done.stderr


def test_run_of_a_silent_image_ends_by_its_timeout(cli: Cli, make_image: MakeImage) -> None:
    image = make_image("bad/images/silent.S")
    done = cli("run", "qemu-virt", "--image", image, "--timeout", "0.5")
    assert done.returncode == 1
    assert "silent printed nothing at all in 0.5 s; core 0 is at" in done.stderr
    assert "try: uk-board run qemu-virt --gdb, or a longer --timeout" in done.stderr


def test_run_of_a_board_without_emulator_is_a_usage_error(cli: Cli) -> None:
    done = cli("run", "pine64")
    assert done.returncode == 2
    assert done.stderr.startswith("uk-board: pine64: has no emulator; ")


def test_run_of_a_missing_image_is_a_missing_file(cli: Cli) -> None:
    done = cli("run", "rpi4", "--image", "nowhere.img")
    assert (done.returncode, done.stderr) == (3, "uk-board: nowhere.img: no such image\n")


def test_a_log_that_cannot_be_written_is_a_usage_error(cli: Cli, make_image: MakeImage) -> None:
    image = make_image("images/hello.S")
    done = cli("run", "qemu-virt", "--image", image, "--log", image / "log")
    assert done.returncode == 2
    assert "cannot be written: Not a directory" in done.stderr


def test_dry_run_prints_the_command_and_starts_nothing(cli: Cli, make_image: MakeImage) -> None:
    image = make_image("images/hello.S")
    done = cli("run", "rpi4", "--image", image, "--dry-run", "--append", "a=1", "--icount")
    assert done.returncode == 0
    assert done.stdout.startswith("qemu-system-aarch64 -M raspi4b ")
    assert "-append 'ukboard.lacks=" in done.stdout
    assert done.stdout.endswith(" a=1' -icount shift=0,sleep=off\n")


def test_gdb_is_told_how_to_connect() -> None:
    command = gdb_command(Path("image.elf"), 1234)
    assert command == "gdb-multiarch image.elf -ex 'target remote :1234'"


def test_gdb_on_a_port_in_use_is_a_clear_error(cli: Cli, make_image: MakeImage) -> None:
    image = make_image("images/hello.S")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        done = cli("run", "qemu-virt", "--image", image, "--gdb", port)
    assert done.returncode == 1
    assert "waiting for gdb" not in done.stderr
    assert f"--gdb {port}: this TCP port cannot be used: Address already in use" in done.stderr


def test_a_reader_that_goes_away_ends_the_run_quietly(make_image: MakeImage) -> None:
    image = make_image("bad/images/babbles.S")
    command = [*UK_BOARD, "run", "qemu-virt", "--image", str(image)]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"and another line\n"
        process.stdout.close()
        assert process.wait(DEADLINE_S) == 0
        assert b"Traceback" not in process.stderr.read()


class Terminal:
    """`uk-board run` on a terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execv(sys.executable, [*UK_BOARD, *arguments])
        self.output = b""

    def read(self) -> bool:
        """Read some output; False at the end."""
        poller = select.poll()
        poller.register(self.fd, select.POLLIN)
        assert poller.poll(DEADLINE_S * 1000), f"nothing more comes: {self.output!r}"
        try:
            self.output += os.read(self.fd, 4096)
        except OSError:  # what a pty answers when its other side is closed
            return False
        return True

    def expect(self, text: bytes) -> None:
        while text not in self.output:
            assert self.read(), f"ended without {text!r}: {self.output!r}"

    def type(self, keys: bytes) -> None:
        os.write(self.fd, keys)

    def wait(self) -> int:
        """Read to the end, and return the exit status."""
        while self.read():
            pass
        os.close(self.fd)
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


@pytest.fixture
def echo_on_terminal(make_image: MakeImage) -> Terminal:
    terminal = Terminal("run", "qemu-virt", "--image", str(make_image("images/echo.S")))
    terminal.expect(b"ready")
    return terminal


def test_keys_go_to_the_board_one_by_one_and_without_local_echo(echo_on_terminal: Terminal) -> None:
    echo_on_terminal.type(b"xyz")
    echo_on_terminal.expect(b"xyz")
    echo_on_terminal.type(b"q")
    assert echo_on_terminal.wait() == 0
    assert echo_on_terminal.output.count(b"xyz") == 1
    assert b"ended with status 0" in echo_on_terminal.output


def test_the_end_key_ends_the_run(echo_on_terminal: Terminal) -> None:
    echo_on_terminal.type(b"\x1d")
    assert echo_on_terminal.wait() == 0
    assert b"ended with Ctrl-]" in echo_on_terminal.output


def test_ctrl_c_ends_the_run(echo_on_terminal: Terminal) -> None:
    echo_on_terminal.type(b"\x03")
    assert echo_on_terminal.wait() == 130
    assert b"uk-board: interrupted" in echo_on_terminal.output


def test_sigterm_ends_the_run_in_order(echo_on_terminal: Terminal) -> None:
    os.kill(echo_on_terminal.pid, signal.SIGTERM)
    assert echo_on_terminal.wait() == 128 + signal.SIGTERM
    assert b"Traceback" not in echo_on_terminal.output
