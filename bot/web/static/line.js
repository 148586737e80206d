// The waiting line: filters without reloading, and what is new stands out for a moment.
"use strict";

(() => {
  const line = document.getElementById("line");
  const filter = document.getElementById("filter");
  const views = document.getElementById("views");

  // ---- what is wanted stands in the address, and the stream obeys the same

  function want(query) {
    history.replaceState(null, "", `/desk${query}`);
    line.dataset.stream = `/desk/stream${query}`;
    remember(query);
    document.dispatchEvent(new CustomEvent("desk:listen"));
  }

  function remember(query) {
    sessionStorage.setItem("infopoint-line", query);
  }

  function chosen() {
    const fields = [...new FormData(filter)].filter(([, value]) => value);
    const query = new URLSearchParams(fields).toString();
    return query ? `?${query}` : "";
  }

  filter.addEventListener("change", () => want(chosen())); // a choice counts at once
  filter.addEventListener("submit", (event) => {
    event.preventDefault();
    want(chosen());
  });

  views.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    for (const each of views.querySelectorAll("[aria-current]")) each.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true"); // at once: the link has the focus and is not drawn anew
    const view = new URL(link.href).searchParams.get("view");
    let field = filter.elements.view;
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = "view";
      filter.append(field);
    }
    field.value = view ?? "";
    want(link.search);
  });
  remember(location.search);

  // ---- what has arrived

  const keys = () => new Map([...line.querySelectorAll("li[data-key]")].map((row) => [row.dataset.key, row]));
  let known = keys();
  document.addEventListener("desk:news", ({ detail }) => {
    if (detail.part !== "line") return;
    const now = keys();
    for (const [key, row] of now) if (!known.has(key)) row.classList.add("arrived");
    known = now;
  });
})();
