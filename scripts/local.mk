# scripts: what quickstart and the end-to-end tests are made of; they run from the source folder and are not installed
dist_noinst_SCRIPTS += quickstart .ci/run scripts/supervise.sh
EXTRA_DIST += scripts/build.sh scripts/demo.sh scripts/front.sh scripts/packages.sh scripts/postgres.sh scripts/processes.sh
