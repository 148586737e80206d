// Writing an answer: facts go to the cursor, and the preview renews itself while somebody types.
"use strict";

const answerForm = document.getElementById("answer");
/** How long somebody pauses before the preview is renewed, in milliseconds. */
const PAUSE = 700;

// ---- facts to put in

/** Where the cursor was last, by language. */
const visited = new Map();

answerForm?.addEventListener("focusin", (event) => {
  const wording = event.target.closest(".wording");
  if (wording && event.target.matches("textarea, input[type=text]")) visited.set(wording.dataset.language, event.target);
});

for (const code of document.querySelectorAll("[data-insert]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet chip";
  button.textContent = code.textContent;
  button.addEventListener("click", () => insert(code.dataset.insert, button.closest(".wording")));
  code.replaceWith(button);
}

function insert(text, wording) {
  const field = visited.get(wording.dataset.language) ?? wording.querySelector("textarea");
  const at = field.selectionEnd ?? field.value.length;
  const before = field.value.slice(0, at);
  const after = field.value.slice(at);
  const lead = before && !/[\s([{]$/.test(before) ? " " : "";
  field.value = before + lead + text + after;
  const cursor = (before + lead + text).length;
  field.focus();
  field.setSelectionRange(cursor, cursor);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// ---- one wording at a time on a phone, all of them side by side where there is room

const isWide = matchMedia("(min-width: 60rem)");
const wordings = [...document.querySelectorAll(".wording")];

if (isWide.matches) for (const wording of wordings) wording.open = true;
document.documentElement.classList.add("unfolded"); // from here on they stand as somebody left them

for (const wording of wordings) {
  wording.addEventListener("toggle", () => {
    if (!wording.open || isWide.matches) return;
    for (const other of wordings) if (other !== wording && !other.querySelector(".box.bad")) other.open = false;
  });
}

// ---- the preview

let timer = 0;
let asked = 0;

function opened() {
  return new Set([...document.querySelectorAll("#preview-shown details[open]")].map((each) => each.dataset.language));
}

async function renew() {
  const said = document.getElementById("preview-said");
  const mine = ++asked;
  let fresh = null;
  try {
    const answer = await fetch(answerForm.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(answerForm)) });
    fresh = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("preview-shown") : null;
  } catch {
    fresh = null;
  }
  if (mine !== asked) return; // somebody typed on meanwhile
  const shown = document.getElementById("preview-shown");
  if (!fresh) {
    said.textContent = said.dataset.failed;
    return;
  }
  const open = opened();
  for (const each of fresh.querySelectorAll("details")) each.open = open.has(each.dataset.language);
  const top = shown.closest(".answer-preview").scrollTop;
  shown.replaceChildren(...document.adoptNode(fresh).childNodes);
  shown.closest(".answer-preview").scrollTop = top;
  said.textContent = said.dataset.renewed;
}

answerForm?.addEventListener("input", (event) => {
  clearTimeout(timer);
  timer = setTimeout(renew, PAUSE);
  const language = event.target.closest(".wording")?.dataset.language;
  const theirs = language && document.querySelector(`#preview-shown details[data-language="${language}"]`);
  if (theirs && !theirs.open) theirs.open = true;
});
