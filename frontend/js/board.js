// The board: a card dropped on a list is posted to its own address with the list's stage. A refusal puts it
// back and says why; a refusal with a form (a gate that wants evidence) opens it.
import htmx from "htmx.org";
import Sortable from "sortablejs/modular/sortable.core.esm.js";
import { each, headers, word } from "./dom.js";
import { sentence } from "./htmx.js";
import { toast } from "./toasts.js";

function recount(list, step) {
  const badge = list.closest(".board-column").querySelector("[data-board-count]");
  if (badge && /^\d+$/.test(badge.textContent)) badge.textContent = Number(badge.textContent) + step;
}

function put(card, from, to, index) {
  to.insertBefore(card, to.children[index] ?? null);
  recount(from, -1);
  recount(to, 1);
}

async function send(card, stage) {
  const body = new URLSearchParams({ stage, version: card.dataset.version ?? "" });
  const answer = await fetch(card.dataset.url, { method: "POST", headers: headers(), body });
  return { ok: answer.ok, status: answer.status, type: answer.headers.get("Content-Type") ?? "",
    wait: answer.headers.get("Retry-After"), text: await answer.text() };
}

async function drop({ item: card, from, to, oldIndex }) {
  if (from === to) return;
  recount(from, -1);
  recount(to, 1);
  card.classList.add("is-saving");
  const answer = await send(card, to.dataset.stage).catch(() => null);
  card.classList.remove("is-saving");
  if (answer?.ok) {
    if (answer.type.startsWith("text/html") && answer.text.trim()) {
      htmx.swap(card, answer.text, { swapStyle: "outerHTML" });
    }
    return;
  }
  put(card, to, from, oldIndex);
  if (!answer) toast(word("offline"), { level: "danger" });
  else if (answer.status === 422 && answer.type.startsWith("text/html") && !answer.text.includes("data-sentence")) {
    htmx.swap("#dialog-body", answer.text, { swapStyle: "innerHTML" });
  } else toast(sentence(answer.status, answer.text, answer.type, answer.wait), { level: "danger" });
}

each("[data-board] .board-list", (list) => {
  Sortable.create(list, {
    group: "board", animation: 120, draggable: ".board-card[data-url]", ghostClass: "is-ghost",
    delay: 150, delayOnTouchOnly: true, sort: false, onEnd: drop,
  });
});
