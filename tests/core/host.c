/* SPDX-License-Identifier: BSD-3-Clause */
/* What the core's files need to stand alone, and doors for Python. */
#include <board.h>
#include <image.h>
#include <stdarg.h>
#include <uk/alloc.h>

/* All addresses are RAM: a test keeps its device trees where it likes. */
static const struct board_region everything = { 0, ~0UL };

const struct board board = {
	.name = "host",
	.ram = &everything,
	.ram_count = 1,
};

int core_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);

int host_format(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = core_vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}

struct uk_alloc *host_heap(void *memory, __sz size)
{
	struct uk_alloc *a = heap_init();

	return uk_alloc_addmem(a, memory, size) ? NULL : a;
}

void *host_malloc(__sz size)
{
	return uk_malloc(uk_alloc_get_default(), size);
}

void *host_memalign(__sz align, __sz size)
{
	return uk_memalign(uk_alloc_get_default(), align, size);
}

void *host_realloc(void *ptr, __sz size)
{
	return uk_realloc(uk_alloc_get_default(), ptr, size);
}

void host_free(void *ptr)
{
	uk_free(uk_alloc_get_default(), ptr);
}

__ssz host_available(void)
{
	return uk_alloc_availmem(uk_alloc_get_default());
}

__ssz host_maxalloc(void)
{
	return uk_alloc_maxalloc(uk_alloc_get_default());
}
