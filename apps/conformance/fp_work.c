/* SPDX-License-Identifier: BSD-3-Clause */
/* Arithmetic that keeps many FP registers busy; built with FP allowed. */
#include "conformance.h"

uint64_t fp_work(uint64_t seed, uint32_t rounds)
{
	double a = (double)seed, b = a / 3, c = a / 7, d = a / 11;
	double e = a / 13, f = a / 17, g = a / 19, h = a / 23;
	uint64_t bits;

	while (rounds--) {
		a = a * 0.999 + h * 0.001 + 0.25;
		b = b * 0.998 + a * 0.002 + 0.5;
		c = c * 0.997 + b * 0.003 + 0.75;
		d = d * 0.996 + c * 0.004 + 1.0;
		e = e * 0.995 + d * 0.005 + 1.25;
		f = f * 0.994 + e * 0.006 + 1.5;
		g = g * 0.993 + f * 0.007 + 1.75;
		h = h * 0.992 + g * 0.008 + 2.0;
	}
	a += b * 2 + c * 3 + d * 5 + e * 7 + f * 11 + g * 13 + h * 17;
	memcpy(&bits, &a, sizeof(bits));
	return bits;
}
