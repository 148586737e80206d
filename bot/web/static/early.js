// Runs before anything is drawn: what scripts show or hide has its place from the beginning, so that nothing moves later.
"use strict";

{
  const has = document.documentElement.classList;
  has.add("scripted");
  if (JSON.parse(localStorage.getItem("infopoint-tell"))?.on) has.add("told"); // see notify.js
}
