// A real daemon on a free loopback port with a database of its own, and a real browser.
// ELOD names the program (tests/e2e/run sets it: the one with sanitizers where it exists), DEMO_DB a
// demonstration database that each daemon gets a copy of.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const program = path.resolve(root, process.env.ELOD ?? 'build/elod');
export const demo = path.resolve(root, process.env.DEMO_DB ?? 'build/e2e/demo.db');

// {office, leader, lecturer, admin, stranger}: {login, password, token}; made by prepare.mjs
export const accounts = () => JSON.parse(fs.readFileSync(`${demo}.accounts.json`, 'utf8'));

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Runs a command of the program to its end.
export function elod(args, { input, env, timeout = 60000 } = {}) {
	const got = spawnSync(program, args, {
		cwd: root, input, encoding: 'utf8', timeout, maxBuffer: 64 << 20, env: { ...process.env, ...env },
	});
	if (got.error) throw got.error;
	return { status: got.status, signal: got.signal, out: got.stdout, err: got.stderr };
}

export function scratch(t) {
	const dir = fs.mkdtempSync(path.join(process.env.TMPDIR ?? os.tmpdir(), 'elod-e2e-'));
	t?.after?.(() => fs.rmSync(dir, { recursive: true, force: true }));
	return dir;
}

// What the sanitizers and the program itself would print when something is wrong.
const FAULT = /AddressSanitizer|LeakSanitizer|ThreadSanitizer|runtime error:|UndefinedBehaviorSanitizer|Assertion|stack smashing/;

export class Daemon {
	// options: db (a file; default: a copy of the demonstration), args, env, log (a file for --log)
	static async start(t, options = {}) {
		const d = new Daemon();
		d.dir = scratch();
		d.file = options.db ?? path.join(d.dir, 'elod.db');
		if (!options.db) {
			fs.copyFileSync(demo, d.file);
			fs.chmodSync(d.file, 0o600);
		}
		d.db = `sqlite:${d.file}`;
		d.options = options;
		await d.launch();
		t?.after?.(async () => {
			await d.stop();
			fs.rmSync(d.dir, { recursive: true, force: true });
		});
		return d;
	}

