# SPDX-License-Identifier: ISC
# embed.awk: turns the texts of the setup guide into C.
#   awk -f embed.awk skill.en.md watch.sh words.en.txt
# skill.en.md becomes `const char gw_guide_skill_en[]`, watch.sh `const char gw_guide_watch[]`.

# Each character that C would read otherwise gets a backslash. Not by gsub: how many backslashes its replacement eats
# is another number in mawk, gawk and busybox.
function quoted(line,    out, at) {
	while (match(line, /["\\]/)) {
		at = RSTART
		out = out substr(line, 1, at - 1) "\\" substr(line, at, 1)
		line = substr(line, at + 1)
	}
	return "\t\"" out line "\\n\""
}

BEGIN {
	print "/* Made from src/gateway/guide/ by embed.awk; do not edit. */"
	print "#include \"gateway/guide.h\""
}

FNR == 1 {
	if (NR > 1)
		print "\t;"
	name = FILENAME
	sub(/.*\//, "", name)
	sub(/\.[a-z]*$/, "", name)
	gsub(/\./, "_", name)
	print "\nconst char gw_guide_" name "[] ="
}

{ print quoted($0) }

END { print "\t;" }
