# tests/lint/source.awk -- C source line by line, for the checks beside it.
# strip(line) gives the line without comments; CODE has string and character contents blanked
# out as well, TEXT has the string contents alone.  Call it once for every line, in order.

FNR == 1 { in_comment = 0 }

function strip(line,    out, i, c, two, n) {
	out = CODE = TEXT = ""
	n = length(line)
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (in_comment) {
			if (two == "*/") { in_comment = 0; i++ }
			continue
		}
		if (two == "/*") { in_comment = 1; i++; out = out " "; CODE = CODE " "; continue }
		if (two == "//") break
		out = out c
		CODE = CODE c
		if (c != "\"" && c != "'") continue
		for (quote = c; ++i <= n; ) {
			c = substr(line, i, 1)
			if (c == "\\") {
				out = out substr(line, i, 2)
				if (quote == "\"") TEXT = TEXT substr(line, i, 2)
				i++
				continue
			}
			out = out c
			if (c == quote) { CODE = CODE c; break }
			if (quote == "\"") TEXT = TEXT c
		}
		TEXT = TEXT "\n"
	}
	return out
}

function fault(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	faults++
}

END { if (faults > 0) exit 1 }
