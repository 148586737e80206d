// A button that prints, where there is a script to do so.
"use strict";

const printing = document.getElementById("print");
if (printing) {
  printing.hidden = false;
  printing.addEventListener("click", () => window.print());
}
