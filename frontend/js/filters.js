// The filter builder: form[data-filter] holds rows of field, operator and value, cloned from a <template>.
import { each, on } from "./dom.js";

const NO_VALUE = new Set(["empty", "not_empty"]);

function valueField(old, kind, choices) {
  const list = kind === "choice" && choices ? document.getElementById(choices) : null;
  const field = document.createElement(list ? "select" : "input");
  field.name = old.name;
  field.className = list ? "form-select" : "form-control";
  field.setAttribute("aria-label", old.getAttribute("aria-label"));
  if (list) field.append(list.content.cloneNode(true));
  else field.type = { date: "date", number: "number" }[kind] || "text";
  if (kind === "number") field.step = "any";
  const had = old.dataset.value ?? old.value;
  if (had) field.value = had;
  return field;
}

function adapt(row) {
  const field = row.querySelector("[data-filter-field]");
  const operator = row.querySelector("[data-filter-op]");
  const { kind = "text", choices = "" } = field.selectedOptions[0]?.dataset ?? {};
  for (const option of operator.options) {
    const fits = !option.dataset.kinds || option.dataset.kinds.split(" ").includes(kind);
    option.hidden = option.disabled = !fits;
  }
  if (operator.selectedOptions[0]?.disabled) {
    operator.value = [...operator.options].find((option) => !option.disabled)?.value ?? "";
  }
  const [first, second] = row.querySelectorAll("[name=v], [name=v2]");
  if (row.dataset.kind !== kind + choices) {
    first.replaceWith(valueField(first, kind, choices));
    second.replaceWith(valueField(second, kind, choices));
    row.dataset.kind = kind + choices;
  }
  showValues(row);
}

function showValues(row) {
  const operator = row.querySelector("[data-filter-op]").value;
  // Hidden, never disabled: the four lists of the request must stay of one length.
  row.querySelector("[name=v]").hidden = NO_VALUE.has(operator);
  row.querySelector("[name=v2]").hidden = operator !== "between";
}

each("[data-filter-row]:not(template)", adapt);
on("change", "[data-filter-field]", (event, field) => {
  const row = field.closest("[data-filter-row]");
  for (const value of row.querySelectorAll("[name=v], [name=v2]")) value.value = "";
  adapt(row);
});
on("change", "[data-filter-op]", (event, field) => showValues(field.closest("[data-filter-row]")));
function add(form) {
  const row = form.querySelector("template[data-filter-row]").content.firstElementChild.cloneNode(true);
  form.querySelector("[data-filter-rows]").append(row);
  adapt(row);
  row.querySelector("[data-filter-field]").focus();
}

on("click", "[data-filter-add]", (event, button) => add(button.closest("[data-filter]")));
// An empty filter opens with its first condition.
document.addEventListener("toggle", ({ target }) => {
  const form = target.open ? target.querySelector("[data-filter]") : null;
  if (form && !form.querySelector("[data-filter-rows] [data-filter-row]")) add(form);
}, true);
on("click", "[data-filter-remove]", (event, button) => button.closest("[data-filter-row]").remove());
