// Chosen files: their names and sizes, checked against the limits before anything is sent.
{
  const size = (bytes) => {
    const [unit, by] = bytes >= 1e6 ? ["megabyte", 1e6] : ["kilobyte", 1e3];
    return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(bytes / by);
  };
  document.addEventListener("change", (event) => {
    const input = event.target;
    const drop = input.closest("[data-file-drop]");
    if (!drop || input.type !== "file") return;
    const list = drop.querySelector("[data-file-names]");
    const problems = [];
    list.replaceChildren(...[...input.files].map((file) => {
      const line = document.createElement("li");
      const big = file.size > Number(input.dataset.maxBytes);
      line.textContent = `${file.name} · ${size(file.size)}${big ? ` · ${input.dataset.tooBig}` : ""}`;
      if (big) { line.className = "is-wrong"; problems.push(`${file.name} ${input.dataset.tooBig}`); }
      return line;
    }));
    if (input.files.length > Number(input.dataset.maxFiles)) problems.push(input.dataset.tooMany);
    input.setCustomValidity(problems.join(" "));
    if (problems.length) input.reportValidity();
  });
  for (const [name, over] of [["dragover", true], ["dragleave", false], ["drop", false]]) {
    document.addEventListener(name, (event) => event.target.closest?.(".file-zone")?.classList.toggle("is-over", over));
  }
}
