// Counts words as the server does (calls/kinds/text.py): runs between Unicode white space, and each character of
// Chinese and Japanese, which are written without spaces.
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const ALONE = "\\u3041-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}";
const WORD = new RegExp(`[${ALONE}]|[^${SPACE}${ALONE}]+`, "gu");

export const words = (text) => (text.match(WORD) ?? []).length;

export function start() {
  for (const line of document.querySelectorAll("[data-words-for]")) {
    const field = document.getElementById(line.dataset.wordsFor);
    const limit = Number(line.dataset.wordsLimit);
    const spoken = document.createElement("span");
    spoken.className = "hidden-words";
    spoken.setAttribute("role", "status");
    line.after(spoken);
    let pause = 0;
    const show = () => {
      const n = words(field.value);
      const over = n - limit;
      const text = (over > 0 ? line.dataset.wordsOver : line.dataset.wordsLeft).replace("__n__", n).replace("__limit__", limit).replace("__over__", over);
      line.textContent = text;
      line.toggleAttribute("data-over", over > 0);
      clearTimeout(pause);
      pause = setTimeout(() => { if (document.activeElement === field) spoken.textContent = text; }, 1500); // not at every key
    };
    field.addEventListener("input", show);
    field.addEventListener("change", show);
    show();
  }
}
