// Pickers that search: select[data-picker] over its own options, data-picker-url over the server's.
import TomSelect from "tom-select/dist/esm/tom-select.js";
import { each, headers, word } from "./dom.js";

async function search(url, query) {
  const address = new URL(url, location.href);
  address.searchParams.set("q", query);
  const answer = await fetch(address, { headers: { ...headers(), Accept: "application/json" } });
  return answer.ok ? (await answer.json()).items : [];
}

function line(item, escape) {
  const note = item.note ? `<span class="picker-note">${escape(item.note)}</span>` : "";
  return `<div>${escape(item.text)}${note}</div>`;
}

each("select[data-picker], select[data-picker-url]", (select) => {
  const url = select.dataset.pickerUrl;
  new TomSelect(select, {
    maxOptions: 200,
    allowEmptyOption: true,
    hidePlaceholder: true,
    searchField: url ? [] : ["text", "note", "keys"],
    valueField: url ? "id" : "value",
    labelField: "text",
    placeholder: select.dataset.placeholder || word("choose"),
    closeAfterSelect: !select.multiple,
    create: select.hasAttribute("data-picker-create"),
    loadThrottle: 200,
    load: url ? (query, done) => search(url, query).then(done, () => done()) : null,
    preload: url ? "focus" : false,
    render: {
      option: line,
      no_results: () => `<div class="no-results">${word("nothing")}</div>`,
      option_create: (data, escape) => `<div class="create">+ ${escape(data.input)}</div>`,
    },
  });
});
