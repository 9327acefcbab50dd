// Everything here makes a page quicker; each page works without it.
"use strict";
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
// Private windows may refuse storage; then nothing is kept and nothing breaks.
const stored = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { return; } },
  drop(key) { try { localStorage.removeItem(key); } catch { return; } },
  keys() { try { return Object.keys(localStorage); } catch { return []; } },
};
// Runs now and for every part that htmx puts in later.
const onParts = (act) => {
  act(document);
  document.addEventListener("htmx:after:swap", () => act(document));
};
document.documentElement.classList.add("scripted");
