// A task on the screen asks quietly whether it may still be seen; what may not is taken off the screen at once.
for (const page of all("[data-task-state]")) {
  const often = 4000, whileActive = 10 * 60 * 1000; // whoever has left the desk keeps no session alive by this
  let active = Date.now();
  for (const kind of ["pointerdown", "keydown", "scroll", "focus"]) window.addEventListener(kind, () => { active = Date.now(); }, { passive: true });
  const over = () => {
    clearInterval(asking);
    page.replaceChildren(document.getElementById("task-over").content.cloneNode(true));
    page.querySelector("[role=heading]").focus();
  };
  const ask = async () => {
    if (document.hidden || Date.now() - active > whileActive) return;
    let answer;
    try { answer = await fetch(page.dataset.taskState, { redirect: "manual", cache: "no-store" }); } catch { return; }
    if (answer.status === 404 || answer.type === "opaqueredirect") over();
    else if (answer.ok && (await answer.json()).version !== Number(page.dataset.version)) location.reload();
  };
  const asking = setInterval(ask, often);
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
}
