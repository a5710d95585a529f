// What the editor suggests: names of the ontology and vocabularies, things of the graph, variables, keywords.
import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import { make, page, say } from "./page.js";
import { best, readVocabulary, type Known } from "./terms.js";

const KEYWORDS = (
  "SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK FROM NAMED WHERE PREFIX BASE OPTIONAL UNION FILTER MINUS GRAPH BIND AS VALUES EXISTS NOT IN " +
  "ORDER BY ASC DESC GROUP HAVING LIMIT OFFSET COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI BNODE " +
  "COALESCE IF STRLEN SUBSTR UCASE LCASE STRSTARTS STRENDS CONTAINS STRBEFORE STRAFTER CONCAT REPLACE REGEX YEAR MONTH DAY NOW ISIRI ISLITERAL"
).split(" ");
const MOST = 60;
const SHORTEST_SUGGESTED = 2;

interface Suggested { href: string; name: string; kindLabel: string }

/** Returns where a PREFIX line is missing that a name needs, and its text. */
export function declaration(text: string, prefix: string): { from: number; insert: string } | null {
  const namespace = page.prefixes[prefix];
  if (namespace === undefined || new RegExp(`\\bPREFIX\\s+${prefix}:`, "i").test(text)) return null;
  const comments = /^(?:[ \t]*#.*(?:\n|$)|[ \t]*\n)*/.exec(text)?.[0].length ?? 0;
  return { from: comments, insert: `PREFIX ${prefix}: <${namespace}>\n` };
}

/** Puts a name in place of what was typed, and declares its prefix. */
function apply(view: EditorView, completion: Completion, from: number, to: number): void {
  const missing = declaration(view.state.doc.toString(), completion.label.split(":", 1)[0] ?? "");
  const shift = missing && missing.from <= from ? missing.insert.length : 0;
  view.dispatch({
    changes: [...(missing ? [missing] : []), { from, to, insert: completion.label }],
    selection: { anchor: from + shift + completion.label.length },
    userEvent: "input.complete",
  });
}

function option(known: Known): Completion {
  const label = best(known.labels);
  const definition = best(known.definitions);
  return {
    label: known.name,
    type: known.kind,
    apply,
    ...(label ? { detail: label.text } : {}),
    ...(definition ? { info: () => make("p", { lang: definition.language, text: definition.text }) } : {}),
  };
}

function fits(known: Known, typed: string): boolean {
  const folded = typed.toLowerCase();
  if (known.name.toLowerCase().includes(folded)) return true;
  return Object.values(known.labels ?? {}).some((label) => label.toLowerCase().includes(folded));
}

/** Orders what begins as typed before what has it inside. */
function ranked(found: Known[], typed: string): Completion[] {
  const begins = (known: Known): number => (known.name.slice(known.name.indexOf(":") + 1).toLowerCase().startsWith(typed.toLowerCase()) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b) || a.name.localeCompare(b.name)).slice(0, MOST).map(option);
}

export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const typed = context.matchBefore(/[?$][\w]*|[\p{L}][\w-]*:[\p{L}\p{N}._-]*|[\p{L}]\w*/u);
  if (!typed && !context.explicit) return null;
  const text = typed?.text ?? "";
  const from = typed?.from ?? context.pos;
  if (/^[?$]/.test(text)) return { from, options: variables(context), validFor: /^[?$]\w*$/ };
  const [prefix = "", local] = text.split(/:(.*)/s);
  const vocabulary = await readVocabulary();
  const kind = vocabulary.entities[prefix];
  if (local !== undefined && kind) return { from, options: await things(prefix, kind, local, context), filter: false };
  if (local !== undefined) {
    const found = vocabulary.terms.filter((known) => known.name.startsWith(`${prefix}:`) && fits(known, local));
    return { from, options: ranked(found, local), filter: false };
  }
  const keywords = KEYWORDS.filter((word) => word.startsWith(text.toUpperCase())).map((label) => ({ label, type: "keyword", boost: 2 }));
  const prefixes = Object.keys(page.prefixes).filter((name) => name.startsWith(text)).map((name) => ({ label: `${name}:`, type: "prefix", detail: page.prefixes[name] ?? "", apply }));
  const terms = text.length >= SHORTEST_SUGGESTED ? ranked(vocabulary.terms.filter((known) => fits(known, text)), text) : [];
  return { from, options: [...keywords.slice(0, 8), ...prefixes, ...terms], filter: false };
}

function variables(context: CompletionContext): Completion[] {
  const own = context.matchBefore(/[?$]\w*/)?.text;
  const found = new Set(context.state.doc.toString().match(/[?$]\w+/g));
  if (own) found.delete(own);
  return [...found].map((label) => ({ label, type: "variable" }));
}

/** Asks the search for things of a kind; their slugs follow the prefix. */
async function things(prefix: string, kind: string, local: string, context: CompletionContext): Promise<Completion[]> {
  if (local.length < SHORTEST_SUGGESTED) return [];
  const asked = new URLSearchParams({ q: local.replaceAll(/[-_.]/g, " "), lang: page.language });
  const stop = new AbortController();
  context.addEventListener("abort", () => stop.abort());
  try {
    const response = await fetch(`/search/suggest?${asked}`, { signal: stop.signal, headers: { Accept: "application/json" } });
    if (!response.ok) return [];
    const { suggestions } = (await response.json()) as { suggestions: Suggested[] };
    const start = `/page/${kind}/`;
    return suggestions
      .filter(({ href }) => href.startsWith(start) && /^[A-Za-z0-9_-]+$/.test(href.slice(start.length)))
      .map(({ href, name, kindLabel }) => ({ label: `${prefix}:${href.slice(start.length)}`, detail: name, type: kindLabel, apply }));
  } catch {
    return [];
  }
}

export const kindOf = (completion: Completion): string => (["class", "property", "concept", "scheme", "prefix", "keyword", "variable"].includes(completion.type ?? "") ? say(completion.type ?? "") : completion.type ?? "");
