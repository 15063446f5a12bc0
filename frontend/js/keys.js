// One-key shortcuts; silent while somebody types or a dialog is open.
import { close } from "./dialogs.js";
import { move, openRow } from "./tables.js";

const press = (selector) => document.querySelector(selector)?.click();
const actions = {
  "/": () => document.getElementById("search")?.select(),
  n: () => press("[data-quick-create]"),
  f: () => press("[data-quick-followup]"),
  j: () => move(1),
  k: () => move(-1),
  x: () => press("tr.is-current input[type=checkbox]"),
  "?": () => document.getElementById("help")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const { target } = event;
  if (event.key === "Enter" && target.matches?.("tr[data-href]")) {
    openRow(target);
    return;
  }
  if ((event.key === "Enter" || event.key === " ") && target.matches?.("[role=button][tabindex]")) {
    event.preventDefault();
    target.click();
    return;
  }
  if (target.isContentEditable || target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, .ts-wrapper")) return;
  const box = document.querySelector("dialog[open]:not(#drawer)");
  if (box) {
    if (event.key === "?" && box.id === "help") close(box);
    return;
  }
  const act = actions[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
