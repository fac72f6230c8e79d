/* SPDX-License-Identifier: BSD-3-Clause */
/* The one address space: everything where it is, with rights. */
#ifndef __PAGING_H__
#define __PAGING_H__

#include <uk/essentials.h>

enum paging_rights {
	PAGING_NONE,		/* every access faults */
	PAGING_RX,		/* code */
	PAGING_RO,		/* constants */
	PAGING_RW,		/* data */
	PAGING_UNCACHED,	/* memory shared with devices */
	PAGING_DEVICE,		/* registers, nGnRE */
};

/*
 * Give the pages [base, base + size) new rights. Both are multiples of 4 KiB.
 * 0, or -ENOMEM when a block had to be split and no table page is left.
 */
int paging_protect(__u64 base, __u64 size, enum paging_rights rights);

/* Hand pages over for translation tables; the core does at start. */
void paging_add_tables(void *pages, unsigned int count);

/* First byte after the image and its translation tables. */
__u64 paging_end(void);

#endif /* __PAGING_H__ */
