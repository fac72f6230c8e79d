/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What I2C, SPI and UART share: the instances of a bus, which are open or
 * not, their callbacks, and their operations. A handle, the descriptor of an
 * instance, begins with a struct instance.
 */
#ifndef COMMON_IO_INSTANCE_H
#define COMMON_IO_INSTANCE_H

#include <stddef.h>
#include <stdint.h>

#include "worker.h"

/* What all the buses' headers call it */
#define INSTANCE_OK	0

/* Bytes to send, room for those received, or both; as many of each. */
struct operation {
	const uint8_t *tx;
	uint8_t *rx;
	size_t length;
	int32_t failure;	/* what the bus calls it when this fails */
};

static inline struct operation read_into(uint8_t *rx, size_t length,
					 int32_t failure)
{
	return (struct operation){
		.rx = rx, .length = length, .failure = failure,
	};
}

static inline struct operation write_from(const uint8_t *tx, size_t length,
					  int32_t failure)
{
	return (struct operation){
		.tx = tx, .length = length, .failure = failure,
	};
}

struct instance {
	struct worker worker;
	struct instance *next;
	const void *board;	/* its row of the board's table */
	/* Of the bus's own type; it is called as that. */
	void (*callback)(void);
	void *context;
	struct operation operation;
	uint16_t tx_done, rx_done;	/* bytes of the last operation */
};

/* Those of one bus that were ever asked for: a closed one is still a handle. */
struct instances {
	struct instance *first;
	size_t size;		/* of the bus's descriptor */
	struct worker_ops ops;
	/* What the bus's header calls these */
	int32_t invalid, busy, nothing_to_cancel;
};

/* The one of a row of the board's table, made at its first use; or NULL. */
void *instance_find(struct instances *all, const void *board);

/* True for the handle of an instance that is open; NULL is none. */
_Bool instance_is_open(const void *handle);

/* Open one that is not; false when it is. */
_Bool instance_open(const struct instances *all, struct instance *instance);

/* End what is under way, then close it. */
int32_t instance_close(const struct instances *all, void *handle);

void instance_set_callback(void *handle, void (*callback)(void),
			   void *context);

/* True when that handle can do this, sooner or later. */
_Bool instance_accepts(const void *handle, const struct operation *operation);

/* Take a handle for an operation, or say why not. */
int32_t instance_begin(const struct instances *all, void *handle,
		       struct operation operation);

/* What was begun is done by the handle's task. */
int32_t instance_start(struct instance *instance);

/* Do an operation, in this task or in that of the handle. */
int32_t instance_sync(const struct instances *all, void *handle,
		      struct operation operation);
int32_t instance_async(const struct instances *all, void *handle,
		       struct operation operation);

int32_t instance_cancel(const struct instances *all, void *handle);

#endif /* COMMON_IO_INSTANCE_H */
