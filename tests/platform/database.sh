#!/bin/sh
# SPDX-License-Identifier: ISC
# database.sh: writes SQL for a database that is the platform's own, of a version: its tables, and defaults for what tests write.
#
#   database.sh 2026-04|2026-08 tables      the tables as the platform has them
#   database.sh 2026-04|2026-08 defaults    defaults for the rows that tests write themselves
#   database.sh 2026-08 upgrade             what makes tables of 2026-04 those of 2026-08, as far as columns go
#   database.sh 2026-04|2026-08 fixtures    the rows of tests/cases/fixtures.sql as far as there are columns for them
set -eu
here=$(cd "$(dirname "$0")" && pwd)
case $1 in
2026-04) version=2026-04-seed ;;
2026-08) version=2026-08-v1.11.5 ;;
*)
	echo "database.sh: there is no version $1" >&2
	exit 2
	;;
esac
case $2 in
tables)
	"${AWK:-awk}" -f "$here/schema.awk" "$here/$version.enums.csv" "$here/$version.columns.csv" \
		"$here/$version.constraints.csv" "$here/$version.indexes.csv"
	;;
defaults) cat "$here/defaults.sql" ;;
upgrade)
	# shellcheck disable=SC2016 # $0 and $3 are awk's, $$ is SQL's
	sh "$0" 2026-08 tables | "${AWK:-awk}" '
		/^CREATE TYPE/ {
			sub(/;$/, "")
			gsub(/\047/, "&&")
			print "DO $$ BEGIN EXECUTE \047" $0 "\047; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
		}
		/^CREATE TABLE/ {
			table = $3
			print "CREATE TABLE IF NOT EXISTS " table " ();"
		}
		/^    / {
			sub(/,$/, "")
			# there are rows: the platform fills what it adds, and makes it NOT NULL then
			sub(/ NOT NULL/, "")
			sub(/^ */, "")
			print "ALTER TABLE " table " ADD COLUMN IF NOT EXISTS " $0 ";"
		}'
	;;
fixtures)
	if [ "$1" = 2026-04 ]; then
		# there, permissions say who may write to an agent
		sed "s/, is_expired, access_mode, max/, is_expired, max/; s/, false, 'company', 100);/, false, 100);/" "$here/../cases/fixtures.sql"
		echo "INSERT INTO agent_permissions (agent_id, scope_type) SELECT id, 'company' FROM agents;"
	else
		cat "$here/../cases/fixtures.sql"
	fi
	;;
esac
