# SPDX-License-Identifier: ISC
# schema.awk: makes SQL of what is known about a version of the platform's database.
#
#   awk -f schema.awk VERSION.enums.csv VERSION.columns.csv VERSION.constraints.csv VERSION.indexes.csv
#
# Tables, constraints and indexes as the platform has them. What the gateway does not touch is left out there; where a foreign key or
# a column needs it, a small stand-in is made here.

# Splits a line of CSV into field[1..]; returns how many.
function split_csv(line,    n, value, end) {
	n = 0
	while (1) {
		if (substr(line, 1, 1) == "\"") {
			line = substr(line, 2)
			value = ""
			while ((end = index(line, "\"")) > 0) {
				value = value substr(line, 1, end - 1)
				line = substr(line, end + 1)
				if (substr(line, 1, 1) != "\"")
					break
				value = value "\""
				line = substr(line, 2)
			}
			line = substr(line, 2)
			field[++n] = value
			if (line == "")
				return n
			continue
		}
		end = index(line, ",")
		if (end == 0) {
			field[++n] = line
			return n
		}
		field[++n] = substr(line, 1, end - 1)
		line = substr(line, end + 1)
	}
}

FNR == 1 {
	kind = FILENAME
	sub(/\.csv$/, "", kind)
	sub(/.*\./, "", kind)
	next
}

{
	split_csv($0)
}

kind == "enums" {
	labels = field[2]
	gsub(/ /, "', '", labels)
	enums = enums "CREATE TYPE " field[1] " AS ENUM ('" labels "');\n"
	known[field[1]] = 1
}

kind == "columns" {
	if (field[4] ~ /_enum$/ && !(field[4] in known)) {
		labels = field[4] == "permission_scope_enum" ? "'company', 'department', 'user'" : "'one', 'another'"
		enums = enums "CREATE TYPE " field[4] " AS ENUM (" labels ");\n"
		known[field[4]] = 1
	}
	if (!(field[1] in columns)) {
		order[++tables] = field[1]
		columns[field[1]] = ""
	}
	columns[field[1]] = columns[field[1]] (columns[field[1]] == "" ? "" : ",") "\n    " field[3] " " field[4] \
		(field[5] == "" ? "" : " NOT NULL") (field[6] == "" ? "" : " DEFAULT " field[6])
}

kind == "constraints" {
	constraint[field[2]] = 1
	line = "ALTER TABLE " field[1] " ADD CONSTRAINT " field[2] " " field[4] ";\n"
	if (field[3] == "f") {
		references = references line
		target = field[4]
		sub(/.*REFERENCES /, "", target)
		sub(/\(.*/, "", target)
		targets[target] = 1
	} else {
		constraints = constraints line
	}
}

kind == "indexes" {
	name = field[2]
	sub(/^CREATE (UNIQUE )?INDEX /, "", name)
	sub(/ .*/, "", name)
	if (!(name in constraint))
		indexes = indexes field[2] ";\n"
}

END {
	printf "%s", enums
	for (target in targets) {
		if (!(target in columns))
			print "CREATE TABLE " target " (id uuid PRIMARY KEY);"
	}
	for (i = 1; i <= tables; i++)
		print "CREATE TABLE " order[i] " (" columns[order[i]] "\n);"
	printf "%s%s%s", constraints, references, indexes
}
