// The desk without reloading. Everything here is a comfort: each page also works by forms and links alone.
"use strict";

const streamed = document.querySelector("[data-stream]");
const typed = () => [...document.querySelectorAll("textarea")].some((field) => field.value.trim());

// A page shown in answer to the sign-in form gets its own address, so that reloading asks for the page and not for the form.
const own = document.querySelector("[data-url]");
if (own) history.replaceState(null, "", own.dataset.url);

// Replace a part and leave the reader's place: the element in focus and what was folded open.
function put(part, html) {
  const focused = part.contains(document.activeElement) ? document.activeElement.id : "";
  part.innerHTML = html;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

// Add to the conversation; scroll along only when the reader is at its end.
function add(part, html) {
  const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 80;
  part.insertAdjacentHTML("beforeend", html);
  if (atEnd) part.scrollTop = part.scrollHeight;
}

if (streamed) {
  const stream = new EventSource(streamed.dataset.stream);
  // {part, html} replaces a part, {part, add} adds to it, {title}, {version, seen} go with what is now on the page.
  stream.addEventListener("page", (event) => {
    const news = JSON.parse(event.data);
    const part = news.part && document.getElementById(news.part);
    if (part && news.html !== undefined) put(part, news.html);
    if (part && news.add !== undefined) add(part, news.add);
    if (news.title) document.title = news.title;
    for (const name of ["version", "seen"]) {
      const field = document.getElementById(name);
      if (field && news[name] !== undefined) field.value = news[name];
    }
  });
  // The session has ended: say so, and leave what was typed alone.
  stream.addEventListener("gone", () => {
    stream.close();
    document.getElementById("gone").hidden = false;
  });
}

const entries = document.getElementById("entries");
if (entries) entries.scrollTop = entries.scrollHeight;

// Ctrl+Enter sends, as in a mail program.
document.getElementById("text")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
});

// Typed text is not lost by a wrong click; sending a form is no loss.
let sending = false;
addEventListener("submit", () => (sending = true));
addEventListener("pageshow", () => (sending = false));
addEventListener("beforeunload", (event) => {
  if (!sending && typed()) event.preventDefault();
});
