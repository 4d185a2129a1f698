// Shows how far a computation is, and opens the page anew when it is done. Without script there is a link.
const PAUSE = 2000;

export function start() {
  for (const place of document.querySelectorAll("[data-progress-url]")) follow(place);
}

async function follow(place) {
  try {
    const answer = await fetch(place.dataset.progressUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (answer.redirected || !answer.ok) return;
    const { done, percent } = await answer.json();
    if (done) return location.reload();
    const bar = place.querySelector("progress");
    if (bar && bar.value !== percent) {
      bar.value = percent;
      place.querySelector(".num").textContent = `${percent} %`;
    }
  } catch { /* no connection: tried again */ }
  setTimeout(() => follow(place), PAUSE);
}
