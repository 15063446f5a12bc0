// Drawer (right; a sheet on phones), dialog and the question before a deed. Whatever htmx swaps into
// #drawer-body or #dialog-body opens it; an empty answer closes it.
import htmx from "htmx.org";
import { on, word } from "./dom.js";

const wide = matchMedia("(min-width: 640px)");

function hasTypedText(box) {
  return Boolean(box.querySelector("form[data-dirty]"));
}

function open(box) {
  if (box.open) return;
  box.opener = document.activeElement;
  if (box.id === "drawer" && wide.matches) box.show();
  else box.showModal();
}

export async function close(box, { force = false } = {}) {
  if (!box?.open) return;
  if (!force && hasTypedText(box) && !(await ask(word("leave"), { confirmButton: word("discard") }))) return;
  box.close();
  box.querySelector("[data-body]")?.replaceChildren();
  box.opener?.focus?.();
}

/** Put a question; resolves to true or false. Data: confirmTitle, confirmButton, confirmLevel. */
export function ask(question, { confirmTitle = "", confirmButton = "", confirmLevel = "danger" } = {}) {
  const box = document.getElementById("ask");
  if (!box) return Promise.resolve(false);
  box.querySelector("[data-ask-title]").textContent = confirmTitle || word("sure");
  box.querySelector("[data-ask-text]").textContent = question;
  const yes = box.querySelector("[data-ask-yes]");
  yes.textContent = confirmButton || word("confirm");
  yes.className = `btn btn-${confirmLevel}`;
  box.returnValue = "";
  box.showModal();
  box.querySelector("[data-ask-no]").focus();
  return new Promise((resolve) => {
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true });
  });
}

export function openDrawer(url) {
  document.getElementById("drawer-body")?.setAttribute("aria-busy", "true");
  return htmx.ajax("GET", url, { target: "#drawer-body", swap: "innerHTML" });
}

document.addEventListener("htmx:afterSwap", (event) => {
  // A swap of our own, such as the board's, has no request and so no target in its detail.
  const target = event.detail.target ?? event.target;
  if (target.id !== "drawer-body" && target.id !== "dialog-body") return;
  target.removeAttribute("aria-busy");
  const box = target.closest("dialog");
  if (!target.childElementCount) {
    close(box, { force: true });
    return;
  }
  open(box);
  target.scrollTop = 0;
  const first = [".is-invalid, [aria-invalid=true]", "[autofocus]", "[data-close]"];
  first.map((selector) => target.querySelector(selector)).find(Boolean)?.focus();
});
on("click", "[data-close]", (event, element) => close(element.closest("dialog")));
on("click", "dialog", (event, box) => {
  if (event.target === box && box.id !== "ask") close(box);
});
document.addEventListener("keydown", (event) => {
  const drawer = document.getElementById("drawer");
  if (event.key === "Escape" && drawer?.open && !document.querySelector("dialog[open]:not(#drawer)")) close(drawer);
});
document.addEventListener("cancel", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLDialogElement) || box.id === "ask") return;
  event.preventDefault();
  close(box);
}, true);
document.addEventListener("closeDrawer", () => close(document.getElementById("drawer"), { force: true }));
document.addEventListener("closeDialog", () => close(document.getElementById("dialog"), { force: true }));
