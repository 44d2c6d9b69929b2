// Lights a sentence with its partner, and a number or term with its own; switches what is shown.
// The written page and the review page both use it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, under = document) => [...under.querySelectorAll(selector)];
  let lit = [];

  // A sentence, number or term and its partner share a key; both lie in the same row.
  const sentenceOf = (element) => {
    if (!element || !element.closest) return null;
    return element.closest(".text .s") || (element.matches(".text .row") ? element.querySelector(".s") : null);
  };
  const light = (element) => {
    lit.forEach((one) => one.classList.remove("lit"));
    lit = [];
    const sentence = sentenceOf(element);
    if (!sentence) return;
    const row = sentence.closest(".row");
    lit = all(".s", row).filter((one) => one.dataset.s === sentence.dataset.s);
    const mark = element.closest(".m");
    if (mark) lit = lit.concat(all(".m", row).filter((one) => one.dataset.k === mark.dataset.k));
    lit.forEach((one) => one.classList.add("lit"));
  };
  const focused = () => sentenceOf(document.activeElement);
  document.addEventListener("mouseover", (event) => light(event.target.closest(".text .s") ? event.target : focused()));
  document.addEventListener("focusin", (event) => light(event.target));
  document.addEventListener("focusout", () => light(null));

  const toggle = (name) => {
    const on = root.classList.toggle(name);
    if (name === "show-edits" && on) root.classList.add("show-original");
    if (name === "show-original" && !on) root.classList.remove("show-edits");
    all("button[data-toggle]").forEach((button) => {
      const set = root.classList.contains(button.dataset.toggle);
      button.setAttribute("aria-pressed", String(button.dataset.toggle === "no-marks" ? !set : set));
    });
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-toggle]");
    if (button) toggle(button.dataset.toggle);
  });
  window.duizhao = { all, focused, light, toggle };
})();
