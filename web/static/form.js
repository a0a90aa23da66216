/* The answer form: a draft on this device and a live count.  The page is complete without it.
 *
 * <form data-draft="KEY">           KEY names the campaign and target, the same in each language
 * <p data-draft-note data-saved="... {time} ..." data-gone="..." hidden><span></span>
 *   <button type="button" data-draft-drop>...</button></p>
 * [data-q] around each question     counted as answered when a control in it has a value
 * <progress data-count data-elsewhere="N">   N: answers on other pages of the form
 * <span data-count-text="{done} of {all}">
 * <main data-draft-done="KEY">      the receipt: the draft goes
 *
 * A draft holds answers by the names of their controls, nothing hidden and no password.  Where
 * storage is refused or full, nothing is kept and the form works as before. */
const PREFIX = "elod:draft:";
const DAYS = 30;

const controls = (root) =>
	[...root.elements].filter((e) => e.name && !["hidden", "password", "submit", "button", "fieldset"].includes(e.type));
const picked = (e) => e.type === "radio" || e.type === "checkbox";

function store(action) {
	try {
		return action(localStorage);
	} catch {
		return null;
	}
}

function load(key) {
	const text = store((s) => s.getItem(key));
	try {
		const draft = JSON.parse(text);
		return draft && Array.isArray(draft.values) ? draft : null;
	} catch {
		return null;
	}
}

function forgetOld() {
	const limit = Date.now() - DAYS * 86400000;
	store((s) => {
		for (const key of Object.keys(s))
			if (key.startsWith(PREFIX) && !((load(key)?.at ?? 0) > limit)) s.removeItem(key);
	});
}

/* other pages of the same form keep their part of the draft */
function save(form, key) {
	const mine = new Set(controls(form).map((e) => e.name));
	const kept = (load(key)?.values ?? []).filter(([name]) => !mine.has(name));
	const now = controls(form)
		.filter((e) => (picked(e) ? e.checked : e.value !== ""))
		.map((e) => [e.name, e.value]);
	const draft = { at: Date.now(), values: kept.concat(now) };
	return store((s) => (s.setItem(key, JSON.stringify(draft)), draft));
}

/* what the server sent is newer than the draft: only untouched questions are filled */
function restore(form, draft) {
	const all = controls(form);
	const filled = new Set(all.filter((e) => (picked(e) ? e.checked : e.value !== "")).map((e) => e.name));
	for (const [name, value] of draft.values) {
		if (filled.has(name)) continue;
		for (const e of all.filter((x) => x.name === name)) {
			if (!picked(e)) e.value = value;
			else if (e.value === value) e.checked = true;
		}
	}
}

function count(form) {
	const bar = form.ownerDocument.querySelector("[data-count]");
	if (!bar) return;
	const here = [...form.querySelectorAll("[data-q]")].filter((q) =>
		[...q.querySelectorAll("input,select,textarea")].some((e) => (picked(e) ? e.checked : e.value.trim() !== "")));
	const done = Number(bar.dataset.elsewhere ?? 0) + here.length;
	const text = form.ownerDocument.querySelector("[data-count-text]");
	bar.value = done;
	if (text) {
		text.textContent = text.dataset.countText.replace("{done}", done).replace("{all}", bar.max);
		bar.setAttribute("aria-label", text.textContent);
	}
}

function notice(note, text, at) {
	if (!note) return;
	const time = new Date(at);
	const clock = [time.getHours(), time.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
	note.querySelector("span").textContent = text.replace("{time}", clock);
	note.querySelector("[data-draft-drop]").hidden = text !== note.dataset.saved;
	note.hidden = false;
}

function start(form) {
	const key = PREFIX + form.dataset.draft;
	const note = form.querySelector("[data-draft-note]");
	const old = load(key);
	let timer = 0;
	const keep = () => {
		clearTimeout(timer);
		timer = 0;
		const draft = save(form, key);
		if (draft) notice(note, note?.dataset.saved ?? "", draft.at);
	};
	if (old) {
		restore(form, old);
		notice(note, note?.dataset.saved ?? "", old.at);
	}
	count(form);
	form.addEventListener("input", () => {
		count(form);
		clearTimeout(timer);
		timer = setTimeout(keep, 400);
	});
	addEventListener("pagehide", () => timer && keep());
	note?.querySelector("[data-draft-drop]").addEventListener("click", () => {
		clearTimeout(timer);
		timer = 0;
		store((s) => s.removeItem(key));
		form.reset();
		count(form);
		notice(note, note.dataset.gone, Date.now());
	});
}

forgetOld();
for (const done of document.querySelectorAll("[data-draft-done]")) store((s) => s.removeItem(PREFIX + done.dataset.draftDone));
for (const form of document.querySelectorAll("form[data-draft]")) start(form);
