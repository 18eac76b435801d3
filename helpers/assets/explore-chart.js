// After marks.js. Draws a figure and tells the kernel of a click on a mark: its ids and its name.

// One plotly.js a page, asked for once: a FigureWidget would send its 5 MB with every figure.
const LIBRARY = Symbol.for("coverage-notebooks.plotly");

function plotly(model) {
  globalThis[LIBRARY] ??= new Promise((done) => {
    model.on("msg:custom", function got(content, buffers) {
      if (!content.library) return;
      model.off("msg:custom", got);
      const module = { exports: {} };
      new Function("module", "exports", new TextDecoder().decode(buffers[0]))(module, module.exports);
      done(module.exports);
    });
    model.send({ want: "library" });
  });
  return globalThis[LIBRARY];
}

export default {
  async render({ model, el }) {
    const place = document.createElement("div");
    place.setAttribute("role", "img");
    el.classList.add("explore-chart");
    el.append(place);
    const Plotly = await plotly(model);
    let drawn = Promise.resolve();

    async function draw() {
      const { data, layout } = JSON.parse(model.get("figure"));
      place.setAttribute("aria-label", layout.meta?.alt ?? "Figure");
      place.style.height = `${layout.height}px`;
      await Plotly.react(place, data, layout, { responsive: true, displaylogo: false });
      place.removeAllListeners("plotly_click");
      place.on("plotly_click", ({ points }) => {
        const ids = [...behind(points)];
        if (ids.length) model.send({ ids, name: named(points[0]) });
      });
    }
    const redraw = () => (drawn = drawn.then(draw));
    const asked = (content) => {
      if (!content.image) return;
      const size = { width: place.clientWidth, height: place.clientHeight, scale: 2 };
      Plotly.downloadImage(place, { ...size, format: content.image, filename: content.name });
    };
    // A figure drawn while its tab was hidden has no width of its own yet.
    const seen = new ResizeObserver(() => place.clientWidth && place.on && Plotly.Plots.resize(place));
    model.on("change:figure", redraw);
    model.on("msg:custom", asked);
    redraw();
    seen.observe(el);
    return () => {
      seen.disconnect();
      model.off("change:figure", redraw);
      model.off("msg:custom", asked);
      Plotly.purge(place);
    };
  },
};
