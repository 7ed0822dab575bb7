# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# packages.sh: the Debian packages clawgw is built, run and tested with. Sourced.

# shellcheck disable=SC2034 # used by quickstart
run_packages=(
	autoconf automake gcc libc6-dev make pkg-config
	libcurl4-openssl-dev libfcgi-dev libgmime-3.0-dev libidn2-dev libinih-dev libjson-c-dev libpq-dev libssl-dev
	libunistring-dev libxml2-dev uuid-dev
	ca-certificates curl multiwatch nginx node-markdown-it postgresql postgresql-client procps spawn-fcgi
)
# shellcheck disable=SC2034
test_packages=(
	apache2-bin autoconf-archive chromium clang clang-format clang-tidy cppcheck debootstrap faketime git jq libapache2-mod-fcgid libclang-rt-dev libcriterion-dev mandoc pgbouncer
	postfix prometheus shellcheck spin systemd xz-utils zsh
)

# What only npm has, for tests/browser and tests/mcp; the versions are in package.json. A machine may have a node of its own.
# npm_modules PACKAGE.JSON FOLDER
npm_modules() {
	command -v npm >/dev/null || install_packages nodejs npm || return 1
	mkdir -p "$2" && cp "$1" "$2/" &&
		npm install --prefix "$2" --silent --no-audit --no-fund --no-package-lock --ignore-scripts
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs those of its arguments that are missing. No service is started and no system cluster made on the way, and no
# service that comes with them starts at the next boot: what runs is quickstart's own. One that was there stays as it is.
install_packages() {
	local package missing=()
	for package in "$@"; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
	done
	[ "${#missing[@]}" -gt 0 ] || return 0
	echo "installing: ${missing[*]}"
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		echo "quickstart: not root, and there is no sudo: please have this run as root, and try again:" >&2
		echo "    apt-get install --no-install-recommends ${missing[*]}" >&2
		return 1
	fi
	as_root bash -s "${missing[@]}" <<'END'
set -eu
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.conf
made_policy='' saved='' strange=''
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
for service in nginx pgbouncer postfix postgresql prometheus; do
	[ -e "/etc/init.d/$service" ] || [ -e "/lib/systemd/system/$service.service" ] || strange+=" $service"
done
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
for service in $strange; do
	[ -e "/etc/init.d/$service" ] || [ -e "/lib/systemd/system/$service.service" ] || continue
	# for each way that the system may be started, also one that is installed later
	if command -v systemctl >/dev/null; then systemctl -q disable "$service.service"; fi
	rm -f "/etc/systemd/system/multi-user.target.wants/$service.service"
	if [ -e "/etc/init.d/$service" ]; then update-rc.d "$service" disable >/dev/null; fi
done
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
END
}
