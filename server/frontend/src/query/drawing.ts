// Chart, timeline and map of an answer, drawn by Observable Plot; the network by hand. Loaded when first wanted.
//
// Plot puts a <style> into its drawings, which the policy of the pages refuses. It is taken out before a drawing
// becomes part of the page; its two rules are in query.css.
import * as Plot from "@observablehq/plot";
import { numberOf, pointOf, spanOf, type Column } from "./columns.js";
import { compact, count, make, page, say, textOf, type Row, type Term } from "./page.js";
import { readLabels } from "./terms.js";

export { network } from "./network.js";

const MOST_BARS = 60;
const MOST_DRAWN = 2000;
const MOST_SPANS = 150;
const LONGEST_LABEL = 40;
const SIGN_PIXELS = 7.5;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u30ff\uff01-\uff60]/u;

/** Returns what terms are called, shortened for a drawing. */
export async function namesOf(terms: (Term | undefined)[], longest = LONGEST_LABEL): Promise<(term: Term | undefined) => string> {
  const labels = await readLabels(terms.flatMap((term) => (term?.type === "uri" ? [textOf(term)] : [])));
  return (term) => {
    const text = term ? (labels.get(textOf(term))?.text ?? (term.type === "uri" ? compact(textOf(term)) : textOf(term))) : say("unbound");
    return fitting(text, longest);
  };
}

/** Returns a text with room for so many letters; a sign of Chinese or Japanese is as wide as two. */
function fitting(text: string, longest: number): string {
  let room = longest;
  const kept: string[] = [];
  for (const sign of text) {
    room -= WIDE.test(sign) ? 2 : 1;
    if (room < 0) return `${kept.slice(0, -1).join("")}…`;
    kept.push(sign);
  }
  return text;
}

interface Chosen { name: string; label: string; options: [value: string, text: string][] }

/** Returns choices above a drawing, which is drawn anew at each change. */
export function drawing(choices: Chosen[], draw: (chosen: Record<string, string>) => Promise<Drawn>): HTMLElement {
  const place = make("div", { class: "drawing" });
  const note = make("p", { class: "hint", role: "status" });
  const selects = choices.map(({ name, label, options }) => {
    const select = make("select", { name }, ...options.map(([value, text]) => make("option", { value, text })));
    return { name, select, shown: options.length > 1 ? make("label", {}, `${label} `, select) : null };
  });
  const redraw = async (): Promise<void> => {
    const { element, shown, all } = await draw(Object.fromEntries(selects.map(({ name, select }) => [name, select.value])));
    place.replaceChildren(element);
    note.textContent = shown < all ? say("drawn", { shown, all }) : say("sameInTable");
  };
  for (const { select } of selects) select.addEventListener("change", () => void redraw());
  void redraw();
  return make("div", {}, make("p", { class: "controls" }, ...selects.flatMap(({ shown }) => (shown ? [shown, " "] : []))), place, note);
}

function finish(plot: Element, label: string): Element {
  for (const style of plot.querySelectorAll("style")) style.remove();
  for (const part of plot.querySelectorAll("[aria-label], [aria-description]")) for (const name of ["aria-label", "aria-description"]) part.removeAttribute(name);
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", label);
  return plot;
}

const LOOKS = { className: "plot", style: { background: "none", color: "var(--ink)", fontFamily: "var(--text)", fontSize: "13px", overflow: "visible" } } as const;
const width = (): number => Math.max(280, Math.min(document.getElementById("answer")?.clientWidth ?? 900, 1000));
/** The room for names at the side of bars, and how many signs it holds. */
function side(): { marginLeft: number; longest: number } {
  const marginLeft = Math.min(Math.round(width() * 0.38), 290);
  return { marginLeft, longest: Math.floor((marginLeft - 10) / SIGN_PIXELS) };
}
const names = (columns: Column[]): [string, string][] => columns.map(({ name }) => [name, name]);

const ROWS = " rows"; // no variable has a space

