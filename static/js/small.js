// Small helps: live clocks, counters of letters, copying, the current place in view, the error summary in focus.
{
  const language = document.documentElement.lang;
  const UNITS = [["year", 31557600, 2], ["month", 2629800, 2], ["day", 86400, 1], ["hour", 3600, 1], ["minute", 60, 0]];
  const length = (seconds) => {
    const [unit, size] = UNITS.find(([, by, least]) => seconds >= by * least);
    const count = Math.floor(seconds / size);
    return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
  };
  const tick = () => all("[data-due]").forEach((clock) => {
    const left = (Date.parse(clock.dataset.due) - Date.now()) / 1000;
    const text = (left < 0 ? clock.dataset.late : clock.dataset.left).replace("{}", length(Math.abs(left)));
    if (clock.textContent !== text) clock.textContent = text;
  });
  tick();
  setInterval(tick, 30000);

  const count = (field) => {
    const line = document.getElementById(field.dataset.count);
    if (!line) return;
    const most = field.maxLength;
    line.textContent = `${field.value.length.toLocaleString(language)} / ${most.toLocaleString(language)}`;
    line.classList.toggle("is-near", field.value.length > most * 0.9);
  };
  document.addEventListener("input", (event) => { if (event.target.dataset.count) count(event.target); });
  onParts((root) => all("[data-count]", root).forEach((field) => { if (field.value) count(field); }));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const before = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied || before;
      setTimeout(() => { button.textContent = before; }, 2000);
    } catch { return; }
  });

  for (const nav of all("[data-scroll-nav]")) {
    const here = nav.querySelector("[aria-current]");
    if (here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  }
  document.querySelector("[data-focus]")?.focus();
}
