// A newcomer's first survey: answered on a phone in Vietnamese with scripts, and in English
// without; the receipt, its reload; figures that wait for five responses and then appear.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import zlib from 'node:zlib';
import { Daemon, browser, elod, open, sleep } from './elod.mjs';
import { overflow, violations } from './axe.mjs';

const CODE = 'course-evaluation-2026';
const d = await Daemon.start({ after: (f) => test.after(f) }, { args: ['--release-interval', '1'] });
const b = await browser({ after: (f) => test.after(f) });
const RECEIPT = /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/;

const campaign = async () => {
	const r = await d.get(`/api/v1/campaigns/${CODE}`, { token: d.token('office') });
	assert.equal(r.status, 200, r.text);
	return r.json;
};

// From the list of targets to the first page of questions.
async function begin(page, query = '') {
	await page.goto(`${d.base}/s/${CODE}${query}`);
	if (await page.locator('ul.choose').count()) await page.locator('ul.choose a').first().click();
	await page.locator('form#form').waitFor();
}

// Answers whatever the page asks: option n of each card, words in each text.
async function answer(page, n = 0, words = 'Nội dung rất hay, cần thêm ví dụ.') {
	for (const card of await page.locator('fieldset.card').all()) {
		const radios = card.locator('.opts').first().locator('input[type=radio]');
		const many = await radios.count();
		// the whole row is what a finger hits, so that is what is clicked
		if (many > 0) await card.locator('.opts').first().locator('label').nth(Math.min(n, many - 1)).click();
	}
	for (const field of await page.locator('form#form input[type=number], form#form input[inputmode]').all()) await field.fill('4');
	for (const field of await page.locator('form#form textarea').all()) await field.fill(words);
}

// Page by page to the receipt; each page is looked at on the way.
async function walk(page, how, onPage = async () => {}) {
	for (let i = 1; i <= 20; i++) {
		assert.equal(await overflow(page), '', `page ${i} of the form`);
		assert.deepEqual(await violations(page), [], `page ${i} of the form`);
		await onPage(page, i);
		await answer(page, (i + how) % 5);
		await Promise.all([page.waitForLoadState('load'), page.locator('.send .btn.go').click()]);
		if (await page.locator('.receipt').count()) return (await page.locator('.receipt').innerText()).trim();
		assert.equal(await page.locator('.errsum').count(), 0, await page.locator('main').innerText());
	}
	return assert.fail('the form has no end');
}

test('answered on a phone, in Vietnamese, with scripts', { timeout: 120000 }, async () => {
	const before = (await campaign()).responses;
	const page = await open(b, { width: 360, height: 740, lang: 'vi', base: d.base });
	await begin(page);
	assert.match(await page.locator('aside.note').innerText(), /ẩn danh/i);
	const receipt = await walk(page, 1);
	assert.match(receipt, RECEIPT);
	assert.equal((await campaign()).responses, before + 1);
	assert.deepEqual(await violations(page), []);
	// reloading the receipt sends the same response again: the same receipt, nothing added
	await page.reload();
	assert.equal((await page.locator('.receipt').innerText()).trim(), receipt);
	assert.equal((await campaign()).responses, before + 1);
	// nothing of the answers stays on the device
	assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 0);
	assert.doesNotMatch(page.url(), /receipt=|[0-9A-Z]{4}-[0-9A-Z]{4}/, 'an address holds the receipt');
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

test('answered without scripts, in English', { timeout: 120000 }, async () => {
	const before = (await campaign()).responses;
	const page = await open(b, { width: 360, height: 740, lang: 'en', scripts: false, base: d.base });
	await page.goto(`${d.base}/s/${CODE}`);
	await page.locator('ul.choose a').first().click();
	for (let i = 1; ; i++) {
		assert.ok(i < 20, 'the form has no end');
		await answer(page, i % 5, 'More worked examples, please.');
		await page.locator('.send .btn.go').click();
		if (await page.locator('.receipt').count()) break;
		assert.equal(await page.locator('.errsum').count(), 0);
	}
	const receipt = (await page.locator('.receipt').innerText()).trim();
	assert.match(receipt, RECEIPT);
	assert.equal((await campaign()).responses, before + 1);
	await page.reload();
	assert.equal((await page.locator('.receipt').innerText()).trim(), receipt);
	assert.equal((await campaign()).responses, before + 1);
	await page.context().close();
});

test('a question left out is named, what was answered stays', { timeout: 60000 }, async () => {
	const page = await open(b, { width: 360, lang: 'vi', base: d.base });
	await begin(page);
	const cards = page.locator('fieldset.card');
	assert.ok((await cards.count()) >= 2);
	await cards.nth(0).locator('label').nth(3).click();
	// required questions show up when their page is left
	await page.locator('.send .btn.go').click();
	if (await page.locator('.errsum').count()) {
		assert.match(await page.title(), /^Lỗi:/);
		assert.deepEqual(await violations(page), []);
		assert.equal(await overflow(page), '');
		const first = page.locator('.errsum a').first();
		const target = await first.getAttribute('href');
		assert.equal(await page.locator(target).count(), 1, `the link ${target} leads nowhere`);
		assert.equal(await cards.nth(0).locator('input').nth(3).isChecked(), true, 'an answer was lost');
	} else {
		// nothing on that page is required: then back must show what was chosen
		await page.locator('.send button[value=back]').click();
		assert.equal(await cards.nth(0).locator('input').nth(3).isChecked(), true, 'an answer was lost');
	}
	await page.context().close();
});

test('back and forth keeps the answers; so does the other language', { timeout: 60000 }, async () => {
	const page = await open(b, { width: 1280, lang: 'vi', base: d.base });
	await begin(page);
	await answer(page, 2);
	await page.locator('.send .btn.go').click();
	await answer(page, 1);
	await page.locator('.send button[value=back]').click();
	for (const card of await page.locator('fieldset.card').all())
		assert.equal(await card.locator('input').nth(2).isChecked(), true, 'an answer was lost on the way back');
	await page.locator('.send .btn.go').click();
	for (const card of await page.locator('fieldset.card').all()) {
		const radios = card.locator('.opts').first().locator('input[type=radio]');
		if ((await radios.count()) > 1) assert.equal(await radios.nth(1).isChecked(), true, 'an answer was lost on the way forth');
	}
	await page.context().close();
});

test('a draft waits on the device and can be deleted', { timeout: 60000 }, async () => {
	const page = await open(b, { width: 360, lang: 'vi', base: d.base });
	await begin(page);
	const at = page.url();
	await page.locator('fieldset.card').nth(0).locator('label').nth(1).click();
	await page.locator('[data-draft-note]').waitFor({ state: 'visible' });
	await page.goto(at);
	assert.equal(await page.locator('fieldset.card').nth(0).locator('input').nth(1).isChecked(), true, 'the draft did not come back');
	assert.deepEqual(await violations(page), []);
	await page.locator('[data-draft-drop]').click();
	assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 0);
	await page.goto(at);
	assert.equal(await page.locator('input:checked').count(), 0, 'a deleted draft came back');
	assert.deepEqual(page.complaints, []);
	await page.context().close();
});

