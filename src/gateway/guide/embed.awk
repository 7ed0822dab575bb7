# embed.awk: turns the texts of the setup guide into C.
#   awk -f embed.awk skill.en.md skill.zh.md
# skill.en.md becomes `const char gw_guide_skill_en[]`.

function quoted(line) {
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	return "\t\"" line "\\n\""
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
	sub(/\.md$/, "", name)
	gsub(/\./, "_", name)
	print "\nconst char gw_guide_" name "[] ="
}

{ print quoted($0) }

END { print "\t;" }
