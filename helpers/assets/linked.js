// After marks.js. Links the evidence it stands in with the figure above: a click on a mark leaves the passages
// behind that mark. The same lines run in JupyterLab and on a shared page. Where no script runs,
// all passages stand there.
(() => {
  const list = document.currentScript?.closest(".evidence");
  const area = list?.closest(".jp-OutputArea, section"); // the outputs of one cell
  const passages = [...(list?.querySelectorAll("li[data-ids]") ?? [])];
  if (!area || !passages.length) return;
  const ids = new Map(passages.map((li) => [li, JSON.parse(li.dataset.ids)]));
  const groups = [...list.querySelectorAll("details:not(.why)")];
  const left = list.dataset.passages - passages.length;
  const what = passages.length === 1 ? "1 passage" : `${passages.length} passages`;
  const all = left ? `${what} listed here` : what;
  const hint = "Click a mark in the figure to see only the passages behind it.";
  const status = Object.assign(document.createElement("span"), { textContent: hint });
  status.setAttribute("role", "status"); // announced politely
  const button = Object.assign(document.createElement("button"), {
    type: "button", textContent: "show all", title: "or press Escape", hidden: true,
  });
  const line = document.createElement("p");
  line.className = "shown";
  line.style.scrollMarginBottom = "14rem"; // brought into view with the first passages
  line.append(status, " ", button);
  list.prepend(line);

  let before = null; // while filtered: which groups were open before
  const escape = (event) => event.key === "Escape" && showAll();

  function showAll() {
    for (const li of passages) li.hidden = false;
    for (const group of groups) {
      group.hidden = false;
      group.open = before?.get(group) ?? group.open;
      group.querySelector("summary > .count")?.remove();
    }
    // A button that goes takes the focus with it: it stays here for who uses the keyboard.
    if (document.activeElement === button) groups[0]?.querySelector("summary").focus();
    before = null;
    button.hidden = true;
    status.textContent = hint;
    document.removeEventListener("keydown", escape);
  }

  button.addEventListener("click", showAll);

  function filter(wanted, label) {
    before ??= new Map(groups.map((group) => [group, group.open]));
    for (const li of passages) li.hidden = !ids.get(li).some((id) => wanted.has(id));
    for (const group of groups) {
      const shown = group.querySelectorAll("li:not([hidden])").length;
      group.hidden = !shown;
      group.open = shown > 0;
      group.querySelector("summary > .count")?.remove();
      if (shown === group.querySelectorAll("li").length) continue;
      const count = Object.assign(document.createElement("span"), { textContent: `: ${shown} shown` });
      count.className = "count";
      group.querySelector("summary").append(count);
    }
    const shown = passages.filter((li) => !li.hidden).length;
    const rest = left ? `; ${left} more are not in this list` : "";
    status.textContent = `${shown} of ${all}${rest}: ${label}`;
    button.hidden = false;
    document.addEventListener("keydown", escape);
    line.scrollIntoView({ block: "nearest" });
  }

  function clicked({ points }) {
    const wanted = behind(points);
    if (wanted.size) filter(wanted, named(points[0]));
  }

  // The figure may be drawn late, or again: it is asked to tell of clicks when the pointer goes down.
  const told = new WeakMap();
  area.addEventListener("pointerdown", function listen({ target }) {
    if (!list.isConnected) return area.removeEventListener("pointerdown", listen, true);
    const above = [...area.querySelectorAll(".js-plotly-plot")].filter(
      (plot) => plot.compareDocumentPosition(list) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const plot = above.at(-1);
    if (!plot?.contains(target) || !plot.on || told.get(plot) === plot.on) return;
    told.set(plot, plot.on);
    plot.on("plotly_click", clicked);
  }, true);
})();
