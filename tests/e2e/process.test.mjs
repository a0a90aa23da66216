// The process: it drains, reopens its log, starts again at once, keeps secrets out of its log, and
// holds its limits against those who send too much or too slowly.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { Daemon, accounts, elod, sleep } from './elod.mjs';

const CODE = 'course-evaluation-2026';
const URL_ = `/api/v1/campaigns/${CODE}/responses`;

async function targets(d) {
	const r = await d.get(`/api/v1/campaigns/${CODE}/targets`);
	assert.equal(r.status, 200, r.text);
	return r.json.targets ?? r.json.items ?? r.json;
}
async function instrument(d) {
	const r = await d.get(`/api/v1/campaigns/${CODE}/instrument`);
	assert.equal(r.status, 200, r.text);
	return r.json.document ?? r.json;
}
// The first value of everything, text where words are asked.
function answers(doc, words) {
	const out = {};
	for (const q of doc.pages.flatMap((p) => p.questions)) {
		if (q.type === 'matrix') for (const row of q.rows) out[row.code] = q.scale.points[1].value;
		else if (q.type === 'single') out[q.code] = q.options[0].value;
		else if (q.type === 'number') out[q.code] = q.min ?? 1;
		else out[q.code] = words;
	}
	return out;
}
const count = async (d) => (await d.get(`/api/v1/campaigns/${CODE}`, { token: d.token('office') })).json.responses;

test('SIGTERM under load: everything acknowledged is there', { timeout: 60000 }, async (t) => {
	const d = await Daemon.start(t);
	const [target] = await targets(d), a = answers(await instrument(d), 'x'), before = await count(d);
	const acknowledged = new Map();
	let over = false, refused = 0;
	// clients that keep sending over connections that stay open, until they are turned away
	const client = async () => {
		const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
		while (!over) {
			const id = randomUUID(), body = JSON.stringify({ id, language: 'vi', target: target.id, answers: a });
			const got = await new Promise((done) => {
				const rq = http.request({ host: '127.0.0.1', port: d.port, method: 'POST', path: URL_, agent,
					headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } }, (rs) => {
					let text = '';
					rs.on('data', (s) => { text += s; }).on('end', () => done({ status: rs.statusCode, text })).on('error', () => done(null));
				});
				rq.on('error', () => done(null));
				rq.end(body);
			});
			if (got?.status === 201) acknowledged.set(id, JSON.parse(got.text).receipt);
			else { refused++; break; }
		}
		agent.destroy();
	};
	const clients = Array.from({ length: 16 }, client);
	await sleep(700);
	const stopping = Date.now();
	await d.stop();
	over = true;
	await Promise.all(clients);
	assert.ok(Date.now() - stopping < 5000, `draining took ${Date.now() - stopping} ms`);
	assert.ok(acknowledged.size > 20, `only ${acknowledged.size} were acknowledged`);
	await d.launch();
	const now = await count(d);
	assert.ok(now - before >= acknowledged.size && now - before <= acknowledged.size + refused, `${acknowledged.size} acknowledged, ${now - before} stored`);
	for (const [id, receipt] of [...acknowledged].slice(-50)) {
		const r = await d.post(URL_, { body: { id, language: 'vi', target: target.id, answers: a } });
		assert.equal(r.json.receipt, receipt);
	}
	assert.equal(await count(d), now);
	t.diagnostic(`${acknowledged.size} acknowledged, ${refused} turned away`);
});

test('SIGHUP opens the log anew; nothing secret is in it', { timeout: 60000 }, async (t) => {
	const d = await Daemon.start(t, { args: ['--log', path.join('build', `e2e-${process.pid}.log`), '--log-level', 'debug'] });
	const log = path.join('build', `e2e-${process.pid}.log`), old = `${log}.1`;
	t.after(() => { fs.rmSync(log, { force: true }); fs.rmSync(old, { force: true }); });
	const MARK = 'Đánh dấu-ZQXJ-trong-câu-trả-lời', [target] = await targets(d);
	const a = answers(await instrument(d), MARK);
	const sent = await d.post(URL_, { body: { id: randomUUID(), language: 'vi', target: target.id, answers: a }, headers: { 'X-Forwarded-For': '203.0.113.77' } });
	assert.equal(sent.status, 201, sent.text);
	// the same by the form, by wrong bodies, and by people who put secrets into addresses
	await d.post(`/s/${CODE}?lang=vi`, { form: { _id: randomUUID(), _page: '3', _target: target.id, _go: 'send', c_goals: '2', comment: MARK } });
	await d.post(URL_, { body: `{"id": "${MARK}", "answers"` });
	await d.post(URL_, { body: { id: randomUUID(), answers: { nothing: MARK } } });
	await d.get(`/s/${CODE}?i=ZQXJ-invitation-token`);
	await d.get(`/nowhere/${encodeURIComponent(MARK)}?token=ZQXJ-query-token`);
	const { login, password } = accounts().office;
	await d.signIn('office');
	await d.post('/signin', { form: { login, password: 'ZQXJ-wrong-password' } });
	await d.post('/signin', { form: { login: 'ZQXJ-password-in-the-wrong-box', password: 'x' } });
	const cookie = await d.signIn('office');
	await d.get('/campaigns', { cookie });
	await d.get('/api/v1/campaigns', { headers: { Authorization: 'Bearer ZQXJ-not-a-token' } });

	fs.renameSync(log, old);
	d.child.kill('SIGHUP');
	for (let i = 0; i < 100 && !fs.existsSync(log); i++) await sleep(50);
	assert.ok(fs.existsSync(log), 'no new log after SIGHUP');
	const marker = await d.get('/healthz');
	assert.equal(marker.status, 200);
	await d.stop();
	const first = fs.readFileSync(old, 'utf8'), second = fs.readFileSync(log, 'utf8');
	assert.match(first, /route=\S*\/responses/);
	assert.match(second, /route=\/healthz/);
	for (const text of [first, second, d.stderr]) {
		for (const secret of ['ZQXJ', password, cookie.split('=')[1], d.token('office'), '203.0.113.77', sent.json.receipt, MARK.slice(0, 9)])
			assert.ok(!text.includes(secret), `the log holds ${secret}`);
		// each line is one event: time, level, name, pairs
		for (const line of text.split('\n').filter((l) => l && !l.startsWith('elod: ')))
			assert.match(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ (error|warn|info|debug) [\w-]+( [\w.-]+=("([^"\\]|\\.)*"|[^ "]*))*$/);
	}
	// an address never stands in a line of the respondent's route
	for (const line of first.split('\n').filter((l) => /route=(\/s\/|\S*responses)/.test(l))) assert.doesNotMatch(line, /127\.0\.0\.1|::1/);
});

