# SPDX-License-Identifier: ISC
# tests/model: the protocol between agents, responders, workers and the bell, explored whole by spin.
TESTS += tests/model/model.test
EXTRA_DIST += tests/model/model.test tests/model/protocol.pml
