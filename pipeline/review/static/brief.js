// The brief in the review page: walking its lines, editing them, choosing the key figures.
(() => {
  "use strict";
  const page = window.duizhao && window.duizhao.review;
  if (!page) return;
  const { all } = window.duizhao;
  const { id, send, fill, toast, refused, button, fit, goTo, here } = page;
  const one = (selector, under = document) => under.querySelector(selector);
  const lines = () => all("#brief .line");
  const api = (name) => `/api/documents/${id}/brief/lines/${name}`;
  let from = null;

  const stand = (line) => {
    if (!line) return;
    const details = line.closest("details");
    if (details) details.open = true;
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest", behavior: "instant" });
  };
  const renew = async (name) => {
    const line = document.getElementById(name);
    if (!line || one(".editor", line)) return null;
    const answer = await fetch(`/documents/${id}/brief/lines/${name}`);
    if (!answer.ok || !line.isConnected || one(".editor", line)) return null;
    const focused = line.contains(document.activeElement);
    const fresh = document.createRange().createContextualFragment(await answer.text()).querySelector(".line");
    line.replaceWith(fresh);
    if (focused) stand(fresh);
    return fresh;
  };
  const figures = () => fill(document.getElementById("figures"), `/documents/${id}/brief/figures`);

  // -- editing a line -------------------------------------------------------------------------------

  const edit = (line) => {
    const open = one(".editor textarea[name=en]", line);
    if (open) return open.focus();
    const form = document.getElementById("line-editor").content.firstElementChild.cloneNode(true);
    form.dataset.version = line.dataset.version;
    for (const side of ["zh", "en"]) form.elements[side].value = line.dataset[side];
    one(".live", form).setAttribute("hx-post", `/documents/${id}/brief/lines/${line.dataset.line}/try`);
    if (line.dataset.quotes) {
      const note = one(".quotes", form);
      note.hidden = false;
      one("a", note).textContent = line.dataset.quotes.replace(/^s/, "");
      one("a", note).dataset.go = line.dataset.quotes;
    }
    all(":scope > p, :scope > .margin, :scope > .notes", line).forEach((part) => { part.hidden = true; });
    line.append(form);
    htmx.process(form);
    all("textarea", form).forEach(fit);
    form.elements.en.focus();
    return undefined;
  };
  const leave = (form) => {
    const line = form.closest(".line");
    form.remove();
    all(":scope > p, :scope > .margin, :scope > .notes", line).forEach((part) => { part.hidden = false; });
    stand(line);
  };
  const save = async (form) => {
    const name = form.closest(".line").dataset.line;
    const given = { version: Number(form.dataset.version), zh: form.elements.zh.value, en: form.elements.en.value };
    const answer = await send("PUT", api(name), given);
    if (answer.status === 409 && answer.value.current) return clash(form, answer.value.current);
    if (!answer.ok) return refused(answer);
    leave(form);
    await renew(name);
    return page.soon();
  };
  const clash = (form, now) => {
    const box = one(".conflict", form);
    const said = document.createElement("p");
    said.textContent = `Somebody else changed this line meanwhile. It now reads: ${now.segment.text} / ${now.segment.target || ""}`;
    const settle = (theirs) => () => {
      if (theirs) { form.elements.zh.value = now.segment.text; form.elements.en.value = now.segment.target || ""; }
      form.dataset.version = now.version;
      box.replaceChildren();
      form.elements.en.focus();
    };
    const buttons = document.createElement("p");
    buttons.className = "buttons";
    buttons.append(button("Take theirs", settle(true)), button("Keep mine, save over it", settle(false)));
    box.replaceChildren(said, buttons);
    buttons.firstElementChild.focus();
  };
  const undo = async (line) => {
    const answer = await send("POST", `${api(line.dataset.line)}/undo`, { version: Number(line.dataset.version) });
    if (!answer.ok) return refused(answer);
    toast("taken back");
    return renew(line.dataset.line);
  };

  const accept = async (form) => {
    const name = form.dataset.waive;
    const { check, message, reason } = form.elements;
    const given = { version: Number(form.dataset.version), check: check.value, message: message.value, reason: reason.value };
    const answer = await send("POST", `${api(name)}/waive`, given);
    if (!answer.ok) return refused(answer);
    await renew(name);
    return page.openFor("issues", name);
  };

  // -- the table ------------------------------------------------------------------------------------

  const choose = async (version, names, words) => {
    const answer = await send("PUT", `/api/documents/${id}/brief/figures`, { version, figures: names });
    if (!answer.ok) refused(answer);
    else toast(words);
    await figures();
    const select = document.getElementById("add-figure");
    if (select) select.focus();
  };
  const chosen = () => all("#figures [data-figure]").map((row) => row.dataset.figure);

  document.addEventListener("click", (event) => {
    const target = event.target;
    const line = target.closest("#brief .line");
    if (target.closest("[data-edit-line]")) edit(line);
    else if (target.closest("[data-cancel-line]")) leave(target.closest(".editor"));
    else if (target.closest("[data-drop-figure]")) {
      const row = target.closest("[data-figure]");
      choose(Number(row.closest("table").dataset.version), chosen().filter((name) => name !== row.dataset.figure), "taken out of the table");
    } else if (target.closest("[data-line-of]")) {
      event.preventDefault();
      stand(document.getElementById(target.closest("[data-line-of]").dataset.lineOf));
    } else if (line && target.closest("[data-go]")) from = line.dataset.line;
  });
  document.addEventListener("change", (event) => {
    const select = event.target.closest("#add-figure");
    if (select && select.value) choose(Number(select.dataset.version), [...chosen(), select.value], "added to the table");
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches(".line-editor")) { event.preventDefault(); event.stopPropagation(); save(event.target); }
    else if (event.target.matches('[data-waive^="b-"]')) { event.preventDefault(); event.stopPropagation(); accept(event.target); }
  }, true);
  document.addEventListener("dblclick", (event) => {
    const line = event.target.closest("#brief .line");
    if (line && !event.target.closest(".editor, a, button")) { getSelection().removeAllRanges(); edit(line); }
  });

  // -- keys: before the page's own, which mean the text ------------------------------------------------

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest(".line-editor");
    const command = event.ctrlKey || event.metaKey;
    const taken = () => { event.preventDefault(); event.stopPropagation(); };
    if (form) {
      if (command && (event.key === "Enter" || event.key === "s")) { taken(); save(form); }
      else if (event.key === "Escape") { taken(); leave(form); }
      else if (!command) event.stopPropagation();
      return;
    }
    if (command || event.altKey || one("dialog[open]")) return;
    if (!page.singleKeys() && event.key.length === 1) return;
    if (event.key === "b" && !event.target.closest("input, textarea, select")) {
      const row = here();
      const link = row && one("[data-line-of]", row);
      if (lines().length) { taken(); stand((link && document.getElementById(link.dataset.lineOf)) || lines()[0]); }
      return;
    }
    if (event.key === "g" && from && !event.target.closest("input, textarea, select, .line")) { taken(); stand(document.getElementById(from)); return; }
    const line = event.target.matches("#brief .line") && event.target;
    if (!line) return;
    const list = lines();
    const next = list[list.indexOf(line) + 1];
    const moves = {
      j: () => (next ? stand(next) : goTo(one("#text .seg").dataset.name)), k: () => stand(list[list.indexOf(line) - 1]),
      e: () => edit(line), Enter: () => edit(line), u: () => undo(line),
      h: () => (line.dataset.version === "1" ? toast("nothing has happened to this line yet") : page.openFor("history", line.dataset.line)),
      i: () => page.openFor("issues", line.dataset.line),
      g: () => { const ref = one(".ref", line); from = line.dataset.line; if (ref) goTo(ref.dataset.go); },
    };
    moves.ArrowDown = moves.j;
    moves.ArrowUp = moves.k;
    if (Object.hasOwn(moves, event.key)) { taken(); moves[event.key](); }
    // What means a segment must not act on one that stands elsewhere.
    else if ("arcsl".includes(event.key)) taken();
  }, true);

  page.onLine((name) => {
    const line = document.getElementById(name);
    if (line) stand(line);
    else location.assign(`/documents/${id}#${name}`);
  });
  const asked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (asked && asked.matches("#brief .line")) stand(asked);
  page.onLines((names) => {
    names.filter((name) => name !== "b-figures").forEach(renew);
    if (names.includes("b-figures")) figures();
  });
})();
