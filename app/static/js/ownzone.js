// Tells a deadline in the reader's own zone, where it differs from the call's.
export function start() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const line of document.querySelectorAll("[data-own-zone]")) {
    if (!own || own === line.dataset.zone) continue;
    const when = new Date(line.dataset.ownZone);
    const time = when.toLocaleString(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: own });
    line.textContent = line.dataset.words.replace("__time__", time).replace("__zone__", own);
    line.hidden = false;
  }
}
