// Adds to an instant how far it is, and what the clock will show where the reader is.
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];

export function start() {
  const language = document.documentElement.lang;
  const far = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const own = new Intl.DateTimeFormat(language, { weekday: "short", hour: "2-digit", minute: "2-digit" });
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const when = new Date(time.dateTime);
    const note = document.createElement("span");
    note.className = "moment__far";
    time.after(note);
    const show = () => {
      const seconds = (when - Date.now()) / 1000;
      const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS[2];
      const here = time.dataset.ownZone?.replace("__time__", own.format(when));
      note.textContent = ` (${far.format(Math.trunc(seconds / size), unit)}${here ? `, ${here}` : ""})`;
    };
    show();
    setInterval(show, 60000);
  }
}
