// Live updates. [data-live="/events/"] names the stream; a message {"topic": "customer:12", "text": "..."}
// sends the event "live" to every [data-live-for="customer:12"] (hx-trigger="live") and shows the text.
import { key } from "./presence.js";
import { toast } from "./toasts.js";

const place = document.querySelector("[data-live]")?.dataset.live;
// A page that shows who else is there says which window it is.
const url = place && document.querySelector("[data-presence]") ? `${place}&window=${key}` : place;
let stream = null;
let sleep = null;

function tell({ topic = "", text = "", href = "", level = "info", people = null }) {
  if (people) document.dispatchEvent(new CustomEvent("company", { detail: { topic, people } }));
  const wanted = [...document.querySelectorAll("[data-live-for]")]
    .filter((part) => part.dataset.liveFor.split(" ").some((name) => name === topic || name === topic.split(":")[0]));
  for (const part of wanted) part.dispatchEvent(new CustomEvent("live", { detail: { topic } }));
  if (text) toast(text, { level, href });
}

function start() {
  clearTimeout(sleep);
  if (stream || !url) return;
  stream = new EventSource(url);
  stream.addEventListener("message", ({ data }) => {
    try {
      tell(JSON.parse(data));
    } catch {
      // A damaged message is not worth a word to the user; the next page load has the truth.
    }
  });
}

function stop() {
  stream?.close();
  stream = null;
}

if (url) {
  start();
  // A browser allows six connections to one host; a hidden page gives its own back after a minute.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) sleep = setTimeout(stop, 60000);
    else start();
  });
  addEventListener("pagehide", stop);
  addEventListener("pageshow", start);
}
