// Draws every figure of the page from the JSON that stands beside it.
for (const script of document.querySelectorAll("script[data-figure]")) {
  const figure = JSON.parse(script.textContent);
  const place = document.getElementById(script.dataset.figure);
  Plotly.newPlot(place, figure.data, figure.layout, { ...figure.config, responsive: true });
}
