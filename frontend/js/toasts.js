// Notes at the top right, below the buttons of a page's head. The server sends them as elements or as the event "toast" in HX-Trigger.
import htmx from "htmx.org";
import { each, on, word } from "./dom.js";

const ICONS = { success: "circle-check", danger: "alert-circle", warning: "alert-triangle", info: "info-circle" };

/** Show a note. `undo` is an address to post to, `href` one to open. */
export function toast(text, { level = "info", undo = "", href = "", label = "" } = {}) {
  const list = document.getElementById("toasts");
  const shape = document.getElementById("toast-shape");
  if (!list || !shape || !text) return;
  const note = shape.content.firstElementChild.cloneNode(true);
  note.classList.add(`toast-${level}`);
  const use = note.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${ICONS[level] || ICONS.info}`));
  note.querySelector("[data-toast-text]").textContent = text;
  if (level === "danger") note.setAttribute("role", "alert");
  const close = note.querySelector("[data-toast-close]");
  if (undo) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-sm", textContent: word("undo") });
    button.setAttribute("hx-post", undo);
    button.setAttribute("hx-swap", "none");
    close.before(button);
  }
  if (href) {
    const link = document.createElement("a");
    Object.assign(link, { href, className: "btn btn-sm", textContent: label || word("open") });
    close.before(link);
  }
  list.append(note);
  htmx.process(note);
}

/** Above an open dialog, too, where the browser can. */
function raise(list) {
  if (!list?.showPopover) return;
  list.popover = "manual";
  if (list.matches(":popover-open")) list.hidePopover();
  list.showPopover();
}

each("[data-toast]", (note) => {
  raise(note.closest("#toasts"));
  // A refusal stays until it is read; a notice that came by itself waits in the bell, too.
  const leads = note.querySelector("a, [hx-post], form");
  const stays = leads ? 12000 : note.classList.contains("toast-danger") ? 0 : 5000;
  if (!stays) return;
  let timer;
  const leave = () => { timer = setTimeout(() => note.remove(), stays); };
  note.addEventListener("mouseenter", () => clearTimeout(timer));
  note.addEventListener("focusin", () => clearTimeout(timer));
  note.addEventListener("mouseleave", leave);
  leave();
});
on("click", "[data-toast-close], [data-toast] [hx-post]", (event, element) => {
  setTimeout(() => element.closest("[data-toast]").remove(), 0);
});
document.addEventListener("toast", ({ detail }) => toast(detail.text ?? detail.value, detail));
