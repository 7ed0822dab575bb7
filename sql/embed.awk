# SPDX-License-Identifier: ISC
# embed.awk: turns SQL files into C.
#   awk -v mode=header   -f embed.awk statements/*.sql   the enum of statement names
#   awk -v mode=source   -f embed.awk statements/*.sql   their names and texts, comment lines left out
#   awk -v mode=schema   -f embed.awk schema/*.sql       the migrations, as they are
#   awk -v mode=functions -f embed.awk functions/*.sql   the functions, as they are
#   awk -v mode=indexes  -f embed.awk platform/indexes.sql  the indexes on the platform's tables, one by one
#   awk -v mode=grants   -f embed.awk grants.sql         what the roles may do, as it is
# A statement whose comment says "-- May be repeated: …" is sent again when its connection broke and nobody knows whether it was
# committed; the others are not. A file's name is its statement's: message_claim.sql becomes GW_STATEMENT_MESSAGE_CLAIM. LC_ALL=C sorts the files.

function base(path) {
	sub(/.*\//, "", path)
	sub(/\.sql$/, "", path)
	return path
}

# Each character that C would read otherwise gets a backslash. Not by gsub: how many backslashes its replacement eats
# is another number in mawk, gawk and busybox.
function literal(line,    out, at) {
	while (match(line, /["\\]/)) {
		at = RSTART
		out = out substr(line, 1, at - 1) "\\" substr(line, at, 1)
		line = substr(line, at + 1)
	}
	return "\"" out line "\""
}

function quoted(line) {
	line = literal(line)
	return substr(line, 1, length(line) - 1) "\\n\""
}

FNR == 1 {
	names[++count] = base(FILENAME)
}

/^-- May be repeated: ./ {
	repeatable[count] = 1
}

# A command ends with the line that ends with a semicolon; "-- unless: …" before it belongs to it.
mode == "indexes" {
	if (/^-- unless: /)
		unless = substr($0, 12)
	if ($0 !~ /^[ \t]*(--|$)/) {
		line = $0
		sub(/^[ \t]+/, " ", line)
		command = command line
	}
	if (command ~ /;$/) {
		sub(/;$/, "", command)
		match(command, /CONCURRENTLY [^ ]+ ON [^ ]+/)
		split(substr(command, RSTART, RLENGTH), word, " ")
		indexes = indexes "\t{" literal(word[2]) ", " literal(word[4]) ", " literal(unless) ",\n\t " literal(command) "},\n"
		command = unless = ""
	}
	next
}

{
	if (mode == "schema" || mode == "functions" || mode == "grants" || $0 !~ /^[ \t]*(--|$)/)
		text[count] = text[count] "\n\t\t" quoted($0)
}

END {
	print "/* Made from sql/ by embed.awk; do not edit. */"
	if (mode == "header") {
		print "#ifndef GW_STATEMENTS_H\n#define GW_STATEMENTS_H\n\n#include <stdbool.h>\n"
		print "enum gw_statement {"
		for (i = 1; i <= count; i++)
			print "\tGW_STATEMENT_" toupper(names[i]) ","
		print "\tGW_STATEMENT_COUNT\n};\n"
		print "/* Indexed by enum gw_statement. */"
		print "extern const char *const gw_statement_names[GW_STATEMENT_COUNT];"
		print "extern const char *const gw_statement_texts[GW_STATEMENT_COUNT];"
		print "/* Whether executing it twice with the same parameters leads to the same rows and the same result as once. */"
		print "extern const bool gw_statement_repeatable[GW_STATEMENT_COUNT];\n"
		print "#endif"
	} else if (mode == "source") {
		print "#include \"store/statements.h\"\n"
		print "const char *const gw_statement_names[GW_STATEMENT_COUNT] = {"
		for (i = 1; i <= count; i++)
			print "\t\"" names[i] "\","
		print "};\n"
		print "const char *const gw_statement_texts[GW_STATEMENT_COUNT] = {"
		for (i = 1; i <= count; i++)
			print "\t/* " names[i] " */" text[i] ","
		print "};\n"
		print "const bool gw_statement_repeatable[GW_STATEMENT_COUNT] = {"
		for (i = 1; i <= count; i++)
			print "\t" (repeatable[i] ? "true" : "false") ", /* " names[i] " */"
		print "};"
	} else if (mode == "indexes") {
		print "#include \"store/adoption.h\"\n"
		print "const struct gw_platform_index gw_platform_indexes[] = {"
		printf "%s", indexes
		print "\t{NULL, NULL, NULL, NULL}\n};"
	} else if (mode == "functions") {
		print "#include \"store/migration.h\"\n"
		print "const struct gw_function gw_functions[] = {"
		for (i = 1; i <= count; i++)
			print "\t{\"" names[i] "\"," text[i] "},"
		print "\t{NULL, NULL}\n};"
	} else if (mode == "grants") {
		print "#include \"store/migration.h\"\n"
		print "const char gw_grants_sql[] =" text[1] ";"
	} else {
		print "#include \"store/migration.h\"\n"
		print "const struct gw_migration gw_migrations[] = {"
		for (i = 1; i <= count; i++)
			print "\t{" (substr(names[i], 1, 4) + 0) ", \"" substr(names[i], 6) "\"," text[i] "},"
		print "\t{0, NULL, NULL}\n};"
	}
}
