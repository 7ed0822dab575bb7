#!/bin/bash
# SPDX-License-Identifier: ISC
# lint.sh: what other programs have to say about the source. `make lint` runs it, with the preprocessor's arguments.
#
#   lint.sh SOURCE BUILD PREPROCESSOR-ARGUMENTS...
#
# Every check runs, whatever the others find; LINT names some of them, LINT_JOBS says how many programs run at a time.
# Nothing is written but what the checks say. Not here: warnings of the compiler (--enable-werror) and the rules of
# the house (tests/house/house.test).
set -u
source=$(cd "$1" && pwd -P) && build=$(cd "$2" && pwd -P) || exit 2
shift 2
flags=("$@")
# src/letters alone is compiled with the headers of GLib, GMime and libxml
read -ra letters_flags <<<"${LINT_LETTERS-}"
jobs=${LINT_JOBS:-2}
# so that the programs name files as the reader does; -I arguments are relative to the build folder
cd "$build" || exit 2
prefix=$(realpath --relative-to=. "$source")

# Our own C; what the build makes is not in the list even where the build is in the source folder.
sources() {
	find "$@" -name '*.[ch]' ! -path '*/store/statements.[ch]' ! -path '*/store/schema.c' ! -path '*/gateway/guide.c' |
		LC_ALL=C sort
}

programs() {
	sources "$prefix/src" | grep '\.c$'
}

each() {
	xargs -r -d '\n' -n "$1" -P "$jobs" "${@:2}"
}

lint_format() {
	sources "$prefix/src" "$prefix/tests" | each 20 clang-format --dry-run -Werror
}

lint_tidy() {
	local result=0
	programs | grep -v /letters/ | tidy_each "${flags[@]}" || result=1
	programs | grep /letters/ | tidy_each "${letters_flags[@]}" "${flags[@]}" || result=1
	return $result
}

tidy_each() {
	# the second filter: clang-tidy counts what it was told to keep to itself
	each 1 bash -c 'clang-tidy --quiet "${@: -1}" -- -std=gnu11 "${@:1:$#-1}" 2> >(grep -v "warnings\? .*generated\.$" >&2)' tidy "$@"
}

lint_cppcheck() {
	local flag paths=()
	for flag in "${flags[@]}"; do
		case $flag in -I*src | -DGW_* | -DPACKAGE_VERSION=*) paths+=("$flag") ;; esac
	done
	cppcheck -q -j "$jobs" --std=c11 --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --suppress=normalCheckLevelMaxBranches \
		-D_GNU_SOURCE "${paths[@]}" "$prefix/src"
}

# gcc's own: paths through a function that leak, free twice or follow a null pointer. Not -Wanalyzer-fd-leak, which gcc 12 does not know: 14
# takes descriptors for lost that a process keeps until it ends, 0, 1 and 2 among them.
lint_analyzer() {
	local result=0
	programs | grep -v /letters/ | analyzer_each "${flags[@]}" || result=1
	programs | grep /letters/ | analyzer_each "${letters_flags[@]}" "${flags[@]}" || result=1
	return $result
}

analyzer_each() {
	each 1 gcc -std=gnu11 -O2 -fanalyzer -Wno-analyzer-fd-leak -Werror "$@" -c -o /dev/null
}

# SC2319, of 0.10: that $? is a condition's is what many tests want
lint_shell() {
	(
		cd "$source" || exit
		{
			echo quickstart
			echo .ci/run
			echo tests/coverage
			echo tests/run
			echo tests/timed
			echo tests/system/install
			echo tests/system/lint
			echo tests/system/package
			ls debian/*.postinst debian/*.postrm debian/*.prerm
			find scripts tests \( -name '*.sh' -o -name '*.test' \) | LC_ALL=C sort
			grep -rlE '^#!/bin/(ba)?sh' tests/bench
		} | sort -u | each 5 shellcheck -x -S warning -e SC2319
	)
}

lint_manual() {
	[ -d "$source/man" ] || return 0
	find "$source/man" -name '*.[1-9]' | each 20 mandoc -T lint -W warning
}

failed=0
for check in ${LINT:-format tidy cppcheck analyzer shell manual}; do
	case $check in
	format) tool=clang-format ;;
	tidy) tool=clang-tidy ;;
	cppcheck) tool=cppcheck ;;
	analyzer) tool=gcc ;;
	shell) tool=shellcheck ;;
	manual) tool=mandoc ;;
	*) echo "lint: there is no check '$check'" >&2 && exit 2 ;;
	esac
	began=$SECONDS
	if ! command -v "$tool" >/dev/null; then
		echo "lint: $check: $tool is not installed"
		failed=1
	elif "lint_$check"; then
		echo "lint: $check: ok ($((SECONDS - began)) s)"
	else
		echo "lint: $check: FAILED"
		failed=1
	fi
done
exit "$failed"
