// <button data-copy="13800138000">: works on plain http too, where the clipboard API is missing.
import { on, word } from "./dom.js";
import { toast } from "./toasts.js";

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

on("click", "[data-copy]", (event, button) => {
  event.preventDefault();
  event.stopPropagation();
  copy(button.dataset.copy).then(
    () => toast(word("copied", { text: button.dataset.copy }), { level: "success" }),
    () => toast(word("failed"), { level: "danger" }),
  );
});
