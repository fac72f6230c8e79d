/* SPDX-License-Identifier: BSD-3-Clause */
/* Waking with interrupts masked. */
void uk_thread_wake_isr(struct uk_thread *thread);
