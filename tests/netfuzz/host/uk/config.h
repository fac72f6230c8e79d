/* SPDX-License-Identifier: BSD-3-Clause */
/* As the defaults of the libraries' config.toml */
#define CONFIG_NETIF_DEVICES		2
#define CONFIG_NETIF_RX_BUFFERS		48
#define CONFIG_NETIF_TX_BUFFERS		24
#define CONFIG_NETIF_HOSTNAME		"uk-board"
#define CONFIG_LIBUKNETDEV_MAXNBQUEUES	1
#define CONFIG_LWIP_HEAP_KIB		80
#define CONFIG_LWIP_SEND_SEGMENTS	20
#define CONFIG_LWIP_RECEIVE_SEGMENTS	20
