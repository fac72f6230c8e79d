/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses as devices see them: memory is mapped one to one. */
#ifndef __UKPLAT_IO_H__
#define __UKPLAT_IO_H__

#include <uk/arch/types.h>

static inline __paddr_t ukplat_virt_to_phys(const volatile void *address)
{
	return (__paddr_t)address;
}

#endif /* __UKPLAT_IO_H__ */
