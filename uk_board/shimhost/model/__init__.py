# SPDX-License-Identifier: BSD-3-Clause
"""FreeRTOS's documented behaviour as a program: what the shim is compared with.

`kernel` has scheduling, time and waiting; each kind of object has a file with
its makers and verbs, named in `predict.KINDS`. Written from FreeRTOS's
documentation and not from the shim's C. Where the shim differs on purpose, the
word DIFFERS says so beside the line that follows the shim; `differs` of a row of
the map says it to users.
"""

from uk_board.shimhost.model.predict import predict

__all__ = ["predict"]
