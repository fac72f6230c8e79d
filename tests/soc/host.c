/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The core under the SoC drivers, for host tests: register accesses and
 * interrupt dispatch go out to Python, the rest is remembered for it.
 */
#include <intc.h>
#include <serial/serial.h>
#include <uk/arch/lcpu.h>
#include <uk/intctlr.h>
#include <uk/plat/io.h>

void abort(void) __noreturn;
int puts(const char *text);

/* Set by Python */
__u32 (*host_on_read)(__u64 address);
void (*host_on_write)(__u64 address, __u32 value);
void (*host_on_note)(const char *what);
void (*host_on_interrupt)(__u32 irq);
__s64 (*host_on_psci)(const char *conduit, __u64 function, __u64 a, __u64 b,
		      __u64 c);
__u64 host_sysreg_value;
__u64 host_physical;	/* where the message buffer seems to lie */
int host_register_rc;	/* what uk_intctlr_irq_register() answers */
/* A register that always reads the same, without asking Python each time */
__u64 host_stuck_address;
__u32 host_stuck_value;

/* Read by Python */
__u64 host_stuck_reads;
const volatile void *host_buffer;
int host_irqs_masked;
unsigned int host_registered_irq;

static uk_intctlr_irq_handler_func_t host_handler;
static void *host_handler_arg;
static struct uk_intctlr_desc *host_intctlr;
static struct uk_console *host_console;
void (*ukplat_handle_irq)(void);

void host_reset(void)
{
	host_stuck_address = 0;
	host_stuck_reads = 0;
	host_irqs_masked = 0;
	host_register_rc = 0;
	host_registered_irq = 0;
	host_handler = NULL;
	host_intctlr = NULL;
	host_console = NULL;
	ukplat_handle_irq = NULL;
}

__u32 ioreg_read32(const volatile __u32 *address)
{
	if ((__u64)address == host_stuck_address) {
		host_stuck_reads++;
		return host_stuck_value;
	}
	return host_on_read((__u64)address);
}

void ioreg_write32(const volatile __u32 *address, __u32 value)
{
	host_on_write((__u64)address, value);
}

void host_note(const char *what)
{
	host_on_note(what);
}

__u64 host_sysreg(const char *name)
{
	host_on_note(name);
	return host_sysreg_value;
}

__paddr_t ukplat_virt_to_phys(const volatile void *address)
{
	host_buffer = address;
	return host_physical;
}

void bcm2835_mbox_cache_flush(const void *start, __sz size)
{
	(void)start;
	(void)size;
	host_on_note("flush");
}

__s64 psci_call_smc(__u64 function, __u64 a, __u64 b, __u64 c)
{
	return host_on_psci("smc", function, a, b, c);
}

__s64 psci_call_hvc(__u64 function, __u64 a, __u64 b, __u64 c)
{
	return host_on_psci("hvc", function, a, b, c);
}

int uk_intctlr_register(struct uk_intctlr_desc *intctlr)
{
	host_intctlr = intctlr;
	return 0;
}

int uk_intctlr_irq_register(unsigned int irq,
			    uk_intctlr_irq_handler_func_t handler, void *arg)
{
	if (host_register_rc)
		return host_register_rc;
	host_registered_irq = irq;
	host_handler = handler;
	host_handler_arg = arg;
	return 0;
}

bool intc_dispatch(unsigned int irq)
{
	if (irq >= 1020)	/* a GIC's special numbers */
		return false;
	host_on_interrupt(irq);
	return true;
}

/* The interrupt of the device: -1 when no handler is registered. */
int host_interrupt(void)
{
	int rc;

	if (!host_handler)
		return -1;
	host_irqs_masked = 1;
	rc = host_handler(host_handler_arg);
	host_irqs_masked = 0;
	return rc;
}

/* An interrupt exception of the processor. */
void host_exception(void)
{
	ukplat_handle_irq();
}

void host_mask(unsigned int irq)
{
	host_intctlr->ops->mask_irq(irq);
}

void host_unmask(unsigned int irq)
{
	host_intctlr->ops->unmask_irq(irq);
}

int host_configure(unsigned int irq, unsigned int trigger)
{
	struct uk_intctlr_irq config = { irq, trigger };

	return host_intctlr->ops->configure_irq(&config);
}

void uk_console_register(struct uk_console *dev)
{
	host_console = dev;
}

__s64 host_out(const char *buf, __u64 len)
{
	return host_console->ops->out(host_console, buf, len);
}

__s64 host_in(char *buf, __u64 len)
{
	return host_console->ops->in(host_console, buf, len);
}

__u32 host_tx_dropped(void)
{
	return __containerof(host_console, struct serial, console)->tx_dropped;
}

__u32 host_rx_lost(void)
{
	return __containerof(host_console, struct serial, console)->rx_lost;
}

__u32 host_rx_overruns(void)
{
	return __containerof(host_console, struct serial, console)->rx_overruns;
}

__u32 host_rx_errors(void)
{
	return __containerof(host_console, struct serial, console)->rx_errors;
}


void _uk_assert_fail(const char *expr, const char *file, int line)
{
	(void)file;
	(void)line;
	puts(expr);
	abort();
}

void _uk_printk(int lvl, const char *fmt, ...)
{
	(void)lvl;
	(void)fmt;
}

void ukplat_terminate(enum ukplat_gstate request)
{
	(void)request;
	abort();
}
