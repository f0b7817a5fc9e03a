// Keys of the desk: an element's data-key is pressed, opened or focused by that key.
"use strict";
(() => {
  document.documentElement.classList.add("js");

  // Letters by their place on the keyboard, so that a Hindi layout works as well.
  const named = (event) => {
    let key = event.key.toLowerCase();
    if (/^Key[A-Z]$/.test(event.code)) key = event.code.slice(3).toLowerCase();
    else if (/^Digit\d$/.test(event.code) && !event.shiftKey) key = event.code.slice(5);
    const parts = [];
    if (event.ctrlKey || event.metaKey) parts.push("ctrl");
    if (event.altKey) parts.push("alt");
    return [...parts, key].join("+");
  };

  const writing = (element) =>
    element.isContentEditable ||
    element.tagName === "TEXTAREA" ||
    element.tagName === "SELECT" ||
    (element.tagName === "INPUT" &&
      !["checkbox", "radio", "button", "submit"].includes(element.type));

  const visible = (element) => element.getClientRects().length > 0;

  const press = (element) => {
    if (element.tagName === "SUMMARY") {
      const box = element.parentElement;
      box.open = !box.open;
      const first = box.open &&
        box.querySelector("input:not([type=hidden]), textarea, select, button");
      (first || element).focus();
      if (box.open) box.scrollIntoView({ block: "nearest" });
    } else if (writing(element)) {
      element.focus();
      if (element.select) element.select();
    } else {
      if (element.tagName === "INPUT") element.focus(); // so that its form can be sent
      element.click();
    }
  };

  const find = (key) =>
    [...document.querySelectorAll("[data-key]")].find(
      (element) => element.dataset.key === key && visible(element)
    );

  const help = document.getElementById("keys");
  const showHelp = () => {
    const body = help.querySelector("tbody");
    body.querySelectorAll("[data-found]").forEach((row) => row.remove());
    const found = [...document.querySelectorAll("[data-key]")].filter((element) =>
      visible(element) && element.dataset.key !== "/");
    found.forEach((element, place) => {
      const row = body.insertRow(place);
      row.dataset.found = "";
      const shown = document.createElement("kbd");
      shown.textContent = element.dataset.key.replace(/(^|\+)(\w)/g, (all, plus, one) =>
        element.dataset.key.length > 1 ? plus + one.toUpperCase() : all);
      row.insertCell().append(shown);
      const copy = element.cloneNode(true);
      copy.querySelectorAll("kbd").forEach((kbd) => kbd.remove());
      const label = element.labels && element.labels[0] && element.labels[0].cloneNode(true);
      if (label) label.querySelectorAll("kbd").forEach((kbd) => kbd.remove());
      row.insertCell().textContent = (label || copy).textContent.trim();
    });
    help.showModal();
  };

  document.querySelectorAll("[data-help]").forEach((button) => {
    button.hidden = !help;
    button.addEventListener("click", showHelp);
  });

  let left = null; // the form whose field was left by Escape, for the other keys
  const sendOpenForm = (event) => {
    const form = event.target.closest("form") || left;
    if (!form || form.method !== "post") return false;
    const button = [...form.querySelectorAll("button")].filter(visible).pop();
    if (!button) return false;
    form.requestSubmit(button);
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = named(event);
    const free = !writing(event.target);
    if (help && help.open) return;
    if (key === "escape" && !free) {
      left = event.target.closest("form");
      return event.target.blur();
    }
    if (key === "escape") {
      const open = document.querySelector("details[name][open]");
      if (open) open.open = false;
      return;
    }
    if (event.key === "?" && free && help) {
      event.preventDefault();
      return showHelp();
    }
    const modified = /^(ctrl|alt)\+/.test(key) || /^f\d+$/.test(key);
    if (!free && !modified) return;
    const element = find(key);
    if (element) {
      event.preventDefault();
      press(element);
    } else if (key === "ctrl+enter" && sendOpenForm(event)) event.preventDefault();
  });

  // A form is sent once; the button wakes up when the page is shown again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    const field = form.elements.csrfmiddlewaretoken;
    if (token && field) field.value = token[1]; // changed by a sign-in in another tab
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () =>
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));

  const wrong = document.querySelector(".error-summary");
  if (wrong) wrong.focus();
})();
