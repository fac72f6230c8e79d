# SPDX-License-Identifier: BSD-3-Clause
"""The files of a small tree: a core, drivers and an app that build in a moment."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# A core of one file each: enough to link an image with its header.
SMALL_TREE = {
    "unikraft-port/core/lib.toml": 'caption = "A small core"\ninclude = ["include"]\n',
    "unikraft-port/core/config.toml": "CONFIG_A = 1\nCONFIG_B = true\nCONFIG_C = 'text'\n",
    "unikraft-port/core/image.ld": (
        "ENTRY(_start)\n"
        "SECTIONS { . = LOAD_ADDRESS; .text : { KEEP(*(.text.boot)) *(.text.*) }\n"
        ". = ALIGN(4096); .rodata : { *(.rodata*) } . = ALIGN(4096); .data : { *(.data*) }\n"
        ".bss (NOLOAD) : { *(.bss*) } /DISCARD/ : { *(.comment) } }\n"
    ),
    "unikraft-port/core/boot.S": (
        '.section .text.boot, "ax"\n.global _start\n_start: b core_main\n.long 0\n'
        '.quad 0, 0, 0, 0, 0, 0\n.ascii "ARM\\x64"\n.long 0\n'
    ),
    "unikraft-port/core/core.c": (
        "#include <board.h>\n#include <uk/config.h>\nint main(void);\nint counter;\n"
        "void core_main(void)\n"
        "{ counter = board.console_init() + CONFIG_A; main(); board.reset(); }\n"
    ),
    "unikraft-port/core/include/uk/essentials.h": (
        "typedef unsigned long __u64, __uptr, __sz; typedef unsigned int __u32;\n"
    ),
    "unikraft-port/core/include/board.h": (ROOT / "unikraft-port/core/include/board.h").read_text(),
    "apps/small/app.toml": 'caption = "A small app"\n',
    "apps/small/main.c": (
        '#include "greeting.h"\nconst char *said;\nint main(void) { said = GREETING; return 0; }\n'
    ),
    "apps/small/greeting.h": '#define GREETING "good morning"\n',
}


def driver(name: str, device_class: str, *functions: str, fields: str = "base") -> dict[str, str]:
    """Return the files of a driver below unikraft-port/soc/."""
    declared = "".join(f"int {name}_{function};\n" for function in functions)
    members = "".join(f"__uptr {field}; " for field in fields.split())
    prototypes = declared.replace(";", f"(struct {name} *dev);")
    bodies = declared.replace(";", f"(struct {name} *dev) {{ (void)dev; return 0; }}")
    regions = ", ".join(f'"{field}"' for field in fields.split())
    return {
        f"unikraft-port/soc/{name}/driver.toml": (
            f'caption = "Driver {name}"\nclass = "{device_class}"\ncompatible = ["test,{name}"]\n'
            f"regions = [{regions}]\n"
        ),
        f"unikraft-port/soc/{name}/{name}.h": (
            f"#include <uk/essentials.h>\nstruct {name} {{ {members}}};\n{prototypes}"
        ),
        f"unikraft-port/soc/{name}/{name}.c": f'#include "{name}.h"\n{bodies}',
        f"unikraft-port/soc/{name}/{name}_test.c": "#error a host test is no part of an image\n",
    }


def write_tree(root: Path, files: dict[str, str]) -> Path:
    """Write `files` below `root` and return it."""
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root
