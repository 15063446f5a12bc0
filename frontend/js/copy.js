// <button data-copy="13800138000">: works on plain http too, where the clipboard API is missing.
import { on, word } from "./dom.js";
import { toast } from "./toasts.js";

on("click", "[data-print]", () => print());

async function copy(text) {
  if (navigator.clipboard && isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

// Before anything else hears of the click: the button may lie in a row or fact that opens when clicked.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  copy(button.dataset.copy).then(
    () => toast(word("copied", { text: button.dataset.copy }), { level: "success" }),
    () => toast(word("failed"), { level: "danger" }),
  );
}, true);