export function chart(columns: Column[], rows: Row[]): HTMLElement {
  const kinds = new Map(columns.map(({ name, kind }) => [name, kind]));
  const numbers = columns.filter(({ kind }) => kind === "number");
  const others = columns.filter(({ kind }) => kind !== "number" && kind !== "point");
  const by = [...others.filter(({ kind }) => kind === "text"), ...others.filter(({ kind }) => kind !== "text"), ...numbers];
  return drawing(
    [
      { name: "x", label: say("x"), options: names(by) },
      { name: "y", label: say("y"), options: [...names(numbers), [ROWS, say("countOfRows")]] },
    ],
    async ({ x = "", y = ROWS }) => {
      const kind = kinds.get(x);
      if (y === ROWS) return bars(rows, x);
      return kind === "date" || kind === "number" ? points(rows, x, y, kind) : strip(rows, x, y);
    },
  );
}

/** Counts rows by a column. Values are never added up: they may be what rival sources say of one thing. */
async function bars(rows: Row[], x: string): Promise<Drawn> {
  const counts = new Map<string, { term: Term | undefined; n: number }>();
  for (const row of rows) {
    const key = JSON.stringify(row[x] ?? null);
    const found = counts.get(key) ?? { term: row[x], n: 0 };
    found.n += 1;
    counts.set(key, found);
  }
  const all = [...counts.values()].sort((a, b) => b.n - a.n);
  const shown = all.slice(0, MOST_BARS);
  const { marginLeft, longest } = side();
  const nameOf = await namesOf(shown.map(({ term }) => term), longest);
  const data = shown.map(({ term, n }, place) => ({ place, name: nameOf(term), n }));
  const plot = Plot.plot({
    ...across(data, marginLeft), x: { grid: true, label: say("countOfRows"), labelOffset: 40, tickFormat: whole },
    marks: [
      Plot.barX(data, { x: "n", y: "place", fill: "var(--accent)" }),
      Plot.text(data, { x: "n", y: "place", text: ({ n }: { n: number }) => n.toLocaleString(page.language), textAnchor: "start", dx: 4, fill: "currentColor" }),
      Plot.ruleX([0], { stroke: "currentColor" }),
    ],
  });
  return { element: finish(plot, `${say("chart")}: ${say("countOfRows")}, ${x}. ${count("row", rows.length)}`), shown: shown.length, all: all.length };
}

/** Shows each row's number beside the name of what it is said of. */
async function strip(rows: Row[], x: string, y: string): Promise<Drawn> {
  const numbered = rows.map((row) => ({ term: row[x], value: numberOf(row[y]) })).filter(({ value }) => Number.isFinite(value));
  const keys = [...new Map(numbered.map(({ term }) => [JSON.stringify(term ?? null), term]))].slice(0, MOST_BARS);
  const places = new Map(keys.map(([key], place) => [key, place]));
  const { marginLeft, longest } = side();
  const nameOf = await namesOf(keys.map(([, term]) => term), longest);
  const heads = keys.map(([, term], place) => ({ place, name: nameOf(term) }));
  const data = numbered.flatMap(({ term, value }) => { const place = places.get(JSON.stringify(term ?? null)); return place === undefined ? [] : [{ place, value, text: value.toLocaleString(page.language) }]; });
  const plot = Plot.plot({
    ...across(heads, marginLeft), x: { grid: true, label: y, labelOffset: 40, zero: true, tickFormat: whole },
    marks: [
      Plot.ruleY(heads, { y: "place", stroke: "var(--line)" }),
      Plot.dot(data, { x: "value", y: "place", r: 5, fill: "var(--accent)", fillOpacity: 0.65, stroke: "var(--paper)", title: "text" }),
    ],
  });
  return { element: finish(plot, `${say("chart")}: ${y}, ${x}. ${count("row", data.length)}`), shown: data.length, all: rows.length };
}

interface Drawn { element: Element; shown: number; all: number }

