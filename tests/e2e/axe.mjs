// axe-core on a page, under the page's own content policy: the script goes in by the debugging
// protocol, which no policy stops, so that the policy itself stays under test.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const source = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// A list of lines, one a violation and place; empty when there is none.
export async function violations(page) {
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Runtime.evaluate', { expression: source });
	const { result, exceptionDetails } = await cdp.send('Runtime.evaluate', {
		expression: `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ['violations'] }).then((r) =>
			r.violations.flatMap((v) => v.nodes.map((n) => v.id + ' (' + v.impact + '): ' + n.target.join(' ') + ' -- ' +
			(n.failureSummary || v.help).replace(/\\s+/g, ' ').slice(0, 240))))`,
		awaitPromise: true, returnByValue: true,
	});
	await cdp.detach();
	if (exceptionDetails) throw new Error(`axe failed: ${JSON.stringify(exceptionDetails).slice(0, 400)}`);
	return result.value;
}

// What stands out to the right of the window: the page must never scroll sideways.
export async function overflow(page) {
	return page.evaluate(() => {
		const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
		if (wide <= 0) return '';
		const out = [...document.body.querySelectorAll('*')].filter((e) => {
			const r = e.getBoundingClientRect();
			if (r.width === 0 || r.right <= document.documentElement.clientWidth + 0.5) return false;
			for (let p = e.parentElement; p; p = p.parentElement)
				if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(p).overflowX)) return false;
			return true;
		});
		return `${wide} px too wide: ${out.slice(0, 3).map((e) => e.outerHTML.slice(0, 90)).join(' | ')}`;
	});
}
