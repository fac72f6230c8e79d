/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef REPLAY_H
#define REPLAY_H

/* No interrupt of program_raise() any more. */
void replay_raise_off(void);

#endif /* REPLAY_H */
