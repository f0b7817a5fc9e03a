// Only an addition: the page works by its forms and a reload. With script the phones
// fill by themselves every two seconds, and Enter sends.
"use strict";
(function () {
  const EVERY = 2000;
  const SOON = [400, 800, 1200, 1600, 2400, 3200]; // an answer is on its way
  let asking = false;

  function atEnd(list) {
    return list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  }

  // Line by line: what is being read stays, and a screen reader hears only what is new.
  function grow(list, fresh) {
    const view = list.closest(".talk");
    const follow = atEnd(view);
    const there = new Set();
    Array.from(fresh.children).forEach(function (line) {
      there.add(line.id);
      const old = document.getElementById(line.id);
      if (!old) list.append(line);
      else if (old.innerHTML !== line.innerHTML) old.innerHTML = line.innerHTML;
    });
    Array.from(list.children).forEach(function (line) {
      if (!there.has(line.id)) line.remove();
    });
    if (follow) view.scrollTop = view.scrollHeight;
  }

  function merge(page) {
    document.querySelectorAll("[data-live]").forEach(function (part) {
      const fresh = page.getElementById(part.id);
      if (!fresh) return;
      if (part.dataset.live === "grow") grow(part, fresh);
      else if (part.innerHTML !== fresh.innerHTML) part.innerHTML = fresh.innerHTML;
    });
  }

  function parse(text) {
    return new DOMParser().parseFromString(text, "text/html");
  }

  function look() {
    if (document.hidden || asking) return;
    asking = true;
    fetch(location.pathname, { credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : ""; })
      .then(function (text) { if (text) merge(parse(text)); })
      .catch(function () { /* the desk is restarting: ask again in two seconds */ })
      .finally(function () { asking = false; });
  }

  function say(form) {
    const button = form.querySelector("button.btn");
    const phone = form.closest(".phone");
    button.disabled = true;
    fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(answer.status);
        return answer.text().then(function (text) { return [answer.redirected, parse(text)]; });
      })
      .then(function (got) {
        const old = form.querySelector(".error");
        if (old) old.remove();
        if (got[0]) {
          form.elements.text.value = "";
          form.querySelectorAll("[name=photos]").forEach(function (box) { box.checked = false; });
        } else {
          const wrong = got[1].querySelector("#" + phone.id + " .error");
          if (wrong) form.prepend(wrong);
        }
        merge(got[1]);
        const list = phone.querySelector(".talk");
        list.scrollTop = list.scrollHeight;
        SOON.forEach(function (delay) { setTimeout(look, delay); });
      })
      .catch(function () { form.submit(); })
      .finally(function () { button.disabled = false; form.elements.text.focus(); });
  }

  document.querySelectorAll("form[data-say]").forEach(function (form) {
    form.addEventListener("submit", function (event) { event.preventDefault(); say(form); });
    form.elements.text.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
  });
  document.querySelectorAll(".talk").forEach(function (list) { list.scrollTop = list.scrollHeight; });
  if (document.querySelector("[data-live]")) setInterval(look, EVERY);
})();
