# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# programs.sh: every store and endpoint test on the platform's own tables of the version that the test is called after. Sourced, by
# 2026-04.test and 2026-08.test, which may run at the same time. The programs run one after another in one
# cluster, whose template is made once; what one prints is shown when it fails.
set -u
if [ "${GW_TESTS:-all}" = quick ]; then
	echo '1..0 # SKIP GW_TESTS=quick'
	exit 0
fi
GW_TEST_PLATFORM=$(basename "$0" .test)
source=$(cd "${srcdir:-.}" && pwd) build=$(cd "${builddir:-.}" && pwd)
export GW_TEST_PLATFORM GW_TEST_SRCDIR=$source GW_TEST_BUILDDIR=$build
mapfile -t programs < <(find "$build/tests/store" "$build/tests/endpoint" -maxdepth 1 -type f -perm -u+x -name 'test_*' ! -name '*.*' | sort)
if [ "${#programs[@]}" = 0 ]; then
	echo '1..0 # SKIP built without criterion'
	exit 0
fi

# serves until its standard input ends, with this script
coproc cluster { exec sh "$source/tests/lib/cluster.sh"; }
# shellcheck disable=SC2154 # coproc sets it
read -r -t 120 GW_TEST_CLUSTER <&"${cluster[0]}" || {
	echo 'Bail out! no PostgreSQL cluster to test with'
	exit 99
}
export GW_TEST_CLUSTER
log=$GW_TEST_CLUSTER/../$(basename "$GW_TEST_CLUSTER").output
trap 'rm -f "$log"' EXIT

sql() {
	psql -XAtq -h "$GW_TEST_CLUSTER" -U postgres -d postgres "$@"
}

failures=0 count=0 begin=$SECONDS
for program in "${programs[@]}"; do
	count=$((count + 1))
	name=$(basename "$program")
	if CRITERION_OUTPUTS=tap:- timeout 300 "$program" >"$log" 2>&1 && grep -q '^ok' "$log"; then
		echo "ok $count - $name ($(grep -c '^ok' "$log") tests)"
	else
		failures=$((failures + 1))
		echo "not ok $count - $name"
		{ grep -A 8 '^not ok' "$log" | head -n 100; tail -n 20 "$log"; } | sed 's/^/# /'
	fi
	# a database for each test: a few thousand would fill a folder in memory
	sql -c "SELECT format('DROP DATABASE %I WITH (FORCE);', datname) FROM pg_database WHERE datname LIKE 'test\_%'" | sql
done
echo "1..$count"
echo "# measured: store and endpoint tests on $GW_TEST_PLATFORM: $((SECONDS - begin)) s"
[ "$failures" = 0 ]
