// Who may see what: signing in and being locked out, a lecturer's own courses, forms from elsewhere.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Daemon, accounts, browser, elod, open } from './elod.mjs';
import { violations } from './axe.mjs';

const d = await Daemon.start({ after: (f) => test.after(f) });
const b = await browser({ after: (f) => test.after(f) });
const csrfOf = (html) => html.match(/name="csrf" value="([^"]+)"/)?.[1];

test('signing in and out in the browser', { timeout: 60000 }, async () => {
	const page = await open(b, { width: 360, lang: 'vi', base: d.base });
	const { login, password } = accounts().office;
	await page.goto(`${d.base}/campaigns`);
	assert.match(page.url(), /\/signin/, 'a page for staff asks to sign in');
	await page.fill('#login', login);
	await page.fill('#password', 'not the password');
	await page.locator('main button[type=submit]').click();
	assert.equal(await page.locator('.errmsg').count(), 1);
	const wrong = await page.locator('.errmsg').innerText();
	assert.deepEqual(await violations(page), []);
	await page.fill('#login', 'nobody@test.example');
	await page.fill('#password', 'whatever it is');
	await page.locator('main button[type=submit]').click();
	assert.equal(await page.locator('.errmsg').innerText(), wrong, 'the message tells which logins exist');
	await page.fill('#login', login);
	await page.fill('#password', password);
	await page.locator('main button[type=submit]').click();
	assert.equal(new URL(page.url()).pathname, '/campaigns', 'one comes to where one wanted to go');
	const cookie = (await page.context().cookies()).find((c) => c.name === 'elod_session');
	assert.ok(cookie.httpOnly && cookie.sameSite !== 'None');
	const out = page.locator('form[action="/signout"] button');
	// on a phone it waits behind the menu
	if (!(await out.first().isVisible())) await page.locator('header summary, nav summary, summary').first().click();
	await out.locator('visible=true').first().click();
	assert.match(page.url(), /\/signin/);
	assert.equal((await d.get('/campaigns', { cookie: `elod_session=${cookie.value}` })).status, 303, 'the session outlives signing out');
	await page.context().close();
});

test('one is never sent to another site', async () => {
	const { login, password } = accounts().office;
	for (const next of ['//evil.example/', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)', '/%09/evil.example']) {
		const r = await d.post('/signin', { form: { login, password, next } });
		assert.equal(r.status, 303);
		assert.equal(new URL(r.headers.location, d.base).origin, d.base, next);
	}
});

test('too many wrong passwords lock an account for a while', { timeout: 60000 }, async () => {
	const { login, password } = accounts().stranger;
	const texts = [];
	for (let i = 0; i < 7; i++) {
		const r = await d.post('/signin', { form: { login, password: `wrong ${i}` }, headers: { 'Accept-Language': 'en' } });
		assert.ok([401, 403, 429].includes(r.status), `${r.status}`);
		texts.push(r.text.match(/class="errmsg"[^>]*>([^<]+)/)?.[1] ?? r.text.slice(0, 200));
	}
	assert.notEqual(texts[6], texts[0], `nothing says that the account is locked: ${texts[6]}`);
	const right = await d.post('/signin', { form: { login, password } });
	assert.notEqual(right.status, 303, 'a locked account lets one in');
	// others are not touched
	await d.signIn('leader');
});

test('a lecturer sees own things only', { timeout: 60000 }, async () => {
	const cookie = await d.signIn('lecturer'), stranger = d.token('stranger'), mine = d.token('lecturer'), office = d.token('office');
	const courses = (await d.get('/api/v1/courses', { token: office })).json, own = (await d.get('/api/v1/courses', { token: mine })).json;
	const list = (x) => x.items ?? x.courses ?? x;
	assert.ok(list(own).length >= 1, 'the lecturer of the demonstration has no course');
	assert.ok(list(own).length < list(courses).length, 'the lecturer sees every course');
	const ids = new Set(list(own).map((c) => c.id));
	for (const c of list(courses)) {
		const want = ids.has(c.id) ? 200 : 403;
		assert.equal((await d.get(`/courses/${c.id}`, { cookie })).status, want, c.code);
		assert.equal((await d.get(`/api/v1/courses/${c.id}/attainment`, { token: mine })).status, want, c.code);
		assert.equal((await d.get(`/api/v1/courses/${c.id}/attainment`, { token: stranger })).status, 403, c.code);
	}
	assert.deepEqual(list((await d.get('/api/v1/courses', { token: stranger })).json), []);
	for (const path of ['/api/v1/campaigns/youth-gratitude', '/api/v1/campaigns/youth-gratitude/statistics'])
		assert.equal((await d.get(path, { token: stranger })).status, 403, path);
	// another's lecture evaluation is not to be had by the name of a target
	const targets = list((await d.get('/api/v1/campaigns/lecture-evaluation-eth/targets', { token: office })).json);
	const r = await d.get(`/api/v1/campaigns/lecture-evaluation-eth/statistics?target=${targets[3].id}`, { token: stranger });
	assert.equal(r.status, 403);
});

