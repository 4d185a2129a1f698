// Scoring by keyboard: a figure chooses on the scale in view, j and k go on and back, J and K to the next and previous proposal, ? shows the keys.
// Single keys can be switched off (WCAG 2.1.4); the choice stays on this device.
const SWITCH = "scoring-keys";
const off = () => { try { return localStorage.getItem(SWITCH) === "off"; } catch { return false; } };

export function start() {
  const scales = [...document.querySelectorAll("[data-scale]")];
  const help = document.querySelector("dialog[data-keys-help]");
  const box = help?.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = !off();
    box.addEventListener("change", () => { try { localStorage.setItem(SWITCH, box.checked ? "on" : "off"); } catch { /* for this page only */ } });
  }
  for (const opener of document.querySelectorAll("[data-keys-open]")) {
    opener.hidden = false;
    opener.addEventListener("click", () => help?.showModal());
  }
  const here = () => scales.findIndex((scale) => scale.contains(document.activeElement));
  const go = (index) => {
    const scale = scales[Math.max(0, Math.min(scales.length - 1, index))];
    (scale.querySelector("input:checked") ?? scale.querySelector("input")).focus();
    scale.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || off() || (box && !box.checked) || help?.open) return;
    if (event.target.matches("textarea, select, input:not([type=radio], [type=checkbox])")) return;
    if (event.key === "?") help?.showModal();
    else if (event.key === "J") document.querySelector("[data-go-after]")?.click();
    else if (event.key === "K") document.querySelector("[data-go-before]")?.click();
    else if (event.key === "j") go(here() + 1);
    else if (event.key === "k") go(here() < 0 ? 0 : here() - 1);
    else if (/^[1-9]$/.test(event.key) && here() >= 0) {
      const choice = scales[here()].querySelector(`input[data-points="${event.key}"]`);
      if (!choice) return;
      choice.checked = true;
      choice.focus();
      choice.dispatchEvent(new Event("input", { bubbles: true }));
      choice.dispatchEvent(new Event("change", { bubbles: true }));
    } else return;
    event.preventDefault();
  });
}
