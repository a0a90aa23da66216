// The JSON API: every endpoint, its paging and CSV, problem documents, one response exactly once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Daemon } from './elod.mjs';

const d = await Daemon.start({ after: (f) => test.after(f) });
const token = d.token('office');
const get = async (path, options = {}) => {
	const r = await d.get(`/api/v1${path}`, { token, ...options });
	assert.equal(r.status, 200, `${path}: ${r.status} ${r.text.slice(0, 300)}`);
	return r;
};
const CODE = 'course-evaluation-2026';
// the array of a list, whatever it is called
const rows = (json) => json.items ?? Object.values(json).find(Array.isArray);
const openapi = (await d.get('/api/v1/openapi.json')).json;

test('the description is valid OpenAPI 3.1 and agrees with what is answered', async () => {
	const result = await new Validator().validate(structuredClone(openapi));
	assert.ok(result.valid, JSON.stringify(result.errors, null, 1)?.slice(0, 2000));
	assert.match(openapi.openapi, /^3\.1\./);
	const refs = [...JSON.stringify(openapi).matchAll(/"\$ref":"([^"]+)"/g)].map((m) => m[1]);
	for (const ref of refs) {
		assert.match(ref, /^#\//);
		let at = openapi;
		for (const part of ref.slice(2).split('/')) at = at?.[part.replaceAll('~1', '/').replaceAll('~0', '~')];
		assert.ok(at, `${ref} leads nowhere`);
	}
	const ids = Object.values(openapi.paths).flatMap((p) => Object.values(p).map((o) => o.operationId)).filter(Boolean);
	assert.equal(new Set(ids).size, ids.length, 'an operationId stands twice');
	const prefix = openapi.servers?.[0]?.url?.replace(/\/$/, '') ?? '';
	const have = Object.keys(openapi.paths).map((p) => (prefix + p).replace(/^\/api\/v1/, '').replace(/\{[^}]+\}/g, '{}'));
	for (const want of ['/campaigns', '/campaigns/{}', '/campaigns/{}/instrument', '/campaigns/{}/statistics', '/campaigns/{}/responses',
		'/campaigns/{}/targets', '/courses', '/courses/{}/attainment', '/assessments/{}/items', '/programmes', '/programmes/{}/attainment'])
		assert.ok(have.includes(want), `${want} is not described; described: ${have.join(' ')}`);
	assert.equal((await d.get('/api')).status, 200);
	assert.match((await d.get('/api')).text, /\/api\/v1\/campaigns/);
});

test('every endpoint that can be read answers, by id and by code', async () => {
	const campaigns = rows((await get('/campaigns')).json);
	assert.ok(campaigns.length >= 4);
	for (const c of campaigns) {
		for (const key of [c.id, c.code]) {
			const one = (await get(`/campaigns/${key}`)).json;
			assert.equal(one.id, c.id);
			assert.ok(Number.isInteger(one.responses) && Number.isInteger(one.released), JSON.stringify(one).slice(0, 200));
		}
		await get(`/campaigns/${c.id}/statistics`);
		await get(`/campaigns/${c.id}/instrument`);
		await get(`/campaigns/${c.id}/targets`);
	}
	const lecture = (await get('/campaigns/lecture-evaluation-eth')).json;
	assert.equal(lecture.responses, 73421); // rows of insteval.csv
	assert.equal(lecture.released, 73421);
	assert.equal((await get('/campaigns/youth-gratitude')).json.responses, 1405);
	for (const course of rows((await get('/courses')).json)) {
		await get(`/courses/${course.id}/attainment`);
		await get(`/courses/${course.code}/attainment`);
		for (const a of course.assessments ?? []) await get(`/assessments/${a.id}/items`);
	}
	const programmes = rows((await get('/programmes')).json);
	assert.ok(programmes.length >= 1);
	for (const p of programmes) await get(`/programmes/${p.id}/attainment`);
});