test('an administrator runs the machine and sees no answers', async () => {
	const token = d.token('admin');
	for (const path of ['/api/v1/campaigns/youth-gratitude/statistics', '/api/v1/campaigns/lecture-evaluation-eth/statistics'])
		assert.equal((await d.get(path, { token })).status, 403, path);
});

test('what is not permitted is denied, with a word on who can help', async () => {
	const cookie = await d.signIn('lecturer');
	const r = await d.get('/campaigns/youth-gratitude', { cookie, headers: { 'Accept-Language': 'en', Accept: 'text/html' } });
	assert.equal(r.status, 403);
	assert.match(r.text, /quality office/i);
	const none = await d.get('/api/v1/programmes');
	assert.equal(none.status, 401);
	assert.match(none.headers['www-authenticate'] ?? '', /^Bearer/);
	assert.equal(none.headers['content-type'], 'application/problem+json');
	for (const authorization of ['Bearer nonsense', 'Bearer ', 'Basic YTpi', `Bearer ${'x'.repeat(5000)}`])
		assert.equal((await d.get('/api/v1/programmes', { headers: { Authorization: authorization } })).status, 401, authorization.slice(0, 20));
	assert.equal((await d.get('/campaigns', { cookie: 'elod_session=forged' })).status, 303);
});

test('a form from elsewhere changes nothing', async () => {
	const cookie = await d.signIn('office');
	const csrf = csrfOf((await d.get('/campaigns', { cookie })).text);
	assert.ok(csrf, 'the page has no token for its forms');
	const form = { csrf };
	assert.equal((await d.post('/signout', { cookie, form: {} })).status, 403, 'without the token');
	assert.equal((await d.post('/signout', { cookie, form: { csrf: `${csrf.slice(0, -1)}x` } })).status, 403, 'with a wrong one');
	assert.equal((await d.post('/signout', { cookie, form, headers: { Origin: 'https://evil.example' } })).status, 403, 'from another site');
	assert.equal((await d.post('/signout', { cookie, form, headers: { 'Sec-Fetch-Site': 'cross-site', Origin: 'null' } })).status, 403);
	const other = await d.signIn('leader');
	assert.equal((await d.post('/signout', { cookie: other, form })).status, 403, "with another session's token");
	assert.equal((await d.get('/campaigns', { cookie })).status, 200, 'still signed in');
	assert.equal((await d.post('/signin', { form: accounts().office, headers: { Origin: 'https://evil.example' } })).status, 403, 'sign-in from another site');
	assert.equal((await d.post('/signout', { cookie, form })).status, 303);
});

test('revoked tokens and disabled accounts are out at once', { timeout: 60000 }, async () => {
	const { login } = accounts().leader;
	const added = d.elod(['token', 'add', '--user', login, '--name', 'short']);
	const token = added.out.match(/\b[0-9a-z]{40}\b/)?.[0];
	assert.ok(token, added.out + added.err);
	assert.equal((await d.get('/api/v1/programmes', { token })).status, 200);
	const ref = d.elod(['token', 'list']).out.split('\n').find((l) => l.includes(' short ')).split(/\s+/)[0];
	assert.doesNotMatch(d.elod(['token', 'list']).out, new RegExp(token));
	assert.equal(d.elod(['token', 'revoke', ref]).status, 0);
	assert.equal((await d.get('/api/v1/programmes', { token })).status, 401);
	const cookie = await d.signIn('leader');
	assert.equal(d.elod(['user', 'disable', login]).status, 0);
	assert.equal((await d.get('/', { cookie })).status, 303);
	assert.equal((await d.get('/api/v1/programmes', { token: accounts().leader.token })).status, 401);
	assert.equal((await d.post('/signin', { form: { login, password: accounts().leader.password } })).status, 401);
	assert.equal(elod(['user', 'list', '--db', d.db]).out.includes('disabled'), true);
});
