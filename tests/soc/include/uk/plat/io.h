/* SPDX-License-Identifier: BSD-3-Clause */
/* A physical address that a test chooses for the one buffer it looks at. */
#ifndef __UKPLAT_IO_H__
#define __UKPLAT_IO_H__

#include <uk/arch/types.h>

__paddr_t ukplat_virt_to_phys(const volatile void *address);

#endif /* __UKPLAT_IO_H__ */
