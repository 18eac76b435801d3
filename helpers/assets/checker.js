// One thing at a time, judged with a key or a button. The passage is HTML of helpers.evidence, in
// which everything of an article is escaped; all else is set as text.
const KEYS = {r: "right", w: "wrong", u: "unsure", b: "back", ArrowLeft: "back", n: "next", ArrowRight: "next"};
const LABELS = {right: "right (R)", wrong: "wrong (W)", unsure: "unsure (U)", back: "back (B)", next: "next (N)"};

function make(tag, name, parent) {
  const node = document.createElement(tag);
  node.className = name;
  parent.append(node);
  return node;
}

function render({model, el}) {
  const root = make("div", "checker", el);
  root.tabIndex = 0;
  root.setAttribute("role", "group");
  root.setAttribute("aria-label", "Check a sample. Keys: R right, W wrong, U unsure, B back, N next.");
  // JupyterLab's own keys (B adds a cell) leave alone what happens in here.
  root.dataset.lmSuppressShortcuts = "true";
  const progress = make("p", "checker-progress", root);
  const passage = make("div", "checker-passage", root);
  const question = make("p", "checker-question", root);
  question.setAttribute("aria-live", "polite");
  const buttons = make("div", "checker-buttons", root);
  for (const [action, label] of Object.entries(LABELS)) {
    const button = make("button", `checker-${action}`, buttons);
    button.type = "button";
    button.textContent = label;
    button.onclick = () => { act(action); root.focus(); };
  }
  const note = make("input", "checker-note", root);
  note.placeholder = "a note (optional)";
  note.setAttribute("aria-label", "note");
  const so_far = make("p", "checker-precision", root);
  so_far.setAttribute("aria-live", "polite");
  const act = action => model.send({action, note: note.value});
  root.addEventListener("keydown", event => {
    event.stopPropagation();
    if (event.target === note) {
      if (event.key === "Escape" || event.key === "Enter") root.focus();
      return;
    }
    const action = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act(action);
  });
  const draw = () => {
    const state = model.get("state");
    progress.textContent = state.progress;
    passage.innerHTML = state.html;
    question.textContent = state.question;
    note.value = state.note;
    so_far.textContent = state.precision;
    root.dataset.verdict = state.verdict;
    for (const action of Object.keys(LABELS))
      buttons.querySelector(`.checker-${action}`).setAttribute("aria-pressed", String(action === state.verdict));
  };
  model.on("change:state", draw);
  draw();
  return () => model.off("change:state", draw);
}

export default {render};
