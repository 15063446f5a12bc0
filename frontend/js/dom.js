// Three small tools that every module shares.
import htmx from "htmx.org";

/** The sentences of the page, translated by the server: <template id="words" data-offline="...">. */
export function word(key, values = {}) {
  const text = document.getElementById("words")?.dataset[key] ?? "";
  return Object.entries(values).reduce((line, [name, value]) => line.replace(`{${name}}`, value), text);
}

/** Listen on the document for an event whose target lies in `selector`. */
export function on(type, selector, handle) {
  document.addEventListener(type, (event) => {
    const element = event.target instanceof Element ? event.target.closest(selector) : null;
    if (element) handle(event, element);
  });
}

/** Run `setUp` once for every element matching `selector`, now and after each swap. */
export function each(selector, setUp) {
  htmx.onLoad((root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      const mark = `ready:${selector}`;
      if (element[mark]) continue;
      element[mark] = true;
      setUp(element);
    }
  });
}

/** The headers of a request of our own: what htmx itself would send. */
export function headers() {
  return { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers") || "{}") };
}

/** Local storage that may be full or forbidden. */
export const memory = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, value);
    } catch {
      // Without storage the page works; it only forgets.
    }
  },
  keys() {
    try {
      return Object.keys(localStorage);
    } catch {
      return [];
    }
  },
};
