# SPDX-License-Identifier: BSD-3-Clause
"""What a medium would start: config.txt and files, read as the Raspberry Pi's firmware reads them.

Source: Raspberry Pi documentation, config.txt: "File format", "Conditional filters",
"kernel", "kernel_address", "device_tree", "cmdline".
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from uk_board.build.image import ALIGNMENT, read_header
from uk_board.errors import UkBoardError
from uk_board.media.layout import COMMAND_LINE
from uk_board.media.medium import Medium

_DEFAULT_KERNEL = "kernel8.img"
# Where a 64-bit kernel goes that does not say (config.txt documentation, kernel_address).
_DEFAULT_ADDRESS = 0x200000
_LARGEST_KERNEL_BYTES = 256 << 20


@dataclass(frozen=True)
class BootFiles:
    """What the firmware hands over to the processor; `device_tree` None: it finds none."""

    kernel_name: str
    kernel: bytes
    load_address: int
    arguments: str = ""
    device_tree: bytes | None = None
    device_tree_name: str = ""


def parse_config(text: str, filters: Sequence[str]) -> dict[str, str]:
    """Return the settings that hold on a machine to which `filters` apply.

    A later setting of the same name wins. Sections such as [pi4] hold until the next;
    unknown ones are taken as not fulfilled.
    """
    settings: dict[str, str] = {}
    holds = True
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1].strip().lower()
            holds = name == "all" or (name in filters and name != "none")
        elif holds and "=" in line:
            key, _, value = line.partition("=")
            settings[key.strip()] = value.strip()
    return settings


def read_boot_files(
    medium: Medium, device_trees: Sequence[str] = (), filters: Sequence[str] = ()
) -> BootFiles:
    """Return what the firmware would start from a medium.

    `device_trees` are the names it looks for where config.txt names none, the best first.

    Raises:
        UkBoardError: config.txt is missing, or names what is not there or cannot start.
    """
    where = str(medium.path)
    text = medium.file("config.txt")
    if text is None:
        raise UkBoardError(where, "has no config.txt; the firmware needs arm_64bit=1 from it")
    settings = parse_config(text.decode("utf-8", "replace"), filters)
    prefix = settings.get("os_prefix", "")
    name = prefix + settings.get("kernel", _DEFAULT_KERNEL)
    if settings.get("arm_64bit", "1") == "0":
        raise UkBoardError(f"{where}: config.txt", "arm_64bit is 0; our images are 64-bit")
    kernel = _kernel(medium, name)
    tree_name, tree = _device_tree(medium, settings, prefix, device_trees)
    arguments = medium.file(prefix + settings.get("cmdline", COMMAND_LINE)) or b""
    return BootFiles(
        name,
        kernel,
        _address(settings, kernel, where),
        " ".join(arguments.decode("utf-8", "replace").split()),
        tree,
        tree_name,
    )


def _kernel(medium: Medium, name: str) -> bytes:
    raw = medium.file(name)
    if raw is None:
        known = ", ".join(entry.path for entry in medium.volume().walk()) or "none"
        raise UkBoardError(
            f"{medium.path}: config.txt", f'kernel is "{name}", which is not there; files: {known}'
        )
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    try:
        packed = zlib.decompressobj(wbits=31)
        data = packed.decompress(raw, _LARGEST_KERNEL_BYTES)
    except zlib.error as error:
        raise UkBoardError(f"{medium.path}: {name}", f"is corrupt gzip: {error}") from error
    if not packed.eof:
        raise UkBoardError(f"{medium.path}: {name}", "is cut off gzip, or more than 256 MiB")
    return data


def _device_tree(
    medium: Medium, settings: Mapping[str, str], prefix: str, names: Sequence[str]
) -> tuple[str, bytes | None]:
    named = settings.get("device_tree")
    for name in [named] if named else names:
        tree = medium.file(prefix + name)
        if tree is not None:
            return prefix + name, tree
        if named:
            raise UkBoardError(
                f"{medium.path}: config.txt", f'device_tree is "{name}", which is not there'
            )
    return "", None


def _address(settings: Mapping[str, str], kernel: bytes, where: str) -> int:
    text = settings.get("kernel_address")
    if text is not None:
        try:
            return int(text, 0)
        except ValueError:
            raise UkBoardError(
                f"{where}: config.txt", f'kernel_address is "{text}"; a number is expected'
            ) from None
    try:
        offset = read_header(kernel).text_offset
    except UkBoardError:
        return _DEFAULT_ADDRESS
    return offset or ALIGNMENT
