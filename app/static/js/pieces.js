// Sends a file in pieces and goes on where a lost line broke off, also after the page was closed: the server knows
// the file by its hash. Without script, or where the browser cannot hash, the form sends the file as a whole.
const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;
const STEP = 10; // percent between two things said aloud

export function start() {
  if (!crypto.subtle) return;
  for (const place of document.querySelectorAll("[data-pieces-url]")) watch(place);
}

function watch(place) {
  const form = place.closest("form");
  const input = form.querySelector('input[type="file"]');
  const state = place.querySelector("[data-pieces-state]");
  const bar = place.querySelector("progress");
  const token = () => form.querySelector('[name$="csrf_token"]')?.value ?? "";
  let said = "";

  const say = (name, percent = 0) => {
    place.hidden = false;
    bar.value = percent;
    const step = name === "sending" ? percent - (percent % STEP) : percent;
    const words = (place.dataset[name] ?? name).replace("__percent__", step);
    if (words !== said) state.textContent = said = words;
  };
  const post = (url, body) => fetch(url, {
    method: "POST", body, headers: { "X-CSRFToken": token(), Accept: "application/json", ...(body instanceof Blob && { "Content-Type": "application/octet-stream" }) }, credentials: "same-origin",
  });

  async function send(file) {
    say("reading");
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
    const sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const announced = new URLSearchParams({ name: file.name, size: file.size, sha256 });
    let pause = FIRST_PAUSE;
    let at = 0;
    for (let id = ""; ;) {
      try {
        const url = id ? `${place.dataset.piecesUrl}/${id}?at=${at}` : place.dataset.piecesUrl;
        const body = id ? file.slice(at, at + Number(place.dataset.pieceBytes)) : announced;
        const answer = await post(url, body);
        if (answer.status >= 500 || answer.status === 429) throw new Error("later");
        if (answer.redirected || (!answer.ok && answer.status !== 409)) return null; // the plain form will say why
        const told = await answer.json();
        id ||= told.id;
        at = told.received;
        pause = FIRST_PAUSE;
        say("sending", Math.floor((at * 100) / file.size));
        if (at >= file.size) return id;
      } catch {
        say("waiting", Math.floor((at * 100) / file.size));
        await new Promise((again) => {
          addEventListener("online", again, { once: true });
          setTimeout(again, pause);
        });
        pause = Math.min(pause * 2, LONGEST_PAUSE);
        if (id) id = ""; // ask anew how much arrived
      }
    }
  }

  form.addEventListener("submit", async (event) => {
    const file = input.files[0];
    if (!file || form.dataset.pieces) return;
    event.preventDefault();
    form.dataset.pieces = "sending";
    event.submitter?.setAttribute("aria-disabled", "true");
    let id = null;
    try { id = await send(file); } catch { /* it could not be read: the plain form says so */ }
    if (id) {
      say("checking", 100);
      form.elements.namedItem("partial").value = id;
      input.disabled = true; // it has been sent
    }
    form.submit();
  });
  addEventListener("pageshow", () => {
    delete form.dataset.pieces;
    input.disabled = false;
    place.hidden = true;
  });
}
