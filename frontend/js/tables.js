// Tables: moving by key, opening a row, choosing rows, ordering columns.
import Sortable from "sortablejs/modular/sortable.core.esm.js";
import { each, on, word } from "./dom.js";
import { openDrawer } from "./dialogs.js";

export function openRow(row) {
  mark(row);
  if (row.dataset.drawer) openDrawer(row.dataset.drawer);
  else location.assign(row.dataset.href);
}

function mark(row) {
  for (const other of row.closest("table").querySelectorAll("tr.is-current")) other.classList.remove("is-current");
  row.classList.add("is-current");
  row.tabIndex = -1;
}

export function move(step) {
  const rows = [...document.querySelectorAll("table[data-rows] tr[data-href]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("is-current"));
  const row = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  mark(row);
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  if (row.dataset.drawer && document.getElementById("drawer")?.open) openDrawer(row.dataset.drawer);
}

on("click", "tr[data-href]", (event, row) => {
  const pick = event.target.closest(".pick");
  if (pick && event.target === pick) {
    pick.querySelector("input").click();
    return;
  }
  if (event.target.closest("a, button, input, label, select, summary, [data-copy]")) return;
  if (String(getSelection()) || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href, "_blank", "noopener");
  else openRow(row);
});
on("auxclick", "tr[data-href]", (event, row) => {
  if (event.button === 1 && !event.target.closest("a")) window.open(row.dataset.href, "_blank", "noopener");
});

const boxes = (form) => [...form.querySelectorAll("input[name=ids]")];

function count(form) {
  const all = boxes(form);
  const chosen = all.filter((box) => box.checked);
  const matching = form.querySelector("input[name=matching]");
  const whole = matching && !matching.disabled;
  const head = form.querySelector("[data-bulk-all]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  for (const box of all) box.closest("tr, .board-card")?.classList.toggle("is-chosen", box.checked);
  form.querySelector("[data-bulk-bar]").hidden = chosen.length === 0;
  const total = form.querySelector("[data-bulk-matching]");
  form.querySelector("[data-bulk-count]").textContent =
    whole ? total.dataset.chosen : word("chosen", { count: chosen.length });
  if (total) total.hidden = whole || chosen.length < all.length;
}

/** "All N matching" sends the filter, never the ids. */
function chooseMatching(form, whole) {
  const matching = form.querySelector("input[name=matching]");
  if (matching) matching.disabled = !whole;
  for (const box of boxes(form)) box.disabled = whole;
  count(form);
}

each("form[data-bulk]", (form) => {
  form.addEventListener("change", ({ target }) => {
    if (target.matches("[data-bulk-all]")) for (const box of boxes(form)) box.checked = target.checked;
    if (target.matches("[data-bulk-all], [name=ids]")) count(form);
  });
  let last = null;
  form.addEventListener("click", (event) => {
    const { target } = event;
    if (target.closest("[data-bulk-matching]")) chooseMatching(form, true);
    if (target.closest("[data-bulk-none]")) {
      for (const box of boxes(form)) box.checked = false;
      chooseMatching(form, false);
    }
    if (!target.matches("[name=ids]")) return;
    const all = boxes(form);
    if (event.shiftKey && last) {
      const [from, to] = [all.indexOf(last), all.indexOf(target)].sort((a, b) => a - b);
      for (const box of all.slice(from, to + 1)) box.checked = target.checked;
    }
    last = target;
    count(form);
  });
  form.addEventListener("htmx:afterSwap", () => chooseMatching(form, false));
  count(form);
});

each("[data-sortable]", (list) => {
  Sortable.create(list, { handle: list.dataset.sortable || undefined, animation: 120, ghostClass: "is-ghost" });
});
