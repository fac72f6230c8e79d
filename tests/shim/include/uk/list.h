/* SPDX-License-Identifier: BSD-3-Clause */
/* The core's lists need nothing of the machine. */
#include "../../../../unikraft-port/core/include/uk/list.h"
