// Passages as helpers.evidence makes them, everything of an article escaped; each can be opened.
export default {
  render({ model, el }) {
    el.classList.add("explore-passages");
    function draw() {
      el.innerHTML = model.get("html");
      for (const li of el.querySelectorAll("li[data-place]")) {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = "open in article";
        button.addEventListener("click", () => model.send({ open: li.dataset.place }));
        li.append(" ", button);
      }
    }
    // Brought to the reader when it is asked for: an article opens where its passage stands.
    const show = (content) => {
      const there = content.show && el.querySelector(content.show);
      there?.scrollIntoView({ block: "center" });
      there?.focus({ preventScroll: true });
    };
    model.on("change:html", draw);
    model.on("msg:custom", show);
    draw();
    return () => {
      model.off("change:html", draw);
      model.off("msg:custom", show);
    };
  },
};
