// Who is typing, both ways: the desk shows that the resident writes, and the resident's page that a person does.
"use strict";

(() => {
  const often = 3000;
  const long = 6000;
  const shown = document.getElementById("typing");
  const reply = document.getElementById("text");
  const form = document.getElementById("act");

  let ends;
  function stop() {
    clearTimeout(ends);
    shown.textContent = "";
  }

  document.addEventListener("desk:news", ({ detail }) => {
    if (detail.part === "entries") stop();
    if (!detail.typing) return;
    if (!shown.textContent) shown.textContent = shown.dataset.words; // said once, however long they type
    clearTimeout(ends);
    ends = setTimeout(stop, long);
  });

  let told = -often;
  reply?.addEventListener("input", () => {
    if (!reply.value.trim() || performance.now() - told < often) return;
    told = performance.now();
    const body = new URLSearchParams({ token: form.elements.token.value });
    fetch(shown.dataset.tell, { method: "POST", body }).catch(() => {}); // whoever cannot be told is not
  });
})();
