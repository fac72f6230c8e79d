/* SPDX-License-Identifier: BSD-3-Clause */
/* lwIP in one thread: nothing is ever locked. */
#ifndef HOST_SYS_ARCH_H
#define HOST_SYS_ARCH_H

/* The name of the port of FreeRTOS */
#define ERR_NEED_SCHED	123

typedef int sys_sem_t;
typedef int sys_mutex_t;
typedef int sys_mbox_t;
typedef int sys_thread_t;
typedef int sys_prot_t;

#define sys_mutex_valid(m)		1
#define sys_mutex_set_invalid(m)	((void)(m))
#define sys_sem_valid(s)		1
#define sys_sem_set_invalid(s)		((void)(s))
#define sys_mbox_valid(m)		1
#define sys_mbox_set_invalid(m)		((void)(m))

#endif /* HOST_SYS_ARCH_H */
