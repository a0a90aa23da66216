// Every answer of the API agrees with the schema that its description names, for whoever may read it:
// what is hidden from a reader must be described too.
import assert from 'node:assert/strict';
import test from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import { Daemon } from './elod.mjs';

const d = await Daemon.start({ after: (f) => test.after(f) });
const openapi = (await d.get('/api/v1/openapi.json')).json;
const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema({ $id: 'https://elod.example/api', components: openapi.components });

// Members that no schema names, as paths; `schema` may be composed of others.
const resolve = (s) => (s?.$ref ? resolve(openapi.components.schemas[s.$ref.split('/').at(-1)]) : s);
const parts = (s) => [s, ...['allOf', 'anyOf', 'oneOf'].flatMap((k) => (s?.[k] ?? []).flatMap((x) => parts(resolve(x))))];
function unnamed(value, schema, path = '') {
	const all = parts(resolve(schema)).filter(Boolean);
	if (Array.isArray(value)) {
		const items = all.map((s) => s.items).filter(Boolean);
		return value.flatMap((v) => (items.length ? unnamed(v, { anyOf: items }, `${path}[]`) : []));
	}
	if (!value || typeof value !== 'object') return [];
	// figures of a method: their names are in /api/v1/methods
	if (all.some((s) => s.additionalProperties && Object.keys(s.additionalProperties).length === 0)) return [];
	return Object.entries(value).flatMap(([key, v]) => {
		const found = all.flatMap((s) => [s.properties?.[key], typeof s.additionalProperties === 'object' && s.additionalProperties].filter(Boolean));
		return found.length ? unnamed(v, { anyOf: found }, `${path}.${key}`) : [`${path}.${key}`];
	});
}

// One calculation over what this reader may see.
async function calculated(token) {
	const r = await d.post('/api/v1/analyses', { token, body: { campaign: 'lecture-evaluation-eth', method: 'distribution', items: ['rating'] } });
	return r.status < 300 ? [{ analysis: r.json.id }] : [];
}

async function things(token) {
	const list = async (path) => (await d.get(`/api/v1/${path}`, { token })).json.items;
	const courses = await list('courses');
	const programmes = await list('programmes');
	const outcomes = [];
	for (const p of programmes)
		for (const o of (await d.get(`/api/v1/programmes/${p.id}`, { token })).json.outcomes) outcomes.push({ programme: p.id, outcome: o.code });
	return {
		'': [{}],
		campaign: (await list('campaigns')).map((c) => ({ campaign: c.id })),
		programme: programmes.map((p) => ({ programme: p.id })),
		'programme,outcome': outcomes,
		course: courses.map((c) => ({ course: c.code })),
		assessment: courses.flatMap((c) => c.assessments).map((a) => ({ assessment: a.id })),
		instrument: [{ instrument: 'course-evaluation' }],
		analysis: await calculated(token),
	};
}

for (const who of ['office', 'leader', 'lecturer'])
	test(`answers to the ${who} are as described`, { timeout: 120000 }, async () => {
		const token = d.token(who), of = await things(token), wrong = [];
		let asked = 0;
		for (const [pattern, path] of Object.entries(openapi.paths)) {
			const schema = path.get?.responses['200']?.content['application/json']?.schema;
			if (!schema?.$ref || pattern.endsWith('/comments')) continue; // comments ask for a question
			const check = ajv.compile({ $ref: `https://elod.example/api${schema.$ref}` });
			const names = [...pattern.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).join(',');
			for (const values of of[names]) {
				const url = pattern.replace(/\{(\w+)\}/g, (_, n) => values[n]), r = await d.get(url, { token });
				assert.equal(r.status, 200, `${url}: ${r.text.slice(0, 300)}`);
				asked++;
				if (!check(r.json)) wrong.push(`${url}: ${ajv.errorsText(check.errors.slice(0, 3))}`);
				const more = [...new Set(unnamed(r.json, schema))];
				if (more.length) wrong.push(`${url}: not described: ${more.slice(0, 8).join(' ')}`);
			}
		}
		assert.deepEqual(wrong, []);
		assert.ok(asked >= 10, `${asked} answers looked at`);
	});
