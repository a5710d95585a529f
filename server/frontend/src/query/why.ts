// Why a row is there: the statements that its query matched, and for each the claims and sources behind it.
import { problemOf } from "./asking.js";
import { cell, irisOf, type Looks } from "./cells.js";
import { button, make, page, say, textOf, type Row, type Term } from "./page.js";
import { readLabels } from "./terms.js";

interface Citation { iri: string; work: Term[]; locator: Term[]; stance: Term[]; hedge: Term[]; cue: Term[]; via: Term[]; tier: Term[] }
interface Claim {
  subject: Term[]; predicate: Term[]; object: Term[]; when: Term[]; certainty: Term[]; status: Term[]; polarity: Term[]; note: Term[];
  citations: Citation[]; rivals: string[];
}
interface Statement { subject: Term; predicate: Term; object: Term; graphs: string[]; isAccepted: boolean; claims: string[] }
interface Explanation { isComplete: boolean; triples: Statement[]; claims: Record<string, Claim>; unexplained: { kind: string; text: string }[] }

const LONGEST_ADDRESS = 6000;

/** Returns what explains a row; it fills itself when the answer comes. */
export function explainRow(query: string, row: Row, number: number, looks: Looks, close: () => void): HTMLElement {
  const content = make("div", { "aria-live": "polite" }, make("p", { class: "hint", text: say("looking") }));
  const heading = make("h3", { text: say("behind", { n: number }), id: `why-${number}` });
  const stop = new AbortController();
  const region = make("section", { class: "explanation", "aria-labelledby": heading.id }, heading, content, button(say("close"), () => { stop.abort(); close(); }, { class: "quiet" }));
  region.addEventListener("keydown", (event) => { if (event.key === "Escape") { stop.abort(); close(); } });
  void fill(content, query, row, looks, stop.signal);
  return region;
}

async function fill(content: HTMLElement, query: string, row: Row, looks: Looks, signal: AbortSignal): Promise<void> {
  try {
    const response = await send(query, row, signal);
    if (!response.ok) {
      content.replaceChildren(make("p", { class: "warning", text: (await problemOf(response)).message }));
      return;
    }
    const found = (await response.json()) as Explanation;
    const labels = await readLabels(irisOf(termsOf(found)));
    content.replaceChildren(...show(found, { ...looks, labels: new Map([...looks.labels, ...labels]), showsIris: false, hidesLanguages: true }));
  } catch {
    if (!signal.aborted) content.replaceChildren(make("p", { class: "warning", text: say("unreachable") }));
  }
}

async function send(query: string, row: Row, signal: AbortSignal): Promise<Response> {
  const asked = new URLSearchParams({ query, row: JSON.stringify(row) });
  const headers = { Accept: "application/json" };
  if (String(asked).length <= LONGEST_ADDRESS) return fetch(`/sparql/why?${asked}`, { signal, headers });
  return fetch("/sparql/why", { method: "POST", body: asked, signal, headers });
}

function termsOf(found: Explanation): Term[] {
  const claims = Object.values(found.claims);
  return [
    ...found.triples.flatMap(({ subject, predicate, object }) => [subject, predicate, object]),
    ...found.triples.flatMap(({ graphs }) => graphs.map(asTerm)),
    ...claims.flatMap((claim) => [claim.subject, claim.predicate, claim.object, claim.certainty, claim.status].flat()),
    ...claims.flatMap(({ citations }) => citations.flatMap((c) => [c.work, c.stance, c.hedge, c.via, c.tier].flat())),
  ];
}

const asTerm = (iri: string): Term => ({ type: "uri", value: iri });

