# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# root.sh: whole Debian systems in folders, made once per machine and kept outside of the source. Sourced; needs root,
# debootstrap, and for running something in them namespaces.
#
# What a root holds comes from where this machine's own packages come from: apt is asked. A root only grows: packages
# are added, and nobody writes to it in another way but through root_make and through what runs in `root_enter'.

# shellcheck disable=SC2034 # boot.sh uses it
roots=${GW_ROOTS:-${XDG_CACHE_HOME:-/var/cache}/clawgw-roots}

# Prints why no root can be made or entered here; nothing if it can.
root_lacks() {
	if [ "$(id -u)" != 0 ]; then
		echo 'not root'
	elif ! command -v debootstrap >/dev/null; then
		echo 'debootstrap is not installed'
	elif ! unshare --mount --pid --net --fork --kill-child sh -c 'mount -t tmpfs tmpfs /tmp' 2>/dev/null; then
		echo 'no namespaces can be made here'
	elif [ -z "$(root_mirror)" ]; then
		echo "apt's configuration names no Debian mirror"
	fi
}

# Where this machine gets Debian itself from, and not only its security updates.
root_mirror() {
	apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
		awk '$3 == "main" && $1 !~ /security/ && $2 !~ /-/ { sub("/$", "", $1); print $1; exit }'
}

# root_make NAME [PACKAGE...]: the folder $roots/NAME with at least these packages; NAME is a release's, and may have a hyphen
# and a word behind it: such a one begins as a copy of the release's own. One at a time makes it.
root_make() {
	local name=$1 root=$roots/$1 suite=${1%%-*}
	shift
	mkdir -p "$roots" || return 1
	[ "$name" = "$suite" ] || root_make "$suite" || return 1
	(
		flock 8
		if [ ! -e "$root/etc/debian_version" ]; then
			rm -rf "$root" "$root.new"
			if [ "$name" = "$suite" ]; then
				debootstrap --variant=minbase "$suite" "$root.new" "$(root_mirror)" >"$root.log" 2>&1 || return 1
			else
				cp -a "$roots/$suite" "$root.new" || return 1
			fi
			mv "$root.new" "$root" || return 1
		fi
		root_install "$root" "$@"
	) 8>"$root.lock"
}

# root_install ROOT PACKAGE...: what is missing; no service is started.
root_install() {
	local root=$1 missing=() result
	shift
	mapfile -t missing < <(root_missing "$root" "$@")
	[ "${#missing[@]}" -gt 0 ] || return 0
	root_way "$root"
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
	root_enter "$root" --network sh -c 'export DEBIAN_FRONTEND=noninteractive
		apt-get -q update && apt-get -q -y --no-install-recommends install "$@" && apt-get clean' install "${missing[@]}" \
		</dev/null >>"$root.log" 2>&1
	result=$?
	rm -f "$root/usr/sbin/policy-rc.d"
	return $result
}

# root_way ROOT: apt there reaches its mirror as this machine does: through a proxy, or one whose dates are old.
root_way() {
	apt-config dump --format '%F "%v";%n' Acquire::http Acquire::https Acquire::Check-Valid-Until Acquire::Check-Date |
		grep -v ' "";$' >"$1/etc/apt/apt.conf.d/90machine" || true
}

# root_missing ROOT PACKAGE...: those that are not installed there.
root_missing() {
	local root=$1 package
	shift
	for package in "$@"; do
		[ "$(dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
			echo "$package"
	done
}

# root_enter ROOT [--network] [--bind FOLDER PLACE] COMMAND...: runs it there, in namespaces of its own with fresh /run, /tmp
# and /dev/shm. Without --network there is a loopback and nothing else. What the command leaves running is ended.
root_enter() {
	local root=$1 network=--net folder='' place=''
	shift
	while :; do
		case $1 in
		--network) network='' && shift ;;
		--bind) folder=$2 place=$3 && shift 3 ;;
		*) break ;;
		esac
	done
	# shellcheck disable=SC2086 # may be nothing
	unshare --mount --pid --ipc --uts $network --fork --kill-child --propagation private bash -c '
		set -eu
		root=$1 folder=$2 place=$3 network=$4
		shift 4
		if [ -n "$network" ]; then ip link set lo up 2>/dev/null; fi
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
		mount -t tmpfs -o mode=755 tmpfs "$root/run"
		mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
		for file in hosts resolv.conf; do
			[ ! -e "/etc/$file" ] || { : >>"$root/etc/$file" && mount --bind "$(realpath "/etc/$file")" "$root/etc/$file"; }
		done
		if [ -n "$folder" ]; then mkdir -p "$root$place" && mount --bind "$folder" "$root$place"; fi
		chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
			LANG=C.UTF-8 "$@"
	' enter "$root" "$folder" "$place" "$network" "$@"
}
