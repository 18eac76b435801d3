// What a click on a figure means, in a notebook, on a shared page and in the explorer alike.

// What the mark is called in the figure; texts of plotly are escaped (helpers.charts.theme.plain).
function named(point) {
  const { source, target, sourceLinks, label, x, y, hovertext, text, data } = point;
  let words = [y, x, hovertext ?? (data?.type === "scatter" && text), data?.name];
  if (sourceLinks) words = [label]; // a node of a Sankey
  if (source) words = [`${source.label} ← ${target.label}`]; // a band of it
  return words
    .filter((word) => typeof word === "string" && word)
    .join(", ")
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&#36;/g, "$").replace(/&amp;/g, "&");
}

// The ids that the marks carry; a node of a Sankey stands for the bands that touch it.
function behind(points) {
  const marks = points.flatMap((p) => (p.sourceLinks ? [...p.sourceLinks, ...p.targetLinks] : [p]));
  return new Set(marks.flatMap((mark) => mark.customdata ?? []));
}
