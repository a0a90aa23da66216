// The command line: every command explains itself, and bad input is answered with what would be right.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { demo, elod, program, root, scratch } from './elod.mjs';

const COMMANDS = ['serve', 'demo', 'import', 'export', 'analyse', 'simulate', 'token', 'user', 'check', 'version'];
const demoDir = path.join(root, 'daemon/demo');

function copy(t) {
	const file = path.join(scratch(t), 'elod.db');
	fs.copyFileSync(demo, file);
	return `sqlite:${file}`;
}

test('every command explains itself', () => {
	const all = elod(['--help']);
	assert.equal(all.status, 0);
	for (const c of COMMANDS) {
		assert.match(all.out, new RegExp(`^ +${c} `, 'm'));
		const r = elod([c, '--help']);
		assert.equal(r.status, 0, c);
		assert.match(r.out, new RegExp(`^usage: elod ${c}`), c);
	}
	assert.match(elod(['version']).out, /^elod \d+\.\d+\.\d+/);
});

test('what does not exist is answered with what does', () => {
	const command = elod(['sreve']);
	assert.equal(command.status, 2);
	for (const c of COMMANDS) assert.match(command.err, new RegExp(`\\b${c}\\b`));
	for (const c of COMMANDS.filter((x) => !['version', 'analyse'].includes(x))) {
		const option = elod([c, '--lisen', '127.0.0.1:0']);
		assert.equal(option.status, 2, `${c}: ${option.err}`);
		assert.match(option.err, /--lisen/, c);
		assert.match(option.err, /--listen/, c);
	}
	for (const [args, word] of [
		[['serve', '--listen'], /--listen/], [['serve', '--listen', '8080x'], /listen/], [['serve', '--listen', '127.0.0.1:70000'], /listen/],
		[['serve', '--db', 'postgres:x'], /sqlite:FILE/], [['serve', '--db', 'sqlite:/nonexistent-folder/x.db'], /cannot be opened/],
		[['serve', '--connections', 'many'], /connections/], [['serve', '--log-level', 'loud'], /debug/],
		[['serve', '--config', '/nonexistent.conf'], /nonexistent\.conf/], [['import', 'poetry', 'x'], /instrument/],
		[['analyse', 'alhpa', path.join(demoDir, 'data/gcse.csv')], /alpha/], [['analyse', 'alpha', '/nonexistent.csv'], /nonexistent\.csv/],
	]) {
		const r = elod(args);
		assert.ok(r.status === 1 || r.status === 2, `${args.join(' ')}: ${r.status}`);
		assert.match(r.err, word, args.join(' '));
		assert.doesNotMatch(r.err, /\{[1-3]\}/, 'a place was not filled');
	}
});

test('settings come from file, environment and flags, the last one wins', (t) => {
	const dir = scratch(t), file = path.join(dir, 'elod.conf');
	fs.writeFileSync(file, 'no_such_setting = 1\n');
	const bad = elod(['check', '--config', file]);
	assert.notEqual(bad.status, 0);
	assert.match(bad.err, /no_such_setting/);
	assert.match(bad.err, /listen/, 'the settings that exist are named');
	fs.writeFileSync(file, `db = ${copy(t)}\n`);
	assert.equal(elod(['check', '--config', file]).status, 0);
	assert.notEqual(elod(['check', '--config', file], { env: { ELOD_DB: 'sqlite:/nonexistent-folder/x.db' } }).status, 0);
	assert.equal(elod(['check', '--config', file, '--db', copy(t)], { env: { ELOD_DB: 'sqlite:/nonexistent-folder/x.db' } }).status, 0);
});

test('a database is checked, and a damaged one is found', (t) => {
	const db = copy(t), file = db.slice(7);
	const fine = elod(['check', '--db', db]);
	assert.equal(fine.status, 0, fine.out + fine.err);
	const size = fs.statSync(file).size, fd = fs.openSync(file, 'r+');
	for (let page = 10; page < Math.min(size / 4096, 400); page += 3) fs.writeSync(fd, Buffer.alloc(64, 0xEE), 0, 64, page * 4096 + 8);
	fs.closeSync(fd);
	const bad = elod(['check', '--db', db]);
	assert.equal(bad.status, 1, bad.out);
	assert.notEqual(bad.err, '');
	fs.writeFileSync(file, 'this is no database\n'.repeat(500));
	assert.notEqual(elod(['check', '--db', db]).status, 0);
	assert.match(fs.readFileSync(file, 'utf8'), /^this is no database/);
});

