// The workbench: every method that it offers computes as it stands, with and without scripts, by keyboard,
// in both languages, themes and widths; long calculations can be followed and stopped.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Daemon, browser, elod, open, sleep } from './elod.mjs';
import { overflow, violations } from './axe.mjs';

const d = await Daemon.start({ after: (f) => test.after(f) });
const b = await browser({ after: (f) => test.after(f) });
const office = await d.signIn('office');
const GRATITUDE = 'campaign=youth-gratitude', LECTURES = 'campaign=lecture-evaluation-eth';
const at = (query) => `${d.base}/workbench?${query}`;
const LONG = { timeout: 300000 };

async function sit(t, how) {
	const page = await open(b, { lang: 'en', cookie: office, base: d.base, ...how });
	t.after(() => page.context().close());
	return page;
}

// Waits until nothing runs any more, whoever looks again: the page or its script.
async function finished(page) {
	for (let i = 0; i < 400; i++) {
		const busy = await page.locator('#running').count().catch(() => 1);
		if (!busy && (await page.locator('#result').count().catch(() => 0))) return;
		await sleep(250);
	}
	assert.fail(`still computing: ${page.url()}`);
}

// What no reader may meet, wherever it stands.
async function text(page) {
	const said = await page.locator('main').evaluate((main) => {
		const copy = main.cloneNode(true);
		for (const code of copy.querySelectorAll('pre, script, .hide')) code.remove();
		return copy.innerText;
	});
	const raw = said.match(/\{\{|\}\}|\{[1-9]\}|\bundefined\b|\bNaN\b|\bnan\b|[^-]--[a-z]|\binf\b/);
	assert.equal(raw, null, `${page.url()}: “${raw?.[0]}” in …${said.slice(Math.max(0, (raw?.index ?? 0) - 60), (raw?.index ?? 0) + 60)}…`);
	return said;
}

test('every method that is offered computes with what the page proposes', LONG, async (t) => {
	const page = await sit(t, { scripts: false });
	for (const campaign of [GRATITUDE, LECTURES]) {
		await page.goto(at(campaign));
		const methods = await page.$$eval('#method option', (all) => all.map((o) => o.value).filter(Boolean));
		assert.ok(methods.length >= (campaign === GRATITUDE ? 75 : 35), `${methods.length} methods over ${campaign}`);
		const faults = [];
		for (const method of methods) {
			await page.goto(at(`${campaign}&method=${method}`));
			await page.locator('button[name=run]').click();
			await finished(page);
			const error = await page.locator('.note.bad p').allInnerTexts();
			if (error.length) faults.push(`${method}: ${error[0]}`);
			else if (!(await page.locator('.result').count())) faults.push(`${method}: no result`);
			else await text(page);
		}
		// the jackknife leaves one person out at a time, which 73,421 are too many for
		assert.deepEqual(faults.filter((f) => !/^jackknife: The jackknife takes at most/.test(f)), []);
	}
	assert.deepEqual(page.complaints.filter((c) => !/ERR_ABORTED|not loaded/.test(c)), []);
});

const SHOWN = [
	`${GRATITUDE}&method=alpha`, `${GRATITUDE}&method=alpha&scale=gq6&run=1`, `${GRATITUDE}&method=correlation&scale=losd&run=1`,
	`${GRATITUDE}&method=distribution&scale=gac&run=1`, `${GRATITUDE}&method=irt&scale=gac&run=1`,
	`${GRATITUDE}&method=regression&o.outcome=gq6_1&o.predictors=gac_1&o.predictors=gac_2&run=1`,
	`${LECTURES}&method=crosstab&o.row=unit&o.column=rating&run=1`, `${LECTURES}&method=random_intercept&items=rating&group=unit&run=1`,
	`${LECTURES}&method=tukey&items=rating&group=unit&run=1`, `${GRATITUDE}&method=parallel&scale=gq6&run=1`, `${GRATITUDE}&method=alpha&run=1`, '',
];

