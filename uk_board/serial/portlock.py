# SPDX-License-Identifier: BSD-3-Clause
"""One program at a time has a port: a lock that says whose it is, and ends with its process."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import tempfile
from pathlib import Path

from uk_board.errors import BenchError

# Where locks of devices are, for all users (Filesystem Hierarchy Standard 3.0, 5.9).
_FOLDERS = (Path("/run/lock"), Path("/var/lock"))


def lock_folder() -> Path:
    """Return where locks lie: one place for all users."""
    usable = (folder for folder in _FOLDERS if os.access(folder, os.W_OK | os.X_OK))
    return next(usable, Path(tempfile.gettempdir()))


class PortLock:
    """The lock of a port, held until `release`; the kernel frees it when its process dies.

    `name` is what the port is, `owner` is told to whoever finds it taken.
    """

    def __init__(self, name: str, owner: str, folder: Path) -> None:
        """Take it. Raises: BenchError, which says who has it."""
        self.file = _file_of(name, folder)
        self._fd = _open(self.file)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            said = os.pread(self._fd, 200, 0).decode("utf-8", "replace").strip()
            os.close(self._fd)
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise BenchError(str(self.file), f"cannot be locked: {error.strerror}") from error
            by = said or "another uk-board"
            raise BenchError(name, f"is taken by {by}; only one may read a console") from None
        self._tell(f"process {os.getpid()} of {owner}")

    def _tell(self, text: str) -> None:
        try:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, f"{text}\n".encode(), 0)
        except OSError:
            return  # another user's file: locked all the same

    def release(self) -> None:
        """Free the port. May be called more than once."""
        if self._fd >= 0:
            # Its text would be wrong from now on; the file stays: a lock needs one that does.
            self._tell("")
            os.close(self._fd)
            self._fd = -1


def _file_of(name: str, folder: Path) -> Path:
    return folder / f"uk-board-{re.sub('[^A-Za-z0-9.]+', '-', name).strip('-')}.lock"


def holder(name: str, folder: Path) -> str:
    """Return who has the lock of a port, "" if nobody has."""
    try:
        fd = os.open(_file_of(name, folder), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return ""
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return os.pread(fd, 200, 0).decode("utf-8", "replace").strip() or "another uk-board"
    finally:
        os.close(fd)
    return ""


def _open(file: Path) -> int:
    flags = os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        return os.open(file, os.O_RDWR | os.O_CREAT | flags, 0o644)
    except PermissionError:
        pass  # another user made it: to lock it, reading it is enough
    except OSError as error:
        raise BenchError(str(file), f"cannot be made: {error.strerror}") from error
    try:
        return os.open(file, os.O_RDONLY | flags)
    except OSError as error:
        raise BenchError(str(file), f"cannot be opened: {error.strerror}") from error


def users_of(node: Path, proc: Path) -> list[tuple[int, str]]:
    """Return the other processes that have a device node open, as far as one may look."""
    found = []
    for folder in proc.glob("[0-9]*"):
        try:
            if int(folder.name) != os.getpid() and _has_open(folder, node):
                name = (folder / "comm").read_text(errors="replace").strip()
                found.append((int(folder.name), name))
        except OSError:
            continue  # another user's, or gone meanwhile
    return sorted(found)


def _has_open(process: Path, node: Path) -> bool:
    return any(link.readlink() == node for link in (process / "fd").iterdir())
