// Tells of new cases while a page of the desk is open: a sound of our own and a notification of the browser, both wanted by
// whoever sits there and remembered in this browser alone. Neither says anything about anybody.
"use strict";

(() => {
  const words = document.getElementById("tell").dataset;
  const place = "infopoint-tell";
  // What was told stays known for a while, because another tab may hear of it a little later.
  const memory = 60000;
  const icon = document.querySelector("link[rel=icon]");
  let calls = null; // not heard yet

  const load = () => JSON.parse(localStorage.getItem(place)) ?? { on: false, sound: true, told: null };
  const keep = (state) => localStorage.setItem(place, JSON.stringify(state));
  const shows = () => "Notification" in window && Notification.permission === "granted";

  // ---- the sound: two soft notes for a case, three loud ones, twice, for a crisis

  let audio = null;
  const tunes = {
    case: { notes: [660, 880], volume: 0.12, length: 0.16 },
    crisis: { notes: [880, 660, 1100, 880, 660, 1100], volume: 0.4, length: 0.2 },
  };

  function play(kind) {
    const tune = tunes[kind] ?? tunes.case;
    audio ??= new AudioContext();
    audio.resume();
    tune.notes.forEach((pitch, number) => {
      const [tone, loudness] = [audio.createOscillator(), audio.createGain()];
      const begins = audio.currentTime + number * tune.length;
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0.0001, begins);
      loudness.gain.exponentialRampToValueAtTime(tune.volume, begins + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.0001, begins + tune.length);
      tone.connect(loudness).connect(audio.destination);
      tone.start(begins);
      tone.stop(begins + tune.length);
    });
  }

  // Browsers let a page sound only after somebody has touched it.
  for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, () => load().on && (audio ??= new AudioContext()).resume());

  function tell(kind, sound) {
    if (sound) play(kind);
    if (!shows()) return;
    try {
      const shown = new Notification(words.title, { body: words[kind], tag: `infopoint-${kind}`, renotify: true, silent: true });
      shown.addEventListener("click", () => {
        focus();
        shown.close();
      });
    } catch {
      navigator.vibrate?.([200, 100, 200]); // browsers of phones show none from a page
    }
  }

  // ---- what is new

  function hear(told) {
    const state = load();
    if (!state.on) return;
    const now = Date.now();
    // Who has only just asked to be told sees what is there already.
    const fresh = state.told ? Object.keys(told).filter((key) => !(key in state.told)) : [];
    state.told ??= {};
    for (const key of Object.keys(told)) state.told[key] = now;
    for (const [key, at] of Object.entries(state.told)) if (!(key in told) && now - at > memory) delete state.told[key];
    keep(state);
    const kind = ["crisis", "case", "reply", "due"].find((each) => fresh.some((key) => told[key] === each));
    if (kind) tell(kind, state.sound);
  }

  function mark() {
    const kinds = Object.values(calls);
    icon.href = kinds.includes("crisis") ? words.iconCrisis : kinds.includes("case") ? words.iconCase : words.icon;
  }

  document.addEventListener("desk:news", ({ detail }) => {
    if (!detail.calls) return;
    calls = detail.calls;
    mark();
    // One tab at a time, so that two do not tell the same; without a safe connection there are no locks, and no notifications.
    if (navigator.locks) navigator.locks.request(place, () => hear(detail.calls));
    else hear(detail.calls);
  });

  // ---- the buttons, on the page of the line

  if (!document.getElementById("tell-box")) return;
  const [on, sound, test, off, told] = ["on", "sound", "test", "off", "state"].map((id) => document.getElementById(`tell-${id}`));

  function draw() {
    const state = load();
    document.documentElement.classList.toggle("told", state.on);
    sound.setAttribute("aria-pressed", String(state.sound));
    const { both, sound: heard, silent } = told.dataset;
    told.textContent = state.on ? (shows() ? both : state.sound ? heard : silent) : "";
  }

  function change(changes) {
    keep({ ...load(), ...changes });
    draw();
  }

  on.addEventListener("click", async () => {
    if ("Notification" in window) await Notification.requestPermission();
    change({ on: true, told: calls && Object.fromEntries(Object.keys(calls).map((key) => [key, Date.now()])) });
    document.getElementById("tools").open = true;
    sound.focus();
  });
  sound.addEventListener("click", () => change({ sound: !load().sound }));
  test.addEventListener("click", () => tell("test", load().sound));
  off.addEventListener("click", () => {
    change({ on: false });
    on.focus();
  });
  on.disabled = false;
  addEventListener("storage", (event) => event.key === place && draw());
  draw();
})();
