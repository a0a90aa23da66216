// Pictures of every page, for people to look at: build/shots/NAME-WIDTH-LANGUAGE[-dark].png.
//   node tests/screens/shots.mjs [OUT]      (after tests/e2e/run, which installs and prepares)
// SHOTS_ONLY=regular expression of names; DARK=1 adds the dark theme.
import fs from 'node:fs';
import path from 'node:path';
import { Daemon, browser, elod, open, root, sleep } from '../e2e/elod.mjs';

const out = path.resolve(root, process.argv[2] ?? 'build/shots');
const only = new RegExp(process.env.SHOTS_ONLY ?? '.');
const CODE = 'course-evaluation-2026';
fs.mkdirSync(out, { recursive: true });

const d = await Daemon.start(null, { args: ['--release-interval', '1', '--demonstration'] });
const b = await browser();
const api = async (p) => (await d.get(`/api/v1${p}`, { token: d.token('office') })).json;
const rows = (json) => json.items ?? Object.values(json).find(Array.isArray) ?? [];
try {
	// the open campaign with and without figures: first few answers, then many
	const token = path.join(d.dir, 'token');
	fs.writeFileSync(token, d.token('office'), { mode: 0o600 });
	const simulate = (n, seed) => elod(['simulate', '--url', d.base, '--campaign', CODE, '--count', String(n), '--seed', String(seed), '--token-file', token]);
	simulate(3, 1);

	const programme = rows(await api('/programmes'))[0]?.id;
	const courses = rows(await api('/courses'));
	const course = courses.find((c) => c.assessments?.length) ?? courses[0];
	const assessment = course?.assessments?.[0]?.id;
	const outcome = (await api(`/programmes/${programme}/attainment`)).outcomes?.[0];
	const instruments = rows(await api('/instruments'));
	const staff = {
		home: '/', campaigns: '/campaigns', 'campaigns-none': '/campaigns?q=zzz', 'campaign-lecture': '/campaigns/lecture-evaluation-eth',
		'campaign-lecture-targets': '/campaigns/lecture-evaluation-eth/targets', 'campaign-youth': '/campaigns/youth-gratitude',
		'campaign-rates': '/campaigns/teaching-ratings-texas', 'campaign-withheld': `/campaigns/${CODE}`, comments: `/campaigns/${CODE}/comments`,
		instruments: '/instruments', instrument: `/instruments/${instruments[0]?.id}`, programmes: '/programmes', programme: `/programmes/${programme}`,
		map: `/programmes/${programme}/map`, outcome: `/programmes/${programme}/outcomes/${outcome?.code ?? outcome?.id}`, courses: '/courses',
		course: `/courses/${course?.id}`, assessment: `/assessments/${assessment}`, reports: '/reports', report: `/programmes/${programme}/report`,
		improvement: `/programmes/${programme}/improvement`, workbench: '/workbench', 'workbench-form': '/workbench?campaign=youth-gratitude&method=alpha',
		'workbench-alpha': '/workbench?campaign=youth-gratitude&method=alpha&scale=gq6&run=1',
		'workbench-lecturers': '/workbench?campaign=lecture-evaluation-eth&method=random_intercept&items=rating&group=unit&run=1',
		'workbench-correlation': '/workbench?campaign=youth-gratitude&method=correlation&scale=gq6&run=1',
		'workbench-distribution': '/workbench?campaign=youth-gratitude&method=distribution&items=gac_1&items=gac_2&items=gac_3&run=1',
		'workbench-fault': '/workbench?campaign=youth-gratitude&method=alpha&run=1', 'not-found': '/nowhere',
	};
	const anyone = { signin: '/signin', api: '/api', 'form-targets': `/s/${CODE}`, 'form-unknown': '/s/nothing', 'form-closed': '/s/youth-gratitude' };
	const cookie = await d.signIn('office');
	const ways = [[360, 'vi', false], [1280, 'vi', false], [360, 'en', false], [1280, 'en', false]];
	if (process.env.DARK) ways.push([360, 'vi', true], [1280, 'en', true]);

	const shoot = async (page, name, [width, lang, dark]) =>
		page.screenshot({ path: path.join(out, `${name}-${width}-${lang}${dark ? '-dark' : ''}.png`), fullPage: true });
	const round = async (pages, as) => {
		for (const way of ways) {
			const page = await open(b, { width: way[0], lang: way[1], dark: way[2], cookie: as, base: d.base });
			for (const [name, at] of Object.entries(pages)) {
				if (!only.test(name)) continue;
				await page.goto(d.base + at);
				await shoot(page, name, way);
			}
			await page.context().close();
		}
	};
	const form = async () => {
		for (const way of ways) {
			const page = await open(b, { width: way[0], lang: way[1], dark: way[2], base: d.base });
			await page.goto(`${d.base}/s/${CODE}`);
			if (await page.locator('ul.choose').count()) await page.locator('ul.choose a').first().click();
			await page.locator('.send .btn.go').click();
			await shoot(page, 'form-after-nothing', way);
			for (let i = 1; i < 12 && !(await page.locator('.receipt').count()); i++) {
				await shoot(page, `form-${i}`, way);
				for (const card of await page.locator('fieldset.card').all()) await card.locator('label').nth(i % 4).click();
				for (const words of await page.locator('form#form textarea').all()) await words.fill('Cần thêm ví dụ thực tế.');
				for (const n of await page.locator('form#form input[type=number], form#form input[inputmode]').all()) await n.fill('4');
				await page.locator('.send .btn.go').click();
			}
			await shoot(page, 'receipt', way);
			await page.context().close();
		}
	};
	await round(staff, cookie);
	await round(anyone);
	if (only.test('form')) await form();
	simulate(60, 2);
	for (let i = 0; i < 50 && (await api(`/campaigns/${CODE}`)).released < 30; i++) await sleep(200);
	await round({ 'campaign-simulated': `/campaigns/${CODE}`, 'comments-simulated': `/campaigns/${CODE}/comments` }, cookie);
	await round({ 'home-lecturer': '/', 'courses-lecturer': '/courses' }, await d.signIn('lecturer'));
	console.log(`${fs.readdirSync(out).length} pictures in ${path.relative(root, out)}`);
} finally {
	await b.close();
	await d.stop();
	fs.rmSync(d.dir, { recursive: true, force: true });
}
