// The desk without reloading. Everything here is a comfort: each page also works by forms and links alone.
"use strict";

(() => {
  // A page shown in answer to a form gets the case's own address, so that reloading asks for the page and not for the form.
  const own = document.querySelector("[data-url]");
  const latest = own && location.hash && document.getElementById("latest");
  if (own) history.replaceState(null, "", own.dataset.url);
  // Who came from the line is led to the end of the conversation; doing it later, the browser would take the focus away.
  if (latest) latest.scrollIntoView();

  // The way back leads to the part of the line that was seen last.
  const back = document.querySelector('.back a[href="/desk"]');
  if (back) back.href += sessionStorage.getItem("infopoint-line") ?? "";

  // ---- what the server draws anew

  // Replace what is in a part, but neither redraw nor move what has the focus; what is gone leaves the focus to the part.
  function renew(part, html) {
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    const held = document.activeElement;
    const inside = held !== part && part.contains(held);
    const twin = inside && held.id && fresh.content.getElementById(held.id);
    if (twin) return around(part, fresh.content, held, twin);
    part.replaceChildren(fresh.content);
    if (inside) part.focus({ preventScroll: true });
  }

  function around(part, fresh, held, twin) {
    const kept = [...part.children].find((child) => child.contains(held));
    const match = [...fresh.children].find((child) => child.contains(twin));
    for (const node of [...part.childNodes]) if (node !== kept) node.remove();
    let above = true;
    for (const node of [...fresh.childNodes]) {
      if (node === match) above = false;
      else if (above) part.insertBefore(node, kept);
      else part.append(node);
    }
    if (kept === held || match === twin) return;
    for (const { name, value } of match.attributes) kept.setAttribute(name, value);
    around(kept, match, held, twin);
  }

  // {part, html} replaces a part, {part, add} adds to it, {title}, {version, seen} go with what is now on the page.
  function show(news) {
    const part = news.part && document.getElementById(news.part);
    if (part && news.html !== undefined) renew(part, news.html);
    if (part && news.replace !== undefined) part.outerHTML = news.replace;
    if (part && news.add !== undefined) part.insertAdjacentHTML("beforeend", news.add);
    if (news.title) document.title = news.title;
    for (const name of ["version", "seen"]) {
      const field = document.getElementById(name);
      if (field && news[name] !== undefined) field.value = news[name];
    }
    document.dispatchEvent(new CustomEvent("desk:news", { detail: news }));
    // A case that has come to its reader needs the field for the reply, which only a new page has.
    if (own && document.querySelector("#status [data-mine]") && !reply && !sending && !isTyped()) location.reload();
  }

  // ---- the stream

  const streamed = document.querySelector("[data-stream]");
  const [gone, lost] = ["gone", "lost"].map((id) => document.getElementById(id));
  const again = { first: 1000, longest: 30000 };
  let stream = null;
  let wait = again.first;
  let missing;
  let over = false;
  let hand = () => {}; // gives the turn to hear for all to another page

  function address() {
    const found = new URL(streamed.dataset.stream, location.href);
    const seen = document.getElementById("seen");
    if (seen) found.searchParams.set("after", seen.value);
    return found;
  }

  function listen() {
    stream?.close();
    if (over) return;
    const mine = new EventSource(address());
    stream = mine;
    mine.addEventListener("page", (event) => still(() => show(JSON.parse(event.data))));
    mine.addEventListener("gone", end);
    mine.addEventListener("open", () => {
      clearTimeout(missing);
      missing = undefined;
      wait = again.first;
      lost.hidden = true;
    });
    mine.addEventListener("error", () => {
      missing ??= setTimeout(() => (lost.hidden = false), 4000);
      if (mine.readyState !== EventSource.CLOSED || mine !== stream) return; // the browser tries again by itself
      setTimeout(look, wait);
      wait = Math.min(2 * wait, again.longest);
    });
  }

  // The browser has given up, which it does without saying why: ask, and begin again unless we are not wanted any more.
  async function look() {
    if (!stream) return;
    const asking = new AbortController();
    const status = await fetch(address(), { signal: asking.signal }).then((answer) => answer.status, () => 0);
    asking.abort();
    if (status === 401 || status === 404) end();
    else listen();
  }

  // The session has ended, or there is nothing to see any more: say so, and leave what was typed alone.
  function end() {
    over = true;
    stop();
    hand();
    gone.hidden = false;
  }

  function stop() {
    stream?.close();
    stream = null;
    clearTimeout(missing);
    missing = undefined;
    lost.hidden = true;
  }

  // A browser allows few connections to one server, and staff open many cases: a page that nobody looks at rests after a
  // minute, but for the one of this browser that goes on hearing what is new. Without locks that is the waiting line.
  function takeTurns() {
    let hears = !navigator.locks && Boolean(document.getElementById("line"));
    let resting;
    navigator.locks?.request("infopoint-hears", () => {
      hears = true;
      if (!stream) listen();
      return new Promise((done) => (hand = done));
    });
    document.addEventListener("visibilitychange", () => {
      clearTimeout(resting);
      if (document.hidden) resting = setTimeout(() => hears || stop(), 60000);
      else if (!stream) listen();
    });
  }

  if (streamed) {
    addEventListener("DOMContentLoaded", listen); // by then all scripts of the page hear what comes
    addEventListener("DOMContentLoaded", takeTurns);
    document.addEventListener("desk:listen", listen);
    addEventListener("pageshow", (event) => event.persisted && listen()); // such a page has a dead stream
  }

  // ---- forms

  // The conversation is anchored at its end, so what is folded open grows upwards: keep its beginning in sight.
  // What a script may unfold says that it is to stay where it is.
  const moves = (folded) => folded.open && !("still" in folded.dataset);
  addEventListener("toggle", (event) => moves(event.target) && event.target.scrollIntoView({ block: "nearest" }), true);

  // Ctrl+Enter sends, as in a mail program.
  const reply = document.getElementById("text");
  reply?.addEventListener("keydown", (event) => {
    const send = reply.form.querySelector("[data-send]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && send) reply.form.requestSubmit(send);
  });

  // Enter in a field of a panel presses the button after it there, never the one that sends the reply.
  document.getElementById("act")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input:not([type=checkbox], [type=radio], [type=file])")) return;
    event.preventDefault();
    const buttons = event.target.closest("details, fieldset, section")?.querySelectorAll("button:not([type=button])") ?? [];
    const next = [...buttons].find((each) => event.target.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
    if (next) next.form.requestSubmit(next);
  });

  // A form goes out once, and typed text is not lost by a wrong click; sending a form is no loss.
  let sending = false;
  addEventListener("submit", (event) => {
    // What only asks may be asked again: the answer may be a file, and the page stays.
    if (event.defaultPrevented || event.target.method === "get") return;
    if (sending) event.preventDefault();
    sending = true;
  });
  addEventListener("pageshow", (event) => event.persisted && (sending = false)); // shown again as it was left
  const isUntouched = (field) => "prefilled" in field.dataset && field.value === field.defaultValue;
  // A form that shows what is kept holds something typed when a field is other than it came, or was refused.
  const ofEditor = (field) => field.closest("[data-edits]");
  const isChosen = (field) => [...field.options].every((each) => !each.defaultSelected) ? field.selectedIndex > 0 : [...field.options].some((each) => each.selected !== each.defaultSelected);
  const isChanged = (field) => field.matches("select") ? isChosen(field) : field.matches("[type=checkbox], [type=radio]") ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  const edits = () => [...document.querySelectorAll("[data-edits] :is(input:not([type=hidden]), textarea, select)")];
  const isRefused = () => edits().length > 0 && document.querySelector("main [role=alert].alarm") !== null;
  const isTyped = () => isRefused() || edits().some(isChanged) || [...document.querySelectorAll("textarea")].some((field) => !ofEditor(field) && !field.hidden && field.value.trim() && !isUntouched(field));
  addEventListener("beforeunload", (event) => {
    if (isTyped() && !sending) event.preventDefault();
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
})();
