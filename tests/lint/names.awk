# tests/lint/names.awk -- what no file of the repository may hold: notes to oneself, the paths of
# one machine, the hosts of package registries, talk of how the work was organised.

function fault(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what
	faults++
}

# the words are put together here so that this file does not hold them
BEGIN {
	todo = "(^|[^A-Za-z])(TO" "DO|FIX" "ME|X" "XX)([^A-Za-z]|$)"
	machine = "(^|[^A-Za-z0-9_.}/-])/(wo" "rk|ro" "ot|ho" "me/[a-z]+|tm" "p/notes)(/|$|[^A-Za-z0-9_-])"
	hosts = "registry\\.np" "mjs|npm" "js\\.(org|com)|deb\\.deb" "ian|pypi\\.o" "rg|proxy\\.gol" "ang"
	talk = "(iss" "ue|tick" "et) #?[0-9]|[^a-z]sub-?ag" "ent|[^a-z]the le" "ad hel" "per|an" "thropic|cla" "ude|chat" "gpt|[^a-z]A" "I-gen"
}

$0 ~ todo { fault("a note to oneself: do it, or say what is so and why") }
$0 ~ machine && FILENAME !~ /\.svg$/ { fault("a path of one machine") }
tolower($0) ~ hosts { fault("the host of a package registry") }
tolower($0) ~ talk { fault("talk of how the work was organised") }
FILENAME ~ /package-lock\.json$/ && /"resolved":/ { fault("a lock file without addresses, please (see tests/e2e/.npmrc)") }
FILENAME ~ /(^|\/)(Makefile|.*\.mk|.*\.sh)$/ && !/^[ \t]*#/ && /-f(fast-math|finite-math)|-Of(ast)/ { fault("no flag may make results differ") }

END { if (faults > 0) exit 1 }
