// Makes the demonstration database of the tests: build/e2e/demo.db, its accounts, a token for each role.
// By the program that is tested unless DEMO_ELOD names another (the one without sanitizers is faster).
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { demo, program, root } from './elod.mjs';

const maker = path.resolve(root, process.env.DEMO_ELOD ?? program);
const out = path.dirname(demo);
const db = `sqlite:${demo}`;

function run(args, options) {
	const got = spawnSync(maker, args, { cwd: root, encoding: 'utf8', maxBuffer: 16 << 20, ...options });
	if (got.status !== 0) {
		console.error(`${maker} ${args.join(' ')}\n${got.stdout}${got.stderr}`);
		process.exit(1);
	}
	return got.stdout;
}

// The database is made again when the program or a file of the demonstration is younger.
function youngest(dir) {
	return Math.max(...fs.readdirSync(dir, { withFileTypes: true }).map((f) => {
		const p = path.join(dir, f.name);
		return f.isDirectory() ? youngest(p) : fs.statSync(p).mtimeMs;
	}));
}
fs.mkdirSync(out, { recursive: true });
const ready = `${demo}.accounts.json`;
if (fs.existsSync(ready) && fs.statSync(ready).mtimeMs > Math.max(youngest(path.join(root, 'daemon/demo')), fs.statSync(fs.realpathSync(maker)).mtimeMs)) process.exit(0);

for (const end of ['', '-wal', '-shm', '.accounts.json']) fs.rmSync(demo + end, { force: true });
run(['demo', '--db', db, '--from', 'daemon/demo', '--out', out]);

// "  login  password  role..." lines
const accounts = {};
for (const line of fs.readFileSync(path.join(out, 'accounts.txt'), 'utf8').split('\n')) {
	const m = line.match(/^\s+(\S+@\S+)\s+(\S+)\s+(.+)$/);
	if (!m) continue;
	for (const [role, word] of [['office', 'quality_office'], ['leader', 'programme_leader'], ['lecturer', 'lecturer'], ['admin', 'administrator']])
		if (m[3].split(/[\s,]+/).some((r) => r.split(':')[0] === word)) accounts[role] ??= { login: m[1], password: m[2] };
}
for (const role of ['office', 'leader', 'lecturer', 'admin']) {
	if (!accounts[role]) {
		console.error(`the demonstration has no account for: ${role}`);
		process.exit(1);
	}
	accounts[role].token = run(['token', 'add', '--user', accounts[role].login, '--name', 'tests', '--db', db]).match(/\b[0-9a-z]{40}\b/)[0];
}
// a lecturer of no course at all
run(['user', 'add', 'stranger@test.example', '--role', 'lecturer', '--password-file', '-', '--db', db], { input: 'a passphrase of a stranger 1\n' });
accounts.stranger = { login: 'stranger@test.example', password: 'a passphrase of a stranger 1' };
accounts.stranger.token = run(['token', 'add', '--user', accounts.stranger.login, '--name', 'tests', '--db', db]).match(/\b[0-9a-z]{40}\b/)[0];
fs.writeFileSync(ready, JSON.stringify(accounts, null, '\t'));
