// kill -9 under load, KILLS times (default 10): after each restart every acknowledged response is
// there with its receipt, sending it again adds nothing, nothing is doubled, the database is whole.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Daemon, root } from './elod.mjs';

const KILLS = Number(process.env.KILLS ?? 10);
const CAMPAIGN = 'course-evaluation-2026';
const load = path.resolve(root, process.env.LOAD ?? 'build/plain/tests/load/load_responses');

function run(args) {
	const child = spawn(load, args, { stdio: ['ignore', 'pipe', 'pipe'] });
	let out = '', err = '';
	child.stdout.on('data', (s) => { out += s; });
	child.stderr.on('data', (s) => { err += s; });
	const end = new Promise((done) => child.on('close', (code) => done({ code, out, err })));
	return { child, end };
}

const lines = (file) => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map((l) => l.split(/\s+/)) : []);
// a small generator of its own, so that a run can be repeated: KILL_SEED
let state = Number(process.env.KILL_SEED ?? 20261122) >>> 0;
const random = () => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return state / 4294967296; };

test(`${KILLS} kills under load`, { timeout: 60000 + KILLS * 20000 }, async (t) => {
	const d = await Daemon.start(null, { args: ['--release-interval', '1'] });
	const ids = new Map();
	let cut = 0, stored = 0;

	const count = async () => {
		const r = await d.get(`/api/v1/campaigns/${CAMPAIGN}`, { token: d.token('office') });
		assert.equal(r.status, 200, r.text);
		return r.json;
	};
	const again = async (file, rows) => {
		fs.writeFileSync(file, rows.map((r) => r.join(' ')).join('\n') + '\n');
		const { code, out, err } = await run(['--url', d.base, '--campaign', CAMPAIGN, '--connections', '16',
			'--seed', rows.seed, '--again', file]).end;
		assert.equal(code, 0, `sending again: ${out} ${err}`);
	};
	try {
		const before = (await count()).responses;
		for (let i = 1; i <= KILLS; i++) {
			const acks = path.join(d.dir, `acks-${i}`);
			const seed = String(1000 + i);
			const l = run(['--url', d.base, '--campaign', CAMPAIGN, '--connections', '16', '--seconds', '20', '--seed', seed, '--acks', acks]);
			await new Promise((done) => setTimeout(done, 150 + random() * 500));
			await d.kill();
			await l.end;
			await d.launch();
			d.killed = false;

			const rows = lines(acks), acked = rows.filter((r) => r[2] !== '-'), open = rows.filter((r) => r[2] === '-');
			assert.ok(rows.length > 0, 'nothing was sent before the kill');
			for (const r of rows) assert.ok(!ids.has(r[1]), 'an identifier was used twice');
			for (const r of rows) ids.set(r[1], r[2]);
			const now = (await count()).responses - before;
			assert.ok(now >= stored + acked.length, `kill ${i}: ${acked.length} were acknowledged, only ${now - stored} are there`);
			assert.ok(now <= stored + rows.length, `kill ${i}: ${rows.length} were sent, ${now - stored} are there`);
			cut += open.length;
			if (acked.length > 0) await again(`${acks}.acked`, Object.assign(acked, { seed }));
			assert.equal((await count()).responses - before, now, `kill ${i}: sending again added something`);
			if (open.length > 0) await again(`${acks}.open`, Object.assign(open, { seed }));
			stored += rows.length;
			assert.equal((await count()).responses - before, stored, `kill ${i}: each response once`);
			const check = d.elod(['check']);
			assert.equal(check.status, 0, `elod check: ${check.out}${check.err}`);
		}
		const c = await count();
		assert.ok(c.released <= c.responses);
		t.diagnostic(`${stored} responses, ${cut} cut off by the kills, ${c.released} released`);
	} finally {
		await d.stop();
		fs.rmSync(d.dir, { recursive: true, force: true });
	}
});
