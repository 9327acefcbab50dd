// What was typed is kept: drafts on the server (data-autosave), a backup on this device (data-keep).
{
  const PAUSE = 1200;
  const DAY = 86400000;
  const secret = (field) => ["password", "file", "hidden", "submit", "button"].includes(field.type) || !field.name;
  const speak = (form, word) => {
    const status = form.querySelector("[data-autosave-status]");
    if (status) status.textContent = status.dataset[word] || "";
  };
  const forget = () => stored.keys().filter((key) => key.startsWith("keep:")).forEach(stored.drop);
  const values = (form) => {
    const found = {};
    for (const field of form.elements) {
      if (secret(field)) continue;
      if (field.type === "checkbox" || field.type === "radio") {
        if (field.checked) (found[field.name] ||= []).push(field.value);
      } else if (field.value) (found[field.name] ||= []).push(field.value);
    }
    return found;
  };
  const backUp = (form) => stored.set(`keep:${form.dataset.keep}`, JSON.stringify({ at: Date.now(), values: values(form) }));
  const restore = (form) => {
    const key = `keep:${form.dataset.keep}`;
    let kept;
    try { kept = JSON.parse(stored.get(key)); } catch { kept = null; }
    if (!kept || Date.now() - kept.at > DAY) return stored.drop(key);
    let filled = false;
    for (const field of form.elements) {
      // Only what is empty is filled: what the server brought is newer.
      if (secret(field) || field.type === "checkbox" || field.type === "radio" || field.value) continue;
      if (kept.values[field.name]) { field.value = kept.values[field.name][0]; filled = true; }
    }
    if (filled) speak(form, "restored");
  };
  const save = async (form) => {
    speak(form, "saving");
    const data = new FormData(form);
    for (const field of form.elements) if (field.type === "file" && field.name) data.delete(field.name);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body: data, headers: { "X-Autosave": "1" }, keepalive: true });
      speak(form, answer.ok && !answer.redirected ? "saved" : "failed");
    } catch { speak(form, "failed"); }
  };
  const waiting = new WeakMap();
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form) return;
    if (form.dataset.keep) backUp(form);
    if (form.dataset.autosave && event.target.type !== "file") {
      clearTimeout(waiting.get(form));
      waiting.set(form, setTimeout(() => save(form), PAUSE));
    }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    clearTimeout(waiting.get(form));
    // A second press of the same button within two seconds does nothing.
    if (form.method === "post") {
      if (Date.now() - (form.dataset.sent || 0) < 2000) return event.preventDefault();
      form.dataset.sent = Date.now();
    }
    if (form.dataset.keep) stored.drop(`keep:${form.dataset.keep}`);
    // Whoever signs out leaves nothing typed on this device.
    if (/sign-out/.test(form.action)) forget();
  });
  // What somebody else has typed at this device is not shown to who is here now.
  const reader = document.documentElement.dataset.reader;
  if (reader) {
    if (stored.get("keep-reader") && stored.get("keep-reader") !== reader) forget();
    stored.set("keep-reader", reader);
  }
  onParts((root) => all("form[data-keep]", root).forEach(restore));
}
