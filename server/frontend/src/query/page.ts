// What the server tells the page: addresses, prefixes, words. And how elements are made: never of markup.

export interface Term {
  type: "uri" | "literal" | "typed-literal" | "bnode" | "triple";
  value: string | { subject: Term; predicate: Term; object: Term };
  "xml:lang"?: string;
  datatype?: string;
}
export type Row = Record<string, Term>;
export interface Answer { head: { vars?: string[] }; boolean?: boolean; results?: { bindings: Row[] } }

interface Page {
  base: string; prefixes: Record<string, string>; language: string; version: number | null; canExplain: boolean;
  isPlayground: boolean; hasLibrary: boolean; hasAnswer: boolean; known: Answer | null;
}

const read = <T>(id: string): T => JSON.parse(document.getElementById(id)?.textContent ?? "{}") as T;
export const page = read<Page>("query-page");
const words = read<Record<string, string>>("query-words");

/** Returns a message; `{name}` in it is replaced. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === "number" ? value.toLocaleString(page.language) : value;
  });
}

/** Returns the form of a message that belongs to a number: `row` or `rows`. */
export function count(key: string, n: number): string {
  const isOne = new Intl.PluralRules(page.language).select(n) === "one";
  return say(isOne ? key : `${key}s`, { n });
}

type Child = Node | string | null | undefined | false;
interface Options { class?: string | undefined; text?: string; lang?: string | undefined; on?: Record<string, (event: Event) => void>; [attribute: string]: unknown }

/** Makes an element. Attributes are set as text; none of them is a style or a handler. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, options: Options = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "on") for (const [event, handler] of Object.entries(value as object)) element.addEventListener(event, handler as EventListener);
    else if (name === "text") element.textContent = value as string;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

/** Returns a button that does something. */
export function button(text: string, press: () => void, options: Options = {}): HTMLButtonElement {
  return make("button", { type: "button", text, on: { click: press }, ...options });
}

const OWN_PART = /^(id|ontology|vocab)\/([A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*(?:\/[A-Za-z0-9][A-Za-z0-9_-]*)*)$/;
const SAFE_EXTERNAL = /^https?:\/\/[^\s<>"']+$/i;

/** Returns where an IRI may lead: a path of this server, another site, or nowhere (`javascript:` and its like). */
export function linkOf(iri: string): string | null {
  const own = iri.startsWith(page.base) ? OWN_PART.exec(iri.slice(page.base.length)) : null;
  if (own) {
    const path = own[1] === "id" ? `/page/${own[2]}` : `/${own[1]}/${own[2]}`;
    return page.version !== null && own[1] === "id" ? `${path}?version=${page.version}` : path;
  }
  return SAFE_EXTERNAL.test(iri) ? iri : null;
}

const byLength = Object.entries(page.prefixes ?? {}).sort((a, b) => b[1].length - a[1].length);

/** Returns an IRI for people: a prefixed name where one fits. */
export function compact(iri: string): string {
  const found = byLength.find(([, namespace]) => iri.startsWith(namespace));
  return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
}

/** Returns the IRI of a prefixed name with one of the known prefixes. */
export function expand(name: string): string | null {
  const [prefix = "", local = ""] = name.split(/:(.*)/s);
  const namespace = page.prefixes[prefix];
  return namespace === undefined ? null : namespace + local;
}

/** Returns the lexical form of a term, for sorting, drawing and showing as text. */
export function textOf(term: Term | undefined): string {
  if (!term) return "";
  if (typeof term.value === "string") return term.type === "bnode" ? `_:${term.value}` : term.value;
  const { subject, predicate, object } = term.value;
  return `<<( ${[subject, predicate, object].map(spelled).join(" ")} )>>`;
}

function spelled(term: Term): string {
  if (term.type === "uri") return `<${textOf(term)}>`;
  if (term.type === "bnode" || typeof term.value !== "string") return textOf(term);
  const quoted = JSON.stringify(term.value);
  return term["xml:lang"] ? `${quoted}@${term["xml:lang"]}` : term.datatype ? `${quoted}^^<${term.datatype}>` : quoted;
}

/** Copies text; where that is not allowed, selects the element that shows it. Returns what to tell. */
export async function copy(text: string, shown?: HTMLElement): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return say("copied");
  } catch {
    if (shown) getSelection()?.selectAllChildren(shown);
    return say("notCopied");
  }
}
