/* SPDX-License-Identifier: BSD-3-Clause */
/* Arithmetic that keeps many FP registers busy; built with FP allowed. */
#include <string.h>

#include "stress.h"

void fp_work(uint64_t seed, uint32_t rounds, uint64_t *result)
{
	double a = (double)seed, b = a / 3, c = a / 7, d = a / 11;

	while (rounds--) {
		a = a * 0.999 + b * 0.001 + 0.25;
		b = b * 0.998 + c * 0.002 + 0.5;
		c = c * 0.997 + d * 0.003 + 0.75;
		d = d * 0.996 + a * 0.004 + 1.0;
	}
	a += b * 2 + c * 3 + d * 5;
	memcpy(result, &a, sizeof(a));
}
