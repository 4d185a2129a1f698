// Names of organisations typed ahead from the installation's own list; what was typed always counts.
// The field names the list's address in `data-organisations`; the country and ROR fields beside it are filled in where empty.
const PAUSE = 200;

export function start() {
  for (const field of document.querySelectorAll("[data-organisations]")) watch(field);
}

function watch(field) {
  const list = field.list;
  let known = new Map();
  let timer = 0;
  async function look() {
    const answer = await fetch(`${field.dataset.organisations}?q=${encodeURIComponent(field.value)}`, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const { found } = await answer.json();
    known = new Map(found.map((each) => [each.name, each]));
    list.replaceChildren(...found.map((each) => Object.assign(document.createElement("option"), { value: each.name, textContent: each.city })));
  }
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.value.trim().length > 1 && !known.has(field.value)) timer = setTimeout(look, PAUSE);
  });
  field.addEventListener("change", () => {
    const chosen = known.get(field.value);
    if (!chosen) return;
    for (const [name, value] of [["country", chosen.country], ["ror", chosen.ror && `https://ror.org/${chosen.ror}`]]) {
      const control = field.form.elements.namedItem(name);
      if (control && value && !control.value) control.value = value;
    }
  });
}
