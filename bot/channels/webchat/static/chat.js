// Makes the page live: sends without a reload and shows what arrives. Without it every form works by itself.
"use strict";

(() => {
  const log = document.getElementById("log");
  const composer = document.getElementById("composer");
  const field = document.getElementById("text");
  const status = document.getElementById("status");
  const error = document.getElementById("error");
  const words = composer.dataset;
  const root = log.dataset.root; // what stands before all our paths; not empty in the frame of another site
  const again = { first: 1000, longest: 30000 };

  const chooser = document.getElementById("file");
  const unchoose = document.getElementById("unchoose");

  let last = Number(log.dataset.last || 0);
  let source = null;
  let wait = again.first;

  // ---- what arrives

  function listen() {
    if (source) return;
    source = new EventSource(`${root}/stream?after=${last}&version=${log.dataset.version}&lang=${log.dataset.language}`);
    source.addEventListener("open", () => {
      wait = again.first;
      if (status.textContent === words.broken) status.textContent = "";
    });
    source.addEventListener("entry", (event) => still(() => show(Number(event.lastEventId), event.data)));
    source.addEventListener("typing", typing);
    source.addEventListener("changed", (event) => still(() => change(event.data)));
    source.addEventListener("mode", (event) => dress(event.data === "discreet"));
    source.addEventListener("forgotten", () => still(forget));
    source.addEventListener("left", away);
    source.addEventListener("error", () => {
      status.textContent = words.broken;
      if (source.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
      source = null;
      // A browser that keeps no cookie in frames cannot go on here: the page says so, and where it can.
      if (root && !known && !last) return location.replace(`${root}?kept=no&lang=${log.dataset.language}`);
      setTimeout(listen, wait);
      wait = Math.min(2 * wait, again.longest);
    });
  }

  // Everything was deleted, perhaps from another page: nothing of it is left standing here, what was typed neither.
  function forget() {
    log.replaceChildren();
    field.value = "";
    if (chooser?.files.length) choose(null);
    status.textContent = "";
    complain("");
  }

  // Another page of this browser was left by somebody whose device is used by others: so is this one.
  function away() {
    source.close();
    document.body.replaceChildren();
    location.replace(`${root}/left?lang=${log.dataset.language}`);
  }

  const parsed = (html) => new DOMParser().parseFromString(html, "text/html").body.firstElementChild;

  // What the info point has changed or withdrawn takes the place of what it was.
  function change(html) {
    const article = parsed(html);
    const shown = document.getElementById(article.id);
    if (shown && shown.innerHTML !== article.innerHTML) shown.replaceWith(article);
  }

  // Whose device is used by others is shown no name and no picture of ours among the tabs.
  function dress(isDiscreet) {
    document.title = isDiscreet ? log.dataset.quietName : log.dataset.name;
    document.getElementById("icon").href = isDiscreet ? log.dataset.quietIcon : log.dataset.icon;
  }

  function show(sequence, html) {
    if (sequence <= last) return; // sent once more after a broken connection
    last = sequence;
    const article = parsed(html);
    const own = article.dataset.author === "resident";
    const wasInChoices = document.activeElement?.closest(".choices, #welcome");
    const atEnd = innerHeight + scrollY >= document.documentElement.scrollHeight - 100;
    if (own) {
      // Only the buttons below the resident's last word can be pressed.
      log.querySelectorAll("form").forEach((form) => form.remove());
      document.getElementById("welcome")?.remove();
    }
    status.textContent = "";
    log.append(article);
    if (own && wasInChoices) {
      // The pressed button is gone; the focus goes to what it said, just above the answer.
      article.tabIndex = -1;
      article.focus({ preventScroll: true });
    }
    if (own) article.scrollIntoView({ block: "start" });
    else if (atEnd) article.scrollIntoView({ block: "nearest" }); // who reads further up is left in peace
  }

  // A person is typing: said once, and taken back when nothing more is heard of it.
  let ends;
  function typing() {
    if (!status.textContent) status.textContent = words.typing;
    clearTimeout(ends);
    ends = setTimeout(() => {
      if (status.textContent === words.typing) status.textContent = "";
    }, 6000);
  }

  // ---- what is sent

  function complain(text) {
    error.textContent = text;
    error.hidden = !text;
    field.toggleAttribute("aria-invalid", false);
    if (text) field.setAttribute("aria-invalid", "true");
  }

  function fault(text, file) {
    if (file && file.size > Number(words.largest)) return words.tooLarge;
    if (!text.trim()) return file ? "" : words.empty;
    return [...text.trim()].length > Number(words.most) ? words.tooLong : "";
  }

  function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  let sending = Promise.resolve(); // messages go out one after the other, in the order in which they were written
  let untouched = false; // nobody has typed since the last message went out

  function submit(form, button) {
    const typed = form === composer && field.value;
    const file = form === composer && chooser?.files[0];
    const problem = form === composer ? fault(typed, file) : "";
    complain(problem);
    if (problem) return;
    const fields = new FormData(form);
    if (!file) fields.delete("file");
    if (button?.name) fields.append(button.name, button.value);
    if (file) choose(null);
    form.elements.id.value = newId();
    if (typed) {
      field.value = "";
      untouched = true;
    }
    form.setAttribute("aria-busy", "true");
    status.textContent = words.sending;
    sending = sending.then(() => send(form, fields, typed, file));
  }

  // Put a file into the field that chooses one, or none.
  function choose(file) {
    const held = new DataTransfer();
    if (file) held.items.add(file);
    chooser.files = held.files;
    unchoose.hidden = !file;
    chooser.closest("details").open = Boolean(file);
  }

  async function send(form, fields, typed, file) {
    let problem = words.failed;
    try {
      // Only a form with a file needs the larger way of writing it down.
      const body = file ? fields : new URLSearchParams(fields);
      const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const told = await answer.json();
      problem = answer.ok ? "" : told.error || problem;
      if (!told.new) status.textContent = ""; // it had arrived before, or not at all
      else if (told.busy) status.textContent = told.busy;
    } catch {
      status.textContent = ""; // no connection, or no answer of ours
    }
    form.removeAttribute("aria-busy");
    if (!problem) return listen();
    complain(problem);
    form.elements.id.value = fields.get("id"); // sent again with the same text and id it arrives once
    if (typed) field.value = [typed, field.value].filter(Boolean).join("\n");
    if (file && !chooser.files.length) choose(file);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(".said")) return;
    event.preventDefault();
    // A second press, of the same button or on the field that the first has emptied, means nothing more than the first.
    if (form === composer ? untouched && !field.value : form.hasAttribute("aria-busy")) return;
    submit(form, event.submitter);
  });

  let told = -Infinity;
  field.addEventListener("input", () => {
    untouched = false;
    // Staff see that somebody types, never what. Whoever has no conversation yet has nobody to tell.
    if (!source || !field.value.trim() || performance.now() - told < 3000) return;
    told = performance.now();
    fetch(`${root}/typing`, { method: "POST" }).catch(() => {});
  });

  chooser?.addEventListener("change", () => {
    untouched = false;
    unchoose.hidden = !chooser.files.length;
    complain(fault("-", chooser.files[0]));
  });
  unchoose?.addEventListener("click", () => {
    choose(null);
    complain("");
    chooser.closest("details").querySelector("summary").focus();
  });

  // On a touch keyboard Enter is the only way to a new line, so there it stays one.
  if (!matchMedia("(pointer: coarse)").matches) {
    field.setAttribute("aria-describedby", "error keys");
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      composer.requestSubmit();
    });
  }

  const known = log.dataset.last !== undefined;
  addEventListener("pageshow", (event) => {
    if (!event.persisted || !(known || last)) return;
    source?.close(); // a page that comes back from the browser's memory has a dead stream
    source = null;
    listen();
  });
  if (known) listen();
  log.lastElementChild?.scrollIntoView({ block: "nearest" });
})();
