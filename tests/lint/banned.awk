# tests/lint/banned.awk -- calls that have a better word, and habits that the house does not have.

{ line = strip($0); code = " " CODE }

code ~ /[^A-Za-z0-9_](strcpy|stpcpy|strcat|strncat|strncpy|sprintf|vsprintf|gets|strtok)[ \t]*\(/ {
	fault("unbounded or destructive string call: use core/buf.h, arena_fmt() or snprintf()")
}
code ~ /[^A-Za-z0-9_](atoi|atol|atoll|atof|strtof)[ \t]*\(/ { fault("no error is seen: use text_integer() or text_number()") }
code ~ /[^A-Za-z0-9_](rand|srand|random|srandom|drand48|lrand48)[ \t]*\(/ {
	fault("use core/ids.h for identifiers, a seeded generator of analysis/stats for methods")
}
code ~ /[^A-Za-z0-9_](system|popen|tmpnam|tempnam|mktemp|alloca)[ \t]*\(/ { fault("no shell, no guessable file, no stack of unknown size") }
code ~ /[^A-Za-z0-9_](localtime|gmtime|ctime|asctime|localtime_r)[ \t]*\(/ { fault("use core/clock.h: UTC, and safe between threads") }
code ~ /[^A-Za-z0-9_]setlocale[ \t]*\(/ { fault("the locale stays C: 0.5 must stay 0.5") }
code ~ /[^A-Za-z0-9_](time|gettimeofday)[ \t]*\([ \t]*(NULL|0|&)/ && FILENAME !~ /^core\/clock\.c$/ { fault("use clock_now()") }
code ~ /^ typedef[ \t]+(struct|union|enum)/ { fault("structs go without typedef") }
$0 ~ /[ \t]+$/ { fault("white space at the end of the line") }
$0 ~ /^\t* {8}/ && $0 !~ /^[ \t]*\*/ { fault("indent with tabs") }
