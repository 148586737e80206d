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
let visited = replyField !== null && document.activeElement === replyField;
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

let isPlain = false;

async function find(button, isQuiet = false) {
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
  if (!fresh && isQuiet) return;
  if (!fresh) {
    // Signed out, or the connection is lost: the form itself leads to what is to be done.
    isPlain = true;
    button.form.requestSubmit(button);
    return;
  }
  for (const each of fresh.querySelectorAll("[autofocus]")) each.autofocus = false; // who searches goes on in the field
  found.replaceChildren(...fresh.childNodes);
  if (!isQuiet) tell(found.querySelector("[data-told]").dataset.told);
}

// What is most likely asked changes with what the resident writes. Nobody's reading or searching is disturbed by it.
const entries = document.getElementById("entries");
if (answers && entries) {
  new MutationObserver((changes) => {
    const found = document.getElementById("answers-found");
    const isNew = changes.some((change) => [...change.addedNodes].some((node) => node.matches?.(".entry.resident")));
    const isUsed = found.querySelector("details[open]") || found.contains(document.activeElement);
    if (isNew && !isUsed && !document.getElementById("query").value.trim()) find(answers.querySelector("[data-find]"), true);
  }).observe(entries, { childList: true });
}

// Who unfolds the search wants to write in it.
const searching = answers?.querySelector(".searching");
searching?.addEventListener("toggle", () => {
  if (searching.open) document.getElementById("query").focus();
});

answers?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button || !replyField) return;
  event.preventDefault();
  putIn(button.dataset.insert);
  tell(button.dataset.said);
});

answers?.closest("form").addEventListener("submit", (event) => {
  if (isPlain || !event.submitter?.matches("[data-find]")) return;
  event.preventDefault();
  find(event.submitter);
});
