// Answering fast: a text goes to the cursor of the reply, and a search changes its results alone.
"use strict";

const answers = document.getElementById("answers");
const replyField = document.getElementById("text");

function tell(text) {
  const said = document.getElementById("answers-said");
  said.textContent = "";
  // A screen reader reads what has changed, also when the same is said again.
  setTimeout(() => (said.textContent = text), 50);
}

// Where the cursor was last; at the end of a reply that nobody has been in yet.
let visited = false;
replyField?.addEventListener("focus", () => (visited = true));

function putIn(text) {
  const end = visited ? replyField.selectionEnd : replyField.value.length;
  const before = replyField.value.slice(0, end).trimEnd();
  const after = replyField.value.slice(end).trimStart();
  const lead = before && "\n\n";
  const cursor = (before + lead + text).length;
  replyField.value = before + lead + text + (after && `\n\n${after}`);
  replyField.setSelectionRange(cursor, cursor);
  replyField.dispatchEvent(new Event("input", { bubbles: true }));
  replyField.focus();
}

async function find(button) {
  const found = document.getElementById("answers-found");
  found.setAttribute("aria-busy", "true");
  let fresh;
  try {
    const answer = await fetch(button.formAction, { method: "POST", body: new URLSearchParams(new FormData(button.form)) });
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("answers-found");
  } catch {
    fresh = null;
  }
  found.removeAttribute("aria-busy");
  // Signed out, or the connection is lost: the form itself leads to what is to be done.
  if (!fresh) return button.form.requestSubmit(button);
  found.replaceChildren(...fresh.childNodes);
  const results = found.querySelectorAll("h4 ~ .offered-answer > summary").length;
  tell(results ? found.querySelector("h4").textContent : found.querySelector("h4 ~ p").textContent);
}

answers?.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || !replyField) return;
  if (button.dataset.insert) {
    event.preventDefault();
    putIn(button.dataset.insert);
    tell(button.dataset.said);
  } else if ("find" in button.dataset) {
    event.preventDefault();
    find(button);
  }
});

answers?.querySelector("#query").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  find(answers.querySelector("[data-find]"));
});