test('it starts in under two seconds and keeps what it has', { timeout: 60000 }, async (t) => {
	const d = await Daemon.start(t);
	const cookie = await d.signIn('office'), before = await count(d);
	await d.stop();
	const start = Date.now();
	await d.launch();
	assert.ok(Date.now() - start < 2000, `${Date.now() - start} ms`);
	assert.equal(await count(d), before);
	assert.equal((await d.get('/campaigns', { cookie })).status, 200, 'a session outlives a restart');
	const second = elod(['serve', '--db', d.db, '--listen', `127.0.0.1:${d.port}`], { timeout: 10000 });
	assert.equal(second.status, 1, 'a port in use');
	assert.match(second.err, /in use/);
	// with no database there it makes one
	const empty = new Daemon();
	empty.dir = d.dir;
	empty.file = path.join(d.dir, 'none.db');
	empty.db = `sqlite:${empty.file}`;
	empty.options = {};
	await empty.launch();
	assert.equal((await empty.get('/s/nothing')).status, 404);
	await empty.stop();
});

test('who sends too much or too slowly is turned away, others are served', { timeout: 90000 }, async (t) => {
	const d = await Daemon.start(t, { args: ['--request-timeout', '2', '--idle-timeout', '2', '--connections', '200'] });
	const token = d.token('office');
	const raw = (text, { wait = 5000 } = {}) => new Promise((done) => {
		const s = net.connect(d.port, '127.0.0.1', () => s.write(text));
		let got = '';
		s.setEncoding('latin1').on('data', (x) => { got += x; });
		const end = () => { clearTimeout(late); s.destroy(); done(got); };
		const late = setTimeout(end, wait);
		s.on('close', end).on('error', end);
	});
	const first = (text) => text.split('\r\n')[0];
	assert.match(first(await raw(`GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(100000)}\r\n\r\n`)), / 4(31|13|00) |^$/);
	assert.match(first(await raw(`GET /${'a'.repeat(100000)} HTTP/1.1\r\nHost: x\r\n\r\n`)), / 4(31|14|00) |^$/);
	assert.match(first(await raw('NONSENSE\r\n\r\n', { wait: 3000 })), / 400 |^$/);
	assert.match(first(await raw('GET /healthz HTTP/1.1\r\n\r\n', { wait: 3000 })), / (200|400) /);
	const large = await d.post(URL_, { body: `{"answers": "${'x'.repeat(3 << 20)}"}`, headers: { 'Content-Type': 'application/json' } }).catch((e) => ({ status: 0, error: e }));
	assert.equal(large.status, 413, `an oversized body: ${large.error ?? large.text}`);
	assert.match(first(await raw(`POST ${URL_} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n{`, { wait: 3000 })), / 413 /);
	// chunked, so that no length is told beforehand
	const chunk = `${(65536).toString(16)}\r\n${'x'.repeat(65536)}\r\n`;
	assert.match(first(await raw(`POST ${URL_} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(32)}0\r\n\r\n`, { wait: 5000 })), / 413 |^$/);
	// a byte now and then: the whole request has a time limit
	const slow = net.connect(d.port, '127.0.0.1');
	slow.on('error', () => {});
	const began = Date.now();
	const closed = new Promise((done) => slow.on('close', () => done(Date.now() - began)));
	slow.write('GET /healthz HTTP/1.1\r\nHost: x\r\n');
	const drip = setInterval(() => slow.write('X: y\r\n'), 300);
	const lasted = await Promise.race([closed, sleep(12000).then(() => Infinity)]);
	clearInterval(drip);
	slow.destroy();
	assert.ok(lasted < 10000, 'a request of endless drops is never ended');
	// many idle connections do not keep others out
	const idle = Array.from({ length: 150 }, () => net.connect(d.port, '127.0.0.1').on('error', () => {}));
	await sleep(300);
	assert.equal((await d.get('/api/v1/campaigns', { token })).status, 200);
	for (const s of idle) s.destroy();
	// two requests in one packet are answered in order
	const two = await raw('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
	assert.deepEqual(two.match(/HTTP\/1\.1 \d+/g), ['HTTP/1.1 200', 'HTTP/1.1 404']);
});
