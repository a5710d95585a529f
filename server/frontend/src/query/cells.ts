// Terms as people read them: a link with a name, a text in its language. What is in the data is only ever text.
import { compact, linkOf, make, say, textOf, type Term } from "./page.js";
import type { Label } from "./terms.js";

export interface Looks { labels: Map<string, Label>; showsDatatypes: boolean; showsIris: boolean; hidesLanguages?: boolean }

const LONGEST = 400;
const XSD_STRING = "http://www.w3.org/2001/XMLSchema#string";

/** Returns what shows a term. */
export function cell(term: Term | undefined, looks: Looks): Node {
  if (!term) return make("span", { class: "unbound" }, make("span", { class: "hidden", text: say("unbound") }), make("span", { "aria-hidden": "true", text: "–" }));
  if (term.type === "uri") return iri(textOf(term), looks);
  if (term.type === "triple" && typeof term.value !== "string") {
    const { subject, predicate, object } = term.value;
    return make("span", { class: "quoted" }, "« ", ...[subject, predicate, object].flatMap((part) => [cell(part, looks), " "]), "»");
  }
  return literal(term, looks);
}

function iri(address: string, looks: Looks): Node {
  const label = looks.showsIris ? undefined : looks.labels.get(address);
  const text = label?.text ?? compact(address);
  const target = linkOf(address);
  if (target === null) return long(address, undefined);
  const isOwn = target.startsWith("/");
  return make("a", { href: target, lang: label?.language || undefined, dir: "auto", text, title: label ? compact(address) : undefined, rel: isOwn ? undefined : "noopener noreferrer nofollow" });
}

function literal(term: Term, looks: Looks): Node {
  const language = term["xml:lang"];
  const shown = make("span", {}, long(textOf(term), language));
  if (language && looks.hidesLanguages) return shown;
  if (language) shown.append(" ", make("span", { class: "tagged", text: `@${language}` }));
  else if (looks.showsDatatypes && term.datatype && term.datatype !== XSD_STRING) shown.append(" ", make("span", { class: "tagged", text: compact(term.datatype) }));
  return shown;
}

/** Shows a text whose direction does not reach beyond it; a long one is shortened until all of it is asked for. */
function long(text: string, language: string | undefined): HTMLElement {
  const shown = make("bdi", { lang: language });
  if (text.length <= LONGEST) {
    shown.textContent = text;
    return shown;
  }
  shown.textContent = `${text.slice(0, LONGEST)}…`;
  const more = make("button", { type: "button", class: "plain", text: say("showAll", { n: text.length }) });
  more.addEventListener("click", () => { shown.textContent = text; more.remove(); });
  return make("span", {}, shown, " ", more);
}

/** Returns the IRIs of terms, those within triple terms among them. */
export function irisOf(terms: Iterable<Term>): string[] {
  return [...terms].flatMap((term) => {
    if (term.type === "uri") return [textOf(term)];
    return typeof term.value === "object" ? irisOf([term.value.subject, term.value.predicate, term.value.object]) : [];
  });
}
