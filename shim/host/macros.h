/* SPDX-License-Identifier: BSD-3-Clause */
/* Macros whose parameters no function has. Plain declarations: cffi reads them. */
#ifndef SHIM_HOST_MACROS_H
#define SHIM_HOST_MACROS_H

void test_old_binary(SemaphoreHandle_t *made);
void test_yield_from_isr(BaseType_t *woken);
void test_delay_until(TickType_t *previous, TickType_t increment);
TickType_t test_ms_to_ticks(uint32_t ms);
TickType_t test_ticks_to_ms(uint32_t ticks);
BaseType_t test_timer_command(TimerHandle_t timer, BaseType_t id, TickType_t value);
void test_yield_core(BaseType_t core);
void test_masks(uint64_t *masked);

#endif /* SHIM_HOST_MACROS_H */
