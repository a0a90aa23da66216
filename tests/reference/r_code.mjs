// The R code that results carry runs: for each method with each options of the bindings, the code is
// given the same file and must end without an error.  Needs R with the packages that it names;
// without R this is said and nothing fails.
//   node tests/reference/r_code.mjs [ELOD [METHOD]]
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const elod = process.argv[2] ?? 'build/elod', only = process.argv[3];
const own = 'tests/reference', shared = '../shared/reference', demo = 'daemon/demo/data';
if (spawnSync('Rscript', ['--version']).error) {
	console.log('# not run: R is not installed');
	process.exit(0);
}
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'elod-r-'));
const find = (file) => [`${own}/${file}`, `${shared}/${file}`, `${demo}/${path.basename(file)}`].find((f) => fs.existsSync(f));
const seen = new Map();
for (const file of fs.readdirSync(`${own}/bindings`)) {
	const id = path.basename(file, '.json');
	const about = [`${own}/cases/${id}.json`, `${shared}/cases/${id}.json`].find((f) => fs.existsSync(f));
	if (!about) continue;
	const { data } = JSON.parse(fs.readFileSync(about));
	for (const b of Object.values(JSON.parse(fs.readFileSync(`${own}/bindings/${file}`)))) {
		if (only && b.method !== only) continue;
		const csv = find(data[b.data] ?? Object.values(data)[0]);
		const options = Object.entries(b.options ?? {}).flatMap(([k, v]) => [`--${k}`, data[v] ? find(data[v]) : v]);
		const key = JSON.stringify([b.method, csv, options]);
		if (csv && !seen.has(key)) seen.set(key, { id, method: b.method, csv, options });
	}
}
const list = [];
for (const one of seen.values()) {
	const r = spawnSync(elod, ['analyse', one.method, one.csv, ...one.options], { encoding: 'utf8', maxBuffer: 1 << 28 });
	if (r.status !== 0) continue;
	const code = JSON.parse(r.stdout).r_code;
	if (code) list.push({ ...one, code: code.replace('"data.csv"', JSON.stringify(path.resolve(one.csv))) });
	else console.log(`# ${one.method} has no R code`);
}
const script = list.map((one, i) => {
	const file = path.join(dir, `${i}.R`);
	fs.writeFileSync(file, one.code);
	return `m <- ""; f <- tryCatch({ suppressWarnings(suppressMessages(invisible(capture.output(source(${JSON.stringify(file)}, local = new.env(), echo = FALSE, print.eval = TRUE))))); TRUE }, error = function(e) { m <<- conditionMessage(e); FALSE }); cat(${i}, f, gsub("\\n", " ", m), "\\n")`;
});
fs.writeFileSync(path.join(dir, 'all.R'), script.join('\n'));
const out = execFileSync('Rscript', [path.join(dir, 'all.R')], { encoding: 'utf8', maxBuffer: 1 << 28 });
let bad = 0;
for (const line of out.split('\n')) {
	const m = line.match(/^(\d+) (TRUE|FALSE) (.*)$/);
	if (!m) continue;
	const one = list[m[1]];
	const missing = /there is no package called/.test(m[3]);
	if (m[2] === 'FALSE' && !missing) bad++;
	if (m[2] === 'FALSE') console.log(`${missing ? '#' : 'not ok -'} ${one.method} (${one.id}) ${one.options.join(' ')}: ${m[3]}`);
}
console.log(`# ${list.length} pieces of R code run, ${bad} end in an error`);
console.log(bad ? 'not ok 1 - R code' : 'ok 1 - R code');
fs.rmSync(dir, { recursive: true });
process.exit(bad ? 1 : 0);
