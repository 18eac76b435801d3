// The filters: a group of boxes a fact, each with the rows it would leave; texts are never HTML.
const make = (tag, facts = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), facts);
  made.append(...children);
  return made;
};

export default {
  render({ model, el }) {
    el.classList.add("explore-filters");
    const open = new Map(); // which groups are unfolded; kept while counts change
    const fields = new Map(); // what is typed to find an option stays where it is
    let wait;

    function toggle(key, value, on) {
      const chosen = { ...model.get("chosen") };
      const rest = (chosen[key] ?? []).filter((one) => one !== value);
      chosen[key] = on ? [...rest, value] : rest;
      model.set("chosen", chosen);
      model.save_changes();
    }

    function field(facet) {
      if (!fields.has(facet.key)) {
        const box = make("input", { type: "search", placeholder: `find in ${facet.total}` });
        box.setAttribute("aria-label", `Find in ${facet.name}`);
        box.dataset.id = `find ${facet.key}`;
        box.addEventListener("input", () => {
          clearTimeout(wait);
          wait = setTimeout(() => {
            model.set("sought", { ...model.get("sought"), [facet.key]: box.value });
            model.save_changes();
          }, 200);
        });
        fields.set(facet.key, box);
      }
      const box = fields.get(facet.key);
      const sought = model.get("sought")[facet.key] ?? "";
      if (!sought && document.activeElement !== box) box.value = ""; // after a reset
      return box;
    }

    function option(facet, [value, name, count]) {
      const checked = (model.get("chosen")[facet.key] ?? []).includes(value);
      const box = make("input", { type: "checkbox", checked, disabled: !count && !checked });
      box.dataset.id = `${facet.key} ${JSON.stringify(value)}`;
      box.addEventListener("change", () => toggle(facet.key, value, box.checked));
      const rows = make("span", { className: "n", textContent: count.toLocaleString("en") });
      const words = make("span", { className: "name", textContent: name, title: name, dir: "auto" });
      return make("label", { className: box.disabled ? "none" : "" }, box, words, rows);
    }

    function group(facet) {
      const chosen = (model.get("chosen")[facet.key] ?? []).length;
      const mark = make("span", { className: "n", textContent: chosen ? `${chosen} chosen` : "" });
      const head = make("summary", {}, make("b", { textContent: facet.name }), mark);
      head.dataset.id = `fold ${facet.key}`;
      const body = make("div", {}, ...(facet.note ? [make("p", { textContent: facet.note })] : []));
      body.setAttribute("role", "group");
      body.setAttribute("aria-label", facet.name);
      if (facet.search) body.append(field(facet));
      body.append(...facet.options.map((one) => option(facet, one)));
      if (facet.more) body.append(make("p", { textContent: facet.more }));
      const all = make("details", { open: open.get(facet.key) ?? (facet.open || chosen > 0) }, head, body);
      all.addEventListener("toggle", () => open.set(facet.key, all.open));
      return all;
    }

    function draw() {
      const id = el.contains(document.activeElement) ? document.activeElement.dataset.id : null;
      el.replaceChildren(...model.get("facets").map(group));
      if (id) [...el.querySelectorAll("[data-id]")].find((one) => one.dataset.id === id)?.focus();
    }
    model.on("change:facets change:chosen", draw);
    draw();
    return () => model.off("change:facets change:chosen", draw);
  },
};
