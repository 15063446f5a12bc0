// Forms: nothing typed is lost, nothing is sent twice.
import { each, on, word } from "./dom.js";

const isLeaving = { now: false };

function unlock(form) {
  delete form.dataset.busy;
  for (const button of form.querySelectorAll("[data-locked]")) {
    button.disabled = false;
    button.removeAttribute("data-locked");
  }
}

on("submit", "form", (event, form) => {
  if (event.defaultPrevented && !form.hasAttribute("hx-post")) return;
  if (form.method !== "post" && !form.hasAttribute("hx-post")) return;
  if (form.dataset.busy) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.busy = "1";
  isLeaving.now = !form.hasAttribute("hx-post");
  // Only after the event, or the pressed button's own value would not be sent.
  setTimeout(() => {
    const ours = form.id ? `, [form="${CSS.escape(form.id)}"]` : "";
    for (const button of form.querySelectorAll("button[type=submit], button:not([type])")) lock(button);
    if (ours) for (const button of document.querySelectorAll(ours.slice(2))) lock(button);
  }, 0);
  if (!form.hasAttribute("hx-post")) setTimeout(() => unlock(form), 15000);
});
function lock(button) {
  if (button.disabled) return;
  button.disabled = true;
  button.dataset.locked = "1";
}
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest?.("form");
  if (!form) return;
  unlock(form);
  if (detail.successful && detail.elt === form) delete form.dataset.dirty;
});
addEventListener("pageshow", () => {
  isLeaving.now = false;
  document.querySelectorAll("form[data-busy]").forEach(unlock);
});

on("input", "form[data-guard]", (event, form) => { form.dataset.dirty = "1"; });
on("change", "form[data-guard]", (event, form) => { form.dataset.dirty = "1"; });
addEventListener("beforeunload", (event) => {
  if (!isLeaving.now && document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

/** <button data-fill="#id_next_at" data-value="2026-11-25T10:00">: a ready answer beside a field; data-also tells the form. */
on("click", "[data-fill]", (event, button) => {
  const field = document.querySelector(button.dataset.fill);
  if (!field) return;
  const joint = button.hasAttribute("data-append") && field.value ? "\n" : "";
  field.value = (joint ? field.value : "") + joint + button.dataset.value;
  if (button.dataset.also) {
    // What was put in is told with the form: data-also="used=12".
    const [name, value] = button.dataset.also.split("=");
    const told = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    field.form.append(told);
  }
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
});

/** A select or checkbox with data-submit sends its form when changed. */
on("change", "[data-submit]", (event, field) => field.form.requestSubmit());

/** <fieldset data-repeat> with a <template data-repeat-row>: rows to add and take away. */
on("click", "[data-repeat-add]", (event, button) => {
  const set = button.closest("[data-repeat]");
  const row = set.querySelector("template[data-repeat-row]").content.firstElementChild.cloneNode(true);
  set.querySelector("[data-repeat-rows]").append(row);
  row.querySelector("input, select, textarea")?.focus();
});
on("click", "[data-repeat-remove]", (event, button) => button.closest("[data-repeat-item]").remove());

each("form .is-invalid, form [aria-invalid=true]", (field) => {
  // The first field to mend has the focus, also where another one asked for it.
  if (field.form.querySelector(".is-invalid, [aria-invalid=true]") === field) field.focus();
});
each(".composer", (composer) => {
  composer.addEventListener("focusin", () => composer.classList.add("is-open"));
});

document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const bar = target.closest?.("form")?.querySelector("progress[data-upload]");
  if (!bar || !detail.total) return;
  bar.hidden = false;
  bar.max = detail.total;
  bar.value = detail.loaded;
});
each("input[type=file][data-drop]", (input) => {
  const zone = input.closest(".drop-zone");
  const name = zone.querySelector("[data-file-name]");
  const show = () => {
    const names = [...input.files].map((file) => file.name);
    name.textContent = names.length > 3 ? word("files", { count: names.length }) : names.join(", ");
    zone.classList.toggle("has-file", names.length > 0);
  };
  for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (event) => {
    event.preventDefault();
    zone.classList.add("is-over");
  });
  for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", show);
});
each("[data-share]", (part) => { part.style.flexGrow = part.dataset.share; });

/** Cells copied from a sheet fill a <table data-grid> of inputs from where they are pasted, right and down. */
on("paste", "[data-grid] input", (event, input) => {
  const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
  if (!/[\t\n]/.test(text)) return;
  event.preventDefault();
  const rows = [...input.closest("table").rows].filter((row) => row.querySelector("input"));
  const top = rows.indexOf(input.closest("tr"));
  const left = [...rows[top].querySelectorAll("input")].indexOf(input);
  text.split("\n").forEach((line, down) => {
    const cells = [...(rows[top + down]?.querySelectorAll("input") || [])].slice(left);
    line.split("\t").slice(0, cells.length).forEach((value, right) => { cells[right].value = value.trim(); });
  });
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
