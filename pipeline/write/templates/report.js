(() => {
  "use strict";
  const { all, focused, toggle } = window.duizhao;
  const sentences = () => all(".text .s");

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
