// While the agent types: keep the draft on the server, refresh what is known beside it.
"use strict";
(() => {
  const form = document.getElementById("console");
  const state = document.getElementById("draft-state");
  const WAIT = 350;
  const AGAIN = 5000;
  let timer = 0;
  let asked = 0;
  let left = false;

  const say = (text, kind) => {
    state.textContent = text;
    state.className = kind || "muted";
  };

  const put = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.querySelectorAll("[data-part]").forEach((part) => {
      const place = document.getElementById(part.dataset.part);
      // What did not change stays: an open answer, a screen reader's place.
      if (!place || place.dataset.html === part.innerHTML) return;
      const opened = [...place.querySelectorAll("details")].map((box) => box.open);
      place.dataset.html = part.innerHTML;
      place.replaceChildren(...document.importNode(part, true).childNodes);
      if (part.dataset.part === "look-script") {
        place.querySelectorAll("details").forEach((box, n) => { box.open = opened[n]; });
      }
    });
  };

  // The caller's own language, unless the agent has chosen one for this call.
  const language = form.elements.language;
  let chosen = form.elements.who.value !== ""; // a restored draft has its language
  language.addEventListener("change", () => { chosen = true; });
  const speak = () => {
    const known = document.querySelector("#look-caller [data-language]");
    if (chosen || !known || known.dataset.language === language.value) return;
    if (![...language.options].some((each) => each.value === known.dataset.language)) return;
    language.value = known.dataset.language;
    soon();
  };

  const look = async () => {
    const mine = ++asked;
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    const body = new FormData(form);
    body.delete("photo");
    try {
      const answer = await fetch(form.dataset.look, {
        method: "POST",
        body,
        headers: { "X-CSRFToken": token ? token[1] : "" },
        redirect: "manual",
      });
      if (left) return;
      if (answer.type === "opaqueredirect" || answer.status === 403) {
        say(state.dataset.out, "left-late");
        timer = setTimeout(look, AGAIN);
      } else if (answer.ok) {
        const html = await answer.text();
        if (mine === asked) {
          put(html);
          speak();
          say(state.dataset.kept);
        }
      } else throw new Error(String(answer.status));
    } catch {
      if (left) return;
      say(state.dataset.lost, "left-late");
      clearTimeout(timer);
      timer = setTimeout(look, AGAIN);
    }
  };

  function soon() {
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  }

  form.addEventListener("input", soon);
  // Candidates and answers stand outside the form and belong to it by name.
  document.addEventListener("change", (event) => {
    if (event.target.form === form) soon();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    document.getElementById(button.dataset.fill).value = button.value;
    look();
  });
  window.addEventListener("online", look);
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      say(state.dataset.lost, "left-late");
      return;
    }
    left = true;
    clearTimeout(timer);
  });
  window.addEventListener("pageshow", () => { left = false; });
  // Enter in a field moves on; only Ctrl+Enter and the button save.
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key === "Enter" && field.tagName === "INPUT" && !event.ctrlKey &&
        !event.metaKey && !event.defaultPrevented) {
      event.preventDefault();
      look();
      const all = [...form.querySelectorAll("input, select, textarea")]
        .filter((each) => each.getClientRects().length && each.type !== "hidden");
      const next = all[all.indexOf(field) + 1];
      if (next) next.focus();
    }
  });
})();
