"use strict";
// All is readable without this: it sorts tables, picks texts by label, copies commands, marks where one is.

for (const table of document.querySelectorAll("table.figures")) {
  const body = table.tBodies[0];
  const headers = [...table.tHead.rows[0].cells];
  if (body.rows.length < 3) continue;
  headers.forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    header.append(button);
    button.addEventListener("click", () => {
      const down = header.getAttribute("aria-sort") !== "descending";
      headers.forEach((other) => other.removeAttribute("aria-sort"));
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
      const numeric = "value" in body.rows[0].cells[column].dataset;
      const compare = (a, b) => {
        if (!numeric) return key(a).localeCompare(key(b));
        if (key(a) === "" || key(b) === "") return (key(a) === "") === (key(b) === "") ? 0 : key(a) === "" ? (down ? -1 : 1) : (down ? 1 : -1);
        return Number(key(a)) - Number(key(b));
      };
      const rows = [...body.rows].sort((a, b) => (down ? compare(b, a) : compare(a, b)));
      body.append(...rows);
    });
  });
}

for (const quotes of document.querySelectorAll(".quotes[data-labels]")) {
  const entries = [...quotes.querySelectorAll(".quote")];
  const more = quotes.querySelector(".more");
  const pick = document.createElement("label");
  const select = document.createElement("select");
  pick.className = "pick";
  pick.append("Show the errors on ", select);
  select.add(new Option("all labels", ""));
  for (const label of JSON.parse(quotes.dataset.labels)) select.add(new Option(label, label));
  quotes.prepend(pick);
  select.addEventListener("change", () => {
    for (const entry of entries) {
      const chips = [...entry.querySelectorAll(".missed, .wrong")];
      entry.hidden = select.value !== "" && !chips.some((chip) => chip.dataset.label === select.value);
    }
    if (more) more.open = select.value !== "";
  });
}

for (const listing of document.querySelectorAll(".listing")) {
  if (!navigator.clipboard) break;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(listing.querySelector("code").textContent);
    button.textContent = "Copied";
  });
  listing.append(button);
}

const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(entry.target.id)?.setAttribute("aria-current", "true");
  }
}, { rootMargin: "-10% 0px -80% 0px" });
document.querySelectorAll("section").forEach((section) => seen.observe(section));
