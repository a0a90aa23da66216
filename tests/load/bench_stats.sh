#!/bin/sh
# The statistics over 1,000,000 x 20 answers and 200,000 x 40 marks in memory, side by side with
# base R, data.table, psych and numpy where they are installed; loading is outside every figure.
#
#   bench_stats.sh PROGRAM PEERS
# PROGRAM: tests/load/bench_stats.  PEERS: a folder with gen.R, bench.R and bench_numpy.py, whose
# data and timings are used where it is there; otherwise data made by PROGRAM, and bench_stats.R.
# REPS (7).  The two results that R printed for gen.R's data are compared with ours.
# Exit 1 when a result differs or memory exceeds three times the packed data.
set -eu
program=$1 peers=${2:-}
here=$(dirname "$0")
data=${WORK:-build/bench}/stats
mkdir -p "$data"
ours=$data/ours.txt theirs=$data/theirs.txt
have() { command -v "$1" >/dev/null; }

known=no
if have Rscript && [ -f "$peers/gen.R" ]; then
	[ -f "$data/made_by_r" ] || { Rscript "$peers/gen.R" "$data" && : >"$data/made_by_r"; }
	known=yes
elif [ ! -f "$data/made_by_r" ]; then
	[ -f "$data/exam_u8.bin" ] || "$program" generate "$data"
else
	known=yes
fi

{
	"$program" bandwidth
	"$program" survey "$data"
	"$program" exam "$data"
} >"$ours"
: >"$theirs"
if have Rscript; then
	for task in b_cor b_alpha_base b_group_rowsum b_group_dt_prebuilt c_fa_from_cor d_polychoric5 e_kr_base; do
		if [ "$known" = yes ] && [ -f "$peers/bench.R" ]; then
			Rscript "$peers/bench.R" "$data" $task 5
		else
			Rscript "$here/bench_stats.R" "$data" $task
		fi 2>/dev/null >>"$theirs" || echo "not run: $task in R (a package is missing)"
	done
fi
for python in /usr/bin/python3 python3; do
	[ -f "$peers/bench_numpy.py" ] && "$python" -c 'import numpy' 2>/dev/null || continue
	"$python" "$peers/bench_numpy.py" "$data" survey >>"$theirs"
	"$python" "$peers/bench_numpy.py" "$data" exam >>"$theirs"
	break
done
# once more after the peers, and the slower of both medians counts: others may be at work here
{
	"$program" survey "$data"
	"$program" exam "$data"
} >>"$ours"

awk -F '\t' -v known=$known '
	FILENAME ~ /theirs/ {
		s = $2; sub(/median_s=/, "", s)
		peer[$1] = s + 0
		for (i = 3; i <= NF; i++) if ($i ~ /^result=/) value[$1] = substr($i, 8)
		next
	}
	$1 == "memory" { if ($3 / $4 > memory[$4]) memory[$4] = $3 / $4; next }
	{
		most = $2 > most ? $2 : most
		if ($3 > time[$1, $2]) time[$1, $2] = $3
		bytes[$1] = $4
		result[$1] = $5
	}
	# the fastest of some peers, each a task or a sum of tasks (a+b); sets best and name
	function fastest(list,   i, j, n, m, one, part, s, ok) {
		best = 0
		n = split(list, one, " ")
		for (i = 1; i <= n; i++) {
			m = split(one[i], part, "+")
			s = 0
			ok = 1
			for (j = 1; j <= m; j++) {
				if (!(part[j] in peer)) ok = 0
				s += peer[part[j]]
			}
			if (ok && (best == 0 || s < best)) { best = s; name = one[i] }
		}
	}
	function line(what, task, goal, list,   one, two, rate, met) {
		if (!((task, 1) in time)) return
		one = time[task, 1]
		two = time[task, most]
		rate = bytes[task] / two / 1e9
		fastest(list)
		met = best == 0 ? "no peer" : best / two >= goal ? "met" : "not met"
		printf "%-34s %8.4f %8.4f %8s %-26s %6s %5dx %-8s %5.1f %6.1f %3.0f %%\n", what, one, two,
			best == 0 ? "-" : sprintf("%.3f", best), best == 0 ? "-" : name,
			best == 0 ? "-" : sprintf("%.0fx", best / two), goal, met, bytes[task] / 1e6, rate,
			100 * rate / (bytes["bandwidth"] / time["bandwidth", most] / 1e9)
	}
	function compare(what, got, want, most,   gap) {
		if (want == "" || got == "") return
		gap = got > want ? got - want : want - got
		printf "%s: %.15g, R %.15g, %s\n", what, got, want,
			(gap > most) ? "DIFFERENT" : (gap > 1e-14) ? sprintf("%.1g apart", gap) : "the same"
		if (gap > most) bad = 1
	}
	END {
		printf "%-34s %8s %8s %8s %-26s %6s %6s %-8s %5s %6s %s\n", "statistics, compute only (s)", "1 thread",
			most " thr.", "peer", "which", "ratio", "goal", "", "MB", "GB/s", "of read"
		line("alpha with all item statistics", "alpha", 40, "b_alpha_base np_alpha_pairwise_f64")
		line("pairwise correlations", "correlation", 40, "b_cor np_alpha_pairwise_f64")
		line("n, mean, sd by 200 groups", "groups", 10,
			"b_group_dt_prebuilt b_group_rowsum np_group_means_bincount")
		line("one factor (minres) and omega", "omega", 20, "b_cor+c_fa_from_cor")
		line("polychoric, 5 columns", "polychoric", 20, "d_polychoric5")
		line("tables of 10 pairs of columns", "pair tables", 20, "d_polychoric5")
		line("KR-20 and items with the rest", "items", 20, "e_kr_base np_kr20_itemrest")
		printf "reading memory in a stream: %.1f GB/s on 1 thread, %.1f GB/s on %d\n",
			bytes["bandwidth"] / time["bandwidth", 1] / 1e9, bytes["bandwidth"] / time["bandwidth", most] / 1e9, most
		for (b in memory) {
			printf "peak memory of the process: %.2f times its %.1f MB of packed data (at most 3)\n", memory[b], b / 1e6
			if (memory[b] > 3) bad = 1
		}
		if (known == "yes") {
			compare("alpha, as known for these data", result["alpha"], 0.91752307912148, 1e-13)
			compare("KR-20, as known for these data", result["items"], 0.871140302554975, 1e-13)
		}
		compare("alpha", result["alpha"], value["b_alpha_base"], 1e-13)
		compare("correlation of items 1 and 2", result["correlation"], value["b_cor"], 1e-13)
		compare("mean of item 1 in group 1", result["groups"], value["b_group_dt_prebuilt"], 1e-13)
		compare("KR-20", result["items"], value["e_kr_base"], 1e-13)
		# psych stops its searches early
		compare("loading of item 1", result["omega"], value["c_fa_from_cor"], 1e-4)
		compare("polychoric correlation of items 1 and 2", result["polychoric"], value["d_polychoric5"], 1e-3)
		exit bad
	}' "$theirs" "$ours"
