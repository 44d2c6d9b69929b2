(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, under = document) => [...under.querySelectorAll(selector)];
  const sentences = () => all(".text .s");
  let lit = [];

  // A sentence, number or term and its partner share a key; both lie in the same row.
  const light = (element) => {
    lit.forEach((one) => one.classList.remove("lit"));
    lit = [];
    const sentence = element && element.closest && element.closest(".text .s");
    if (!sentence) return;
    const row = sentence.closest(".row");
    lit = all(".s", row).filter((one) => one.dataset.s === sentence.dataset.s);
    const mark = element.closest(".m");
    if (mark) lit = lit.concat(all(".m", row).filter((one) => one.dataset.k === mark.dataset.k));
    lit.forEach((one) => one.classList.add("lit"));
  };
  const focused = () => (document.activeElement.closest ? document.activeElement.closest(".text .s") : null);
  document.addEventListener("mouseover", (event) => light(event.target.closest(".text .s") ? event.target : focused()));
  document.addEventListener("focusin", (event) => light(event.target));
  document.addEventListener("focusout", () => light(null));

  // One tab stop for the text; arrows or j and k walk through it, left and right change sides.
  const go = (sentence) => {
    if (!sentence) return;
    all(".text .s[tabindex='0']").forEach((one) => one.setAttribute("tabindex", "-1"));
    sentence.setAttribute("tabindex", "0");
    sentence.focus({ preventScroll: true });
    sentence.scrollIntoView({ block: "nearest" });
  };
  const walk = (step) => {
    const now = focused();
    const list = sentences().filter((one) => !now || one.dataset.side === now.dataset.side);
    go(now ? list[list.indexOf(now) + step] : list[0]);
  };
  const cross = (side) => {
    const now = focused();
    if (now) go(all(".s", now.closest(".row")).find((one) => one.dataset.s === now.dataset.s && one.dataset.side === side));
  };
  const toggle = (name) => {
    const on = root.classList.toggle(name);
    if (name === "show-edits" && on) root.classList.add("show-original");
    if (name === "show-original" && !on) root.classList.remove("show-edits");
    all("button[data-toggle]").forEach((button) => {
      const set = root.classList.contains(button.dataset.toggle);
      button.setAttribute("aria-pressed", String(button.dataset.toggle === "no-marks" ? !set : set));
    });
  };
  const keys = {
    o: () => toggle("show-original"), e: () => toggle("show-edits"), m: () => toggle("no-marks"),
    j: () => walk(1), k: () => walk(-1), h: () => cross("zh"), l: () => cross("en"),
  };
  const arrows = { ArrowDown: keys.j, ArrowUp: keys.k, ArrowLeft: keys.h, ArrowRight: keys.l };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = keys[event.key] || (focused() && arrows[event.key]);
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-toggle]");
    if (button) return toggle(button.dataset.toggle);
    const sentence = event.target.closest(".text .s");
    if (sentence && !String(getSelection())) go(sentence);
  });
  const arrive = () => {
    const sentence = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (sentence && sentence.matches(".text .s")) go(sentence);
  };
  addEventListener("hashchange", arrive);
  arrive();

  // The outline follows the reader.
  const links = new Map(all(".outline a").map((a) => [a.getAttribute("href"), a]));
  const watch = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
      links.forEach((a) => a.classList.remove("here"));
      const link = links.get("#" + entry.target.id);
      if (link) link.classList.add("here");
    });
  }, { rootMargin: "-10% 0px -80% 0px" });
  all("[data-watch]").forEach((part) => watch.observe(part));

  const outline = document.querySelector(".outline details");
  if (outline) outline.open = matchMedia("(min-width: 75rem)").matches;
})();
