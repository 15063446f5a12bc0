// Charts of figures, loaded only where a page shows some: <div class="chart" data-chart='{"kind": ..., "labels": [...], "series": [...]}'>.
// kinds: bar, line, ranking (bars lying), funnel, heat. Each mark opens the address given for it in `urls`.
import * as echarts from "echarts/core";
import { BarChart, FunnelChart, HeatmapChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  BarChart, FunnelChart, HeatmapChart, LineChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent,
  CanvasRenderer,
]);

const drawn = new Map();

/** A colour or font of the theme in force. */
function paint(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Type in pixels: half as large again before a meeting room. */
function size(pixels) {
  return document.fullscreenElement ? Math.round(pixels * 1.5) : pixels;
}

function palette() {
  return ["--blue", "--green", "--orange", "--cyan", "--indigo", "--teal", "--red"].map(paint);
}

function show(value, unit) {
  if (value === null || value === undefined) return "";
  if (unit === "share") return `${(value * 100).toFixed(1)}%`;
  return Number(value).toLocaleString(document.documentElement.lang, { maximumFractionDigits: unit === "yuan" ? 2 : 1 });
}

function short(value, unit) {
  if (unit === "share") return `${Math.round(value * 100)}%`;
  if (document.documentElement.lang.startsWith("zh") && Math.abs(value) >= 10000) return `${Number((value / 10000).toFixed(1))}万`;
  return Number(value).toLocaleString();
}

function base(spec) {
  return {
    color: palette(),
    textStyle: { fontSize: size(12), fontFamily: getComputedStyle(document.body).fontFamily, color: paint("--ink") },
    aria: { enabled: true },
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    tooltip: {
      renderMode: "richText", confine: true, backgroundColor: paint("--surface"), borderColor: paint("--line"),
      textStyle: { color: paint("--ink"), fontSize: size(13) }, valueFormatter: (value) => show(value, spec.unit),
    },
  };
}

function axis(spec, labels, lying) {
  const soft = { color: paint("--soft"), fontSize: size(12) };
  const names = {
    type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: paint("--line") } },
    axisLabel: { ...soft, hideOverlap: true, ...(lying ? { width: size(110), overflow: "truncate" } : {}) }, inverse: lying,
  };
  const values = {
    type: "value", axisLabel: { ...soft, hideOverlap: true, formatter: (value) => short(value, spec.unit) }, splitLine: { lineStyle: { color: paint("--line") } },
    minInterval: spec.unit === "count" ? 1 : 0,
  };
  return lying ? { xAxis: values, yAxis: names } : { xAxis: names, yAxis: values };
}

function points(series) {
  return series.values.map((value, place) => ({ value, url: series.urls?.[place] }));
}

function heat(spec, cells, label) {
  return {
    type: "heatmap", data: cells.map((cell) => ({ value: [cell.x, cell.y, cell.value ?? 0], shown: cell.value, note: cell.note, url: cell.url })),
    label: { show: true, fontSize: size(11), ...label }, itemStyle: { borderColor: paint("--surface"), borderWidth: 2, borderRadius: 3 },
  };
}

