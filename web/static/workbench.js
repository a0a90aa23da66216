/* The workbench: finds methods while typing, fills the form in when data or method change, ticks all
 * or none, looks after what runs.  The page is complete without it.
 *
 * <form data-bench>                 #campaign and #method choose what stands in #rest
 * [data-continue]                   the button that does the same without scripts
 * <input data-find="ID">            filters the options of that list; its parent is shown
 * [data-found="{n} ..."]            says how many
 * <fieldset data-ticks> [data-all] [data-tick="all|none"]
 * <section data-analysis="ID" data-done="{done} ...">   one that runs
 * <button data-copy="ID" data-done="..."> */
const WAIT = 250; /* ms: arrow keys go through a list */
const LOOK = 1000;

const plain = (s) => s.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

async function load(address) {
	const answer = await fetch(address, { headers: { Accept: "text/html" } });
	if (!answer.ok && answer.status !== 422) throw new Error(answer.status);
	return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function swap(page, id) {
	const old = document.getElementById(id);
	const now = page.getElementById(id);
	if (old && now) old.replaceWith(document.adoptNode(now));
	else if (old) old.remove();
	else if (now) document.getElementById("main").append(document.adoptNode(now));
}

/* ---- finding a method ---- */

function finder(input) {
	const list = document.getElementById(input.dataset.find);
	const status = input.parentElement.querySelector("[data-found]");
	const groups = [...list.querySelectorAll("optgroup")].map((group) => ({ group, options: [...group.children] }));
	const text = new Map(groups.flatMap((g) => g.options.map((o) =>
		[o, plain(`${o.textContent} ${o.value} ${o.dataset.about} ${g.group.label}`)])));
	let chosen = list.value;
	input.parentElement.hidden = false;
	list.addEventListener("change", () => { chosen = list.value; });
	input.addEventListener("input", () => {
		const words = plain(input.value).split(/\s+/).filter(Boolean);
		let found = 0;
		let lines = 1;
		for (const { group, options } of groups) {
			const fit = options.filter((o) => words.every((w) => text.get(o).includes(w)));
			group.replaceChildren(...fit);
			if (fit.length) list.append(group);
			else group.remove();
			found += fit.length;
			lines += fit.length ? fit.length + 1 : 0;
		}
		list.value = chosen;
		list.size = words.length ? Math.max(2, Math.min(10, lines)) : 0;
		status.textContent = words.length ? status.dataset.found.replace("{n}", found) : "";
	});
	input.addEventListener("keydown", (event) => {
		if (event.key !== "Enter" && event.key !== "ArrowDown") return;
		event.preventDefault();
		const first = list.querySelector("optgroup option");
		if (!first || input.value.trim() === "") return;
		list.value = first.value;
		list.dispatchEvent(new Event("change", { bubbles: true }));
		list.focus();
	});
	return () => {
		input.value = "";
		input.dispatchEvent(new Event("input"));
	};
}

/* ---- the form ---- */

function bench(form) {
	let timer = 0;
	let latest = 0;
	const reset = [...form.querySelectorAll("[data-find]")].map(finder);
	const fields = form.elements;
	form.querySelector("[data-continue]").hidden = true;

	async function fill() {
		const turn = ++latest;
		const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
		const address = `${form.getAttribute("action")}?${query}`;
		try {
			const page = await load(address);
			if (turn !== latest) return;
			swap(page, "rest");
			fields.made?.remove();
			const made = page.querySelector("input[name=made]");
			if (made) form.prepend(document.adoptNode(made));
			query.delete("made");
			for (const name of [...query.keys()]) if (!["campaign", "method"].includes(name)) query.delete(name);
			history.replaceState(null, "", `${form.getAttribute("action")}?${query}`);
			document.getElementById("outcome").replaceChildren();
			ticks();
		} catch {
			location.assign(address);
		}
	}
	form.addEventListener("change", (event) => {
		if (!["campaign", "method"].includes(event.target.name)) return;
		clearTimeout(timer);
		timer = setTimeout(fill, WAIT);
	});
	/* the list of what was found lies over the form and goes when it is left */
	fields.method.addEventListener("blur", (event) => {
		if (!event.relatedTarget?.dataset?.find) reset.forEach((f) => f());
	});
	/* an address without what is empty can be read */
	form.addEventListener("formdata", (event) => {
		for (const [name, value] of [...event.formData])
			if (value === "" || (name === "made" && event.formData.get("run"))) event.formData.delete(name);
	});
}

function ticks() {
	for (const set of document.querySelectorAll("[data-ticks]")) {
		const boxes = [...set.querySelectorAll("[type=checkbox]")];
		const scale = set.querySelector("select");
		const all = set.querySelector("[data-all]");
		const shade = () => set.classList.toggle("by-scale", Boolean(scale?.value));
		all.hidden = boxes.length < 3;
		for (const button of all.querySelectorAll("[data-tick]"))
			button.addEventListener("click", () => {
				for (const box of boxes) box.checked = button.dataset.tick === "all";
				if (scale) scale.value = "";
				shade();
			});
		/* a ticked item is meant, so no scale is */
		for (const box of boxes) box.addEventListener("change", () => {
			if (scale) scale.value = "";
			shade();
		});
		scale?.addEventListener("change", shade);
		shade();
	}
}

/* ---- what runs ---- */

async function watch(section) {
	const bar = section.querySelector("progress");
	const text = section.querySelector("[aria-live]");
	const percent = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
	for (let failures = 0; failures < 5;) {
		await sleep(LOOK);
		try {
			const answer = await fetch(`/api/v1/analyses/${section.dataset.analysis}`, { headers: { Accept: "application/json" } });
			if (!answer.ok) break;
			const job = await answer.json();
			failures = 0;
			if (job.state !== "running" && job.state !== "waiting") break;
			bar.value = job.progress;
			const said = section.dataset.done.replace("{done}", percent.format(job.progress));
			if (text.textContent !== said) text.textContent = said;
		} catch {
			failures++;
		}
	}
	/* looking never begins it anew */
	const address = new URL(location.href);
	address.searchParams.delete("run");
	address.searchParams.set("job", section.dataset.analysis);
	const page = await load(address).catch(() => location.assign(address));
	if (!page) return;
	for (const id of ["outcome", "calculations"]) swap(page, id);
	document.getElementById("result")?.focus();
	start();
}

function copies() {
	for (const button of document.querySelectorAll("[data-copy]")) {
		button.hidden = !navigator.clipboard;
		button.addEventListener("click", async () => {
			await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
			button.textContent = button.dataset.done;
		});
	}
}

function start() {
	copies();
	for (const section of document.querySelectorAll("[data-analysis]")) watch(section);
}

for (const form of document.querySelectorAll("form[data-bench]")) bench(form);
ticks();
start();
