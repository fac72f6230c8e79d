/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's interrupt handlers: several may share a line. */
#include "shim.h"
#include "esp_intr_alloc.h"

#include <uk/intctlr.h>

struct esp_line;

struct intr_handle_data_t {
	struct shim_list link;		/* must be first; of the line's handlers */
	struct esp_line *line;
	intr_handler_t handler;
	void *arg;
	const volatile uint32_t *status; /* its own bits of it; NULL: all */
	uint32_t mask;
	bool shared;
	bool enabled;
};

/* A line of the interrupt controller that some handler was allocated for. */
struct esp_line {
	struct esp_line *next;
	struct shim_list handlers;
	int number;
	unsigned int enabled;		/* how many of the handlers are */
};

static struct esp_line *lines;

static int esp_line_entry(void *arg)
{
	struct esp_line *line = arg;
	struct intr_handle_data_t *handle;
	struct shim_list *pos, *next;

	for (pos = line->handlers.next; pos != &line->handlers; pos = next) {
		handle = (struct intr_handle_data_t *)pos;
		next = pos->next;	/* it may disable itself */
		if (handle->enabled
		    && (!handle->status || *handle->status & handle->mask))
			handle->handler(handle->arg);
	}
	return 1;
}

static struct esp_line *esp_line_find(int number)
{
	struct esp_line *line = lines;

	while (line && line->number != number)
		line = line->next;
	return line;
}

static struct esp_line *esp_line_get(int number)
{
	struct esp_line *line = esp_line_find(number);

	if (line)
		return line;
	line = shim_alloc(sizeof(*line));
	if (!line)
		return NULL;
	line->number = number;
	line->enabled = 0;
	shim_list_init(&line->handlers);
	line->next = lines;
	lines = line;
	return line;
}

/* Whether one more handler may go onto a line. */
static bool esp_line_is_free(const struct esp_line *line, bool shared)
{
	const struct intr_handle_data_t *first;

	if (shim_list_empty(&line->handlers))
		return true;
	first = (const struct intr_handle_data_t *)line->handlers.next;
	return shared && first->shared;
}

esp_err_t shim_esp_intr_enable(intr_handle_t handle)
{
	unsigned long flags;
	int rc = 0;

	if (!handle)
		return ESP_ERR_INVALID_ARG;
	flags = ukplat_lcpu_save_irqf();
	if (!handle->enabled) {
		/* Registering unmasks the line: so that waits until now. */
		if (handle->line->enabled == 0)
			rc = uk_intctlr_irq_register(
				(unsigned int)handle->line->number,
				esp_line_entry, handle->line);
		if (rc == 0) {
			handle->line->enabled++;
			handle->enabled = true;
		}
	}
	ukplat_lcpu_restore_irqf(flags);
	return rc == 0 ? ESP_OK : ESP_ERR_NOT_FOUND;
}

esp_err_t shim_esp_intr_disable(intr_handle_t handle)
{
	unsigned long flags;

	if (!handle)
		return ESP_ERR_INVALID_ARG;
	flags = ukplat_lcpu_save_irqf();
	if (handle->enabled) {
		handle->enabled = false;
		if (--handle->line->enabled == 0)
			uk_intctlr_irq_unregister(
				(unsigned int)handle->line->number,
				esp_line_entry);
	}
	ukplat_lcpu_restore_irqf(flags);
	return ESP_OK;
}

esp_err_t shim_esp_intr_free(intr_handle_t handle)
{
	unsigned long flags;

	if (!handle)
		return ESP_ERR_INVALID_ARG;
	shim_esp_intr_disable(handle);
	flags = ukplat_lcpu_save_irqf();
	shim_list_remove(&handle->link);
	ukplat_lcpu_restore_irqf(flags);
	shim_free(handle);
	return ESP_OK;
}

int shim_esp_intr_number(intr_handle_t handle)
{
	return handle->line->number;
}

/* Put a handler onto its line, and enable it unless @p flags say otherwise. */
static esp_err_t esp_handle_attach(struct intr_handle_data_t *handle,
				   int flags, intr_handle_t *made)
{
	unsigned long mask = ukplat_lcpu_save_irqf();
	esp_err_t error = ESP_OK;

	shim_list_insert_after(handle->line->handlers.prev, &handle->link);
	ukplat_lcpu_restore_irqf(mask);
	if (made)
		*made = handle;
	if (!(flags & ESP_INTR_FLAG_INTRDISABLED))
		error = shim_esp_intr_enable(handle);
	if (error != ESP_OK) {
		shim_esp_intr_free(handle);
		if (made)
			*made = NULL;
	}
	return error;
}

esp_err_t shim_esp_intr_alloc_status(int source, int flags, uint32_t reg,
				     uint32_t mask, intr_handler_t handler,
				     void *arg, intr_handle_t *made)
{
	bool shared = (flags & ESP_INTR_FLAG_SHARED) != 0;
	struct intr_handle_data_t *handle;
	struct esp_line *line;

	if (!handler || (reg && !mask))
		return ESP_ERR_INVALID_ARG;
	if (source < 0)		/* ESP-IDF's own timers and software interrupts */
		return ESP_ERR_NOT_FOUND;
	line = esp_line_get(source);
	if (!line)
		return ESP_ERR_NO_MEM;
	if (!esp_line_is_free(line, shared))
		return ESP_ERR_NOT_FOUND;
	handle = shim_alloc(sizeof(*handle));
	if (!handle)
		return ESP_ERR_NO_MEM;
	handle->line = line;
	handle->handler = handler;
	handle->arg = arg;
	handle->status = (const volatile uint32_t *)(uintptr_t)reg;
	handle->mask = mask;
	handle->shared = shared;
	handle->enabled = false;
	return esp_handle_attach(handle, flags, made);
}

esp_err_t shim_esp_intr_alloc(int source, int flags, intr_handler_t handler,
			      void *arg, intr_handle_t *made)
{
	return shim_esp_intr_alloc_status(source, flags, 0, 0, handler, arg,
					  made);
}
