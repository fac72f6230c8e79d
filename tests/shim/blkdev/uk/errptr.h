/* SPDX-License-Identifier: BSD-3-Clause */
/* The core's own: nothing in it is the board's. */
#include "../../../../unikraft-port/core/include/uk/errptr.h"
