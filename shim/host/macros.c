/* SPDX-License-Identifier: BSD-3-Clause */
/* Macros with parameters that no function call stands for, made callable. */
#include "shim.h"
#include "macros.h"

void test_old_binary(SemaphoreHandle_t *made)
{
	vSemaphoreCreateBinary(*made);
}

void test_yield_from_isr(BaseType_t *woken)
{
	portYIELD_FROM_ISR(*woken);
	portEND_SWITCHING_ISR(*woken);
}

void test_delay_until(TickType_t *previous, TickType_t increment)
{
	vTaskDelayUntil(previous, increment);
}

TickType_t test_ms_to_ticks(uint32_t ms)
{
	return pdMS_TO_TICKS(ms);
}

TickType_t test_ticks_to_ms(uint32_t ticks)
{
	return pdTICKS_TO_MS(ticks);
}

/* Whether interrupts are masked at each step of nested masks. */
void test_masks(uint64_t *masked)
{
	UBaseType_t outer, inner;

	outer = taskENTER_CRITICAL_FROM_ISR();
	masked[0] = (uint64_t)ukplat_lcpu_irqs_disabled();
	inner = portSET_INTERRUPT_MASK_FROM_ISR();
	masked[1] = (uint64_t)ukplat_lcpu_irqs_disabled();
	portCLEAR_INTERRUPT_MASK_FROM_ISR(inner);
	masked[2] = (uint64_t)ukplat_lcpu_irqs_disabled();
	taskEXIT_CRITICAL_FROM_ISR(outer);
	masked[3] = (uint64_t)ukplat_lcpu_irqs_disabled();
}

BaseType_t test_timer_command(TimerHandle_t timer, BaseType_t id,
			      TickType_t value)
{
	return xTimerGenericCommand(timer, id, value, NULL, 0);
}

void test_yield_core(BaseType_t core)
{
	portYIELD_CORE(core);
}