test('results are accessible, fit the screen and keep the content policy', LONG, async (t) => {
	const faults = [];
	for (const how of [{ width: 360, lang: 'vi' }, { width: 1280, lang: 'en', dark: true }, { width: 360, lang: 'en', dark: true }, { width: 1280, lang: 'vi' }]) {
		const page = await sit(t, how);
		for (const query of SHOWN) {
			await page.goto(at(query));
			if (query.includes('run=1')) await finished(page);
			for (const more of await page.locator('main details').all()) await more.evaluate((e) => { e.open = true; });
			await page.locator('.drop').evaluateAll((all) => all.forEach((e) => { e.open = false; }));
			const wide = await overflow(page);
			if (wide) faults.push(`${query}: ${wide}`);
			for (const v of await violations(page)) faults.push(`${query} ${JSON.stringify(how)}: ${v}`);
			await text(page);
		}
		faults.push(...page.complaints);
	}
	assert.deepEqual(faults, []);
});

test('what the result says comes first, and a table keeps interval and estimate together', async (t) => {
	const page = await sit(t);
	await page.goto(at(`${GRATITUDE}&method=survey_mean&items=gq6_1&items=gq6_2&run=1`));
	await finished(page);
	const order = await page.evaluate(() => ['.say', '.bars', '.pairs', '.checks', '.figures', '.code', '.src'].map((s) => {
		const e = document.querySelector(`.result ${s}`);
		return e ? e.compareDocumentPosition(document.querySelector('.result .src')) & 4 || s === '.src' : null;
	}));
	assert.ok(order.every((x) => x === null || x), JSON.stringify(order));
	assert.match(await page.locator('.figures tbody tr').first().innerText(), /\d\.\d\d\s*\(\d\.\d\d to \d\.\d\d\)/);
	const heads = await page.locator('.figures').first().locator('thead th').allInnerTexts();
	assert.ok(!heads.some((h) => /^(lo|hi|se|deff)$/i.test(h.trim())), `technical heads: ${heads}`);
	// the file keeps the names that programs know
	const csv = await d.get(new URL(await page.locator('.sheethead a').first().getAttribute('href'), d.base).pathname, { cookie: office });
	assert.match(csv.text.split('\r\n')[0], /lo,hi/);
});

test('a link brings back everything that was chosen', async (t) => {
	const page = await sit(t, { scripts: false });
	await page.goto(at(`${GRATITUDE}&method=regression`));
	await page.locator('[name="o.outcome"]').selectOption('sa_1');
	for (const box of await page.locator('[name="o.predictors"]').all()) await box.uncheck();
	await page.locator('[name="o.predictors"][value=gac_1]').check();
	await page.locator('summary', { hasText: 'More options' }).click();
	await page.locator('[name="o.level"]').selectOption('0.9');
	await page.locator('summary', { hasText: 'Only some' }).click();
	await page.locator('[name=part]').selectOption('careful');
	await page.locator('button[name=run]').click();
	await finished(page);
	const other = await sit(t, { scripts: false });
	await other.goto(page.url());
	await finished(other);
	assert.equal(await other.locator('[name="o.outcome"]').inputValue(), 'sa_1');
	assert.deepEqual(await other.$$eval('[name="o.predictors"]:checked', (all) => all.map((e) => e.value)), ['gac_1']);
	assert.equal(await other.locator('[name="o.level"]').inputValue(), '0.9');
	assert.equal(await other.locator('[name=part]').inputValue(), 'careful');
	assert.equal(await other.locator('.result .src').innerText(), await page.locator('.result .src').innerText());
	// and so does the list of calculations
	await other.goto(at(''));
	await other.locator('#calculations a').first().click();
	await finished(other);
	assert.equal(await other.locator('.result .src').innerText(), await page.locator('.result .src').innerText());
	// a comma is as good as a point where numbers are written with one
	const vi = await sit(t, { scripts: false, lang: 'vi' });
	await vi.goto(at(`${GRATITUDE}&method=bootstrap&items=gq6_1&o.replicates=200&o.level=0,9&run=1`));
	await finished(vi);
	assert.equal(await vi.locator('.note.bad').count(), 0);
});

test('without scripts another method needs only Continue, and forgets what is not its own', async (t) => {
	const page = await sit(t, { scripts: false });
	await page.goto(at(`${GRATITUDE}&method=efa&items=gq6_1&items=gq6_2&items=gq6_3&o.factors=2`));
	await page.locator('#method').selectOption('cfa');
	await page.getByRole('button', { name: 'Continue' }).click();
	assert.match(await page.locator('[name="o.model"]').inputValue(), /gq6: gq6_1, gq6_2/);
	// even Compute shows the fields of the new method first
	await page.locator('#method').selectOption('alpha');
	await page.locator('button[name=run]').click();
	assert.equal(await page.locator('.note.bad').count(), 0);
	assert.equal(await page.locator('[name=items]').count(), 25);
});

