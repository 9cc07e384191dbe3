// The page of one station: tells the terminal which socket is its own, and shows the picture that
// the station lays beside it.
"use strict";

const view = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
  byte.toString(16).padStart(2, "0"),
).join("");
const terminal = document.getElementById("terminal");
const picture = document.getElementById("picture");

terminal.dataset.sessionWebsocketUrl = `ws://${location.host}/socket/${view}`;

function show(blob) {
  const before = picture.src;
  if (blob.size) {
    picture.src = URL.createObjectURL(blob);
  } else {
    picture.removeAttribute("src");
  }
  if (before) {
    URL.revokeObjectURL(before);
  }
}

// The server answers once the picture is another than the one we have, or after some seconds.
async function follow() {
  let known = "";
  while (!document.body.classList.contains("-closed")) {
    try {
      const answer = await fetch(`/picture/${view}?known=${encodeURIComponent(known)}`);
      if (answer.status === 200) {
        known = answer.headers.get("ETag");
        show(await answer.blob());
      } else if (answer.status !== 204) {
        await new Promise((resume) => setTimeout(resume, 500));
      }
    } catch {
      await new Promise((resume) => setTimeout(resume, 2000));
    }
  }
}

document.getElementById("again").addEventListener("click", () => location.reload());

function keys() {
  return terminal.querySelector("textarea");
}

// There is nothing else on the page to type into.
document.addEventListener("click", () => keys()?.focus());

// The terminal is drawn on a canvas, which measures its font once: the font has to be there before.
window.addEventListener("load", async () => {
  const fonts = ["", "bold ", "italic "].map((how) => `${how}16px "Roboto Mono"`);
  await Promise.allSettled(fonts.map((font) => document.fonts.load(font)));
  const script = document.createElement("script");
  script.src = "/terminal/js/textual.js";
  script.addEventListener("load", () => window.onload());
  document.head.append(script);
});

// Neither keys nor pictures before the station is there.
const started = new MutationObserver(() => {
  if (document.body.classList.contains("-loaded")) {
    started.disconnect();
    keys().focus();
    follow();
  }
});
started.observe(document.body, { attributes: true });
