// What makes a shared page live: figures drawn from the JSON beside them, tables that search and
// sort, folded passages that open where a link leads, and everything open on paper.
for (const script of document.querySelectorAll("script[data-figure]")) {
  const figure = JSON.parse(script.textContent);
  const place = document.getElementById(script.dataset.figure);
  Plotly.newPlot(place, figure.data, figure.layout, { ...figure.config, responsive: true });
}

for (const table of document.querySelectorAll("table.rows")) {
  if (table.querySelectorAll("tbody tr").length < 2) continue; // nothing to sort
  for (const cell of table.querySelectorAll("td"))
    if (cell.textContent.length > 60) cell.classList.add("wide");
  ITables.jQuery(table).DataTable({
    paging: false, info: false, autoWidth: false, order: [],
    layout: { topStart: null, topEnd: "search", bottomStart: null, bottomEnd: null },
    language: { search: "", searchPlaceholder: "Search this table", zeroRecords: "No row has this." },
  });
}

function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details"))
    fold.open = true;
  target?.scrollIntoView();
}
addEventListener("hashchange", reveal);
reveal();

// On paper the evidence is unfolded, and afterwards as it was.
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll(".evidence details:not([open], .why)")];
  for (const fold of folded) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of folded) fold.open = false;
});