test('shares are between 0 and 1, not rounded, and nothing is not a number', async () => {
	const walk = (v, path) => {
		if (Array.isArray(v)) v.forEach((x, i) => walk(x, `${path}[${i}]`));
		else if (v && typeof v === 'object') for (const [k, x] of Object.entries(v)) {
			if (/^(share|rate|top_two)$/.test(k) && typeof x === 'number') assert.ok(x >= 0 && x <= 1, `${path}.${k} = ${x}`);
			walk(x, `${path}.${k}`);
		}
	};
	for (const path of ['/campaigns/youth-gratitude/statistics', '/campaigns/lecture-evaluation-eth/statistics']) {
		const r = await get(path);
		walk(r.json, path);
		assert.match(r.text, /0\.\d{10,}/, `${path}: figures are rounded`);
		assert.doesNotMatch(r.text, /\b(nan|inf|NaN|Infinity)\b/);
	}
});

test('pages of a list hold everything once', async () => {
	const all = new Map();
	let path = '/campaigns/lecture-evaluation-eth/targets?limit=100', pages = 0;
	while (path) {
		const r = await get(path);
		for (const t of rows(r.json)) {
			assert.ok(!all.has(t.id), `${t.id} comes twice`);
			all.set(t.id, t);
		}
		assert.ok(++pages <= 50, 'the list has no end');
		const next = r.json.next ?? r.json.page?.next ?? r.headers.link?.match(/<([^>]+)>;\s*rel="next"/)?.[1];
		path = next ? (next.startsWith('/') ? next.replace(/^\/api\/v1/, '') : `/campaigns/lecture-evaluation-eth/targets?limit=100&after=${encodeURIComponent(next)}`) : null;
	}
	assert.equal(all.size, 1128); // lecturers in insteval.csv
	const taken = [];
	for (const bad of ['limit=-1', 'limit=abc', 'limit=100000000', 'after=%00', 'after=%ff', 'colour=red', 'order=colour', 'limit=1&limit=2'])
		if (![400, 422].includes((await d.get(`/api/v1/campaigns/lecture-evaluation-eth/targets?${bad}`, { token })).status)) taken.push(bad);
	assert.deepEqual(taken, []);
});

// RFC 4180
function csv(text) {
	const out = [];
	for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
		if (out.length === 0 || out.at(-1).done) {
			if (end === '' && !quoted && !plain) break;
			out.push([]);
		}
		out.at(-1).push(quoted?.replaceAll('""', '"') ?? plain);
		out.at(-1).done = end !== ',';
	}
	return out;
}

