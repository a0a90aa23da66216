# tests/lint/layers.awk -- arrows point one way: daemon -> web -> analysis -> surveys -> core.
# The table of docs/architecture.md, line by line: who may include whom, which library belongs
# to which files, which words a layer does not know, and that SQL stands in .sql files.
# Files are named from the root of the repository.

function folder(path) {
	if (path ~ /^analysis\/stats\//) return "stats"
	sub(/\/.*/, "", path)
	return path
}

BEGIN {
	may["core"] = " core "
	may["surveys"] = " surveys core "
	may["stats"] = " stats "
	may["analysis"] = " analysis stats surveys core "
	may["web"] = " web analysis surveys core "
	may["daemon"] = " daemon web analysis surveys core "

	# header (a prefix) -> the files that may include it
	only["sqlite3.h"] = "^core/(db_sqlite|gen_sql)\\.c$"
	only["libpq"] = "^core/db_pgsql\\.c$"
	only["microhttpd.h"] = "^daemon/"
	only["curl/"] = "^daemon/"
	only["ini.h"] = "^daemon/config\\.c$"
	only["gsl/"] = "^analysis/stats/"
	only["sodium.h"] = "^(core/|web/gen_assets\\.c$|analysis/fingerprint\\.c$)"
	only["uni"] = "^core/text\\.c$"
	only["csv.h"] = "^surveys/csv_scan\\.c$"
	only["libxml/"] = "^surveys/(import|export)_"
	only["zip.h"] = "^surveys/(import|export)_"
	only["readstat.h"] = "^surveys/export_sav\\.c$"
	only["xlsxwriter.h"] = "^surveys/export_xlsx\\.c$"
	only["jansson.h"] = "^(surveys|analysis|web|daemon)/"

	# numbers in, numbers out: no files, no time of day, no JSON, no SQL
	# (threads: parallel.c alone; instructions of one processor: codes_simd.c alone)
	stats_libc = "^(assert|errno|float|limits|math|stdbool|stddef|stdint|stdlib|string)\\.h$"
}

{
	layer = folder(FILENAME)
	line = strip($0)
}

line ~ /^[ \t]*#[ \t]*include[ \t]*"/ {
	name = line
	sub(/^[^"]*"/, "", name)
	sub(/".*/, "", name)
	to = folder(name)
	if (name ~ /\.\./ || name !~ /\//)
		fault("include \"" name "\" by its path from the root")
	else if (index(may[layer], " " to " ") == 0)
		fault(layer " must not include " name)
	next
}

line ~ /^[ \t]*#[ \t]*include[ \t]*</ {
	name = line
	sub(/^[^<]*</, "", name)
	sub(/>.*/, "", name)
	for (prefix in only) {
		if (prefix == "uni" && name == "unistd.h") continue
		if (index(name, prefix) == 1 && FILENAME !~ only[prefix])
			fault("<" name "> does not belong here (allowed in: " only[prefix] ")")
	}
	if (layer == "stats" && name !~ stats_libc && name !~ /^gsl\// &&
	    !(FILENAME == "analysis/stats/numeric/parallel.c" && name ~ /^(pthread|stdatomic|unistd)\.h$/) &&
	    !(FILENAME == "analysis/stats/codes_simd.c" && name == "immintrin.h"))
		fault("analysis/stats is pure numerics: no <" name ">")
	next
}

layer == "surveys" || layer == "analysis" || layer == "stats" {
	word = " " tolower(CODE " " TEXT) " "
	gsub(/[^a-z]+/, " ", word)
	if (word ~ / (html|cookie|cookies) / || (word ~ / http / && TEXT !~ /https?:\/\//))
		fault(layer " knows nothing of HTTP, HTML or cookies")
}
layer == "surveys" && CODE ~ /gsl_/ { fault("surveys knows no statistics library") }
layer == "core" && CODE ~ /(survey|campaign|respon(se|dent)_|gsl_)/ { fault("core knows no surveys and no statistics") }
(layer == "web" || layer == "daemon") && CODE ~ /sqlite3_|PQexec/ { fault(layer " speaks to core/db.h alone") }
layer == "web" && CODE ~ /(^|[^A-Za-z_])(MHD_|gsl_)/ { fault("web knows no server library and no statistics library") }
layer == "daemon" && CODE ~ /(^|[^A-Za-z_])(gsl_|an_)[a-z]/ { fault("daemon computes no statistics") }

# The ledger of the migrations and the words of a transaction are the drivers' own.
TEXT ~ /(^|[ \n(])(SELECT |INSERT (INTO|OR) |UPDATE [a-z_]+ SET|DELETE FROM |CREATE (TABLE|INDEX|UNIQUE|TEMP)|ALTER TABLE|DROP (TABLE|INDEX)|PRAGMA |VACUUM|SAVEPOINT |BEGIN( IMMEDIATE)?(\n|;|$)|COMMIT(\n|;|$)|ROLLBACK( TO)?[ \n;])/ &&
FILENAME !~ /^core\/(db|db_sqlite|db_pgsql|migrate|gen_sql)\.c$/ {
	fault("SQL stands in a .sql file beside the module")
}
