# SPDX-License-Identifier: BSD-3-Clause
"""Files of the core that know no hardware, compiled for the host."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import cffi

_HERE = Path(__file__).parent / "core"
_CORE = _HERE.parents[1] / "unikraft-port" / "core"
_FILES = ("format.c", "heap.c", "devicetree.c", "string.c")

# The C library's names are taken on the host.
_RENAMED = """
vsnprintf snprintf vsprintf sprintf malloc calloc realloc free errno memcpy memmove memset memcmp
strlen strnlen strcmp strncmp strchr strrchr strstr strncpy strtoul
"""
_CFLAGS = """
-std=gnu11 -O1 -g -shared -fPIC -fno-builtin -fno-strict-aliasing
-fno-tree-loop-distribute-patterns -U_FORTIFY_SOURCE
-Wall -Wextra -Werror -Wno-builtin-declaration-mismatch
"""

_CDEF = """
int host_format(char *buf, size_t size, const char *fmt, ...);
int core_sprintf(char *buf, const char *fmt, ...);
void *host_heap(void *memory, uint64_t size);
void *host_malloc(uint64_t size);
void *host_memalign(uint64_t align, uint64_t size);
void *host_realloc(void *ptr, uint64_t size);
void host_free(void *ptr);
int64_t host_available(void);
int64_t host_maxalloc(void);
struct devicetree_facts {
    uint64_t memory_base;
    uint64_t memory_size;
    const char *bootargs;
    uint64_t size;
};
void devicetree_scan(const void *blob, struct devicetree_facts *facts);
void *core_memcpy(void *dst, const void *src, size_t len);
void *core_memmove(void *dst, const void *src, size_t len);
void *core_memset(void *dst, int value, size_t len);
int core_memcmp(const void *a, const void *b, size_t len);
size_t core_strlen(const char *s);
int core_strcmp(const char *a, const char *b);
int core_strncmp(const char *a, const char *b, size_t len);
char *core_strchr(const char *s, int c);
char *core_strrchr(const char *s, int c);
char *core_strstr(const char *haystack, const char *needle);
unsigned long core_strtoul(const char *s, char **end, int base);
"""


class Core:
    """The compiled files (`lib`) and cffi's view of them (`ffi`)."""

    def __init__(self, library: Path) -> None:
        self.ffi: Any = cffi.FFI()
        self.ffi.cdef(_CDEF)
        self.lib: Any = self.ffi.dlopen(str(library))
        self.library = library


def compile_core(folder: Path) -> Path:
    """Compile the files into a shared library and return it."""
    library = folder / "core.so"
    subprocess.run(
        [
            "cc",
            *_CFLAGS.split(),
            *(f"-D{name}=core_{name}" for name in _RENAMED.split()),
            f"-I{_HERE / 'include'}",
            f"-I{_CORE / 'include'}",
            *(str(_CORE / name) for name in _FILES),
            str(_HERE / "host.c"),
            "-o",
            str(library),
        ],
        check=True,
    )
    return library
