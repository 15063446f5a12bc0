// A half-typed text survives a closed page: textarea[data-draft="key"] is kept in this browser for a week.
import { each, memory, word } from "./dom.js";

const WEEK = 7 * 24 * 3600 * 1000;
const prefix = () => `draft:${document.body.dataset.user || ""}:`;

for (const key of memory.keys()) {
  if (!key.startsWith("draft:")) continue;
  if (!key.startsWith(prefix()) && document.body.dataset.user) memory.set(key, null);
}

function read(key) {
  try {
    const { text, at } = JSON.parse(memory.get(key));
    return Date.now() - at < WEEK ? text : "";
  } catch {
    return "";
  }
}

each("textarea[data-draft]", (field) => {
  const key = prefix() + field.dataset.draft;
  const { form } = field;
  const forget = () => memory.set(key, null);
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      memory.set(key, field.value.trim() ? JSON.stringify({ text: field.value, at: Date.now() }) : null);
    }, 300);
  });
  form?.addEventListener("htmx:afterRequest", ({ detail }) => {
    // A redirect is an answer, too, and htmx calls it neither successful nor failed.
    if (detail.elt !== form || !(detail.xhr.status >= 200 && detail.xhr.status < 300)) return;
    clearTimeout(timer);
    forget();
  });
  form?.addEventListener("submit", () => {
    if (form.hasAttribute("hx-post")) return;
    clearTimeout(timer);
    addEventListener("pagehide", forget, { once: true });
  });
  const kept = read(key);
  if (!kept || field.value) return;
  field.value = kept;
  const note = document.createElement("div");
  note.className = "draft-note";
  note.append(`${word("restored")} `);
  const drop = document.createElement("button");
  Object.assign(drop, { type: "button", className: "btn-link", textContent: word("discard") });
  drop.addEventListener("click", () => {
    field.value = "";
    forget();
    note.remove();
    field.focus();
  });
  note.append(drop);
  field.after(note);
});
