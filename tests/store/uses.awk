# SPDX-License-Identifier: ISC
# uses.awk: which program uses which statement, read from the sources.
#   awk -f uses.awk SOURCES    prints "web STATEMENT" for what a responder can come to, "worker STATEMENT" and "admin STATEMENT"
#
# A function uses a statement if its text names it, or the text of a function, table or macro that its own text names. Names
# are looked for in the same file first, then among all. So too much may be found, but nothing too little.

function part_of(path) {
	if (path ~ /\/src\/worker\//)
		return "worker"
	if (path ~ /\/src\/admin\//)
		return "admin"
	return path ~ /\/src\/(gateway|people|http|mcp|letters)\// ? "web" : "shared"
}

FNR == 1 {
	file = "/" FILENAME
	item = ""
	part[file] = part_of(file)
}

# what begins in the first column names the function, table or macro that the following lines belong to
/^[A-Za-z_#]/ && !/^#(include|if|ifn?def|else|endif|undef)/ && !/^[a-z_]+:$/ {
	line = $0
	name = ""
	if (line ~ /^#define/) {
		name = $2
		sub(/\(.*/, "", name)
	} else {
		before = line
		sub(/[=({;].*/, "", before)
		gsub(/\[[^]]*\]/, "", before)
		count = split(before, words, /[^A-Za-z0-9_]+/)
		while (count > 0 && words[count] == "")
			count--
		name = words[count]
		if (line ~ /^GW_[A-Z_]+(\([0-9, ]*\))?/ && name ~ /^GW_(PRINTF|MUST_CHECK)$/) {
			sub(/^GW_[A-Z_]+(\([0-9, ]*\))?[ \t]*/, "", before)
			sub(/^GW_[A-Z_]+(\([0-9, ]*\))?[ \t]*/, "", line)
			before = line
			sub(/[=({;].*/, "", before)
			count = split(before, words, /[^A-Za-z0-9_]+/)
			while (count > 0 && words[count] == "")
				count--
			name = words[count]
		}
	}
	item = file SUBSEP name
	if (!(item in known)) {
		known[item] = 1
		if ($1 != "static" || file ~ /\.h$/)
			homes[name] = homes[name] " " file
	}
}

item != "" {
	text = $0
	gsub(/"([^"\\]|\\.)*"/, " ", text)
	count = split(text, words, /[^A-Za-z0-9_]+/)
	for (i = 1; i <= count; i++)
		if (words[i] ~ /^[A-Za-z_]/ && !((item, words[i]) in named)) {
			named[item, words[i]] = 1
			names[item] = names[item] " " words[i]
		}
}

# to be looked at, for `who`
function add(item, who) {
	if (!((who, item) in seen)) {
		seen[who, item] = 1
		todo[++last] = item
		whose[last] = who
	}
}

function look(item, who,    file, list, places, count, i, j, n) {
	file = substr(item, 1, index(item, SUBSEP) - 1)
	count = split(names[item], list, " ")
	for (i = 1; i <= count; i++) {
		if (list[i] ~ /^GW_STATEMENT_/)
			found[who " " tolower(substr(list[i], 14))] = 1
		if ((file SUBSEP list[i]) in known) {
			add(file SUBSEP list[i], who)
			continue
		}
		n = split(homes[list[i]], places, " ")
		for (j = 1; j <= n; j++)
			if (part[places[j]] == "shared" || part[places[j]] == who)
				add(places[j] SUBSEP list[i], who)
	}
}

END {
	for (item in known) {
		who = part[substr(item, 1, index(item, SUBSEP) - 1)]
		if (who != "shared")
			add(item, who)
	}
	for (i = 1; i <= last; i++)
		look(todo[i], whose[i])
	for (line in found)
		print line
}
