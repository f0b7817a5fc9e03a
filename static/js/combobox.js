// A select becomes a type-ahead: the ARIA combobox with a list, fed by the server.
"use strict";
(() => {
  const WAIT = 120;

  const build = (box, index) => {
    const select = box.querySelector("select");
    const label = document.querySelector(`label[for="${select.id}"]`);
    const list = document.createElement("ul");
    const input = document.createElement("input");
    list.id = `combo-${index}`;
    list.className = "combo-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", label.firstChild.textContent.trim());
    list.hidden = true;
    input.type = "text";
    input.id = `${select.id}_typed`;
    input.autocomplete = "off";
    input.placeholder = box.dataset.hint || "";
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-autocomplete", "list");
    if (box.dataset.keyFor) input.dataset.key = box.dataset.keyFor;
    label.htmlFor = input.id;
    select.hidden = true;
    box.classList.add("combo");
    box.append(input, list);

    let active = -1;
    let timer = 0;
    let asked = 0;
    const shown = () => select.selectedOptions[0] && select.value
      ? select.selectedOptions[0].textContent : "";
    const close = () => {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    };
    const set = (value) => {
      if (select.value !== value) {
        select.value = value;
        select.dispatchEvent(new Event("input", { bubbles: true }));
      }
      input.value = shown();
      close();
    };
    const mark = (next) => {
      const options = [...list.querySelectorAll("[role=option]")];
      if (!options.length) return;
      active = (next + options.length) % options.length;
      options.forEach((option, place) =>
        option.setAttribute("aria-selected", String(place === active)));
      input.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    };
    const show = (options) => {
      list.replaceChildren(...options.map((each, place) => {
        const item = document.createElement("li");
        item.id = `${list.id}-${place}`;
        item.setAttribute("role", "option");
        item.setAttribute("aria-selected", "false");
        item.dataset.value = each.value;
        item.append(each.label);
        const also = [each.also !== each.label ? each.also : "", each.note];
        also.filter(Boolean).forEach((text) => {
          const small = document.createElement("small");
          small.textContent = text;
          item.append(" ", small);
        });
        item.addEventListener("mousedown", (event) => event.preventDefault());
        item.addEventListener("click", () => set(String(each.value)));
        return item;
      }));
      if (!options.length) {
        const none = document.createElement("li");
        none.className = "none";
        none.textContent = box.dataset.empty;
        list.append(none);
      }
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
      active = -1;
      if (options.length) mark(0);
    };
    const ask = async () => {
      const mine = ++asked;
      const form = select.form;
      const query = new URLSearchParams({
        q: input.value,
        organisation: form.elements.organisation ? form.elements.organisation.value : "",
        language: form.elements.language ? form.elements.language.value : "",
      });
      try {
        const answer = await fetch(`${box.dataset.combobox}?${query}`,
          { headers: { Accept: "application/json" } });
        if (!answer.ok || answer.redirected) return;
        const found = await answer.json();
        const known = found.options.filter((each) =>
          [...select.options].some((option) => option.value === String(each.value)));
        if (mine === asked && document.activeElement === input) show(known);
      } catch { close(); }
    };
    input.addEventListener("input", (event) => {
      event.stopPropagation(); // the form hears of what is picked, not of the letters
      clearTimeout(timer);
      if (!input.value.trim()) return set("");
      if ([...input.value.trim()].length < 2) return close();
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const open = !list.hidden;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (open) mark(active + (event.key === "ArrowDown" ? 1 : -1));
        else if (input.value.trim()) ask();
      } else if (event.key === "Enter" || (event.key === "Tab" && open)) {
        const option = list.querySelector("[aria-selected=true]");
        if (event.key === "Enter") event.preventDefault();
        if (open && option) set(option.dataset.value);
      } else if (event.key === "Escape" && open) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", () => {
      clearTimeout(timer);
      asked += 1;
      input.value = shown();
      close();
    });
    input.value = shown();
  };

  document.querySelectorAll("[data-combobox]").forEach(build);
})();
