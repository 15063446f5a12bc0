// Who else has this customer's page or form open: [data-presence="12"] shows it, the stream brings it, and this
// window says when its own person begins and ends to edit. Nothing is polled.
import { each, headers, on } from "./dom.js";

const url = document.querySelector("[data-here]")?.dataset.here;
const customer = document.querySelector("[data-presence]")?.dataset.presence;
export const key = (crypto.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`);
let company = [];
let said = false;
let turn = Promise.resolve();

function show(place) {
  if (place.dataset.presence !== customer) return;
  place.replaceChildren(...company.map(({ words, editing }) => {
    const tag = document.createElement("span");
    tag.className = editing ? "tag tag-orange" : "tag tag-line";
    tag.textContent = words;
    return tag;
  }));
}

function tell(values) {
  if (!url || !customer) return;
  const body = new URLSearchParams({ window: key, ...values });
  // One after another, or "ends" may overtake "begins". A hint that is lost is said again with the next change.
  const say = () => fetch(`${url}${customer}/`, { method: "POST", body, headers: headers(), keepalive: true }).catch(() => {});
  if (values.gone) say();
  else turn = turn.then(say);
}

/** Editing is a form open that says so, or words typed into the composer. */
function isEditing() {
  return Boolean(document.querySelector("form [data-presence], form.composer[data-dirty]"));
}

function look() {
  const now = isEditing();
  if (now === said) return;
  said = now;
  tell({ editing: now ? "1" : "0" });
}

if (customer) {
  document.addEventListener("company", ({ detail }) => {
    if (detail.topic !== `presence:${customer}`) return;
    company = detail.people;
    document.querySelectorAll("[data-presence]").forEach(show);
    // The stream came back, or another process forgot: say again what is still so.
    if (said) tell({ editing: "1" });
  });
  each("[data-presence]", (place) => {
    show(place);
    setTimeout(look, 0);
  });
  document.addEventListener("close", () => setTimeout(look, 0), true);
  on("input", "form.composer", () => setTimeout(look, 0));
  document.addEventListener("htmx:afterSwap", () => setTimeout(look, 0));
  addEventListener("pagehide", () => tell({ gone: "1" }));
}