test('with scripts the form follows the choice, methods are found by typing, all by keyboard', LONG, async (t) => {
	const page = await sit(t);
	await page.goto(at(''));
	assert.equal(await page.getByRole('button', { name: 'Continue' }).count(), 0, 'nothing to press');
	await page.locator('#campaign').focus();
	await page.keyboard.type('Gratitude');
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement.id), 'find');
	await page.keyboard.type('cronbach');
	assert.match(await page.locator('[data-found]').innerText(), /[1-9]/);
	const left = await page.$$eval('#method option', (all) => all.map((o) => o.value).filter(Boolean));
	assert.ok(left.includes('alpha') && left.length < 15, left.join());
	await page.keyboard.press('Enter');
	await page.locator('[data-ticks]').waitFor();
	assert.equal(await page.locator('#method').inputValue(), left[0]);
	assert.match(page.url(), new RegExp(`method=${left[0]}`));
	await page.getByRole('button', { name: 'Tick none' }).click();
	assert.equal(await page.locator('[name=items]:checked').count(), 0);
	await page.getByRole('button', { name: 'Tick all' }).click();
	assert.equal(await page.locator('[name=items]:checked').count(), 25);
	// every control is reached, in the order of the page, and is named
	await page.locator('#method').focus();
	const seen = [];
	for (let i = 0; i < 60; i++) {
		await page.keyboard.press('Tab');
		const now = await page.evaluate(() => {
			const e = document.activeElement;
			return { name: e.name || e.tagName, value: e.value, label: (e.labels?.[0] ?? e).innerText, y: e.getBoundingClientRect().top + scrollY };
		});
		assert.ok(now.label?.trim(), `no name: ${JSON.stringify(now)}`);
		seen.push(now);
		if (now.name === 'run') break;
	}
	assert.equal(seen.at(-1).name, 'run');
	assert.ok(seen.every((s, i) => i === 0 || s.y >= seen[i - 1].y - 50), 'the order of focus is that of the page');
	await page.keyboard.press('Enter');
	await finished(page);
	assert.ok(!page.url().includes('made='), 'an address that can be read');
	assert.deepEqual(page.complaints, []);
});

test('R code is copied, drawings and results are files', async (t) => {
	const page = await sit(t);
	await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.goto(at(`${GRATITUDE}&method=alpha&scale=gq6&run=1`));
	await finished(page);
	await page.locator('summary', { hasText: 'The same in R' }).click();
	await page.getByRole('button', { name: 'Copy' }).click();
	await page.getByRole('button', { name: 'Copied' }).waitFor();
	assert.match(await page.evaluate(() => navigator.clipboard.readText()), /library\(psych\)/);
	await page.locator('.drop summary').click();
	const files = await page.$$eval('.drop a', (all) => all.map((a) => a.getAttribute('href')));
	assert.ok(files.length >= 4);
	for (const file of files) assert.equal((await d.get(file, { cookie: office })).status, 200, file);
	for (const query of [`${GRATITUDE}&method=alpha&scale=gq6&run=1`, `${GRATITUDE}&method=distribution&scale=gac&run=1`, `${GRATITUDE}&method=parallel&scale=gq6&run=1`]) {
		await page.goto(at(query));
		await finished(page);
		const svg = await d.get(await page.locator('.drop a[href$="/chart"]').getAttribute('href'), { cookie: office });
		assert.match(svg.headers['content-type'], /svg/);
		const parsed = await page.evaluate((s) => {
			const doc = new DOMParser().parseFromString(s, 'image/svg+xml');
			return { fault: doc.querySelector('parsererror')?.textContent ?? '', shapes: doc.querySelectorAll('circle,rect,line').length };
		}, svg.text);
		assert.equal(parsed.fault, '');
		assert.ok(parsed.shapes > 5);
	}
	await page.goto(at(`${GRATITUDE}&method=correlation&scale=gq6&run=1`));
	await finished(page);
	assert.equal(await page.locator('.drop a[href$="/chart"]').count(), 0, 'a shaded table is no drawing');
});

const SLOW = `${LECTURES}&method=permutation&items=rating&group=unit&o.replicates=400000`;
const states = async () => (await d.get('/api/v1/analyses', { cookie: office })).json.items.map((j) => j.state);

