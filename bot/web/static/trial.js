// What would change, while it is being found out: the part renews itself, and nothing else on the page.
"use strict";

const trial = document.getElementById("trial");
const EVERY = 2000;

async function renew() {
  if (!trial?.dataset.open) return;
  let fresh = null;
  try {
    const answer = await fetch(trial.dataset.open);
    fresh = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("trial") : null;
  } catch {
    fresh = null; // the connection is lost for a moment; the next time may find it again
  }
  if (fresh) {
    if (fresh.dataset.open) {
      const share = fresh.querySelector("progress")?.getAttribute("value");
      if (share) trial.querySelector("progress")?.setAttribute("value", share);
      else trial.querySelector("progress")?.removeAttribute("value"); // the next stage has begun
      const shown = trial.querySelectorAll("#trial-shown > p");
      fresh.querySelectorAll("#trial-shown > p").forEach((part, place) => {
        // A progress bar that is replaced would be read anew by a screen reader.
        if (shown[place] && !part.querySelector("progress")) shown[place].replaceChildren(...part.childNodes);
      });
    } else {
      delete trial.dataset.open;
      document.getElementById("trial-shown").replaceChildren(...fresh.querySelector("#trial-shown").childNodes);
      const said = document.getElementById("trial-said");
      said.textContent = said.dataset.done;
      return;
    }
  }
  setTimeout(renew, EVERY);
}

setTimeout(renew, EVERY);
