// The only script a page names. It loads the small module a page asks for by its attributes; without script every page works.
const version = new URL(import.meta.url).search;
const modules = [
  ["[data-autosave-url]", "autosave"],
  ["[data-words-for]", "wordcount"],
  ["[data-live-total]", "total"],
  ["[data-scale]", "keys"],
  ["[data-relative]", "relative"],
  ["[data-organisations]", "organisations"],
  ["[data-asked-if]", "conditions"],
  ["[data-progress-url]", "progress"],
  ["[data-pieces-url]", "pieces"],
];
for (const [hook, name] of modules) {
  if (document.querySelector(hook)) import(`./${name}.js${version}`).then((module) => module.start());
}

// A second press of the same button must not send twice. The button is never disabled: that would take the focus away.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), 8000); // the answer may be a file, and then this page stays
});
function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("button[aria-disabled]")) button.removeAttribute("aria-disabled");
}
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

// Whoever signs out leaves no words behind on this device.
document.addEventListener("submit", (event) => {
  if (!event.target.hasAttribute("data-signs-out")) return;
  try { for (const key of Object.keys(localStorage)) if (key.startsWith("draft:")) localStorage.removeItem(key); } catch { /* nothing is kept here */ }
});

// The summary of errors is read first.
document.querySelector("[data-focus-now]")?.focus();

// A menu closes as people expect it to.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
