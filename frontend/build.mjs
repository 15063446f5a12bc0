// Bundles what the browser loads into genjin/web/shell/static/dist: main.js, theme.js, charts.js, main.css, icons.svg.
import { mkdir, readFile, writeFile, readdir, rm } from "node:fs/promises";
import { watch } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync, brotliCompressSync } from "node:zlib";
import esbuild from "esbuild";
import { PurgeCSS } from "purgecss";

const here = path.dirname(fileURLToPath(import.meta.url));
const web = path.join(here, "../genjin/web");
const out = path.join(web, "shell/static/dist");
// Company computers and chat apps carry browsers that are years old.
const target = ["chrome90", "edge90", "firefox90", "safari15"];
const options = { bundle: true, minify: true, target, legalComments: "none", outdir: out, logLevel: "warning" };

async function scripts() {
  await esbuild.build({ ...options, entryPoints: ["main.js", "theme.js", "charts.js"], format: "iife", absWorkingDir: here });
}

// What page authors may count on without a rebuild; anything else of Tabler stays when a page names it.
const kept = [
  /^(btn|badge|alert|card|table|form|input|nav|row|col|g|gx|gy|d|m[tbsexy]?|p[tbsexy]?|gap|text|bg|border|rounded)(-|$)/,
  /^(flex|justify|align|order|w|h|mw|fw|fs|lh|position|float|overflow|opacity|shadow|visually|list|dropdown)(-|$)/,
  /^(progress|avatar|breadcrumb|pagination|page-item|page-link|datagrid|placeholder|spinner|steps?|divide|is|was|active|disabled|show|container)(-|$)/,
];
const dropped =
  /(facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler)(?![a-z-]*url)|marketing|payment|flag-|carousel|offcanvas|accordion|-xxl-|apexcharts|fullcalendar|jvm-|noUi|litepicker|plyr|dropzone|fslightbox|coloris|tinymce|\.tox/;

async function stylesheet(entry, minify) {
  const built = await esbuild.build({ ...options, minify, entryPoints: [entry], absWorkingDir: here, write: false });
  return built.outputFiles[0].text;
}

async function styles() {
  const [vendor, own] = await Promise.all([stylesheet("css/vendor.css", false), stylesheet("main.css", true)]);
  const [cut] = await new PurgeCSS().purge({
    content: [path.join(web, "**/*.html"), path.join(web, "**/*.py"), path.join(here, "js/*.js")],
    css: [{ raw: vendor }],
    safelist: { standard: kept, greedy: [/^ts-/, /^tomselected/] },
    blocklist: [dropped],
    keyframes: true,
  });
  const { code } = await esbuild.transform(cut.css, { loader: "css", minify: true, target, legalComments: "none" });
  await writeFile(path.join(out, "main.css"), code + own);
}

async function iconsInTemplates() {
  const files = (await readdir(web, { recursive: true })).filter((name) => name.endsWith(".html"));
  const texts = await Promise.all(files.map((name) => readFile(path.join(web, name), "utf8")));
  return texts.flatMap((text) => [...text.matchAll(/{% icon "([a-z0-9-]+)"/g)].map(([, name]) => name));
}

async function icons() {
  const lines = (await readFile(path.join(here, "icons.txt"), "utf8")).split("\n");
  const listed = lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  const names = [...new Set([...listed, ...(await iconsInTemplates())])].sort();
  const symbols = await Promise.all(names.map(async (name) => {
    const filled = name.endsWith("-filled");
    const file = `node_modules/@tabler/icons/icons/${filled ? "filled" : "outline"}/${name.replace("-filled", "")}.svg`;
    const svg = await readFile(path.join(here, file), "utf8");
    const paths = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace("</svg>", "")
      .replace(/\s*<path stroke="none" d="M0 0h24v24H0z" fill="none" \/>/, "").replace(/\s*\n\s*/g, "");
    const paint = filled ? ' fill="currentColor" stroke="none"' : "";
    return `<symbol id="${name}" viewBox="0 0 24 24"${paint}>${paths}</symbol>`;
  }));
  await writeFile(path.join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function build() {
  await mkdir(out, { recursive: true });
  await Promise.all([scripts(), styles(), icons()]);
}

async function report() {
  for (const name of (await readdir(out)).sort()) {
    const data = await readFile(path.join(out, name));
    const kb = (bytes) => `${(bytes.length / 1024).toFixed(1)} kB`.padStart(9);
    console.log(name.padEnd(10), kb(data), "gzip", kb(gzipSync(data, { level: 9 })), "brotli", kb(brotliCompressSync(data)));
  }
}

await rm(out, { recursive: true, force: true });
await build();
await report();
if (process.argv.includes("--watch")) {
  let timer;
  const again = () => { clearTimeout(timer); timer = setTimeout(() => build().catch(console.error), 100); };
  for (const folder of [here, path.join(here, "js"), path.join(here, "css")]) watch(folder, again);
}
