// Shows and hides conditional questions while the form is filled in. The server decides the same when it is sent
// (calls/conditions.py); what is hidden keeps its words, and is neither required nor shown to anybody.
const number = (text) => { const plain = String(text).replace(/[\s,]/g, ""); return plain && Number.isFinite(Number(plain)) ? Number(plain) : null; };

const tests = {
  is: (values, value) => values.includes(value),
  "is-not": (values, value) => values.length > 0 && !values.includes(value),
  contains: (values, value) => values.some((one) => one.toLowerCase().includes(value.toLowerCase())),
  "one-of": (values, value) => value.split(" ").includes(values[0]), // the builder's own: settings of some kinds
  answered: (values) => values.length > 0,
  "at-least": (values, value) => values.length > 0 && number(values[0]) !== null && number(values[0]) >= number(value),
  "at-most": (values, value) => values.length > 0 && number(values[0]) !== null && number(values[0]) <= number(value),
};

export const holds = ({ test, value }, values) => tests[test]?.(values, value ?? "") ?? false;

// What the question holds now, as its kind on the server gives it to conditions.
function valuesOf(box) {
  const rows = box.querySelectorAll(".rows__row");
  if (rows.length) {
    const filled = [...rows].filter((row) => [...row.querySelectorAll("input, select")].some((control) => control.value));
    const amounts = [...box.querySelectorAll('[name$="-amount"]')];
    if (!amounts.length) return filled.length ? [String(filled.length)] : [];
    return filled.length ? [String(amounts.reduce((sum, control) => sum + (number(control.value) ?? 0), 0))] : [];
  }
  const named = box.querySelector('[name$="-name"]');
  if (named) return named.value ? [named.value] : [];
  const controls = [...box.querySelectorAll("input, select, textarea")].filter((control) => control.type !== "hidden" && (control.type !== "checkbox" || control.checked));
  return controls.map((control) => control.value).filter(Boolean);
}

export function start() {
  const form = document.querySelector("[data-asked-if]").closest("form");
  if (!form) return;
  const applicant = JSON.parse(form.querySelector("[data-applicant]")?.dataset.applicant ?? "{}");
  const boxes = [...form.querySelectorAll("[data-question]")];
  const show = () => {
    const known = new Map(Object.entries(applicant).map(([name, value]) => [name, value ? [value] : []]));
    for (const box of boxes) {
      const conditions = JSON.parse(box.dataset.askedIf ?? "[]");
      const asked = conditions.every((condition) => holds(condition, known.get(condition.subject) ?? []));
      box.toggleAttribute("hidden", !asked);
      known.set(box.dataset.question, asked ? valuesOf(box) : []);
    }
  };
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
}
