// Terms to complete and to explain: from one document of the data version, fetched when the editor is first used.
import { expand, page } from "./page.js";

export interface Known { name: string; kind: string; labels?: Record<string, string>; definitions?: Record<string, string> }
interface Vocabulary { terms: Known[]; byName: Map<string, Known>; entities: Record<string, string> }

const NOTHING: Vocabulary = { terms: [], byName: new Map(), entities: {} };
let vocabulary: Promise<Vocabulary> | undefined;

/** Returns the vocabulary; an empty one where there is none, as in a playground. */
export function readVocabulary(): Promise<Vocabulary> {
  vocabulary ??= page.isPlayground ? Promise.resolve(NOTHING) : fetchVocabulary().catch(() => NOTHING);
  return vocabulary;
}

async function fetchVocabulary(): Promise<Vocabulary> {
  const response = await fetch("/sparql/terms.json");
  if (!response.ok) return NOTHING;
  const { terms, entities } = (await response.json()) as { terms: Known[]; entities: Record<string, string> };
  return { terms, entities, byName: new Map(terms.map((term) => [term.name, term])) };
}

/** Returns the text for the reader, else the English one, else any, with its language. */
export function best(texts: Record<string, string> | undefined): { text: string; language: string } | null {
  if (!texts) return null;
  for (const language of [page.language, "en", ...Object.keys(texts)]) {
    const text = texts[language];
    if (text !== undefined) return { text, language };
  }
  return null;
}

export interface Label { text: string; language: string; href: string | null }
const labels = new Map<string, Label | null>();
const AT_ONCE = 50;

/** Returns the labels of IRIs, in few requests; each IRI is asked for once. What has none is absent. */
export async function readLabels(iris: Iterable<string>): Promise<Map<string, Label>> {
  const wanted = [...new Set(iris)];
  const missing = page.isPlayground ? [] : wanted.filter((iri) => !labels.has(iri) && iri.length < 1000);
  for (let start = 0; start < missing.length; start += AT_ONCE) await fetchLabels(missing.slice(start, start + AT_ONCE));
  return new Map(wanted.flatMap((iri) => { const found = labels.get(iri); return found ? [[iri, found] as const] : []; }));
}

async function fetchLabels(iris: string[]): Promise<void> {
  const asked = new URLSearchParams(iris.map((iri) => ["iri", iri]));
  asked.set("lang", page.language);
  try {
    const response = await fetch(`/labels?${asked}`, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const found = ((await response.json()) as { labels: Record<string, Label> }).labels;
    for (const iri of iris) labels.set(iri, found[iri] ?? null);
  } catch {
    // Names are a convenience: the IRIs stay.
  }
}

/** Returns the label of a prefixed name. */
export async function labelOf(name: string): Promise<{ text: string; language: string } | null> {
  const known = best((await readVocabulary()).byName.get(name)?.labels);
  const iri = expand(name);
  if (known || !iri) return known;
  return (await readLabels([iri])).get(iri) ?? null;
}
