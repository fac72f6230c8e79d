/* SPDX-License-Identifier: BSD-3-Clause */
/* The console as a byte stream. */
#ifndef __UK_CONSOLE_H__
#define __UK_CONSOLE_H__

#include <uk/arch/types.h>

struct uk_console;

struct uk_console *uk_console_get(__u16 id);
__u16 uk_console_count(void);

/* Bytes written or read, or a negative errno; input does not wait. */
__ssz uk_console_out(const char *buf, __sz len);
__ssz uk_console_in(char *buf, __sz len);
__ssz uk_console_out_direct(struct uk_console *dev, const char *buf, __sz len);
__ssz uk_console_in_direct(struct uk_console *dev, char *buf, __sz len);

#endif /* __UK_CONSOLE_H__ */
