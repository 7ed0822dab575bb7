# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# boot.sh: a Debian whose own systemd runs, in namespaces of its own. Sourced; needs root, debootstrap and cgroups v2.
#
# Its network is a loopback of its own: nothing that it starts can be reached from outside or reach out. What it
# changes is in an overlay: the folder that debootstrap made stays as it is, and may be used again.

# shellcheck source=tests/system/root.sh
. "$(dirname "${BASH_SOURCE[0]}")/root.sh"

# machine_boot ROOT WORK: boots an overlay of ROOT; what it writes is in WORK and is still there at the next boot.
# Sets $machine, the process id of its init.
machine_boot() {
	local cgroups keeper group
	cgroups=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
	[ -n "$cgroups" ] || { echo "boot: no cgroup2 file system" >&2 && return 1; }
	group=$cgroups/clawgw-test-$$
	mkdir -p "$2/upper" "$2/overlay" "$2/root" "$group" || return 1
	machine_group=$group
	setsid bash -c 'echo $$ >"$3/cgroup.procs" && exec unshare --mount --pid --uts --ipc --cgroup --net --fork --kill-child \
		--propagation private bash "$4" "$1" "$2"' boot "$1" "$2" "$group" "$(dirname "${BASH_SOURCE[0]}")/inside.sh" \
		</dev/null >>"$2/console" 2>&1 &
	keeper=$!
	machine=''
	local i
	for ((i = 0; i < 100; i++)); do
		machine=$(cat "/proc/$keeper/task/$keeper/children" 2>/dev/null)
		machine=${machine%% *}
		[ -z "$machine" ] || [ "$(cat "/proc/$machine/comm" 2>/dev/null)" != systemd ] || break
		sleep 0.1
	done
	[ -n "$machine" ] || return 1
	for ((i = 0; i < 300; i++)); do
		case $(in_machine systemctl is-system-running 2>/dev/null) in running | degraded) return 0 ;; esac
		sleep 0.2
	done
	return 1
}

# in_machine COMMAND...
in_machine() {
	nsenter -t "$machine" -m -p -u -i -n -C -r -w -- /usr/bin/env -i HOME=/root \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "$@"
}

# As if the power went: the kernel ends everything with the init.
machine_halt() {
	[ -n "${machine-}" ] || return 0
	kill -KILL "$machine" 2>/dev/null
	while [ -d "/proc/$machine" ]; do sleep 0.1; done
	machine=''
	# its groups are empty now, the innermost go first
	find "$machine_group" -depth -type d -exec rmdir {} \; 2>/dev/null
}