/** Returns the frame of a drawing with a name at the side of each line. */
function across(heads: { place: number; name: string }[], marginLeft: number): Plot.PlotOptions {
  return {
    ...LOOKS, width: width(), marginLeft, marginRight: 60, marginBottom: 50, height: 75 + heads.length * 24,
    y: { type: "band", label: null, domain: heads.map(({ place }) => place), tickFormat: (place: number) => heads[place]?.name ?? "", tickSize: 0 },
  };
}

/** Spells the whole numbers at an axis, and no others. */
const whole = (n: number): string => (Number.isInteger(n) ? n.toLocaleString(page.language, { notation: Math.abs(n) >= 10_000 ? "compact" : "standard" }) : n.toLocaleString(page.language));

async function points(rows: Row[], x: string, y: string, kind: "date" | "number"): Promise<Drawn> {
  const at = (row: Row): Date | number | undefined => (kind === "number" ? numberOf(row[x]) : spanOf(row[x])?.start);
  const data = rows.map((row) => ({ x: at(row), y: numberOf(row[y]) })).filter((point) => point.x !== undefined && Number.isFinite(point.y));
  const shown = data.slice(0, MOST_DRAWN);
  const plot = Plot.plot({
    ...LOOKS, width: width(), height: 400, marginLeft: 70, marginRight: 30, marginBottom: 55,
    x: { label: x, labelOffset: 48, ...(kind === "date" ? { type: "utc" as const } : {}) },
    y: { label: y, grid: true, zero: true, tickFormat: (n: number) => n.toLocaleString(page.language) },
    marks: [Plot.dot(shown, { x: "x", y: "y", r: 5, fill: "var(--accent)", fillOpacity: 0.7, stroke: "var(--paper)" }), Plot.ruleY([0], { stroke: "currentColor" })],
  });
  return { element: finish(plot, `${say("chart")}: ${y}, ${x}. ${count("row", data.length)}`), shown: shown.length, all: rows.length };
}

export function timeline(columns: Column[], rows: Row[]): HTMLElement {
  const dates = columns.filter(({ kind }) => kind === "date");
  const labels = columns.filter(({ kind }) => kind === "text" || kind === "iri");
  return drawing(
    [
      { name: "date", label: say("date"), options: names(dates) },
      { name: "label", label: say("groupBy"), options: names([...labels.filter(({ kind }) => kind === "text"), ...labels.filter(({ kind }) => kind === "iri")]) },
    ],
    async ({ date = "", label = "" }) => {
      const dated = rows.flatMap((row) => { const span = spanOf(row[date]); return span ? [{ row, span }] : []; });
      const unique = [...new Map(dated.map((found) => [JSON.stringify([found.row[date], found.row[label]]), found])).values()];
      unique.sort((a, b) => a.span.start.getTime() - b.span.start.getTime());
      const shown = unique.slice(0, MOST_SPANS);
      const { marginLeft, longest } = side();
      const nameOf = await namesOf(shown.map(({ row }) => row[label]), longest);
      const first = Math.min(...shown.map(({ span }) => span.start.getTime()));
      const last = Math.max(...shown.map(({ span }) => span.end.getTime()));
      const data = shown.map(({ row, span }, place) => ({
        place, start: span.isOpen === "start" ? new Date(first) : span.start, end: span.isOpen === "end" ? new Date(last) : span.end, name: label ? nameOf(row[label]) : "", text: span.text, isUnsure: /[~?%X]|\.\./.test(span.text),
      }));
      const plot = Plot.plot({
        ...across(data, marginLeft), marginRight: 100, marginBottom: 10,
        x: { type: "utc", grid: true, label: null, axis: "top" },
        marks: [
          Plot.barX(data, { x1: "start", x2: "end", y: "place", fill: "var(--accent)", fillOpacity: ({ isUnsure }: { isUnsure: boolean }) => (isUnsure ? 0.35 : 1), stroke: "var(--accent)", strokeWidth: 2, insetTop: 3, insetBottom: 3, rx: 2 }),
          Plot.text(data, { x: "end", y: "place", text: "text", textAnchor: "start", dx: 6, fill: "currentColor" }),
        ],
      });
      return { element: finish(plot, `${say("timeline")}: ${date}. ${count("row", data.length)}`), shown: shown.length, all: unique.length };
    },
  );
}

