// The desk without reloading. Everything here is a comfort: each page also works by forms and links alone.
"use strict";

// A page shown in answer to a form gets the case's own address, so that reloading asks for the page and not for the form.
const own = document.querySelector("[data-url]");
if (own) history.replaceState(null, "", own.dataset.url);

// Replace a part and leave the reader's place: the same element keeps the focus, or the part if it is gone.
function put(part, html) {
  const focused = part.contains(document.activeElement) && document.activeElement.id;
  part.innerHTML = html;
  if (focused) (document.getElementById(focused) ?? part).focus({ preventScroll: true });
}

const streamed = document.querySelector("[data-stream]");
const gone = document.getElementById("gone");
if (streamed) {
  const stream = new EventSource(streamed.dataset.stream);
  // {part, html} replaces a part, {part, add} adds to it, {title}, {version, seen} go with what is now on the page.
  stream.addEventListener("page", (event) => {
    const news = JSON.parse(event.data);
    const part = news.part && document.getElementById(news.part);
    if (part && news.html !== undefined) put(part, news.html);
    if (part && news.add !== undefined) part.insertAdjacentHTML("beforeend", news.add);
    if (news.title) document.title = news.title;
    for (const name of ["version", "seen"]) {
      const field = document.getElementById(name);
      if (field && news[name] !== undefined) field.value = news[name];
    }
  });
  // The session has ended, or the server cannot be reached for a while: say so, and leave what was typed alone.
  let missing;
  stream.addEventListener("gone", () => {
    stream.close();
    gone.hidden = false;
  });
  stream.addEventListener("open", () => {
    clearTimeout(missing);
    missing = undefined;
    gone.hidden = true;
  });
  stream.addEventListener("error", () => {
    missing ??= setTimeout(() => (gone.hidden = false), 4000);
  });
}

// The conversation is anchored at its end, so what is folded open grows upwards: keep its beginning in sight.
addEventListener("toggle", (event) => event.target.open && event.target.scrollIntoView({ block: "nearest" }), true);

// Ctrl+Enter sends, as in a mail program.
const reply = document.getElementById("text");
reply?.addEventListener("keydown", (event) => {
  const send = reply.form.querySelector("[data-send]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && send) reply.form.requestSubmit(send);
});

// A form goes out once, and typed text is not lost by a wrong click; sending a form is no loss.
let sending = false;
addEventListener("submit", (event) => {
  if (sending) event.preventDefault();
  sending = true;
});
addEventListener("pageshow", () => (sending = false));
addEventListener("beforeunload", (event) => {
  const typed = [...document.querySelectorAll("textarea")].some((field) => !field.hidden && field.value.trim());
  if (typed && !sending) event.preventDefault();
});

// The menu closes like any other.
const menu = document.querySelector(".menu");
addEventListener("click", (event) => {
  if (menu && !menu.contains(event.target)) menu.open = false;
});
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu?.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