test('a faulty questionnaire is refused with the place of the fault', (t) => {
	const dir = scratch(t), db = copy(t), file = path.join(dir, 'q.json');
	const good = JSON.parse(fs.readFileSync(path.join(demoDir, 'instruments/course_evaluation.json'), 'utf8'));
	const cases = [
		['{"code": ', /1:|line/i],
		['[]', /object/i],
		[JSON.stringify({ ...good, pages: [] }), /pages/],
		[JSON.stringify({ ...good, colour: 'red' }), /colour/],
		[JSON.stringify({ ...good, code: 'x y' }), /code/],
		[JSON.stringify({ ...good, title: { vi: 'Chỉ một' } }), /title|en/],
		[JSON.stringify({ ...good, pages: [{ questions: [{ type: 'slider', code: 'a', text: { vi: 'a', en: 'a' } }] }] }), /pages\/0\/questions\/0/],
		['{"code":"a","code":"b"}', /duplicate|twice/i],
		[Buffer.from([0xFF, 0xFE]), /./],
		['['.repeat(100000), /./],
	];
	for (const [text, word] of cases) {
		fs.writeFileSync(file, text);
		const r = elod(['import', 'instrument', file, '--db', db]);
		assert.equal(r.status, 1, `${String(text).slice(0, 60)}: ${r.status} ${r.err}`);
		assert.match(r.err, word);
		assert.doesNotMatch(r.err, /\{[1-3]\}|inside the program/);
	}
});

test('a faulty table of responses stores nothing, and each bad line is told', (t) => {
	const dir = scratch(t), file = path.join(dir, 'r.csv'), fresh = `sqlite:${path.join(dir, 'new.db')}`;
	for (const [kind, name] of [['instrument', 'instruments/lecture_evaluation.json'], ['campaign', 'campaigns/lecture_evaluation_eth.json']])
		assert.equal(elod(['import', kind, path.join(demoDir, name), '--db', fresh]).status, 0);
	const lines = fs.readFileSync(path.join(demoDir, 'data/insteval.csv'), 'utf8').split('\n').slice(0, 400);
	const map = path.join(demoDir, 'maps/insteval.json');
	const at = lines[0].split(',').indexOf('y');
	const bad = lines.map((l, i) => {
		const c = l.split(',');
		if (i > 0 && i <= 150) c[at] = i === 1 ? 'NaN' : '9';
		return c.join(',');
	});
	fs.writeFileSync(file, `${bad.join('\n')}\n`);
	const r = elod(['import', 'responses', file, '--map', map, '--db', fresh]);
	assert.equal(r.status, 1);
	assert.match(r.err, /^line 2: /m, 'the first bad line is named');
	assert.equal(r.err.split('\n').filter((l) => /^line \d+/.test(l)).length, 100, 'a hundred are shown');
	assert.match(r.err, /\b150\b/, 'all are counted');
	bad[200] += ',extra';
	fs.writeFileSync(file, `${bad.join('\n')}\n`);
	const wide = elod(['import', 'responses', file, '--map', map, '--db', fresh]);
	assert.equal(wide.status, 1);
	assert.match(wide.err, /^line 201: /m, 'the line with a field too many is named');
	// and the good ones were not stored
	fs.writeFileSync(file, `${lines.join('\n')}\n`);
	const again = elod(['import', 'responses', file, '--map', map, '--db', fresh]);
	assert.equal(again.status, 0, again.out + again.err);
	// once there, they do not come in twice
	assert.equal(elod(['import', 'responses', file, '--map', map, '--db', fresh]).status, 1);
	for (const [text, word] of [['', /./], ['y\n5\n', /column/i], ['a,a\n1,2\n', /two columns/i], ['s,d,y\n"1,2,3\n', /quot/i]]) {
		fs.writeFileSync(file, text);
		const odd = elod(['import', 'responses', file, '--map', map, '--db', fresh]);
		assert.equal(odd.status, 1, text);
		assert.match(odd.err, word, text);
	}
});

test('the methods are listed, and every figure has 17 digits where it needs them', (t) => {
	const methods = JSON.parse(elod(['analyse', '--list']).out);
	const list = Array.isArray(methods) ? methods : methods.methods;
	for (const m of list) {
		assert.equal(typeof m.name, 'string');
		assert.ok(m.options !== undefined && m.output !== undefined, JSON.stringify(m).slice(0, 200));
	}
	const dir = scratch(t), file = path.join(dir, 'x.csv');
	fs.writeFileSync(file, 'a,b,c\n2.5,3.1,2.2\n3.7,4.4,3.9\n1.2,2.9,1.7\n4.8,4.1,4.6\n');
	const r = elod(['analyse', 'alpha', file]);
	assert.equal(r.status, 0, r.err);
	// 4806/5137 by rational arithmetic
	assert.match(JSON.stringify(JSON.parse(r.out)), /0\.93556550/);
	assert.match(r.out, /0\.9355655051586[0-9]+/);
	const option = elod(['analyse', 'alpha', file, '--colour', 'red']);
	assert.notEqual(option.status, 0);
	assert.match(option.err, /colour/);
	fs.writeFileSync(file, 'a,b\n1,x\n');
	const word = elod(['analyse', 'alpha', file]);
	assert.notEqual(word.status, 0);
	assert.match(word.err, /\b2\b/, 'the line of a word among numbers');
});

