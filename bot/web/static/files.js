// Once a file is chosen, every way of sending the reply sends the file with it; one that is too large is not even sent off.
"use strict";

{
  const chosen = document.getElementById("file");
  const send = document.querySelector("[data-send]");
  const attach = chosen?.closest("details").querySelector("[formenctype]");

  function follow() {
    const [file] = chosen.files;
    chosen.setCustomValidity(file && file.size > Number(chosen.dataset.most) ? chosen.dataset.tooLarge : "");
    if (file) chosen.reportValidity();
    for (const name of send ? ["formaction", "formenctype"] : []) {
      if (file) send.setAttribute(name, attach.getAttribute(name));
      else send.removeAttribute(name);
    }
  }

  chosen?.addEventListener("change", follow);
  addEventListener("pageshow", () => chosen && follow());
}