export function map(columns: Column[], rows: Row[]): HTMLElement {
  const places = columns.filter(({ kind }) => kind === "point");
  const labels = columns.filter(({ kind }) => kind === "text" || kind === "iri");
  return drawing(
    [
      { name: "point", label: say("point"), options: names(places) },
      { name: "label", label: say("groupBy"), options: names([...labels.filter(({ kind }) => kind === "text"), ...labels.filter(({ kind }) => kind === "iri")]) },
    ],
    async ({ point = "", label = "" }) => {
      const found = new Map<string, { at: [number, number]; term: Term | undefined; n: number }>();
      for (const row of rows) {
        const at = pointOf(row[point]);
        if (!at) continue;
        const key = at.join(" ");
        const known = found.get(key);
        if (known) known.n += 1;
        else found.set(key, { at, term: row[label], n: 1 });
      }
      const all = [...found.values()].sort((a, b) => b.n - a.n);
      const shown = all.slice(0, MOST_DRAWN);
      const nameOf = await namesOf(shown.map(({ term }) => term));
      const data = shown.map(({ at, term, n }) => ({ longitude: at[0], latitude: at[1], name: label ? nameOf(term) : "", n }));
      const [{ default: world }, { feature }] = await Promise.all([import("world-atlas/land-50m.json"), import("topojson-client")]);
      const plot = Plot.plot({
        ...LOOKS, width: width(), height: Math.round(width() * 0.7), projection: { type: "mercator", domain: around(data.map(({ longitude, latitude }) => [longitude, latitude])), inset: 30 }, r: { range: [4, 14] },
        marks: [
          Plot.frame({ stroke: "var(--line)" }),
          Plot.geo(feature(world, world.objects.land) as unknown as Plot.Data, { fill: "var(--accent-soft)", stroke: "var(--soft)", strokeWidth: 0.7 }),
          Plot.dot(data, { x: "longitude", y: "latitude", r: "n", fill: "var(--accent)", fillOpacity: 0.75, stroke: "var(--paper)", title: "name" }),
          Plot.text(apart(data), { x: "longitude", y: "latitude", text: "name", dy: -12, fill: "currentColor", stroke: "var(--paper)", strokeWidth: 4 }),
        ],
      });
      return { element: finish(plot, `${say("map")}: ${point}. ${count("row", data.length)}`), shown: shown.length, all: all.length };
    },
  );
}

interface Placed { longitude: number; latitude: number; name: string }

/** Returns those places whose names have room beside the names before them. */
function apart<P extends Placed>(places: P[]): P[] {
  const extent = (values: number[]): number => Math.max(...values) - Math.min(...values) + 2;
  const [wide, high] = [extent(places.map(({ longitude }) => longitude)), extent(places.map(({ latitude }) => latitude))];
  const share = Math.max(1, 1000 / width());
  const kept: P[] = [];
  for (const place of places) {
    const isFree = kept.every((other) => Math.abs(other.longitude - place.longitude) > 0.1 * share * wide || Math.abs(other.latitude - place.latitude) > 0.035 * share * high);
    if (isFree) kept.push(place);
  }
  return kept;
}

/** Returns the corners around points, at least a degree apart: a single place has surroundings, too. */
function around(points: [number, number][]): Plot.ProjectionOptions["domain"] {
  const longitudes = points.map(([longitude]) => longitude);
  const latitudes = points.map(([, latitude]) => latitude);
  const [west, east] = [Math.min(...longitudes) - 1, Math.max(...longitudes) + 1];
  const [south, north] = [Math.max(Math.min(...latitudes) - 1, -80), Math.min(Math.max(...latitudes) + 1, 80)];
  return { type: "MultiPoint", coordinates: [[west, south], [east, north], [west, north], [east, south]] } as unknown as Plot.ProjectionOptions["domain"];
}
