# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# tap.sh: what the tests on whole systems say, and what they are made of. Sourced.

tests=0 failed=0
# is GOT WANTED SENTENCE
is() {
	tests=$((tests + 1))
	if [ "$1" = "$2" ]; then
		echo "ok $tests - $3"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n# got:    %s\n# wanted: %s\n' "$tests" "$3" "${1//$'\n'/ / }" "$2"
	fi
}
# like GOT REGULAR-EXPRESSION SENTENCE; the expression is grep's
like() {
	tests=$((tests + 1))
	if grep -qE -- "$2" <<<"$1"; then
		echo "ok $tests - $3"
	else
		failed=$((failed + 1))
		printf 'not ok %d - %s\n# got:    %s\n# wanted: %s\n' "$tests" "$3" "${1//$'\n'/ / }" "$2"
	fi
}
bail() {
	echo "Bail out! $*"
	exit 99
}
# The last line of a test.
done_testing() {
	echo "1..$tests"
	[ "$failed" = 0 ]
}

# source_copy SOURCE FOLDER: what belongs to the project, as it is now. A checkout knows its files; a release is nothing else.
source_copy() {
	if [ -e "$1/.git" ]; then
		(cd "$1" && git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c 'ls -d "$@" 2>/dev/null' ls | tar -c -T -)
	else
		tar -c -C "$1" --exclude ./var .
	fi | tar -x -C "$2"
}
