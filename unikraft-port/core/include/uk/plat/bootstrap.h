/* SPDX-License-Identifier: BSD-3-Clause */
/* The end of the machine: halt, restart, crash. */
#ifndef __UKPLAT_BOOTSTRAP__
#define __UKPLAT_BOOTSTRAP__

#include <uk/essentials.h>

enum ukplat_gstate {
	UKPLAT_HALT,
	UKPLAT_RESTART,
	UKPLAT_SUSPEND,
	UKPLAT_CRASH,
};

void ukplat_terminate(enum ukplat_gstate request) __noreturn;

#define ukplat_halt()		ukplat_terminate(UKPLAT_HALT)
#define ukplat_restart()	ukplat_terminate(UKPLAT_RESTART)
#define ukplat_crash()		ukplat_terminate(UKPLAT_CRASH)

#endif /* __UKPLAT_BOOTSTRAP__ */