test('tables come as CSV', async () => {
	for (const path of ['/campaigns', '/campaigns/lecture-evaluation-eth/targets', '/courses', '/programmes']) {
		const r = await get(path, { headers: { Accept: 'text/csv' } });
		assert.match(r.headers['content-type'], /^text\/csv; ?charset=utf-8/, path);
		assert.ok(r.text.endsWith('\r\n'), path);
		const table = csv(r.text);
		assert.ok(table.length >= 2, path);
		for (const line of table) {
			assert.equal(line.length, table[0].length, `${path}: ${line}`);
			for (const cell of line) assert.doesNotMatch(cell, /^[=+@][A-Za-z(]/, 'a cell that a spreadsheet would compute');
		}
	}
	assert.equal((await d.get('/api/v1/campaigns', { token, headers: { Accept: 'image/png' } })).status >= 400, true);
});

test('answers that have not changed are not sent again', async () => {
	const r = await get('/campaigns/youth-gratitude/statistics');
	assert.ok(r.headers.etag);
	const again = await d.get('/api/v1/campaigns/youth-gratitude/statistics', { token, headers: { 'If-None-Match': r.headers.etag } });
	assert.equal(again.status, 304);
	assert.equal(again.text, '');
	const head = await d.request('HEAD', '/api/v1/campaigns/youth-gratitude', { token });
	assert.equal(head.status, 200);
	assert.equal(head.text, '');
});

test('problems say what, where and which request', async () => {
	const cases = [
		['GET', '/campaigns/nothing', {}, 404], ['GET', '/nowhere', {}, 404], ['DELETE', '/campaigns', {}, 405],
		['GET', '/campaigns', { token: undefined }, 401], ['POST', `/campaigns/${CODE}/responses`, { body: '{' }, 422],
		['GET', '/campaigns?colour=red', {}, 422], ['GET', '/campaigns/%ff', {}, 404], ['GET', '/courses/nothing/attainment', {}, 404],
		['GET', '/assessments/nothing/items', {}, 404], ['GET', '/programmes/nothing/attainment', {}, 404],
	];
	for (const [method, path, options, status] of cases) {
		const r = await d.request(method, `/api/v1${path}`, { token, ...options, headers: { 'Accept-Language': 'en', ...options.headers } });
		assert.ok(r.status === status || (status === 422 && r.status === 400), `${method} ${path}: ${r.status}`);
		assert.equal(r.headers['content-type'], 'application/problem+json', path);
		for (const key of ['type', 'title', 'status', 'detail', 'instance']) assert.ok(r.json[key], `${path}: no ${key}`);
		assert.equal(r.json.status, r.status);
		assert.doesNotMatch(r.text, /SELECT|sqlite|\/srv\/|\.c:\d+/i);
		let page = await d.get(r.json.type);
		if (page.status === 303) page = await d.get(page.headers.location.split('#')[0]);
		assert.equal(page.status, 200, `${r.json.type} explains nothing`);
	}
	assert.match((await d.request('DELETE', '/api/v1/campaigns', { token })).headers.allow, /GET/);
	const vi = await d.get('/api/v1/campaigns/nothing', { token, headers: { 'Accept-Language': 'vi' } });
	const en = await d.get('/api/v1/campaigns/nothing', { token, headers: { 'Accept-Language': 'en' } });
	assert.notEqual(vi.json.detail, en.json.detail, 'problems are told in the reader\'s language');
});

// ---- responses ----
const doc = await (async () => {
	const r = await d.get(`/api/v1/campaigns/${CODE}/instrument`);
	assert.equal(r.status, 200, `the form's questions are public: ${r.status}`);
	return r.json.document ?? r.json.instrument ?? r.json;
})();
const target = rows((await d.get(`/api/v1/campaigns/${CODE}/targets`)).json)[0];
const questions = doc.pages.flatMap((p) => p.questions);
const matrix = questions.find((q) => q.type === 'matrix');
const text = questions.find((q) => q.type === 'text'), number = questions.find((q) => q.type === 'number');
function valid() {
	const out = {};
	for (const q of questions) {
		if (q.type === 'matrix') for (const row of q.rows) out[row.code] = q.scale.points[2].value;
		else if (q.type === 'single') out[q.code] = q.options[0].value;
		else if (q.type === 'number') out[q.code] = q.min ?? 1;
		else out[q.code] = 'Ví dụ: “đủ”, 100 % & <b>an toàn</b>';
	}
	return out;
}
const send = (body, options) => d.post(`/api/v1/campaigns/${CODE}/responses`, { body, headers: { 'Accept-Language': 'en' }, ...options });
const count = async () => (await get(`/campaigns/${CODE}`)).json.responses;

test('a response is taken once, however often it comes', { timeout: 60000 }, async () => {
	const before = await count(), id = randomUUID(), answers = valid();
	const body = { id, language: 'vi', target: target.id, answers };
	const first = await send(body);
	assert.equal(first.status, 201, first.text);
	assert.match(first.json.receipt, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
	for (const again of [body, { ...body, language: 'en' }, { answers: Object.fromEntries(Object.entries(answers).reverse()), target: target.code, id: id.toUpperCase(), language: 'vi' }]) {
		const r = await send(again);
		assert.ok([200, 201].includes(r.status), r.text);
		assert.equal(r.json.receipt, first.json.receipt);
	}
	assert.equal(await count(), before + 1);
	const other = await send({ ...body, answers: { ...answers, [matrix.rows[0].code]: matrix.scale.points[0].value } });
	assert.equal(other.status, 409, other.text);
	assert.equal(await count(), before + 1);
	// twenty at the same moment
	const twin = { ...body, id: randomUUID() };
	const all = await Promise.all(Array.from({ length: 20 }, () => send(twin)));
	assert.deepEqual([...new Set(all.map((r) => r.json.receipt))].length, 1);
	assert.equal(await count(), before + 2);
	// the order of a repeated identifier in another campaign means nothing
	assert.equal((await send({ ...body, id: randomUUID(), target: target.code })).status, 201);
});

test('wrong answers are told by name', async () => {
	const before = await count(), row = matrix.rows[0].code;
	const base = () => ({ id: randomUUID(), language: 'vi', target: target.id, answers: valid() });
	const with_ = (changes) => { const b = base(); Object.assign(b.answers, changes); return b; };
	const named = [
		[with_({ [row]: 99 }), row], [with_({ [row]: '3x' }), row], [with_({ [row]: 2.5 }), row], [with_({ [row]: [3] }), row], [with_({ [row]: true }), row],
		[with_({ [row]: { missing: 'lost' } }), row], [with_({ [row]: { other: 1 } }), row], [with_({ NO_SUCH_ITEM: 1 }), 'NO_SUCH_ITEM'],
		...(text ? [[with_({ [text.code]: 'x'.repeat(20000) }), text.code], [with_({ [text.code]: 'a\u0007b' }), text.code], [with_({ [text.code]: 5 }), text.code]] : []),
		...(number ? [[with_({ [number.code]: (number.max ?? 1e6) + 1 }), number.code], [with_({ [number.code]: 'many' }), number.code]] : []),
		[{ ...base(), id: 'not-a-uuid' }, 'id'], [{ ...base(), id: undefined }, 'id'], [{ ...base(), language: 5 }, 'language'],
		[{ ...base(), target: 'nothing' }, 'target'], [{ ...base(), target: undefined }, 'target'], [{ ...base(), answers: undefined }, 'answers'],
		[{ ...base(), answers: [] }, 'answers'], [{ ...base(), colour: 'red' }, 'colour'],
	];
	for (const [body, field] of named) {
		const r = await send(body);
		assert.ok([400, 404, 422].includes(r.status), `${field}: ${r.status} ${r.text}`);
		assert.ok(r.text.includes(field), `${field} is not named: ${r.text}`);
		assert.equal(r.headers['content-type'], 'application/problem+json');
	}
	// all faults at once
	const both = await send(with_({ [row]: 99, NO_SUCH_ITEM: 1 }));
	assert.ok(both.json.errors?.length >= 2, both.text);
	const malformed = ['', '{', '[]', '"x"', 'null', '{"id":1,"id":2}', `{"a":${'['.repeat(5000)}`, '\u0000', '{"id":"\\ud800"}', Buffer.from([0xff, 0xfe, 0x7b])];
	for (const body of malformed) assert.ok([400, 422].includes((await send(body)).status), String(body).slice(0, 20));
	// only the quality office may say that answers are simulated
	const refused = [401, 403, 422];
	assert.ok(refused.includes((await send({ ...base(), simulated: true })).status));
	assert.ok(refused.includes((await send({ ...base(), simulated: true }, { token: d.token('lecturer') })).status));
	assert.ok([403, 422].includes((await d.post('/api/v1/campaigns/youth-gratitude/responses', { body: { ...base(), answers: {} } })).status), 'a closed campaign');
	assert.equal((await d.post('/api/v1/campaigns/nothing/responses', { body: base() })).status, 404);
	assert.equal(await count(), before);
});

test('a missing answer may say why', async () => {
	const q = questions.find((x) => x.not_applicable);
	assert.ok(q, 'no question of the demonstration may be not applicable');
	const code = q.rows?.[0].code ?? q.code, body = { id: randomUUID(), language: 'en', target: target.id, answers: { ...valid(), [code]: { missing: 'not_applicable' } } };
	assert.equal((await send(body)).status, 201);
	const strict = questions.find((x) => !x.not_applicable && x.type === 'matrix') ?? questions.find((x) => !x.not_applicable);
	if (strict) {
		const c = strict.rows?.[0].code ?? strict.code;
		assert.equal((await send({ ...body, id: randomUUID(), answers: { ...valid(), [c]: { missing: 'not_applicable' } } })).status, 422);
	}
});

test('the process can be watched without learning who answered what', async () => {
	const health = await d.get('/healthz');
	assert.equal(health.json.status, 'ok');
	const m = await d.get('/metrics');
	assert.match(m.headers['content-type'], /^text\/plain/);
	for (const line of m.text.trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)*\})? -?[\d.e+-]+)$/);
	assert.match(m.text, /writer/);
	assert.doesNotMatch(m.text, /@|127\.0\.0\.1|course-evaluation/);
});