test('the form weighs at most 15 kB', async () => {
	const list = await d.get(`/s/${CODE}`);
	const href = list.text.match(/href="(\/s\/[^"]*[?&;]t=[^"]*)"/)?.[1].replaceAll('&amp;', '&');
	const page = await d.get(href ?? `/s/${CODE}`);
	let weight = zlib.gzipSync(page.bytes).length;
	for (const [, src] of page.text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)) {
		const r = await d.get(src);
		assert.equal(r.status, 200, src);
		assert.match(r.headers['cache-control'], /immutable/, src);
		weight += zlib.gzipSync(r.bytes).length;
	}
	assert.ok(weight <= 15000, `${weight} bytes`);
});

test('results wait for five, are released, and say what is simulated', { timeout: 120000 }, async () => {
	const cookie = await d.signIn('office');
	const early = await campaign();
	assert.ok(early.responses < 5 && early.released === 0, 'the earlier tests answered too often');
	// open to see how many, closed to see what
	const page = await open(b, { width: 1280, lang: 'en', cookie, base: d.base });
	await page.goto(`${d.base}/campaigns/${CODE}`);
	const shown = await page.locator('main').innerText();
	assert.match(shown, new RegExp(`\\b${early.responses}\\b`));
	assert.equal(await page.locator('svg.chart, main figure svg').count(), 0, 'a chart is shown of fewer than five');
	const hidden = await d.get(`/api/v1/campaigns/${CODE}/statistics`, { token: d.token('office') });
	assert.equal(hidden.status, 200);
	assert.ok(['below_k', 'no_responses'].includes(hidden.json.withheld?.reason), hidden.text.slice(0, 400));
	assert.doesNotMatch(hidden.text, /"distribution"|"mean"|"interpolated_median"|"agreement"/);

	const token = path.join(d.dir, 'token');
	fs.writeFileSync(token, d.token('office'), { mode: 0o600 });
	const args = ['simulate', '--url', d.base, '--campaign', CODE, '--count', '30', '--seed', '3', '--token-file', token];
	const sent = elod(args);
	assert.equal(sent.status, 0, sent.out + sent.err);
	assert.equal((await campaign()).responses, early.responses + 30);
	// the same seed again is the same respondents: nothing is added
	assert.equal(elod(args).status, 0);
	assert.equal((await campaign()).responses, early.responses + 30);
	for (let i = 0; i < 100 && (await campaign()).released === 0; i++) await sleep(200);
	const late = await campaign();
	assert.ok(late.released >= 5, 'nothing was released');
	assert.ok(late.released <= late.responses);

	await page.goto(`${d.base}/campaigns/${CODE}`);
	assert.match(await page.locator('main').innerText(), /simulated/i);
	assert.ok((await page.locator('main svg').count()) > 0, 'no chart after the release');
	assert.deepEqual(await violations(page), []);
	assert.deepEqual(page.complaints, []);
	const figures = await d.get(`/api/v1/campaigns/${CODE}/statistics`, { token: d.token('office') });
	assert.equal(figures.json.withheld ?? null, null);
	assert.ok(JSON.stringify(figures.json).includes('"simulated"'));
	await page.context().close();
});
