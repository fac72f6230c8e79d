/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP with threads, as its FreeRTOS port wants it. */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#define NO_SYS				0
#define SYS_LIGHTWEIGHT_PROT		1
#define LWIP_NETCONN_SEM_PER_THREAD	0
#define LWIP_TCPIP_CORE_LOCKING		1
#define LWIP_FREERTOS_CHECK_CORE_LOCKING	1

void sys_check_core_locking(void);
#define LWIP_ASSERT_CORE_LOCKED()	sys_check_core_locking()
void sys_mark_tcpip_thread(void);
#define LWIP_MARK_TCPIP_THREAD()	sys_mark_tcpip_thread()

#endif /* LWIPOPTS_H */
