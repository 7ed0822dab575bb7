# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# page.sh: what a page of the manual shows as commands, or as lines of a file. Sourced.

# page_block PAGE SECTION NUMBER: the block of that number, from 1, below the heading; indented or between fences.
page_block() {
	awk -v section="## $2" -v wanted="$3" '
		/^## / { here = $0 == section; number = inside = 0; next }
		!here { next }
		/^```/ { fence = !fence; if (fence) number++; next }
		fence { if (number == wanted) print; next }
		/^    / { if (!inside) { inside = 1; number++ } if (number == wanted) print substr($0, 5); next }
		{ inside = 0 }' "$1"
}
