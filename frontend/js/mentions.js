// Mentions: textarea[data-mention="/customers/12/colleagues/"] offers people after an @; the chosen ids are kept in
// the hidden field named by data-mention-ids.
import { each, headers } from "./dom.js";

const BEFORE_CARET = /[@＠]([^\s@＠]{0,20})$/;

async function search(url, query) {
  const address = new URL(url, location.href);
  address.searchParams.set("q", query);
  const answer = await fetch(address, { headers: { ...headers(), Accept: "application/json" } });
  return answer.ok ? (await answer.json()).items : [];
}

function show(list, items, choose) {
  list.replaceChildren(...items.map((item, at) => {
    const row = document.createElement("li");
    Object.assign(row, { id: `${list.id}-${at}`, className: "mention-option" });
    row.setAttribute("role", "option");
    row.append(item.text);
    const note = document.createElement("span");
    Object.assign(note, { className: "picker-note", textContent: item.note });
    row.append(note);
    // Not a click: the text keeps the focus.
    row.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(item);
    });
    return row;
  }));
  list.hidden = !items.length;
}

each("textarea[data-mention]", (field) => {
  const list = document.createElement("ul");
  Object.assign(list, { className: "mention-list", hidden: true, id: `${field.id}-people` });
  list.setAttribute("role", "listbox");
  (field.closest(".field-row") ?? field).after(list);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("autocomplete", "off");
  let items = [];
  let at = 0;
  let asked = 0;
  let timer = null;

  const mark = () => [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
  const close = () => {
    asked += 1;
    items = [];
    show(list, items, choose);
    field.removeAttribute("aria-activedescendant");
  };
  function choose(item) {
    const before = field.value.slice(0, field.selectionStart).replace(BEFORE_CARET, `@${item.text} `);
    const after = field.value.slice(field.selectionStart);
    field.value = before + after;
    field.setSelectionRange(before.length, before.length);
    const kept = field.form?.elements[field.dataset.mentionIds];
    if (kept) kept.value = [...new Set([...kept.value.split(",").filter(Boolean), String(item.id)])].join(",");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
  async function offer(query) {
    const turn = (asked += 1);
    const found = await search(field.dataset.mention, query).catch(() => []);
    if (turn !== asked) return;
    items = found;
    at = 0;
    show(list, items, choose);
    mark();
  }
  field.addEventListener("input", () => {
    clearTimeout(timer);
    const found = BEFORE_CARET.exec(field.value.slice(0, field.selectionStart));
    if (found) timer = setTimeout(() => offer(found[1]), 120);
    else close();
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (!items.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      at = (at + step + items.length) % items.length;
      mark();
      field.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    } else if (["Enter", "Tab"].includes(event.key) && !event.ctrlKey && !event.metaKey) choose(items[at]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
});
