/* SPDX-License-Identifier: BSD-3-Clause */
/* For the authors of console drivers. */
#ifndef __UK_CONSOLE_DRIVER_H__
#define __UK_CONSOLE_DRIVER_H__

#include <uk/arch/limits.h>
#include <uk/arch/types.h>
#include <uk/assert.h>
#include <uk/console.h>
#include <uk/list.h>

typedef __ssz (*uk_console_out_func)(struct uk_console *dev, const char *buf,
				     __sz len);
typedef __ssz (*uk_console_in_func)(struct uk_console *dev, char *buf,
				    __sz len);

struct uk_console_ops {
	uk_console_out_func out;
	uk_console_in_func in;
};

#define UK_CONSOLE_FLAG_STDOUT	(1 << 0)
#define UK_CONSOLE_FLAG_STDIN	(1 << 1)

struct uk_console {
	__u16 id;
	const struct uk_console_ops *ops;
	const char *name;
	int flags;
	struct uk_list_head _list;
};

static inline void uk_console_init(struct uk_console *dev, const char *name,
				   const struct uk_console_ops *ops, int flags)
{
	dev->id = __U16_MAX;
	dev->ops = ops;
	dev->name = name;
	dev->flags = flags;
	UK_INIT_LIST_HEAD(&dev->_list);
}

void uk_console_register(struct uk_console *dev);

#endif /* __UK_CONSOLE_DRIVER_H__ */
