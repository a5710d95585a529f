// The competency questions: filtered by their words, with the number of rows that each gives, put into the editor.
import { count, make, page, say } from "./page.js";

interface Question { name: string; words: string; language: string; query: string; rows: number | null }
interface Library { isComplete: boolean; questions: Question[] }

const PAUSE_MS = 1500;
const MOST_TRIES = 20;

/** Makes the list alive; `choose` is given the query of a question. */
export function enliven(list: HTMLOListElement, choose: (query: string) => void): void {
  const links = [...list.querySelectorAll<HTMLAnchorElement>("a[data-question]")];
  const queries = new Map<string, string>();
  const library = list.closest("details");
  addFilter(list, links);
  const wide = matchMedia("(min-width: 60rem)");
  let isAsked = false;
  const read = (): void => {
    if (isAsked) return;
    isAsked = true;
    void readCounts(links, queries, MOST_TRIES);
  };
  if (wide.matches || library?.open) read();
  library?.addEventListener("toggle", read);
  list.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-question]") : null;
    const query = queries.get(link?.dataset["question"] ?? "");
    if (!link || query === undefined || event.ctrlKey || event.metaKey || event.shiftKey) return; // the link works alone
    event.preventDefault();
    for (const other of links) other.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    if (library && !wide.matches) library.open = false;
    choose(query);
  });
}

async function readCounts(links: HTMLAnchorElement[], queries: Map<string, string>, tries: number): Promise<void> {
  try {
    const response = await fetch(`/sparql/questions.json?lang=${encodeURIComponent(page.language)}`, { cache: "no-cache" });
    if (!response.ok) return;
    const { questions, isComplete } = (await response.json()) as Library;
    const known = new Map(questions.map((question) => [question.name, question]));
    for (const link of links) {
      const question = known.get(link.dataset["question"] ?? "");
      if (!question) continue;
      queries.set(question.name, question.query);
      if (question.rows !== null) showRows(link, question.rows);
    }
    if (!isComplete && tries) setTimeout(() => void readCounts(links, queries, tries - 1), PAUSE_MS);
  } catch {
    // The links work without.
  }
}

function showRows(link: HTMLAnchorElement, rows: number): void {
  const shown = link.parentElement?.querySelector(".count") ?? make("span", { class: "count", lang: page.language });
  shown.textContent = count("row", rows);
  if (!shown.isConnected) link.after(" ", shown);
}

/** Folds away marks and case, so that "Quang Ngai" finds "Quảng Ngãi". */
const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();

function addFilter(list: HTMLOListElement, links: HTMLAnchorElement[]): void {
  const status = make("p", { class: "hint", role: "status" });
  const input = make("input", { type: "search", id: "question-filter", autocomplete: "off" });
  const texts = new Map(links.map((link) => [link, fold(link.textContent ?? "")]));
  input.addEventListener("input", () => {
    const wanted = fold(input.value).split(/\s+/).filter(Boolean);
    let left = 0;
    for (const link of links) {
      const fits = wanted.every((word) => texts.get(link)?.includes(word));
      left += Number(fits);
      link.parentElement?.toggleAttribute("hidden", !fits);
    }
    status.textContent = !wanted.length ? "" : left ? count("found", left) : say("noQuestion");
  });
  list.before(make("p", { class: "filter" }, make("label", { for: input.id, text: say("filter") }), input), status);
}
