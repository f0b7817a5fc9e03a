// A rule's form: its plain words while typing, and a field to find a tick by typing.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const WAIT = 400;
  const LONG = 8; // lists shorter than this are read faster than searched

  document.querySelectorAll("[data-check-list]").forEach((list) => {
    const labels = [...list.querySelectorAll("label")];
    if (labels.length < LONG) return;
    const find = document.createElement("input");
    find.type = "search";
    find.className = "check-find";
    find.autocomplete = "off";
    find.placeholder = list.dataset.checkList;
    find.setAttribute("aria-label", `${list.getAttribute("aria-label") || ""}: ${list.dataset.checkList}`);
    find.setAttribute("aria-controls", list.id);
    find.addEventListener("input", () => {
      const wanted = find.value.trim().toLocaleLowerCase();
      labels.forEach((label) => {
        const ticked = label.querySelector("input").checked;
        label.hidden = !ticked && !label.textContent.toLocaleLowerCase().includes(wanted);
      });
    });
    // Enter would save the form.
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    list.before(find);
  });

  const box = document.querySelector("[data-rule-words]");
  const form = box && box.closest("form");
  if (!form) return;
  let timer = 0;
  let asked = 0;
  const look = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(box.dataset.ruleWords, { method: "POST", body: new FormData(form) });
      if (!answer.ok || answer.redirected) return;
      const text = await answer.text();
      // The server's own page, with every typed word escaped; a later answer wins.
      if (mine === asked && text !== box.dataset.said) {
        box.dataset.said = text;
        box.innerHTML = text;
      }
    } catch { /* the network may come back: saving tells the same */ }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(look, WAIT); };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
});
