// The weighted mean of the scores chosen so far; "cannot judge" is left out. A help for the eye: the server's figure counts.
export function start() {
  for (const line of document.querySelectorAll("[data-live-total]")) {
    const form = line.closest("form") ?? document;
    const output = line.querySelector("output");
    const digits = Number(line.dataset.digits || 2);
    const show = () => {
      let sum = 0;
      let weights = 0;
      for (const group of form.querySelectorAll("[data-scale][data-weight]")) {
        const chosen = group.querySelector("input:checked");
        const points = chosen ? chosen.dataset.points : group.querySelector("input[type=number]")?.value;
        if (!points) continue;
        sum += Number(group.dataset.weight) * Number(points);
        weights += Number(group.dataset.weight);
      }
      output.textContent = weights ? (sum / weights).toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits }) : "–";
    };
    line.hidden = false;
    for (const happened of ["input", "change"]) form.addEventListener(happened, show);
    show();
  }
}
