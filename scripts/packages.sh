# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# packages.sh: the Debian packages clawgw is built, run and tested with. Sourced.

# shellcheck disable=SC2034 # used by quickstart
run_packages=(
	autoconf automake gcc libc6-dev make pkg-config
	libcurl4-openssl-dev libfcgi-dev libidn2-dev libinih-dev libjson-c-dev libpq-dev libssl-dev uuid-dev
	ca-certificates curl multiwatch nginx node-markdown-it postgresql postgresql-client procps spawn-fcgi
)
# shellcheck disable=SC2034
test_packages=(
	apache2-bin autoconf-archive chromium clang-format clang-tidy cppcheck libapache2-mod-fcgid libcriterion-dev mandoc shellcheck
	spin systemd xz-utils
)

# What only npm has, for tests/browser; the versions are in its package.json. A machine may have a node of its own.
# browser_modules SOURCE FOLDER
browser_modules() {
	command -v npm >/dev/null || install_packages nodejs npm || return 1
	mkdir -p "$2" && cp "$1/tests/browser/package.json" "$2/" &&
		npm install --prefix "$2" --silent --no-audit --no-fund --no-package-lock --ignore-scripts
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs those of its arguments that are missing. No service is started and no system cluster made on the way.
install_packages() {
	local package missing=()
	for package in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
	done
	[ "${#missing[@]}" -gt 0 ] || return 0
	echo "installing: ${missing[*]}"
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		echo "quickstart: not root, and there is no sudo: please have these packages installed" >&2
		return 1
	fi
	as_root bash -s "${missing[@]}" <<'END'
set -eu
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.conf
made_policy='' saved=''
restore() {
	[ -z "$made_policy" ] || rm -f "$policy"
	[ -z "$saved" ] || mv -f "$saved" "$clusters"
}
trap restore EXIT
trap 'exit 130' INT TERM
if [ ! -e "$policy" ]; then
	made_policy=1
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
fi
get() {
	# /dev/null: a maintainer script must not read the rest of this one
	apt-get -q -y --no-install-recommends -o Dpkg::Use-Pty=0 install "$@" </dev/null
}
apt-get -q update </dev/null
case " $* " in
*" postgresql "*)
	get postgresql-common
	saved=$clusters.clawgw-saved
	cp -p "$clusters" "$saved"
	echo 'create_main_cluster = false' >>"$clusters"
	;;
esac
get "$@"
END
}