const KINDS = {
  bar: (spec) => ({
    ...axis(spec, spec.labels, false), tooltip: { trigger: "axis" },
    series: spec.series.map((one) => ({ type: "bar", name: one.name, data: points(one), barMaxWidth: 32, itemStyle: { borderRadius: [3, 3, 0, 0] } })),
  }),
  line: (spec) => ({
    ...axis(spec, spec.labels, false), tooltip: { trigger: "axis" },
    series: spec.series.map((one) => ({ type: "line", name: one.name, data: points(one), smooth: 0.2, symbolSize: 7, connectNulls: false })),
  }),
  ranking: (spec) => ({
    ...axis(spec, spec.labels, true), tooltip: { trigger: "item" },
    series: spec.series.map((one) => ({
      type: "bar", name: one.name, data: points(one), barMaxWidth: 18, itemStyle: { borderRadius: [0, 3, 3, 0] },
      label: { show: true, position: "right", fontSize: size(12), color: paint("--ink"), formatter: ({ value }) => show(value, spec.unit) },
    })),
  }),
  funnel: (spec) => ({
    color: ["--grey", "--cyan", "--blue", "--indigo", "--green", "--teal"].map(paint), tooltip: { trigger: "item" },
    series: [{
      type: "funnel", left: "4%", width: "62%", top: 8, bottom: 8, minSize: "6%", sort: "none", gap: 3, itemStyle: { borderWidth: 0 }, labelLine: { length: 16, lineStyle: { color: paint("--line-strong") } },
      label: { position: "right", color: paint("--ink"), fontSize: size(13), formatter: ({ name, value }) => `${name}  ${show(value, spec.unit)}` },
      data: spec.labels.map((name, place) => ({ name, value: spec.series[0].values[place], url: spec.series[0].urls?.[place] })),
    }],
  }),
  heat: (spec) => ({
    tooltip: { trigger: "item", formatter: ({ data }) => `${spec.rows[data.value[1]]} · ${spec.labels[data.value[0]]}: ${[show(data.shown, spec.unit), data.note].filter(Boolean).join(" · ")}` },
    xAxis: { type: "category", data: spec.labels, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: paint("--soft"), fontSize: size(12) }, splitArea: { show: false } },
    yAxis: { type: "category", data: spec.rows, inverse: true, axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: paint("--soft"), fontSize: size(12), width: size(90), overflow: "truncate" } },
    visualMap: {
      show: false, dimension: 2, min: 0, max: Math.max(spec.unit === "share" ? 0.01 : 1, ...spec.cells.map((cell) => cell.value ?? 0)),
      inRange: { color: [paint("--blue-soft"), paint("--heat")] }, seriesIndex: 0,
    },
    series: [
      heat(spec, spec.cells.filter((cell) => cell.value !== null), { color: paint("--ink"), formatter: ({ data }) => short(data.shown, spec.unit) }),
      // Too few to say anything: no colour, a dash.
      { ...heat(spec, spec.cells.filter((cell) => cell.value === null), { color: paint("--soft"), formatter: "·" }), itemStyle: { color: paint("--raised"), borderColor: paint("--surface"), borderWidth: 2 } },
    ],
  }),
};

function draw(element) {
  const spec = JSON.parse(element.dataset.chart);
  const chart = drawn.get(element) || echarts.init(element);
  const own = KINDS[spec.kind](spec);
  const common = base(spec);
  chart.setOption({
    ...common, grid: { left: 8, right: spec.kind === "ranking" ? size(72) : 16, top: spec.series?.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
    legend: spec.series?.length > 1 ? { top: 4, textStyle: { color: paint("--soft") } } : undefined,
    ...own, tooltip: { ...common.tooltip, ...own.tooltip },
  }, true);
  if (!drawn.has(element)) {
    chart.on("click", ({ data }) => { if (data?.url) window.location.assign(data.url); });
    new ResizeObserver(() => chart.resize()).observe(element);
  }
  drawn.set(element, chart);
}

function drawAll() {
  document.querySelectorAll("[data-chart]").forEach(draw);
}

drawAll();
document.addEventListener("fullscreenchange", drawAll);
new MutationObserver(drawAll).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });

document.addEventListener("click", ({ target }) => {
  const picture = target.closest("[data-chart-picture]");
  if (picture) {
    const element = document.getElementById(picture.dataset.chartPicture);
    const link = document.createElement("a");
    link.href = drawn.get(element).getDataURL({ pixelRatio: 2, backgroundColor: paint("--surface") });
    link.download = `${picture.dataset.name}.png`;
    link.click();
  }
  if (target.closest("[data-full-screen]")) {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.querySelector("#page").requestFullscreen();
  }
});
