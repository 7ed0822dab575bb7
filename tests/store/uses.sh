#!/bin/sh
# SPDX-License-Identifier: ISC
# uses.sh: uses.awk over all sources, wherever it is called.
cd "$(dirname "$0")/../.." && find src -name '*.[ch]' | LC_ALL=C sort | xargs awk -f tests/store/uses.awk
