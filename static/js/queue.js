// The queue by keyboard: j and k move, Enter opens, space marks, 1 2 3 take a guess.
"use strict";
(() => {
  const table = document.getElementById("rows");
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const marks = () => rows.filter((row) => {
    const box = row.querySelector("input[name=row]");
    return box && box.checked;
  });
  let at = -1;

  const go = (next) => {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove("here");
    at = Math.max(0, Math.min(rows.length - 1, next));
    rows[at].classList.add("here");
    rows[at].querySelector(".q-number a").focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  };

  const bar = document.getElementById("bulk-bar");
  const count = document.getElementById("bulk-count");
  const showBar = () => {
    if (!bar) return;
    const n = marks().length;
    bar.hidden = n === 0;
    count.textContent = n === 1 ? count.dataset.one
      : count.dataset.more.replace("%(n)s", String(n));
    rows.forEach((row) => row.classList.toggle("marked", marks().includes(row)));
  };
  table.addEventListener("change", showBar);
  showBar();

  const writing = (element) => ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName) &&
    !["checkbox", "radio"].includes(element.type);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || writing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const row = rows[at];
    const guess = row && row.querySelector(`[data-guess="${event.key}"]`);
    if (event.code === "KeyJ") go(at + 1);
    else if (event.code === "KeyK") go(at - 1);
    else if (event.key === " " && row && event.target.tagName !== "BUTTON" &&
             event.target.tagName !== "SUMMARY") {
      const box = row.querySelector("input[name=row]");
      if (!box) return;
      event.preventDefault();
      if (event.target !== box) box.checked = !box.checked;
      else box.checked = !box.checked;
      showBar();
    } else if (guess) {
      event.preventDefault();
      guess.click();
    }
  });
  table.addEventListener("focusin", (event) => {
    const row = event.target.closest("tr");
    if (!rows.includes(row) || rows[at] === row) return;
    if (at >= 0) rows[at].classList.remove("here");
    at = rows.indexOf(row);
    row.classList.add("here");
  });

  // Fresh rows announce themselves and come when asked.
  const fresh = document.getElementById("fresh");
  const shown = new Set(rows.map((row) => row.dataset.row));
  const check = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(table.dataset.fresh, { redirect: "manual" });
      if (!answer.ok) return;
      const { numbers } = await answer.json();
      const n = numbers.filter((number) => !shown.has(number)).length;
      fresh.hidden = n === 0;
      fresh.querySelector("a").textContent = n === 1 ? fresh.dataset.one
        : fresh.dataset.more.replace("%(n)s", String(n));
    } catch { /* the line is lost: the next round asks again */ }
  };
  if (fresh && table.dataset.fresh) setInterval(check, 20000);
})();
