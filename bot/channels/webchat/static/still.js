// Nothing moves under a finger: what comes while somebody presses is shown once they have let go.
"use strict";

/** Do what is given at once or, while a button of the mouse or a finger is down, soon after it was lifted; in order. */
const still = (() => {
  const longest = 1000; // nobody presses for so long; the end of some presses is never told, as where a menu opens
  const after = 100; // a tap becomes a press of what is below it a moment after the finger was lifted
  const held = [];
  let down = false;
  let ends;

  function release() {
    down = false;
    while (held.length) held.shift()();
  }

  function releaseIn(milliseconds) {
    clearTimeout(ends);
    ends = setTimeout(release, milliseconds);
  }

  addEventListener("pointerdown", () => {
    down = true;
    releaseIn(longest);
  }, true);
  for (const lifted of ["pointerup", "pointercancel"]) addEventListener(lifted, () => down && releaseIn(after), true);

  return (change) => (down ? held.push(change) : change());
})();