function show(found: Explanation, looks: Looks): Node[] {
  const claimed = new Set(found.triples.flatMap(({ claims }) => claims));
  const described = found.triples.filter(({ claims }) => !claims.length);
  const accepted = new Map<string, Statement>();
  for (const statement of found.triples) if (statement.isAccepted) for (const claim of statement.claims) accepted.set(claim, statement);
  const parts: Node[] = [];
  if (!found.triples.length) parts.push(make("p", { text: say("nothing") }));
  const cards = [...claimed].flatMap((iri) => {
    const claim = found.claims[iri];
    return claim ? [make("li", {}, card(iri, claim, found.claims, accepted.has(iri), looks))] : [];
  });
  if (cards.length) parts.push(make("h4", { text: say("claimsBehind") }), make("ul", { class: "reasons-claims" }, ...cards));
  if (described.length) {
    const items = described.map((statement) => make("li", {}, sentence([statement.subject], [statement.predicate], [statement.object], looks)));
    parts.push(make("details", {}, make("summary", { text: `${say("described")} ${described.length.toLocaleString(page.language)}` }), make("ul", {}, ...items)));
  }
  if (!found.isComplete) parts.push(make("p", { class: "hint", text: say("more") }));
  if (found.unexplained.length) {
    const items = found.unexplained.map(({ kind, text }) => make("li", {}, `${say(kind)}: `, make("code", { text })));
    parts.push(make("details", {}, make("summary", { text: `${say("cannot")} ${found.unexplained.length.toLocaleString(page.language)}` }), make("ul", {}, ...items)));
  }
  return parts;
}

function sentence(subject: Term[], predicate: Term[], object: Term[], looks: Looks): HTMLElement {
  const parts = [subject, predicate, object].map(([term]) => cell(term, looks));
  return make("span", {}, parts[0], " · ", parts[1], " · ", make("strong", {}, parts[2]));
}

function card(iri: string, claim: Claim, all: Record<string, Claim>, isAccepted: boolean, looks: Looks): HTMLElement {
  const isDenied = claim.polarity.some((term) => textOf(term).endsWith("/negative"));
  const tags = [isAccepted && tag(say("accepted")), ...tagged("certainty", claim.certainty, looks), ...tagged("status", claim.status.filter((term) => !textOf(term).endsWith("/normal")), looks), ...tagged("when", claim.when, looks)];
  const rivals = claim.rivals.flatMap((rival) => (all[rival] ? [{ iri: rival, claim: all[rival] }] : []));
  return make("article", { class: `claim${rivals.length ? " contested" : ""}${isDenied ? " denied" : ""}` },
    make("p", { class: "statement" }, sentence(claim.subject, claim.predicate, claim.object, looks)),
    isDenied && make("p", { class: "warning", text: say("denies") }),
    make("p", { class: "degrees" }, ...tags),
    ...claim.note.map((note) => make("p", { class: "note" }, cell(note, looks))),
    sources(claim, looks),
    ...rivals.map((rival) => make("div", { class: "rivals" }, make("p", { text: say("disagrees") }), make("p", {}, sentence(rival.claim.subject, rival.claim.predicate, rival.claim.object, looks)), sources(rival.claim, looks), permalink(rival.iri))),
    permalink(iri));
}

const tag = (...content: (string | Node)[]): HTMLElement => make("span", { class: "tag" }, ...content);
const tagged = (key: string, terms: Term[], looks: Looks): HTMLElement[] => terms.map((term) => tag(`${say(key)}: `, cell(term, looks)));

function permalink(iri: string): HTMLElement {
  return make("p", { class: "permalink" }, cell(asTerm(iri), { labels: new Map(), showsDatatypes: false, showsIris: true }));
}

function sources(claim: Claim, looks: Looks): HTMLElement {
  return make("ul", { class: "citations", "aria-label": say("sources") }, ...claim.citations.map((cited) => {
    const item = make("li", {}, ...listed(cited.work, looks));
    if (cited.locator.length) item.append(", ", ...listed(cited.locator, looks));
    for (const term of [...cited.tier, ...cited.stance]) item.append(" ", tag(cell(term, looks)));
    if (cited.cue.length || cited.hedge.length) {
      const cues = cited.cue.flatMap((cue) => [make("q", { lang: cue["xml:lang"], text: textOf(cue) }), " "]);
      item.append(make("span", { class: "hedge" }, `${say("hedged")} `, ...cues, ...listed(cited.hedge, looks)));
    }
    if (cited.via.length) item.append(make("span", { class: "via" }, `${say("via")} `, ...listed(cited.via, looks)));
    return item;
  }));
}

const listed = (terms: Term[], looks: Looks): (Node | string)[] => terms.flatMap((term, place) => (place ? [", ", cell(term, looks)] : [cell(term, looks)]));
