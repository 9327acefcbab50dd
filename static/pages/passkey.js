// Passkeys: asks the server for options, the browser for a credential, and the server again. Without this file the
// page says what it needs, and a password works as ever.
const RENEW = 4 * 60 * 1000; // a challenge lives five minutes
const parts = [...document.querySelectorAll("[data-passkey]")];
let quiet = null; // the offer in the field of names, which waits in the background
let asked = Promise.resolve(); // one set of options after the other: the newest is the one that counts

const known = () => window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON;
const say = (part, word, text) => {
  const status = part.querySelector("[data-passkey-status]");
  status.textContent = text || part.dataset[word] || "";
  status.hidden = !status.textContent;
};
const post = async (part, url, body) => {
  const answer = await fetch(url, {
    method: "POST", credentials: "same-origin", body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", "X-CSRFToken": part.dataset.token },
  });
  if (answer.redirected) { location.assign(answer.url); return null; }
  let told = {};
  try { told = await answer.json(); } catch { told = {}; }
  if (answer.ok) return told;
  if (told.next) { location.assign(told.next); return null; }
  throw new Error(told.message || part.dataset.failed);
};
const extra = (part) => ({ step: part.dataset.step === "1", next: part.dataset.next || "" });

const ask = async (part, settings) => {
  asked = asked.catch(() => null).then(() => post(part, part.dataset.options, extra(part)));
  const options = await asked;
  if (!options) return;
  settings.signal?.throwIfAborted();
  const making = part.dataset.passkey === "create";
  const publicKey = making
    ? PublicKeyCredential.parseCreationOptionsFromJSON(options) : PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials[making ? "create" : "get"]({ publicKey, ...settings });
  if (settings.mediation) say(part, "working");
  const done = await post(part, part.dataset.answer, { ...extra(part), credential: credential.toJSON() });
  if (done) location.assign(done.next);
};

const press = async (part, button) => {
  quiet?.abort();
  quiet = null;
  button.disabled = true;
  say(part, "working");
  try {
    await ask(part, {});
    return;
  } catch (error) {
    const word = { NotAllowedError: "stopped", AbortError: "stopped", InvalidStateError: "twice", SecurityError: "elsewhere" };
    say(part, word[error.name] || "failed", word[error.name] || error instanceof TypeError ? "" : error.message);
  }
  button.disabled = false;
};

const offer = async (part) => {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
  quiet = new AbortController();
  const mine = quiet;
  const renewal = setTimeout(() => { mine.abort(); if (quiet === mine) offer(part); }, RENEW);
  try {
    await ask(part, { mediation: "conditional", signal: mine.signal });
  } catch (error) {
    // What nobody asked for fails quietly; what somebody chose and was refused is said.
    if (!["AbortError", "NotAllowedError", "TypeError"].includes(error.name)) say(part, "failed", error.message);
  } finally { clearTimeout(renewal); }
};

for (const part of parts) {
  const button = part.querySelector("button");
  if (!known()) say(part, "unknown");
  else if (location.origin !== part.dataset.origin) say(part, "elsewhere");
  else {
    button.hidden = false;
    button.addEventListener("click", () => press(part, button));
    if (part.hasAttribute("data-autofill")) offer(part);
  }
}
