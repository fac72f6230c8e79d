/* SPDX-License-Identifier: BSD-3-Clause */
/* What happened to the network, for people. */
#include <stdio.h>

#include <lwip/def.h>
#include "network.h"

struct dotted {
	char text[16];
};

static struct dotted dotted(uint32_t address)
{
	const uint8_t *byte = (const uint8_t *)&address;
	struct dotted to;

	snprintf(to.text, sizeof(to.text), "%u.%u.%u.%u", byte[0], byte[1],
		 byte[2], byte[3]);
	return to;
}

static unsigned int prefix(uint32_t mask)
{
	return (unsigned int)__builtin_popcount(mask);
}

void network_text(char *buf, size_t size, enum network_event event,
		  const struct network_status *status)
{
	const char *device = status->device ? status->device : "no device";
	const uint8_t *hw = status->hardware;

	switch (event) {
	case NETWORK_DEVICE:
		snprintf(buf, size, "network: %s, address "
			 "%02x:%02x:%02x:%02x:%02x:%02x", device, hw[0], hw[1],
			 hw[2], hw[3], hw[4], hw[5]);
		return;
	case NETWORK_BROKEN:
		snprintf(buf, size, "network: %s cannot be used: error %d",
			 device, -status->error);
		return;
	case NETWORK_LINK_UP:
		snprintf(buf, size, "network: link up");
		return;
	case NETWORK_LINK_DOWN:
		snprintf(buf, size, "network: link down");
		return;
	case NETWORK_UP:
		snprintf(buf, size, "network: up %s/%u gw %s dns %s in %lu ms",
			 dotted(status->address).text, prefix(status->mask),
			 dotted(status->gateway).text,
			 dotted(status->dns).text,
			 (unsigned long)status->up_ms);
		return;
	case NETWORK_DOWN:
		snprintf(buf, size, "network: address lost");
		return;
	case NETWORK_NO_SERVER:
		snprintf(buf, size, "network: no DHCP server answers; "
			 "%u requests so far, asking goes on",
			 (unsigned int)status->requests);
		return;
	}
	snprintf(buf, size, "network: ?");
}

void network_print(enum network_event event,
		   const struct network_status *status)
{
	char text[120];

	network_text(text, sizeof(text), event, status);
	printf("%s\n", text);
}