test('a table for people stays in line and takes time by its size', (t) => {
	const dir = scratch(t), file = path.join(dir, 'x.csv');
	const long = 'Mức độ hài lòng của người học đối với chương trình đào tạo';
	fs.writeFileSync(file, `${long},b\n1,3\n2,4\n3,6\n4,5\n`);
	const r = elod(['analyse', 'describe', file, '--format', 'table']);
	assert.equal(r.status, 0, r.err);
	const lines = r.out.split('\n'), at = lines.findIndex((l) => l.includes('…'));
	assert.ok(at > 0, r.out);
	assert.equal([...lines[at].match(/^.*…/)[0]].length, 40, lines[at]);
	const ends = [lines[at - 1], lines[at], lines[at + 1]].map((l) => [...l].length);
	assert.equal(new Set(ends).size, 1, lines.slice(at - 1, at + 2).join('\n'));
	// a row each: quadratic work takes a minute and more
	let text = 'a,b,c,d\n';
	for (let i = 0; i < 16000; i++) text += `${i % 5},${i % 3},${(i * 7) % 5},${(i * 3) % 4}\n`;
	fs.writeFileSync(file, text);
	const many = elod(['analyse', 'careless', file, '--people', '16000', '--format', 'table'], { timeout: 30000 });
	assert.equal(many.status, 0, many.err);
	assert.ok(many.out.split('\n').length > 16000);
});

test('what could not be printed is no success', (t) => {
	const file = path.join(scratch(t), 'x.csv');
	fs.writeFileSync(file, 'a,b\n1,3\n2,4\n3,6\n4,5\n');
	const calls = [[file], [file, '--format', 'table'], ['--help']].map((rest) => ['analyse', 'describe', ...rest]);
	for (const args of [...calls, ...['--list', '--help', '--manual'].map((o) => ['analyse', o]), ['version']]) {
		const full = fs.openSync('/dev/full', 'w');
		const r = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
		fs.closeSync(full);
		assert.equal(r.status, 1, args.join(' '));
		assert.match(r.stderr, /^elod: Standard output cannot be written: /, args.join(' '));
	}
});

test('a wrong call of a method is told from data that give no figure', (t) => {
	const file = path.join(scratch(t), 'x.csv');
	fs.writeFileSync(file, 'a,b\n1,3\n2,4\n3,6\n4,5\n');
	for (const [args, status, word] of [
		[['alhpa', file], 2, /alpha/], [['describe', file, '--nosuch', '1'], 2, /nosuch/], [['describe', file, '--items'], 2, /items/],
		[['describe', file, '--min', 'few'], 2, /--min needs a number/], [['alpha', file, '--policy', 'none'], 2, /listwise/],
		[['describe', file, '--items', 'a,z'], 2, /z/], [['quantiles', file, '--p', '2'], 2, /--p /], [['describe', file, '--format', 'xml'], 2, /table/],
		[['describe'], 2, /METHOD FILE/], [['describe', '/nonexistent.csv'], 1, /nonexistent/], [['rasch', file], 1, /0 \(wrong\)/],
		[['rasch', file, '--items', 'a,b'], 1, /0 \(wrong\)/],
	]) {
		const r = elod(['analyse', ...args]);
		assert.equal(r.status, status, `${args.join(' ')}: ${r.err}`);
		assert.match(r.err, word, args.join(' '));
	}
	fs.writeFileSync(file, 'a,b\n');
	assert.equal(elod(['analyse', 'describe', file, '--items', 'a,b']).status, 1);
	assert.match(elod(['analyse', '--manual']).out, /^\.SH EXIT STATUS$/m);
});

test('the help of a method is found wherever the method stands', () => {
	for (const args of [['alpha', '--help'], ['alpha', 'x.csv', '-h'], ['--format', 'table', 'alpha', '--help'], ['--format=table', 'alpha', '--help'],
		['--help', 'alpha'], ['alpha', '--items', '--help']]) {
		const r = elod(['analyse', ...args]);
		assert.equal(r.status, 0, args.join(' '));
		assert.match(r.out, /^usage: elod analyse alpha FILE/, args.join(' '));
	}
	for (const args of [['alhpa', '--help'], ['--format', 'table', 'alhpa', '-h']]) {
		const r = elod(['analyse', ...args]);
		assert.equal(r.status, 2, args.join(' '));
		assert.equal(r.out, '');
		assert.match(r.err, /no method alhpa; did you mean alpha\?/);
	}
	const all = elod(['analyse', '--format', 'table', '--help']);
	assert.equal(all.status, 0);
	assert.match(all.out, /^usage: elod analyse METHOD/);
});
