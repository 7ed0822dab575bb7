# SPDX-License-Identifier: ISC
# embed.awk: turns texts into C.
#   awk -v prefix=gw_guide_ -v header=gateway/guide.h -f embed.awk skill.en.md watch.sh words.en.txt
# skill.en.md becomes `const char gw_guide_skill_en[]`, watch.sh `const char gw_guide_watch[]`. JSON loses its indentation and its
# line ends, which mean nothing there.

# Each character that C would read otherwise gets a backslash. Not by gsub: how many backslashes its replacement eats
# is another number in mawk, gawk and busybox.
function quoted(line,    out, at) {
	while (match(line, /["\\]/)) {
		at = RSTART
		out = out substr(line, 1, at - 1) "\\" substr(line, at, 1)
		line = substr(line, at + 1)
	}
	return "\t\"" out line
}

BEGIN {
	print "/* Made by embed.awk; do not edit. */"
	print "#include \"" header "\""
}

FNR == 1 {
	if (NR > 1)
		print "\t;"
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.[a-z]*$/, "", name)
	gsub(/\./, "_", name)
	print "\nconst char " prefix name "[] ="
}

FILENAME ~ /\.json$/ {
	sub(/^[ \t]+/, "")
	print quoted($0) "\""
	next
}

{ print quoted($0) "\\n\"" }

END { print "\t;" }