	async launch() {
		const portFile = path.join(this.dir, 'port');
		fs.rmSync(portFile, { force: true });
		const args = ['serve', '--db', this.db, '--listen', this.listen ?? '127.0.0.1:0', '--port-file', portFile,
			...(this.options.args ?? [])];
		this.stderr = '';
		this.child = spawn(program, args, { cwd: root, env: { ...process.env, ...this.options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
		this.child.stdout.setEncoding('utf8').on('data', (s) => { this.stderr += s; });
		this.child.stderr.setEncoding('utf8').on('data', (s) => { this.stderr += s; });
		this.ended = new Promise((done) => this.child.on('close', (code, signal) => { this.exit = { code, signal }; done(this.exit); }));
		this.exit = null;
		for (let i = 0; i < 600; i++) {
			if (this.exit) throw new Error(`the daemon ended at once (${JSON.stringify(this.exit)}):\n${this.stderr}`);
			if (fs.existsSync(portFile)) {
				const text = fs.readFileSync(portFile, 'utf8').trim();
				if (text !== '') {
					this.port = Number(text);
					this.base = `http://127.0.0.1:${this.port}`;
					const r = await this.get('/healthz').catch(() => null);
					if (r?.status === 200) return;
				}
			}
			await sleep(50);
		}
		throw new Error(`the daemon does not answer:\n${this.stderr}`);
	}

	// SIGTERM, and what must be true then: exit status 0, nothing from a sanitizer.
	async stop() {
		if (this.exit === null) {
			this.child.kill('SIGTERM');
			const late = new Promise((done) => setTimeout(() => done('late'), 30000).unref());
			if ((await Promise.race([this.ended, late])) === 'late') {
				this.child.kill('SIGKILL');
				await this.ended;
				assert.fail('the daemon did not end within 30 s of SIGTERM');
			}
		}
		this.check();
	}

	check() {
		assert.doesNotMatch(this.stderr, FAULT, 'a sanitizer spoke');
		if (!this.killed) assert.deepEqual(this.exit, { code: 0, signal: null }, `exit status after SIGTERM; log:\n${this.stderr.slice(-4000)}`);
	}

	async kill() {
		this.killed = true;
		this.child.kill('SIGKILL');
		await this.ended;
	}

	elod(args, options) {
		return elod([...args, '--db', this.db], options);
	}

	// One request over a connection of its own; body: string, Buffer or an object (sent as JSON).
	request(method, target, { headers = {}, body, token, cookie, form } = {}) {
		const h = { ...headers };
		if (token) h.Authorization = `Bearer ${token}`;
		if (cookie) h.Cookie = cookie;
		if (form) {
			body = new URLSearchParams(form).toString();
			h['Content-Type'] ??= 'application/x-www-form-urlencoded';
			h.Origin ??= this.base;
		} else if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) {
			body = JSON.stringify(body);
			h['Content-Type'] ??= 'application/json';
		}
		if (body !== undefined) h['Content-Length'] ??= Buffer.byteLength(body);
		return new Promise((done, fail) => {
			const rq = http.request({ host: '127.0.0.1', port: this.port, method, path: target, headers: h, agent: false }, (rs) => {
				const parts = [];
				rs.on('data', (p) => parts.push(p));
				rs.on('error', fail);
				rs.on('end', () => {
					const bytes = Buffer.concat(parts);
					const text = bytes.toString('utf8');
					let json;
					if (text !== '' && /[/+]json/.test(rs.headers['content-type'] ?? '')) {
						try { json = JSON.parse(text); } catch (e) { fail(new Error(`${method} ${target}: not JSON: ${text.slice(0, 200)}`)); return; }
					}
					done({ status: rs.statusCode, headers: rs.headers, text, bytes, json });
				});
			});
			rq.on('error', fail);
			if (body !== undefined) rq.write(body);
			rq.end();
		});
	}

	get(target, options) { return this.request('GET', target, options); }
	post(target, options) { return this.request('POST', target, options); }

	// "elod_session=..." of an account of that role.
	async signIn(role) {
		const { login, password } = accounts()[role];
		const r = await this.post('/signin', { form: { login, password } });
		const cookie = (r.headers['set-cookie'] ?? []).map((c) => c.split(';')[0]).find((c) => c.startsWith('elod_session='));
		assert.ok(r.status === 303 && cookie, `sign-in of the ${role}: ${r.status}`);
		return cookie;
	}

	token(role) {
		return accounts()[role].token;
	}
}

// ---- the browser ----
const { chromium } = await import('playwright-core').catch(() => ({}));
const chromiumPath = () => ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => fs.existsSync(p));

export async function browser(t) {
	const b = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? chromiumPath(),
		args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
			'--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'],
	});
	t?.after?.(() => b.close());
	return b;
}

// A page that remembers everything a reader's console would show, and what the policy refused.
export async function open(b, { width = 1280, height = 900, dark = false, scripts = true, lang = 'vi', cookie, base } = {}) {
	const context = await b.newContext({
		viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', javaScriptEnabled: scripts,
		locale: lang === 'vi' ? 'vi-VN' : 'en-GB', timezoneId: 'Asia/Ho_Chi_Minh', reducedMotion: 'reduce',
	});
	const jar = [{ name: 'elod_lang', value: lang, url: base }];
	if (cookie) jar.push({ name: 'elod_session', value: cookie.split('=')[1], url: base, httpOnly: true });
	await context.addCookies(jar);
	const page = await context.newPage();
	page.complaints = [];
	page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) page.complaints.push(`${m.type()}: ${m.text()}`); });
	page.on('pageerror', (e) => page.complaints.push(`script: ${e.message}`));
	page.on('requestfailed', (r) => page.complaints.push(`not loaded: ${r.url()}`));
	page.on('response', (r) => { if (r.status() >= 500) page.complaints.push(`${r.status()}: ${r.url()}`); });
	page.on('request', (r) => {
		if (!r.url().startsWith(base) && !/^(data|about|blob):/.test(r.url())) page.complaints.push(`asks another site: ${r.url()}`);
	});
	return page;
}
