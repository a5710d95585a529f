// What the columns of an answer hold, which decides how it can be drawn and how it is sorted.
import { textOf, type Row, type Term } from "./page.js";

export type Kind = "number" | "date" | "point" | "iri" | "text";
export interface Column { name: string; kind: Kind }

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt", "unsignedLong"].map((name) => XSD + name));
const DATES = new Set([...["date", "dateTime", "gYear", "gYearMonth"].map((name) => XSD + name), ...["EDTF", "EDTF-level0", "EDTF-level1", "EDTF-level2"].map((name) => `http://id.loc.gov/datatypes/edtf/${name}`)]);
const WKT = "http://www.opengis.net/ont/geosparql#wktLiteral";

function kindOf(term: Term): Kind {
  if (term.type === "uri") return "iri";
  if (term.datatype === WKT) return "point";
  if (term.datatype && NUMBERS.has(term.datatype)) return "number";
  if (term.datatype && DATES.has(term.datatype)) return "date";
  return "text";
}

/** Returns the columns, each by what most of its terms are: a number may be unknown, which is an IRI. */
export function columnsOf(names: string[], rows: Row[]): Column[] {
  return names.map((name) => {
    const counts = new Map<Kind, number>();
    for (const row of rows) if (row[name]) counts.set(kindOf(row[name]), (counts.get(kindOf(row[name])) ?? 0) + 1);
    const [most] = [...counts].sort((a, b) => b[1] - a[1]);
    return { name, kind: most?.[0] ?? "text" };
  });
}

export const numberOf = (term: Term | undefined): number => (term ? Number(textOf(term).replace(/^\+?INF$/, "Infinity").replace("-INF", "-Infinity")) : NaN);

/** Returns a comparison of rows by a column: numbers by size, the rest as people of the language order it; unbound last. */
export function byColumn({ name, kind }: Column, language: string, isDescending: boolean, shown: (term: Term) => string): (a: Row, b: Row) => number {
  const collator = new Intl.Collator(language, { numeric: true });
  const sign = isDescending ? -1 : 1;
  return (a, b) => {
    const [left, right] = [a[name], b[name]];
    if (!left || !right) return Number(!left) - Number(!right);
    if (kind === "number") {
      const [first, second] = [numberOf(left), numberOf(right)];
      const known = Number(Number.isNaN(first)) - Number(Number.isNaN(second));
      if (known) return known;
      if (!Number.isNaN(first)) return sign * (first - second || 0);
    }
    return sign * collator.compare(shown(left), shown(right));
  };
}

/** From the first day to the day after the last; an end that is open is where the other one is known. */
export interface Span { start: Date; end: Date; text: string; isOpen: "start" | "end" | null }

const DAY = 86_400_000;

/** Returns what a date or EDTF covers, from its first day to the day after its last; `null` where it cannot be drawn. */
export function spanOf(term: Term | undefined): Span | null {
  if (!term) return null;
  const text = textOf(term);
  const [first = "", last] = text.split("/");
  const start = bounds(first);
  const end = last === undefined ? start : bounds(last);
  if (!start && !end) return null;
  const from = (start ?? end)?.[0];
  const to = (end ?? start)?.[1];
  const isOpen = last === undefined ? null : !start ? "start" : !end ? "end" : null;
  return from && to && from <= to ? { start: from, end: to, text, isOpen } : null;
}

function bounds(part: string): [Date, Date] | null {
  const found = /^(-?\d{1,4}|\d{2}XX|\d{3}X)(?:-(\d\d|XX))?(?:-(\d\d|XX))?/.exec(part.replace(/[~?%]/g, ""));
  if (!found) return null;
  const [, year = "", month, day] = found;
  const earliest = Number(year.replaceAll("X", "0"));
  const latest = Number(year.replaceAll("X", "9"));
  if (!month || month === "XX") return [utc(earliest, 0, 1), utc(latest + 1, 0, 1)];
  if (Number(month) > 12) return season(earliest, Number(month));
  if (!day || day === "XX") return [utc(earliest, Number(month) - 1, 1), utc(earliest, Number(month), 1)];
  const at = utc(earliest, Number(month) - 1, Number(day));
  return [at, new Date(at.getTime() + DAY)];
}

/** EDTF level 1 counts seasons from 21, spring. */
function season(year: number, code: number): [Date, Date] | null {
  const first = [2, 5, 8, 11][code - 21];
  return first === undefined ? [utc(year, 0, 1), utc(year + 1, 0, 1)] : [utc(year, first, 1), utc(year, first + 3, 1)];
}

function utc(year: number, month: number, day: number): Date {
  const date = new Date(Date.UTC(2000, month, day));
  date.setUTCFullYear(date.getUTCFullYear() - 2000 + year);
  return date;
}

/** Returns the first position of a WKT literal. */
export function pointOf(term: Term | undefined): [number, number] | null {
  const found = term && /(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)/.exec(textOf(term).replace(/^<[^>]*>/, ""));
  return found ? [Number(found[1]), Number(found[2])] : null;
}
