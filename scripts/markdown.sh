#!/bin/sh
# SPDX-License-Identifier: ISC
# markdown.sh: makes one ES module of Debian's package node-markdown-it, which the page (web/markdown.js) loads.
#
#   markdown.sh FILE [FOLDER]
#
# The package is for node: many files that require() each other. They are put into FILE as they are, each in a function of its
# own, behind a require() of a few lines. FOLDER is where the package is (/usr/share/nodejs/markdown-it). Without the package nothing is
# written, and the page shows text as it came. To be run again when the package has changed.
set -eu
file=$1 root=${2:-/usr/share/nodejs/markdown-it}
[ -e "$root/lib/index.js" ] || exit 0

# resolve FROM NAME: the file that require(NAME) means in the file FROM
resolve() {
	case $2 in
	./* | ../*) at=$(dirname "$1")/${2%/} ;;
	*)
		at='' folder=$(dirname "$1")
		while [ -z "$at" ] && [ "$folder" != / ]; do
			for try in "$folder/node_modules/$2" "$folder/$2"; do
				if [ -z "$at" ] && { [ -e "$try" ] || [ -e "$try.js" ] || [ -e "$try.json" ]; }; then at=$try; fi
			done
			folder=$(dirname "$folder")
		done
		[ -n "$at" ] || at=/usr/share/nodejs/$2
		;;
	esac
	if [ -f "$at" ]; then
		realpath "$at"
	elif [ -f "$at.js" ]; then
		realpath "$at.js"
	elif [ -f "$at.json" ]; then
		realpath "$at.json"
	else
		main=$(sed -n 's/^[[:space:]]*"main":[[:space:]]*"\([^"]*\)".*/\1/p' "$at/package.json" 2>/dev/null | head -n 1)
		main=$at/${main:-index.js}
		[ -f "$main" ] || main=$main.js
		[ -f "$main" ] || main=$at/index.js
		realpath "$main"
	fi
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
resolve "$root/lib/index.js" ./index.js >"$work/queue"
: >"$work/done"
{
	echo '/* Made by markdown.sh of the package node-markdown-it (MIT licence; see its copyright file). */'
	echo 'const modules = {};'
} >"$work/out"
# the queue grows while it is read
while IFS= read -r module; do
	if grep -Fqx -- "$module" "$work/done"; then continue; fi
	echo "$module" >>"$work/done"
	printf 'modules["%s"] = [function (module, exports, require) {\n' "$module" >>"$work/out"
	case $module in
	*.json) printf 'module.exports =\n' >>"$work/out" ;;
	esac
	cat "$module" >>"$work/out"
	printf '\n}, {' >>"$work/out"
	grep -o "require(['\"][^'\"]*['\"])" "$module" | sed "s/.*['\"]\(.*\)['\"].*/\1/" | sort -u >"$work/names" || true
	while IFS= read -r name; do
		# some stand in comments only
		found=$(resolve "$module" "$name" 2>/dev/null) || continue
		printf '"%s": "%s", ' "$name" "$found" >>"$work/out"
		echo "$found" >>"$work/queue"
	done <"$work/names"
	printf '}];\n' >>"$work/out"
done <"$work/queue"
{
	cat <<-'END'
		/* node has this one built in; a browser knows the same rules for hosts of links */
		const builtin = {
			punycode: {
				toASCII: (host) => {
					try {
						return new URL(`http://${host}`).hostname;
					} catch {
						return host;
					}
				},
				toUnicode: (host) => host,
			},
		};
		const made = {};
		function load(id) {
			if (!made[id]) {
				const [code, names] = modules[id];
				made[id] = { exports: {} };
				code.call(made[id].exports, made[id], made[id].exports, (name) => builtin[name] ?? load(names[name]));
			}
			return made[id].exports;
		}
	END
	printf 'export default load("%s");\n' "$(head -n 1 "$work/queue")"
} >>"$work/out"
mkdir -p "$(dirname "$file")"
cp "$work/out" "$file"
