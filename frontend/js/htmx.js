// How answers are treated. A refusal is shown: as a fragment where the server sent one, as a toast where
// it sent a sentence.
import htmx from "htmx.org";
import { on, word } from "./dom.js";
import { ask } from "./dialogs.js";
import { toast } from "./toasts.js";

Object.assign(htmx.config, {
  allowEval: false,
  selfRequestsOnly: true,
  allowScriptTags: false,
  // An element means what it says itself; only the body hands its hx-headers down (hx-inherit).
  disableInheritance: true,
  includeIndicatorStyles: false,
  // Without "style": the content security policy forbids to set it as an attribute.
  attributesToSettle: ["class", "width", "height"],
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  defaultSettleDelay: 0,
  scrollIntoViewOnBoost: false,
  timeout: 30000,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "409|422", swap: true, error: true },
    { code: "...", swap: false, error: true },
  ],
});

const SENTENCE = "data-sentence";
// An answer with an element [data-sentence] is something to say, not something to swap.
const isFragment = (xhr) =>
  (xhr.getResponseHeader("Content-Type") || "").startsWith("text/html") && !xhr.responseText.includes(SENTENCE);

/** The sentence to show for a refused answer: the server's own, or one for its status. */
export function sentence(status, text, type = "", wait = null) {
  if (type.startsWith("text/plain") && text.trim()) return text.trim();
  if (type.startsWith("application/json")) {
    try {
      const { message } = JSON.parse(text);
      if (message) return message;
    } catch {
      // Not JSON after all: the general sentence follows.
    }
  }
  if (type.startsWith("text/html")) {
    const said = new DOMParser().parseFromString(text, "text/html").querySelector(`[${SENTENCE}]`);
    if (said) return said.textContent.trim();
  }
  if (status === 429) return word("error429", { seconds: wait || 60 });
  return word(`error${status}`) || word("error500");
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status >= 400 && detail.shouldSwap && !isFragment(detail.xhr)) detail.shouldSwap = false;
});
document.addEventListener("htmx:responseError", ({ detail: { xhr, requestConfig } }) => {
  // Nobody asked for a refresh that came by itself, so nobody wants to hear that it failed.
  if (requestConfig.triggeringEvent?.type === "live") return;
  if ([409, 422].includes(xhr.status) && isFragment(xhr)) return;
  const type = xhr.getResponseHeader("Content-Type") || "";
  toast(sentence(xhr.status, xhr.responseText, type, xhr.getResponseHeader("Retry-After")), { level: "danger" });
});
document.addEventListener("htmx:sendError", () => toast(word("offline"), { level: "danger" }));
document.addEventListener("htmx:timeout", () => toast(word("timeout"), { level: "danger" }));
document.addEventListener("htmx:confirm", (event) => {
  const { question, elt, issueRequest } = event.detail;
  if (!question) return;
  event.preventDefault();
  ask(question, elt.dataset).then((yes) => yes && issueRequest(true));
});
on("submit", "form[data-confirm]", (event, form) => {
  if (form.dataset.confirmed) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  ask(form.dataset.confirm, form.dataset).then((yes) => {
    if (!yes) return;
    form.dataset.confirmed = "1";
    form.requestSubmit(event.submitter);
    delete form.dataset.confirmed;
  });
});
