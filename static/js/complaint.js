// The complaint page: SMS segments while one writes, officers of the office one chooses.
"use strict";
(() => {
  const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
  const TWICE = new Set("^{}\\[~]|€\f");
  // 3GPP 23.038: 160 or 153 septets; with any other letter 70 or 67 of UCS-2.
  const segments = (text) => {
    const letters = [...text];
    if (letters.every((letter) => GSM.has(letter) || TWICE.has(letter))) {
      const units = letters.reduce((sum, one) => sum + (TWICE.has(one) ? 2 : 1), 0);
      return units <= 160 ? 1 : Math.ceil(units / 153);
    }
    return text.length <= 70 ? 1 : Math.ceil(text.length / 67);
  };
  document.querySelectorAll("textarea[data-segments]").forEach((field) => {
    const told = document.createElement("p");
    told.className = "hint";
    told.setAttribute("role", "status");
    field.after(told);
    const count = () => {
      const n = field.value ? segments(field.value) : 0;
      told.textContent = n ? `${[...field.value].length} · SMS × ${n}` : "";
    };
    field.addEventListener("input", count);
    count();
  });

  document.querySelectorAll("form.deed-form").forEach((form) => {
    const { office, department, owner } = form.elements;
    if (!office || !owner) return;
    const refill = async () => {
      const first = owner.options[0];
      owner.replaceChildren(first);
      const url = new URL(form.dataset.officers, document.location.href);
      url.search = new URLSearchParams({
        office: office.value, department: department ? department.value : "",
      });
      try {
        const answer = await fetch(url, { redirect: "manual" });
        if (!answer.ok) return;
        const { officers } = await answer.json();
        owner.append(...officers.map(([value, label]) => new Option(label, value)));
      } catch { /* without the list, whoever is on duty is chosen */ }
    };
    [office, department].forEach((field) =>
      field && field.addEventListener("change", refill));
  });
})();
