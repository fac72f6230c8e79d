/* SPDX-License-Identifier: BSD-3-Clause */
/* The consoles that drivers registered, and the streams over them. */
#include <errno.h>
#include <uk/console.h>
#include <uk/console/driver.h>

static UK_LIST_HEAD(consoles);
static __u16 count;

void uk_console_register(struct uk_console *dev)
{
	dev->id = count++;
	uk_list_add_tail(&dev->_list, &consoles);
}

__u16 uk_console_count(void)
{
	return count;
}

struct uk_console *uk_console_get(__u16 id)
{
	struct uk_console *dev;

	uk_list_for_each_entry(dev, &consoles, _list) {
		if (dev->id == id)
			return dev;
	}
	return NULL;
}

__ssz uk_console_out_direct(struct uk_console *dev, const char *buf, __sz len)
{
	return dev->ops->out ? dev->ops->out(dev, buf, len) : -ENOTSUP;
}

__ssz uk_console_in_direct(struct uk_console *dev, char *buf, __sz len)
{
	return dev->ops->in ? dev->ops->in(dev, buf, len) : -ENOTSUP;
}

__ssz uk_console_out(const char *buf, __sz len)
{
	struct uk_console *dev;
	__ssz written = 0;

	uk_list_for_each_entry(dev, &consoles, _list) {
		if (dev->flags & UK_CONSOLE_FLAG_STDOUT)
			written = uk_console_out_direct(dev, buf, len);
	}
	return written;
}

__ssz uk_console_in(char *buf, __sz len)
{
	struct uk_console *dev;
	__ssz got = 0;

	uk_list_for_each_entry(dev, &consoles, _list) {
		if (dev->flags & UK_CONSOLE_FLAG_STDIN)
			got = uk_console_in_direct(dev, buf, len);
		if (got > 0)
			break;
	}
	return got;
}
