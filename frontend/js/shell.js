// Menu, theme and drop-down menus.
import { each, memory, on } from "./dom.js";

const root = document.documentElement;

// The tab one is on, in sight where the row of tabs is wider than the page.
each(".tabs [aria-current]", (tab) => {
  const row = tab.closest(".tabs");
  row.scrollLeft += tab.getBoundingClientRect().right - row.getBoundingClientRect().right + tab.offsetWidth / 2;
});
// The month that runs, in the middle of a table wider than the page.
each("th[aria-current=date]", (head) => {
  const [wrap, cell, box] = [head.closest(".table-wrap"), head.getBoundingClientRect(), head.closest(".table-wrap").getBoundingClientRect()];
  wrap.scrollLeft += cell.left + cell.width / 2 - box.left - box.width / 2;
});
on("click", "[data-menu-toggle]", () => {
  memory.set("menu", root.classList.contains("is-menu-folded") ? null : "folded");
  dispatchEvent(new Event("theme"));
});
on("click", "[data-menu-open]", () => root.classList.toggle("is-menu-open"));
on("click", "[data-theme-set]", (event, button) => {
  memory.set("theme", button.dataset.themeSet);
  dispatchEvent(new Event("theme"));
});
document.addEventListener("click", (event) => {
  for (const drop of document.querySelectorAll("details.drop[open]")) {
    const inside = drop.contains(event.target);
    if (!inside || (event.target.closest("a, button") && !event.target.closest("[data-stay]"))) drop.open = false;
  }
  const panel = document.getElementById("search-results");
  if (panel && !event.target.closest(".search")) panel.replaceChildren();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  root.classList.remove("is-menu-open");
  for (const drop of document.querySelectorAll("details.drop[open]")) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
  document.getElementById("search-results")?.replaceChildren();
});
on("keydown", ".search", (event, box) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [box.querySelector("input"), ...box.querySelectorAll("#search-results a")];
  const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  event.preventDefault();
  stops[(next + stops.length) % stops.length].focus();
});