test('a long calculation shows how far it is, can be stopped, and then really stops', LONG, async (t) => {
	for (const scripts of [true, false]) {
		const page = await sit(t, { scripts });
		await page.goto(at(`${SLOW}&o.seed=${scripts ? 2 : 3}&run=1`));
		await page.locator('#running progress').waitFor();
		const first = await page.locator('#running progress').evaluate((e) => e.value).catch(() => 0);
		await sleep(6000);
		await page.locator('#running progress').waitFor();
		assert.ok((await page.locator('#running progress').evaluate((e) => e.value)) >= first);
		if (scripts) assert.deepEqual(await violations(page), []);
		assert.ok((await states()).includes('running'));
		await page.locator('#running button').click();
		await page.waitForURL(/#calculations/);
		assert.ok(!page.url().includes('run=1'), 'going back does not begin it again');
		for (let i = 0; i < 40 && (await states()).includes('running'); i++) await sleep(250);
		assert.ok(!(await states()).includes('running'), 'stopped within ten seconds');
		await page.reload();
		assert.match(await page.locator('#calculations li').first().innerText(), /stopped/);
		assert.equal(await page.locator('[name="o.replicates"]').inputValue(), '400000', 'what was chosen is still there');
	}
});

test('a result that takes a while appears by itself', LONG, async (t) => {
	for (const scripts of [true, false]) {
		const page = await sit(t, { scripts });
		await page.goto(at(`${LECTURES}&method=permutation&items=rating&group=unit&o.replicates=${scripts ? 4001 : 4002}&run=1`));
		await finished(page);
		await page.locator('.result .say').first().waitFor();
		if (scripts) assert.equal(await page.evaluate(() => document.activeElement.id), await page.evaluate(() => document.querySelector('#result')?.id));
		assert.match(await page.locator('#calculations li').first().innerText(), /finished/);
	}
});

test('a lecturer computes over own targets; what is too little is withheld with the reason', LONG, async (t) => {
	const token = path.join(d.dir, 'token');
	fs.writeFileSync(token, `${d.token('office')}\n`, { mode: 0o600 });
	// a few at a time: what the daemon logs is read between them
	for (let seed = 1; seed <= 8; seed++) {
		const got = elod(['simulate', '--url', d.base, '--campaign', 'course-evaluation-2026', '--count', '40', '--seed', String(seed), '--token-file', token]);
		assert.equal(got.status, 0, got.err);
		await sleep(20);
	}
	for (let i = 0; i < 80 && (await d.get('/api/v1/campaigns/course-evaluation-2026', { cookie: office })).json.released < 100; i++) await sleep(250);
	const cookie = await d.signIn('lecturer');
	const page = await sit(t, { cookie, scripts: false });
	const all = await sit(t, { scripts: false });
	const query = 'campaign=course-evaluation-2026&method=describe';
	const rows = [];
	for (const p of [page, all]) {
		await p.goto(at(query));
		rows.push(await p.locator('#target option').count());
		await p.locator('button[name=run]').click();
		await finished(p);
		rows.push(Number((await p.locator('.result .src').innerText()).match(/of ([\d,]+) responses/)[1].replace(',', '')));
	}
	assert.ok(rows[0] < rows[2] && rows[1] < rows[3] && rows[1] > 0, `targets and responses of the lecturer, of the office: ${rows}`);
	// somebody without targets has nothing to compute with, and no way round it
	const stranger = await sit(t, { cookie: await d.signIn('stranger'), scripts: false });
	await stranger.goto(at(query));
	assert.equal(await stranger.locator('.result').count(), 0);
	assert.match(await stranger.locator('main').innerText(), /may not see|nothing to compute/);
	// one rating of a set is no group: it is not offered, and refused when asked for all the same
	await all.goto(at('campaign=youth-gratitude&method=describe&items=gq6_1'));
	assert.equal(await all.locator('#only').count(), 0);
	await all.goto(at(`campaign=youth-gratitude&method=describe&items=gq6_1&only=${encodeURIComponent('gq6_1=1')}&run=1`));
	assert.match(await text(all), /Only a question with answers to choose from can filter/);
	// groups that are too small are left out, and counted
	await all.goto(at(`${LECTURES}&method=group_describe&items=rating&group=target&only=${encodeURIComponent('rating=1')}&run=1`));
	await finished(all);
	assert.match(await text(all), /groups? with [\d,]+ responses (is|are) left out/);
});
