// The review page: walking, editing, approving; loading of rows as they come near; changes of others.
(() => {
  "use strict";
  const { all, light, toggle } = window.duizhao;
  const one = (selector, under = document) => under.querySelector(selector);
  const body = document.body;
  let csrf = one("meta[name=csrf]").content;

  const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`;
  const toast = (words, tone = "") => {
    const box = document.getElementById("toast");
    if (!box) return;
    box.textContent = words;
    box.className = `toast ui shown ${tone}`;
    const foot = document.getElementById("dock");
    box.style.bottom = `${(foot ? foot.offsetHeight : 0) + 14}px`;
    clearTimeout(toast.timer);
    toast.timer = setTimeout(() => box.classList.remove("shown"), 4000);
  };

  // Every write goes through the JSON interface; a refusal is an answer too.
  const ask = (method, url, content, more = {}) =>
    fetch(url, { method, headers: { "X-CSRF-Token": csrf, "Content-Type": "application/json" }, body: content, ...more });
  // A review that was started again knows our session no more: on this machine it gives a new one.
  const enterAgain = async () => {
    const answer = await fetch("/api/session").catch(() => null);
    if (!answer || !answer.ok) return false;
    csrf = (await answer.json()).csrf;
    body.setAttribute("hx-headers", JSON.stringify({ "X-CSRF-Token": csrf }));
    return true;
  };
  const LOGGED_OUT = "The review was started again: log in with its new token in another tab, then go on here. Drafts are kept.";
  const send = async (method, url, given, type = "application/json") => {
    try {
      const content = type === "application/json" ? JSON.stringify(given) : given;
      let answer = await ask(method, url, content);
      if ([401, 403].includes(answer.status) && await enterAgain()) answer = await ask(method, url, content);
      if (answer.status === 401) return { ok: false, status: 401, value: { detail: LOGGED_OUT } };
      const value = await answer.json().catch(() => ({ detail: answer.statusText }));
      return { ok: answer.ok, status: answer.status, value };
    } catch {
      return { ok: false, status: 0, value: { detail: "the server cannot be reached; nothing was written" } };
    }
  };

  // A piece of the page from the server. Of several answers for one place the one asked for last counts.
  // Not htmx.ajax: without a source of their own such requests wait for each other and drop one another.
  const asked = new WeakMap();
  const piece = async (box, url) => {
    const turn = {};
    asked.set(box, turn);
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (asked.get(box) !== turn) return null;
    if (!answer || !answer.ok) {
      toast(!answer ? "the server cannot be reached; drafts are kept" : answer.status === 401 ? LOGGED_OUT : "the server could not show this", "bad");
      return null;
    }
    const text = await answer.text();
    return asked.get(box) === turn ? text : null;
  };
  const fragment = (text) => document.createRange().createContextualFragment(text);
  const fill = async (box, url) => {
    const text = await piece(box, url);
    if (text === null) return false;
    box.replaceChildren(fragment(text));
    htmx.process(box);
    return true;
  };

  // -- the list of documents ------------------------------------------------------------------

  const said = (form, words) => { one(".said", form).textContent = words; };
  const upload = document.getElementById("upload");
  if (upload) one("input", upload).addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    said(upload, "reading and checking it …");
    const stem = file.name.replace(/\.json$/i, "");
    const answer = await send("POST", `/api/documents?stem=${encodeURIComponent(stem)}`, await file.text(), "text");
    if (answer.ok) location.assign(`/documents/${answer.value.id}`);
    else said(upload, `✕ ${typeof answer.value.detail === "string" ? answer.value.detail : "not a document of duizhao"}`);
    event.target.value = ""; // so that the same file can be chosen again once it is mended
  });
  const who = document.getElementById("who");
  if (who) who.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await send("PUT", "/api/session", { author: one("#name").value });
    said(who, answer.ok ? "✓ saved" : `✕ ${answer.value.detail}`);
  });
  if (!body.classList.contains("review")) return;

  // -- the document ---------------------------------------------------------------------------

  const id = body.dataset.document;
  const at = (name) => `/api/documents/${id}/segments/${encodeURIComponent(name)}`;
  const panel = document.getElementById("panel");
  const dock = document.getElementById("dock");
  const help = document.getElementById("help");
  const rows = () => all("#text article.seg");
  const rowOf = (name) => document.getElementById(`seg-${name}`);
  let current = null;
  // Approving goes on to the next by itself, so an undo right after it means the one that was approved.
  let left = null;

  // -- windows: rows come when they are near and go when they are far ---------------------------

  const KEPT = 14;
  const ROW = 96;
  const names = (box) => box.dataset.names.trim().split(" ").filter(Boolean).map(decodeURIComponent);
  const order = () => one("#text").dataset.order;
  const loaded = (box) => box.firstElementChild !== null;
  const waiting = new Map();
  const load = (box) => {
    if (loaded(box)) return Promise.resolve();
    if (!waiting.has(box)) {
      const query = new URLSearchParams(names(box).map((name) => ["n", name]));
      query.set("before", decodeURIComponent(box.dataset.before));
      query.set("order", order());
      const done = fill(box, `/documents/${id}/rows?${query}`).then((filled) => {
        waiting.delete(box);
        if (!filled) return setTimeout(() => { if (seen.has(box)) load(box); }, 2000);
        box.style.minHeight = "";
        return tidy();
      });
      waiting.set(box, done);
    }
    return waiting.get(box);
  };
  // Far is what is far from the screen, not from the box that came last: a slow answer for a box that
  // was left long ago must not empty the one that is read.
  const seen = new Set();
  let whole = false;
  const tidy = () => {
    const boxes = all(".window");
    const places = boxes.flatMap((box, n) => (seen.has(box) ? [n] : []));
    if (whole || !places.length) return;
    const [first, last] = [places[0] - KEPT, places[places.length - 1] + KEPT];
    boxes.forEach((box, n) => {
      if ((n >= first && n <= last) || !loaded(box) || one(".editor", box) || box.contains(document.activeElement)) return;
      box.style.minHeight = `${box.offsetHeight}px`;
      box.replaceChildren();
    });
  };
  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) { seen.add(target); load(target); } else seen.delete(target);
    }
  }, { rootMargin: "1200px 0px" });
  const watch = () => {
    near.disconnect();
    seen.clear();
    all(".window").forEach((box) => {
      if (!loaded(box)) box.style.minHeight = `${names(box).length * ROW}px`;
      near.observe(box);
    });
  };
  const windowOf = (name) => all(".window").find((box) => names(box).includes(name));

  // -- walking ----------------------------------------------------------------------------------

  const show = (row) => {
    if (left && left.at !== row.dataset.name) left = null;
    all(".seg.current").forEach((other) => other.classList.toggle("current", other === row));
    row.classList.add("current");
    current = row.dataset.name;
    dock.hidden = false;
    document.getElementById("dock-where").textContent = row.getAttribute("aria-label");
    const done = ["reviewed", "final"].includes(row.dataset.state);
    one("[data-act=approve]", dock).hidden = done;
    one("[data-act=reopen]", dock).hidden = !done && row.dataset.state !== "rejected";
    light(row);
  };
  // Into view between the bar and the dock; a row higher than that shows its beginning.
  const reveal = (row) => {
    const box = row.getBoundingClientRect();
    const sheet = !panel.hidden && getComputedStyle(panel).position === "fixed" ? panel : dock;
    const below = box.bottom - (sheet.getBoundingClientRect().top || innerHeight) + 14;
    const above = box.top - (one(".bar").offsetHeight + one("#filters").offsetHeight + 10);
    if (below > 0) scrollBy({ top: Math.min(below, above), behavior: "instant" });
    else if (above < 0) scrollBy({ top: above, behavior: "instant" });
  };
  const go = (row, { focus = true } = {}) => {
    if (!row) return;
    if (focus) row.focus({ preventScroll: true });
    show(row);
    reveal(row);
    if (!panel.hidden && panel.dataset.kind && panel.dataset.name && panel.dataset.name !== current) open(panel.dataset.kind, { focus: false });
  };
  const goTo = async (name, { focus = true } = {}) => {
    const box = windowOf(name);
    if (!box) { location.assign(`/documents/${id}#${encodeURIComponent(name)}`); return; }
    if (!loaded(box)) { box.scrollIntoView({ behavior: "instant", block: "start" }); await load(box); }
    const row = rowOf(name);
    if (row) { row.scrollIntoView({ behavior: "instant", block: "center" }); go(row, { focus }); }
  };
  const here = () => (current ? rowOf(current) : null);
  const step = async (by) => {
    const row = here();
    const list = rows();
    const next = row ? list[list.indexOf(row) + by] : list[0];
    if (next || !row) return go(next);
    const boxes = all(".window");
    const box = boxes[boxes.indexOf(row.closest(".window")) + by];
    if (!box) return toast(by > 0 ? "this is the last one" : "this is the first one");
    if (loaded(box)) return;
    await load(box);
    return step(by);
  };
  // What is still to review is asked of the server: it may lie thousands of rows away.
  const stepOpen = async (by) => {
    const answer = await fetch(`/documents/${id}/open`).catch(() => null);
    if (!answer || !answer.ok) return toast("the server cannot be reached", "bad");
    const open = new Set((await answer.text()).split(" ").map(decodeURIComponent));
    const list = all(".window").flatMap(names);
    const from = current ? list.indexOf(current) : by > 0 ? -1 : list.length;
    for (let n = from + by; n >= 0 && n < list.length; n += by) if (open.has(list[n])) return goTo(list[n]);
    return toast(list.some((name) => open.has(name)) ? `nothing to review ${by > 0 ? "below" : "above"} this` : "nothing is left to review here", "good");
  };

  // -- rows anew ----------------------------------------------------------------------------------

  const renew = async (name, { keep = true } = {}) => {
    const row = rowOf(name);
    if (!row) return;
    const focused = row.contains(document.activeElement);
    const first = row.classList.contains("first");
    const answer = await fetch(`/documents/${id}/rows?${new URLSearchParams({ n: name, order: order() })}`);
    if (!answer.ok) return;
    const fresh = fragment(await answer.text()).querySelector("article");
    // Somebody began to write here while the server was asked: the editor stays.
    if (!fresh || !row.isConnected || (keep && one(".editor", row))) return;
    all(".margin .with", row).forEach((mark) => one(".margin", fresh).append(mark));
    fresh.classList.toggle("first", first);
    if (row.querySelector(".trail") && !fresh.querySelector(".trail")) fresh.prepend(row.querySelector(".trail"));
    row.replaceWith(fresh);
    if (current === name) { focused ? go(fresh) : show(fresh); }
  };
  const status = () => fill(document.getElementById("status"), `/documents/${id}/status`);
  const reload = async () => {
    const name = current;
    // Who is at work beside the text stays there.
    const focus = !panel.contains(document.activeElement);
    // An editor that is opened while the server is asked comes back with what was written in it.
    const work = document.getElementById("work");
    const text = await piece(work, location.pathname + location.search);
    if (text === null) return undefined;
    const form = one(".seg .editor");
    const writing = form && { name: form.closest(".seg").dataset.name, words: one("textarea", form).value, based: { ...form.dataset } };
    const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("work");
    work.replaceWith(fresh);
    htmx.process(fresh);
    watch();
    status();
    if (writing && windowOf(writing.name)) {
      await goTo(writing.name);
      edit(writing.words);
      // What others wrote since stays unseen until it is saved: then it is refused and shown, not overwritten.
      if (one(".seg .editor")) Object.assign(one(".seg .editor").dataset, writing.based);
    } else if (name && windowOf(name)) await goTo(name, { focus });
    else if (name) { current = null; dock.hidden = true; }
    return others();
  };
  const versions = new Map();
  const version = (row) => Number(row.dataset.version);
  const wrote = async (name, value) => {
    left = null;
    [].concat(value).forEach((entry) => versions.set(entry.name, entry.version));
    await renew(name, { keep: false });
    status();
    soon();
  };
  // The checks across sentences run just after a write; look for what they found before the next turn.
  const soon = () => { clearTimeout(soon.timer); soon.timer = setTimeout(() => poll().catch(() => {}), 600); };

  // -- acting -------------------------------------------------------------------------------------

  const refused = (answer) => toast(typeof answer.value.detail === "string" ? answer.value.detail : "not written", "bad");
  const act = async (what, given = {}) => {
    const row = here();
    if (!row) return false;
    const name = row.dataset.name;
    const answer = await send("POST", `${at(name)}/${what}`, { version: version(row), ...given });
    if (answer.ok) { await wrote(name, answer.value); return true; }
    if (answer.status === 409 && answer.value.current) {
      await renew(name);
      toast("Somebody else changed this meanwhile; it is shown as it is now.", "doubt");
    } else refused(answer);
    return false;
  };
  const goOn = async (name) => { await step(1); left = current === name ? null : { name, at: current }; };
  const openError = (row) => [...all(".notes > .error:not(.waived)", row)].length > 0;
  const approve = async () => {
    const row = here();
    if (!row) return;
    const name = row.dataset.name;
    if (openError(row)) return heldBack();
    if (await act("approve")) return goOn(name);
    if (here() && openError(here())) return heldBack();
  };
  // An open error holds an approval back; it is corrected, or accepted for a reason right here.
  const heldBack = async (words = "") => {
    await open("issues");
    toast(`${words}Not approved: an error is open. Correct it, or say why it is none.`, "bad");
  };
  const reject = async () => (await act("reject") ? toast("rejected; c says why, u takes it back") : undefined);
  const reopen = async () => {
    const row = here();
    if (row && ["open", "missing"].includes(row.dataset.state)) return toast("this is not reviewed yet");
    return await act("reopen") ? toast("to be reviewed again") : undefined;
  };
  const undo = async () => {
    if (left && left.at === current && rowOf(left.name)) await goTo(left.name);
    left = null;
    const row = here();
    if (!row) return;
    const answer = await send("POST", `${at(row.dataset.name)}/undo`, { version: version(row) });
    if (!answer.ok) return refused(answer);
    toast(`${number(row.dataset.name)}: taken back`);
    if (answer.value.length !== 1) return reload();
    await wrote(row.dataset.name, answer.value);
  };

  // -- editing ------------------------------------------------------------------------------------

  const draftKey = (name) => `draft:${id}:${name}`;
  // Opened at once, without asking the server: what is typed right after `e` must land in it.
  const edit = (words) => {
    const row = here();
    if (!row) return;
    const open = one("textarea", row);
    if (open) { if (words !== undefined) { open.value = words; htmx.trigger(open, "input"); } open.focus(); return; }
    const name = row.dataset.name;
    const form = document.getElementById("editor").content.firstElementChild.cloneNode(true);
    const area = one("textarea", form);
    form.dataset.version = row.dataset.version;
    form.dataset.target = row.dataset.target;
    area.setAttribute("aria-label", `Translation of segment ${name.replace(/^s/, "")}`);
    area.setAttribute("hx-post", `/documents/${id}/rows/${encodeURIComponent(name)}/try`);
    const draft = sessionStorage.getItem(draftKey(name));
    area.value = words ?? draft ?? form.dataset.target;
    if (words === undefined && draft !== null && draft !== form.dataset.target) toast("your draft is back");
    one(".en", row).replaceChildren(form);
    htmx.process(form);
    fit(area);
    area.focus({ preventScroll: true });
    area.setSelectionRange(area.value.length, area.value.length);
    reveal(row);
  };
  const fit = (area) => { area.style.height = "auto"; area.style.height = `${area.scrollHeight + 4}px`; };
  const leave = async (form, { keep = true } = {}) => {
    const row = form.closest(".seg");
    const area = one("textarea", form);
    if (keep && area.value !== form.dataset.target) sessionStorage.setItem(draftKey(row.dataset.name), area.value);
    else sessionStorage.removeItem(draftKey(row.dataset.name));
    await renew(row.dataset.name, { keep: false });
    go(rowOf(row.dataset.name));
  };
  const save = async (form, approving) => {
    const row = form.closest(".seg");
    const name = row.dataset.name;
    const target = one("textarea", form).value;
    const answer = await send("PUT", at(name), { version: Number(form.dataset.version), target, approve: approving });
    if (answer.ok) {
      sessionStorage.removeItem(draftKey(name));
      await wrote(name, answer.value);
      go(rowOf(name));
      if (!approving) return undefined;
      return [].concat(answer.value)[0].segment.state === "reviewed" ? goOn(name) : heldBack("Saved. ");
    }
    if (answer.status === 409 && answer.value.current) return clash(form, answer.value);
    return refused(answer);
  };
  const button = (words, what, primary = false) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = words;
    if (primary) made.className = "primary";
    made.addEventListener("click", what);
    return made;
  };
  // A stale write: both texts are there, nothing is lost, the person decides.
  const clash = (form, { current: now, merged }) => {
    const box = one(".conflict", form);
    const area = one("textarea", form);
    const theirs = now.segment.target || "";
    const words = document.createElement("p");
    words.textContent = "Somebody else changed this sentence meanwhile. It now reads:";
    const quoted = document.createElement("p");
    quoted.lang = "en";
    quoted.className = "quoted";
    quoted.textContent = theirs;
    const settle = (text) => () => {
      if (text !== null) area.value = text;
      form.dataset.version = now.version;
      form.dataset.target = theirs;
      box.replaceChildren();
      fit(area);
      area.focus();
      htmx.trigger(area, "input");
    };
    const buttons = document.createElement("p");
    buttons.className = "buttons";
    if (merged !== null && merged !== undefined) buttons.append(button("Take both changes", settle(merged), true));
    buttons.append(button("Take theirs", settle(theirs)), button("Keep mine, save over it", settle(null)));
    box.replaceChildren(words, quoted, buttons);
    buttons.firstElementChild.focus();
  };

  // -- the panel ----------------------------------------------------------------------------------

  const open = async (kind, { query = "", focus = true, name = current } = {}) => {
    const general = kind === "terms" || kind === "concordance";
    if (!general && !name) return;
    const url = `/documents/${id}/panel/${kind}${general ? "" : `/${encodeURIComponent(name)}`}${query}`;
    panel.hidden = false;
    body.classList.add("with-panel");
    panel.dataset.kind = kind;
    panel.dataset.name = general ? "" : name;
    const inside = panel.contains(document.activeElement);
    if (!await fill(panel, url)) return;
    localTimes(panel);
    // The text has become narrower, so what is worked on may stand elsewhere.
    if (!general && here()) reveal(here());
    if (focus && !focusIn() && inside && here()) here().focus({ preventScroll: true });
  };
  const localTimes = (box) => all("time[datetime]", box).forEach((mark) => {
    const at = new Date(mark.dateTime);
    mark.title = mark.dateTime;
    mark.textContent = at.toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
  });
  const focusIn = () => { const first = one("[data-focus]", panel); if (first) first.focus(); return first; };
  const close = () => {
    if (panel.hidden) return false;
    panel.hidden = true;
    panel.replaceChildren();
    body.classList.remove("with-panel");
    if (here()) go(here());
    return true;
  };
  const term = () => {
    const row = here();
    const picked = String(getSelection()).trim();
    const mark = row && one(".en .m.term.lit", row);
    const query = new URLSearchParams();
    if (mark) { query.set("zh", mark.title); query.set("old", mark.textContent); }
    if (picked && picked.length < 200) query.set("old", picked);
    open("terms", { query: `?${query}` });
  };
  const take = (n) => {
    const choice = one(`[data-take="${n}"]`, panel);
    if (choice) edit(choice.dataset.words);
  };
  const changeTerm = async (form) => {
    const field = (name) => form.elements[name].value;
    const segments = all("input[type=checkbox]:checked", form)
      .map((box) => ({ document: Number(box.dataset.document), name: box.value, version: Number(box.dataset.version) }));
    if (!segments.length) return;
    const answer = await send("POST", "/api/terms/apply", { zh: field("zh"), old: field("old"), new: field("new"), segments });
    if (!answer.ok) return refused(answer);
    const { changed, documents, stale, group } = answer.value;
    const words = `${plural(changed, "segment")} changed in ${plural(documents, "document")}`
      + (stale.length ? `; ${stale.length} had been changed by somebody else and stay` : "");
    const done = document.createElement("p");
    done.className = "said";
    done.setAttribute("role", "status");
    done.textContent = `${words}.`;
    const buttons = document.createElement("p");
    buttons.className = "buttons";
    if (group) buttons.append(button("Take it all back", () => run(() => takeBack(group))));
    buttons.append(button("Close", close, true));
    form.replaceChildren(done, buttons);
    buttons.lastElementChild.focus();
    await reload();
  };
  const takeBack = async (group) => {
    const answer = await send("POST", `/api/actions/${group}/undo`, {});
    if (!answer.ok) return refused(answer);
    const { undone, left } = answer.value;
    close();
    toast(`${plural(undone, "segment")} taken back${left.length ? `; ${left.length} changed again since and stay` : ""}`);
    return reload();
  };
  const link = async (what, given) => {
    const row = here();
    // The neighbours of the text, which in another order or under a filter are not those on the page.
    const { links, next, previous } = one("[data-links]", panel).dataset;
    if (!row || links !== row.dataset.name) return open("links");
    const versions = what === "merge" ? { next_version: Number(next) } : what === "shift" ? { other_version: Number(given.to === "next" ? next : previous) } : {};
    const answer = await send("POST", `${at(row.dataset.name)}/${what}`, { version: version(row), ...versions, ...given });
    if (answer.status === 409 && answer.value.current) await reload();
    if (!answer.ok) { refused(answer); return open("links"); }
    toast({ merge: "joined", split: "cut in two", shift: "moved" }[what] + "; u takes it back");
    const { link: pressed = "split", side = "", to = "" } = document.activeElement.dataset;
    await reload();
    if (panel.hidden || panel.dataset.kind !== "links") return undefined;
    await open("links", { focus: false });
    // Whoever works with keys stands where they stood.
    const again = pressed === "split" ? "[data-split] [type=submit]" : `[data-link="${pressed}"]${side && `[data-side="${side}"][data-to="${to}"]`}`;
    const button = one(again, panel);
    const place = button && !button.disabled ? button : one("[data-focus]", panel) || here();
    return place.focus();
  };

  // -- what others do -------------------------------------------------------------------------------

  let last = Number(body.dataset.last);
  const STRUCTURE = ["merge", "split", "shift", "import"];
  let checks = Number(body.dataset.checks);
  const poll = async () => {
    if (document.hidden) return;
    const answer = await fetch(`/api/documents/${id}/changes?after=${last}&checks=${checks}`).catch(() => null);
    if (!answer || !answer.ok) return;
    const { last: newest, changes, checks: count, rechecked } = await answer.json();
    last = newest;
    checks = count;
    await look(rechecked);
    const foreign = changes.filter((change) => (versions.get(change.segment) || 0) < change.version || change.action === "comment");
    if (!foreign.length) return;
    const lines = [...new Set(foreign.map((change) => change.segment).filter((name) => name.startsWith("b-")))];
    if (lines.length) onLines(lines);
    const others = foreign.filter((change) => change.author !== body.dataset.author);
    if (others.length) toast(`${others[0].author} changed ${others.length > 1 ? `${others.length} segments` : others[0].segment.startsWith("b-") ? "the brief" : number(others[0].segment)}`);
    if (foreign.some((change) => STRUCTURE.includes(change.action) || change.group_id)) {
      if (!one(".seg .editor")) return reload();
      return toast("Others changed which sentences belong together; this shows when your edit is done.", "doubt");
    }
    for (const name of new Set(foreign.map((change) => change.segment))) {
      const row = rowOf(name);
      if (!row) continue;
      if (one(".editor", row)) toast(`Somebody else just changed the sentence that you are editing; nothing is lost when you save.`, "doubt");
      else await renew(name);
    }
    status();
  };
  // What checks across sentences found after somebody's change: only rows that are on the page need it.
  const look = async (names) => {
    const seen = names.map(rowOf).filter((row) => row && !one(".editor", row));
    for (const row of seen.slice(0, 80)) await renew(row.dataset.name);
    if (names.length) status();
  };

  // -- who else is here -------------------------------------------------------------------------------

  const tab = Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
  let present = [];
  let announced = "";
  const names_of = (list) => list.map((other) => (other.author === body.dataset.author ? "you, in another window" : other.author));
  const number = (name) => name.replace(/^s/, "");
  const others = () => {
    const box = document.getElementById("present");
    const words = present.map((other) => {
      const [who] = names_of([other]);
      return other.editing ? `✎ ${who} writes in ${number(other.segment)}` : `${who}${other.segment ? ` at ${number(other.segment)}` : ""}`;
    });
    const shown = words.length > 3 ? [...words.slice(0, 3), `${words.length - 3} more`] : words;
    if (box.textContent !== shown.join(" · ")) box.textContent = shown.join(" · ");
    box.title = words.join("\n");
    // The rows: in words too, not by a colour alone.
    all("#text .seg .with").forEach((mark) => mark.remove());
    for (const other of present) {
      const row = other.segment && rowOf(other.segment);
      if (!row) continue;
      const mark = document.createElement("span");
      mark.className = `with${other.editing ? " writes" : ""}`;
      mark.textContent = `${other.editing ? "✎ " : "◦ "}${names_of([other])[0]}${other.editing ? " writes" : ""}`;
      one(".margin", row).append(mark);
    }
    // Said aloud when it matters: somebody writes where I am.
    const clash = present.filter((other) => other.editing && other.segment === current && one(".seg.current .editor"));
    const warning = clash.length ? `${names_of(clash).join(", ")} also writes in this sentence; nothing is lost when you save.` : "";
    if (warning && warning !== announced) toast(warning, "doubt");
    announced = warning;
  };
  const announce = async ({ leaving = false } = {}) => {
    const editor = one(".seg .editor");
    const row = editor && editor.closest(".seg");
    const given = { tab, segment: (row ? row.dataset.name : current) || "", editing: Boolean(row), leaving };
    const tell = () => ask("PUT", `/api/documents/${id}/presence`, JSON.stringify(given), { keepalive: leaving }).catch(() => null);
    let answer = await tell();
    if (leaving) return;
    if (answer && [401, 403].includes(answer.status) && await enterAgain()) answer = await tell();
    if (!answer || answer.status === 401) {
      document.getElementById("present").textContent = answer ? `✕ ${LOGGED_OUT}` : "✕ no connection to the server; drafts are kept";
      return;
    }
    if (!answer.ok) return;
    present = await answer.json();
    others();
  };
  addEventListener("pagehide", () => announce({ leaving: true }));

  // One after the other, so that a slow server is not asked faster than it answers.
  const listen = async () => {
    try { await poll(); if (!document.hidden) await announce(); } catch { /* the next time */ }
    setTimeout(listen, 2000);
  };
  setTimeout(listen, 200);

  // -- all checks again -------------------------------------------------------------------------------

  const checkAll = async () => {
    let answer = await send("POST", `/api/documents/${id}/check`, {});
    const box = document.getElementById("checking");
    while (answer.ok && answer.value.running) {
      box.textContent = `checked ${answer.value.done.toLocaleString("en")} of ${answer.value.total.toLocaleString("en")}`;
      await new Promise((done) => setTimeout(done, 300));
      const found = await fetch(`/api/documents/${id}/check`).catch(() => null);
      if (!found || !found.ok) break;
      answer = { ok: true, value: await found.json() };
    }
    box.textContent = "";
    if (!answer.ok || answer.value.running || answer.value.failed) return toast(answer.value.failed || "the check was not finished", "bad");
    toast(`checked; ${plural(answer.value.changed, "segment")} changed`);
    return poll();
  };

  // -- for the brief ----------------------------------------------------------------------------------

  let onLines = () => {};
  let onLine = (name) => location.assign(`/documents/${id}#${name}`);
  window.duizhao.review = {
    id, send, fill, toast, refused, button, fit, goTo, here, soon,
    openFor: (kind, name) => open(kind, { name }),
    singleKeys: () => single.checked,
    onLines: (what) => { onLines = what; },
    onLine: (what) => { onLine = what; },
  };

  // -- keys -----------------------------------------------------------------------------------------

  const keys = {
    j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1),
    n: () => stepOpen(1), p: () => stepOpen(-1),
    e: () => edit(), Enter: () => edit(), a: approve, r: reject, u: undo, x: reopen,
    s: () => open("suggestions"), h: () => open("history"), c: () => open("comments"), i: () => open("issues"),
    l: () => open("links"), t: term, "/": () => open("concordance"),
    f: () => one("#filters select").focus(),
    o: () => toggle("show-original"), d: () => toggle("show-edits"), m: () => toggle("no-marks"),
    "?": () => help.showModal(),
  };
  const acts = {
    edit: () => edit(), approve, reject, undo, reopen, help: () => help.showModal(), terms: term,
    suggestions: () => open("suggestions"), history: () => open("history"), comments: () => open("comments"),
    check: checkAll, issues: () => open("issues"), links: () => open("links"), concordance: () => open("concordance"),
  };
  const single = document.getElementById("single-keys");
  single.checked = localStorage.getItem("single-keys") !== "off";
  single.addEventListener("change", () => localStorage.setItem("single-keys", single.checked ? "on" : "off"));

  // One thing after the other: keys that come faster than the server answers wait for it.
  let busy = Promise.resolve();
  let opening = false;
  const typed = [];
  const run = (what) => { busy = busy.then(what).catch((error) => toast(String(error), "bad")); };

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest(".seg .editor");
    const command = event.ctrlKey || event.metaKey;
    if (form) {
      if (command && event.key === "Enter") { event.preventDefault(); run(() => save(form, true)); }
      else if (command && event.key === "s") { event.preventDefault(); run(() => save(form, false)); }
      else if (event.key === "Escape") { event.preventDefault(); run(() => leave(form)); }
      return;
    }
    if (help.open) return;
    // Until the editor is open, what is typed for it must not act on the document, nor be lost.
    if (opening) { event.preventDefault(); typed.push({ key: event.key, command }); return; }
    if (event.key === "Escape") { if (close()) event.preventDefault(); return; }
    const comment = event.target.closest("[data-comment]");
    if (comment && command && event.key === "Enter") { event.preventDefault(); comment.requestSubmit(); return; }
    if (command || event.altKey || event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select")) return;
    if (["Enter", "ArrowDown", "ArrowUp"].includes(event.key) && event.target !== body && !event.target.matches(".seg")) return;
    if (!single.checked && event.key.length === 1) return;
    if (/^[1-9]$/.test(event.key) && panel.dataset.kind === "suggestions" && !panel.hidden) { event.preventDefault(); run(() => take(event.key)); return; }
    const what = Object.hasOwn(keys, event.key) && keys[event.key];
    if (!what) return;
    event.preventDefault();
    opening = Boolean(here()) && (what === keys.e || what === keys.Enter);
    run(() => { try { return what(); } finally { if (opening) { opening = false; type(); } } });
  });
  // What was typed before the editor was there goes into it.
  const type = () => {
    const keys = typed.splice(0);
    const area = document.activeElement;
    if (!keys.length || !area.matches(".editor textarea")) return;
    for (const { key, command } of keys) {
      if (command && key.toLowerCase() === "a") area.select();
      else if (command) { area.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey: true, bubbles: true, cancelable: true })); }
      else if (key === "Backspace") {
        if (area.selectionStart === area.selectionEnd && area.selectionStart) area.selectionStart -= 1;
        area.setRangeText("", area.selectionStart, area.selectionEnd, "end");
      } else if (key === "Enter" || [...key].length === 1) area.setRangeText(key === "Enter" ? "\n" : key, area.selectionStart, area.selectionEnd, "end");
      else if (key === "Escape") area.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };

  document.addEventListener("click", (event) => {
    const target = event.target;
    const goal = target.closest("[data-go]");
    if (goal) { event.preventDefault(); history.replaceState(null, "", `#${encodeURIComponent(goal.dataset.go)}`); return goTo(goal.dataset.go); }
    const place = target.closest("#panel .uses a");
    if (place && place.pathname === location.pathname && windowOf(decodeURIComponent(place.hash.slice(1)))) {
      event.preventDefault();
      history.replaceState(null, "", place.hash);
      return goTo(decodeURIComponent(place.hash.slice(1)));
    }
    const doing = target.closest("[data-act]");
    if (doing) return run(acts[doing.dataset.act]);
    if (target.closest("[data-close-panel]")) return close();
    if (target.closest("[data-close]")) return help.close();
    if (target.closest("[data-cancel]")) return run(() => leave(target.closest(".editor")));
    const choice = target.closest("[data-take]");
    if (choice) return edit(choice.dataset.words);
    const linking = target.closest("[data-link]");
    if (linking) return link(linking.dataset.link, linking.dataset.link === "shift" ? { side: linking.dataset.side, to: linking.dataset.to } : {});
    const row = target.closest(".seg");
    if (row && !target.closest("a, button, textarea, form") && !String(getSelection())) go(row);
    if (!target.closest(".menu")) all(".menu[open]").forEach((menu) => { menu.open = false; });
  });
  document.addEventListener("dblclick", (event) => {
    const row = event.target.closest(".seg");
    if (row && event.target.closest(".en") && !one(".editor", row)) { getSelection().removeAllRanges(); go(row); edit(); }
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest(".seg");
    if (row && row.dataset.name !== current) show(row);
    if (event.target === row) light(row);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const row = event.target.matches(".live") && event.target.closest(".seg");
    if (row) reveal(row);
  });
  document.addEventListener("input", (event) => { if (event.target.matches(".editor textarea")) fit(event.target); });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.matches(".editor:not(.line-editor)")) {
      event.preventDefault();
      run(() => save(form, !event.submitter || event.submitter.value === "approve"));
    } else if (form.matches("[data-comment]")) {
      event.preventDefault();
      const answer = await send("POST", `${at(form.dataset.comment)}/comments`, { body: form.elements.body.value });
      if (!answer.ok) return refused(answer);
      renew(form.dataset.comment);
      open("comments", { focus: false });
    } else if (form.matches("[data-waive]")) {
      event.preventDefault();
      const approving = event.submitter && event.submitter.value === "approve";
      const given = { check: form.elements.check.value, message: form.elements.message.value, reason: form.elements.reason.value };
      run(async () => {
        if (!(await act("waive", given))) return;
        toast("accepted; the reason is kept");
        if (!approving || openError(here())) return open("issues");
        close();
        return approve();
      });
    } else if (form.matches("[data-split]")) {
      event.preventDefault();
      link("split", { source_at: Number(form.elements.source_at.value), target_at: Number(form.elements.target_at.value) });
    } else if (form.matches("[data-terms]")) {
      event.preventDefault();
      changeTerm(form);
    }
  });
  panel.addEventListener("htmx:afterSwap", () => { if (["terms", "concordance"].includes(panel.dataset.kind)) focusIn(); });

  // Filters narrow the list in place; the address says what is shown.
  const narrow = async (form) => {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    history.replaceState(null, "", `${location.pathname}?${query}`);
    const active = document.activeElement && document.activeElement.name;
    await reload();
    const field = active && one(`#filters [name="${active}"]`);
    if (field) field.focus();
  };
  document.addEventListener("change", (event) => { if (event.target.closest("#filters")) narrow(event.target.closest("form")); });
  document.addEventListener("submit", (event) => {
    if (event.target.id === "filters") { event.preventDefault(); narrow(event.target); }
  });

  document.getElementById("close-document").addEventListener("click", async () => {
    let answer = await send("POST", `/api/documents/${id}/approve`, { rest: false });
    if (!answer.ok && /not reviewed yet/.test(answer.value.detail) && confirm("Some segments are not reviewed yet. Approve them unread?")) {
      answer = await send("POST", `/api/documents/${id}/approve`, { rest: true });
    }
    if (answer.ok) {
      toast("The document is approved. Any change, or u, opens it again.");
      return reload();
    }
    refused(answer);
    const [, kind, name] = /(segment|line) (\S+)/.exec(answer.value.detail || "") || [];
    // A filter may hide what stands in the way.
    if (kind === "segment" && !windowOf(name)) location.assign(`/documents/${id}#${encodeURIComponent(name)}`);
    else if (kind === "segment") await goTo(name);
    else if (kind === "line") onLine(name);
    return undefined;
  });
  addEventListener("beforeunload", () => {
    all(".seg .editor").forEach((form) => {
      const area = one("textarea", form);
      if (area.value !== form.dataset.target) sessionStorage.setItem(draftKey(form.closest(".seg").dataset.name), area.value);
    });
  });
  const arrive = () => { const name = decodeURIComponent(location.hash.slice(1)); if (name && windowOf(name)) goTo(name); };
  addEventListener("hashchange", arrive);

  // A file is made while the page stays; what cannot be made is said here, not in a broken download.
  document.getElementById("export").addEventListener("click", async (event) => {
    const link = event.target.closest("a[download]");
    if (!link) return;
    event.preventDefault();
    link.closest("details").open = false;
    one("summary", link.closest("details")).focus();
    const format = link.dataset.format;
    toast(`making the ${format} file …`);
    const answer = await fetch(link.href).catch(() => null);
    if (!answer || !answer.ok) {
      const value = answer ? await answer.json().catch(() => ({})) : {};
      return toast(value.detail || "the server cannot be reached", "bad");
    }
    const file = URL.createObjectURL(await answer.blob());
    const name = /filename\*?=(?:UTF-8'')?"?([^";]+)/i.exec(answer.headers.get("content-disposition") || "");
    const saving = document.createElement("a");
    saving.href = file;
    saving.download = name ? decodeURIComponent(name[1]) : `document.${format}`;
    saving.click();
    setTimeout(() => URL.revokeObjectURL(file), 60_000);
    toast(`${saving.download} is saved`);
    return status();
  });
  // Printing takes all rows along, as far as a printer is meant for so many.
  const MOST_PRINTED = 60;
  addEventListener("keydown", (event) => {
    const boxes = all(".window").filter((box) => !loaded(box));
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "p" || !boxes.length || boxes.length > MOST_PRINTED) return;
    event.preventDefault();
    toast("loading all rows for printing …");
    whole = true;
    Promise.all(boxes.map(load)).then(() => { print(); whole = false; tidy(); });
  });
  document.addEventListener("htmx:responseError", (event) => {
    if ([401, 403].includes(event.detail.xhr.status)) enterAgain();
    toast(event.detail.xhr.status === 401 ? LOGGED_OUT : "the server did not answer; try again", "bad");
  });
  document.addEventListener("htmx:sendError", () => toast("the server cannot be reached; drafts are kept", "bad"));

  const outline = one(".outline details");
  if (outline) outline.open = matchMedia("(min-width: 75rem)").matches;
  watch();
  arrive();
})();
