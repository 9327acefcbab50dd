// Keys of the staff: / search, j and k through rows, Enter opens (the row's link has the focus), r replies; they can be turned off.
{
  const OFF = "keys-off";
  const typing = (node) => node.closest("input, textarea, select, [contenteditable]");
  const rows = () => all("[data-row]");
  const go = (step) => {
    const list = rows();
    if (!list.length) return;
    const at = list.findIndex((row) => row.contains(document.activeElement));
    const row = list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    (row.querySelector("a[href]") || row).focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const acts = {
    "/": () => document.querySelector("[data-search]")?.focus(),
    j: () => go(1),
    k: () => go(-1),
    r: () => {
      const row = rows().find((one) => one.contains(document.activeElement));
      const reply = document.getElementById("reply");
      if (row?.dataset.href) location.assign(`${row.dataset.href.split("#")[0]}#reply`);
      else if (reply) (reply.matches("textarea, input") ? reply : reply.querySelector("textarea, input") || reply).focus();
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return all("details[data-menu][open]").forEach((menu) => { menu.open = false; });
    if (event.ctrlKey || event.metaKey || event.altKey || stored.get(OFF) || typing(event.target)) return;
    const act = acts[event.key];
    if (act && document.querySelector(".face-admin")) { event.preventDefault(); act(); }
  });
  document.addEventListener("focusin", (event) => {
    rows().forEach((row) => row.classList.toggle("is-here", row.contains(event.target)));
  });
  document.addEventListener("click", (event) => {
    all("details[data-menu][open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const row = event.target.closest("tr[data-row][data-href]");
    if (row && !event.target.closest("a, button, input, label, summary") && !String(getSelection())) location.assign(row.dataset.href);
  });
  for (const button of all("[data-keys-toggle]")) {
    const say = () => { button.textContent = stored.get(OFF) ? button.dataset.off : button.dataset.on; };
    button.hidden = false;
    button.addEventListener("click", () => { if (stored.get(OFF)) stored.drop(OFF); else stored.set(OFF, "1"); say(); });
    say();
  }
}
