# SPDX-License-Identifier: ISC
# the key is made now, and goes into its file only
	status=$(curl -sS -m 30 -X POST "$base/join/{{code}}" -o key.new -w '%{http_code}') || status=000
	case $status in
	200) mv key.new key ;;
	*)
		rm -f key.new
		case $status in
		# used or over; but if this script ran before, its key is there
		410) curl -fs -m 30 -o key.new -X POST "$base/heartbeat" -H @key || fail "{{say_join_ended}}" ;;
		404) fail "{{say_join_unknown}}" ;;
		403) fail "{{say_join_stopped}}" ;;
		429) fail "{{say_join_often}}" ;;
		*) fail "{{say_join_failed}} ($status)" ;;
		esac
		rm -f key.new
		;;
	esac
