// Every page that a role can reach by links, at 360 and 1280 px, in both languages and both
// themes: no axe violation, no sideways scrolling, nothing in the console, nothing that the content
// policy had to refuse, one heading of the first rank, a title, and the page's own language.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Daemon, browser, open } from './elod.mjs';
import { overflow, violations } from './axe.mjs';

const d = await Daemon.start({ after: (f) => test.after(f) });
const b = await browser({ after: (f) => test.after(f) });

// Two of a kind are enough, one with a query: /campaigns/x and /campaigns/y have one template.
const kind = (url) => {
	const u = new URL(url);
	const parts = u.pathname.split('/').filter(Boolean);
	return `/${parts.map((p, i) => (i % 2 === 1 && !['targets', 'new'].includes(p) ? '*' : p)).join('/')}?${[...u.searchParams.keys()].sort().join(',')}`;
};
const each = (k) => (k.endsWith('?') ? 2 : 1);
const MOST = 120;

async function crawl(cookie, first) {
	const seen = new Map(), found = [], queue = first.map((p) => new URL(p, d.base).href), asked = new Set(queue), known = new Set(queue);
	found.dead = [];
	while (queue.length > 0 && found.length < MOST) {
		const url = queue.shift(), k = kind(url);
		if ((seen.get(k) ?? 0) >= each(k) && !asked.has(url)) continue;
		const r = await d.get(url.slice(d.base.length), { cookie, headers: { 'Accept-Language': 'vi', Accept: 'text/html' } });
		if (r.status >= 300 && r.status < 400) continue;
		if (r.status !== 200) {
			found.dead.push(`${k} is linked but answers ${r.status}: ${url}`);
			continue;
		}
		if (!/^text\/html/.test(r.headers['content-type'])) continue;
		seen.set(k, (seen.get(k) ?? 0) + 1);
		found.push(url.slice(d.base.length));
		for (const [, href] of r.text.matchAll(/<a\b[^>]*?\bhref="([^"#]+)/g)) {
			const to = new URL(href.replaceAll('&amp;', '&'), url);
			to.hash = '';
			if (to.origin !== d.base || known.has(to.href) || to.searchParams.has('lang')) continue;
			if (/^\/(static|api\/v1|problems)\//.test(to.pathname)) continue;
			known.add(to.href);
			queue.push(to.href);
		}
	}
	return found;
}

const ALL = [
	{ width: 360, lang: 'vi', dark: false }, { width: 1280, lang: 'en', dark: false },
	{ width: 360, lang: 'en', dark: true }, { width: 1280, lang: 'vi', dark: true },
];
const CAMPAIGNS = ['lecture-evaluation-eth', 'youth-gratitude', 'teaching-ratings-texas', 'course-evaluation-2026'].map((c) => `/campaigns/${c}`);
const SOME = [ALL[0], { width: 1280, lang: 'en', dark: true }];

async function look(page, path, how) {
	const faults = [];
	page.complaints.length = 0;
	const r = await page.goto(d.base + path, { waitUntil: 'load' });
	if (r.status() !== (how.status ?? 200)) faults.push(`status ${r.status()}`);
	const csp = r.headers()['content-security-policy'] ?? '';
	if (!/default-src 'none'|default-src 'self'/.test(csp) || /unsafe-inline|unsafe-eval|\*/.test(csp)) faults.push(`content policy: ${csp || 'none'}`);
	if ((await page.locator('html').getAttribute('lang')) !== how.lang) faults.push('the page is in another language');
	if (!/\S/.test(await page.title())) faults.push('no title');
	if ((await page.locator('h1').count()) !== 1) faults.push(`${await page.locator('h1').count()} headings of the first rank`);
	const wide = await overflow(page);
	if (wide) faults.push(wide);
	faults.push(...await violations(page));
	faults.push(...page.complaints.filter((c) => !(how.status >= 400 && /status of 4/.test(c))));
	const left = (await page.locator('body').innerText()).match(/\{\{|\}\}|\{[1-3]\}|\bundefined\b|\[object Object\]|\bNaN\b/);
	if (left) faults.push(`unfilled: “${left[0]}”`);
	return faults.map((f) => `${path} at ${how.width} px, ${how.lang}, ${how.dark ? 'dark' : 'light'}: ${f}`);
}

async function lookAtAll(t, paths, combinations, cookie, status) {
	const faults = [];
	// two browsers' worth at a time; a page with a query differs little from its plain one
	const way = async (how, i) => {
		const page = await open(b, { ...how, cookie, base: d.base });
		for (const path of paths.filter((p) => i < 2 || !p.includes('?'))) faults.push(...await look(page, path, { ...how, status }));
		await page.context().close();
	};
	for (let i = 0; i < combinations.length; i += 2) await Promise.all(combinations.slice(i, i + 2).map((how, j) => way(how, i + j)));
	faults.push(...(paths.dead ?? []));
	t.diagnostic(`${paths.length} pages, ${combinations.length} ways each`);
	assert.deepEqual(faults, []);
}

test('pages without an account', { timeout: 600000 }, async (t) => {
	await lookAtAll(t, await crawl(undefined, ['/signin', '/api', '/s/course-evaluation-2026']), ALL);
});

test('pages that say no', { timeout: 120000 }, async (t) => {
	await lookAtAll(t, ['/nowhere', '/s/nothing-here'], SOME, undefined, 404);
});

for (const [role, combinations] of [['office', ALL], ['leader', SOME], ['lecturer', SOME], ['admin', SOME]]) {
	test(`pages of the ${role}`, { timeout: 600000 }, async (t) => {
		const cookie = await d.signIn(role);
		const paths = await crawl(cookie, role === 'office' ? ['/', ...CAMPAIGNS] : ['/']);
		if (role === 'office')
			for (const want of [/^\/campaigns$/, /^\/campaigns\/[^/]+$/, /^\/campaigns\/[^/]+\/targets/, /^\/instruments\/[^/]+$/,
				/^\/programmes\/[^/]+$/, /^\/courses\/[^/]+$/, /^\/assessments\/[^/]+/, /report/])
				assert.ok(paths.some((p) => want.test(p)), `no link leads to ${want}; found: ${paths.join(' ')}`);
		await lookAtAll(t, paths, combinations, cookie);
	});
}

test('nothing scrolls sideways at 320 px, the width of a zoomed phone', { timeout: 300000 }, async () => {
	const cookie = await d.signIn('office');
	const page = await open(b, { width: 320, lang: 'vi', cookie, base: d.base });
	const faults = [];
	for (const path of await crawl(cookie, ['/', '/s/course-evaluation-2026', ...CAMPAIGNS])) {
		await page.goto(d.base + path);
		const wide = await overflow(page);
		if (wide) faults.push(`${path}: ${wide}`);
	}
	assert.deepEqual(faults, []);
});
