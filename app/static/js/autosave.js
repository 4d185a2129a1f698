// Saves a form while it is being written: two seconds after the last key, and on leaving the page.
// The form names `data-autosave-url` and `data-autosave-version`. The server answers {version, saved_at};
// 409 means that somebody else saved in between, and then nothing is overwritten, here or there.
const PAUSE = 2000;

export function start() {
  for (const form of document.querySelectorAll("form[data-autosave-url]")) watch(form);
}

function watch(form) {
  const state = form.querySelector("[data-autosave-state]");
  const key = `draft:${form.dataset.autosaveOwner ?? ""}:${form.dataset.autosaveUrl}`; // nobody else on this device is shown them
  let timer = 0;
  let unsaved = false;
  let busy = false;
  let stopped = false;

  const say = (name, values = {}) => {
    if (!state) return;
    const words = Object.entries(values).reduce((text, [k, v]) => text.replace(`__${k}__`, v), state.dataset[name] ?? "");
    state.dataset.state = name;
    if (state.textContent !== words) state.textContent = words;
  };
  const body = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("version", form.dataset.autosaveVersion ?? "");
    return data;
  };
  const token = () => form.querySelector('[name$="csrf_token"]')?.value ?? "";
  const keep = (version = form.dataset.autosaveVersion) => {
    const fields = [...body()].filter(([name]) => !name.endsWith("csrf_token"));
    try { localStorage.setItem(key, JSON.stringify({ version, fields })); } catch { /* private window: the server copy has to do */ }
  };
  const forget = () => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } };

  async function save(leaving = false) {
    clearTimeout(timer);
    if (!unsaved || stopped) return;
    if (busy) return leaving && keep(Number(form.dataset.autosaveVersion) + 1); // a save is under way: these words follow it
    busy = true;
    unsaved = false;
    if (!leaving) say("saving");
    try {
      const answer = await fetch(form.dataset.autosaveUrl, {
        method: "POST", body: body(), headers: { "X-CSRFToken": token(), Accept: "application/json" }, credentials: "same-origin", keepalive: leaving,
      });
      if (answer.status === 409) {
        stopped = true;
        keep();
        say("conflict");
      } else if (!answer.ok || answer.redirected) {
        unsaved = true;
        keep();
        say("failed");
      } else {
        const { version, saved_at: at } = await answer.json();
        if (version !== undefined) form.dataset.autosaveVersion = version;
        const hidden = form.elements.namedItem("version");
        if (hidden && version !== undefined) hidden.value = version;
        if (!unsaved) forget();
        say("saved", { time: (at ? new Date(at) : new Date()).toLocaleTimeString(document.documentElement.lang, { hour12: false }) });
      }
    } catch {
      unsaved = true;
      keep();
      say("offline");
    }
    busy = false;
    if (unsaved && !stopped && navigator.onLine) timer = setTimeout(save, PAUSE * 2);
  }

  form.addEventListener("input", () => {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      unsaved = true;
      keep();
      return say("offline");
    }
    clearTimeout(timer);
    stopped = true;
    if (unsaved || busy) keep(); // the server may not answer; once it has these words, they are dropped at the next visit
    else forget();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });
  addEventListener("pagehide", () => save(true));
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  addEventListener("online", () => save());
  addEventListener("offline", () => { if (unsaved) { keep(); say("offline"); } });
  putBack(form, key, say, () => { unsaved = true; save(); });
  // On a slow line somebody may have typed before this script came. What a browser puts back by itself is not that.
  const typed = [...form.elements].some((control) => control.defaultValue !== undefined && control.type !== "hidden" && control.value !== control.defaultValue);
  if (typed && !unsaved && !busy && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
    unsaved = true;
    timer = setTimeout(save, PAUSE);
  }
}

// Words that never reached the server are put back, when the server still has the version they were written on.
// If somebody saved in between they are only shown, to be copied: nothing is overwritten and nothing is lost.
function putBack(form, key, say, send) {
  let kept;
  try { kept = JSON.parse(localStorage.getItem(key) ?? "null"); } catch { return; }
  if (!kept) return;
  if (String(kept.version) !== String(form.dataset.autosaveVersion)) return show(form, key, kept.fields);
  const values = new Map();
  for (const [name, value] of kept.fields) values.set(name, [...(values.get(name) ?? []), value]);
  for (const control of form.elements) {
    if (!control.name || ["file", "hidden", "submit", "button"].includes(control.type)) continue;
    const wanted = values.get(control.name) ?? [];
    if (["radio", "checkbox"].includes(control.type)) control.checked = wanted.includes(control.value);
    else if (wanted.length) control.value = wanted.shift();
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  say("restored");
  send();
}

function show(form, key, fields) {
  const state = form.querySelector("[data-autosave-state]");
  const written = fields.filter(([name, value]) => value && form.elements.namedItem(name)?.tagName === "TEXTAREA" && form.elements.namedItem(name).value !== value);
  if (!state || !written.length) return localStorage.removeItem(key);
  const box = document.createElement("details");
  box.append(Object.assign(document.createElement("summary"), { textContent: state.dataset.kept }));
  for (const [, value] of written) box.append(Object.assign(document.createElement("blockquote"), { textContent: value }));
  const discard = Object.assign(document.createElement("button"), { type: "button", className: "linkish", textContent: state.dataset.discard });
  discard.addEventListener("click", () => { localStorage.removeItem(key); box.remove(); });
  box.append(discard);
  state.after(box);
}
