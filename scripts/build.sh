# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# build.sh: an out-of-tree build; what is up to date is left alone. Sourced.

# build_in SOURCE FOLDER LOG CONFIGURE-ARGUMENTS...
build_in() {
	local source=$1 folder=$2 log=$3
	shift 3
	mkdir -p "$folder"
	if [ -e "$source/config.status" ]; then
		echo "quickstart: $source was configured in place: run 'make distclean' there first" >&2
		return 1
	fi
	if ! build_steps "$@" >"$log" 2>&1; then
		tail -n 40 "$log" >&2
		echo "quickstart: the build failed; all of its output is in $log" >&2
		return 1
	fi
}

# Later changes of configure.ac and of the Makefile fragments are followed up by make itself.
build_steps() {
	if [ ! -x "$source/configure" ] || [ ! -e "$source/Makefile.in" ]; then
		(cd "$source" && autoreconf -fi) || return 1
	fi
	if [ ! -e "$folder/Makefile" ]; then
		(cd "$folder" && "$source/configure" "$@") || return 1
	fi
	make -C "$folder" -j"$(nproc)"
}
