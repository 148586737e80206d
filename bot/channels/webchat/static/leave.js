// Leaves at once: by the button, or by Escape pressed three times. Without it the button is a link.
"use strict";

(() => {
  const leave = document.getElementById("leave");
  const presses = 3;
  const within = 2000;
  let pressed = [];

  function go() {
    const root = leave.dataset.root ?? "";
    const away = leave.dataset.away;
    // In a frame the cookie can only be taken back from within it; the page itself is left for the whole window.
    if (root) fetch(`${root}/left`, { keepalive: true }).catch(() => {});
    document.body.replaceChildren(); // gone before the other page is there, however slow the way to it
    (root ? top : window).location.replace(away); // "back" does not lead here again
  }

  leave.addEventListener("click", (event) => {
    event.preventDefault();
    go();
  });

  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat || event.isComposing) return;
    pressed = [...pressed, event.timeStamp].filter((moment) => event.timeStamp - moment < within);
    if (pressed.length >= presses) go();
  });
})();
