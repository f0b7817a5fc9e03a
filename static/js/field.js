// Only an addition: words typed on a lost line stay on the phone for a day, and the
// list can be asked for by distance, a proof is sent with its place. All works without.
"use strict";
(function () {
  const DAY = 24 * 3600 * 1000;
  const PREFIX = "sunwai-field:";

  function read(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return kept && Date.now() - kept.at < DAY ? kept.fields : null;
    } catch (error) { return null; }
  }

  function sweep() {
    try {
      Object.keys(localStorage)
        .filter(function (key) { return key.startsWith(PREFIX) && !read(key); })
        .forEach(function (key) { localStorage.removeItem(key); });
    } catch (error) { /* a phone that keeps nothing */ }
  }

  function forget(path) {
    try {
      Object.keys(localStorage)
        .filter(function (key) { return key.startsWith(PREFIX) && key.endsWith(":" + path); })
        .forEach(function (key) { localStorage.removeItem(key); });
    } catch (error) { /* as above */ }
  }

  function draft(form) {
    const key = PREFIX + form.dataset.draft + ":" + new URL(form.action).pathname;
    const fields = Array.from(form.elements).filter(function (field) {
      return field.name && field.matches("textarea, select, input[type=date]");
    });
    const kept = read(key) || {};
    fields.forEach(function (field) {
      if (!field.value && kept[field.name]) field.value = kept[field.name];
    });
    form.addEventListener("input", function () {
      const now = {};
      fields.forEach(function (field) { now[field.name] = field.value; });
      try {
        localStorage.setItem(key, JSON.stringify({ at: Date.now(), fields: now }));
      } catch (error) { /* full or forbidden: the page works without */ }
    });
  }

  function near(line) {
    if (!navigator.geolocation) return;
    const said = line.querySelector("[role=status]");
    line.hidden = false;
    line.querySelector("button").addEventListener("click", function () {
      navigator.geolocation.getCurrentPosition(
        function (place) {
          // Three digits are about a hundred metres: enough to put jobs in order.
          const here = [place.coords.latitude, place.coords.longitude];
          location.href = line.dataset.near + here.map(function (n) { return n.toFixed(3); }).join(",");
        },
        function () { said.textContent = line.dataset.failed; },
        { maximumAge: 60000, timeout: 15000 }
      );
    });
  }

  // Where a proof was taken: many phones take it out of the picture on the way.
  function here(field) {
    const photo = field.form.querySelector("input[type=file]");
    if (!navigator.geolocation || !photo) return;
    photo.addEventListener("change", function () {
      navigator.geolocation.getCurrentPosition(
        function (place) {
          if (place.coords.accuracy > 250) return;
          field.value = place.coords.latitude.toFixed(6) + "," + place.coords.longitude.toFixed(6);
        },
        function () { /* it goes without */ },
        { enableHighAccuracy: true, maximumAge: 60000, timeout: 15000 }
      );
    });
  }

  sweep();
  document.querySelectorAll("[data-forget]").forEach(function (mark) { forget(mark.dataset.forget); });
  document.querySelectorAll("form[data-draft]").forEach(draft);
  document.querySelectorAll("[data-near]").forEach(near);
  document.querySelectorAll("[data-here]").forEach(here);
})();
