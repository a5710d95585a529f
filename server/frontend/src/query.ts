// The query page: an editor, a run that can be cancelled, and views of the answer. Without this script the page is a
// form, a table and links to downloads.
import { addressOf, ask, Failed, isShort, type Asked } from "./query/asking.js";
import { Editor } from "./query/editor.js";
import { enliven } from "./query/library.js";
import { button, count, make, page, say } from "./query/page.js";
import { showAnswer } from "./query/result.js";

const TICK_MS = 100;

class Workbench {
  readonly #answer = document.getElementById("answer") as HTMLElement;
  readonly #status = make("p", { class: "status", role: "status" });
  readonly #clock = make("span", { class: "clock", "aria-hidden": "true" });
  readonly #failure = make("div", { role: "alert" });
  readonly #run: HTMLButtonElement;
  readonly #cancel = button(say("cancel"), () => this.#running?.abort(), { class: "quiet", hidden: true });
  readonly #editor: Editor;
  #running: AbortController | undefined;

  constructor(form: HTMLFormElement, field: HTMLTextAreaElement) {
    const label = document.getElementById("query-label");
    const host = make("div", { class: "editor" });
    this.#editor = new Editor(host, field.value, label?.textContent?.trim() ?? "", () => void this.run(), (text) => { field.value = text; });
    field.before(host);
    field.hidden = true;
    field.required = false;
    label?.addEventListener("click", () => this.#editor.focus());
    document.getElementById("hint")?.append(` ${say("hint")}`);
    this.#run = form.querySelector("button[type=submit]") as HTMLButtonElement;
    this.#run.after(" ", this.#cancel, " ", this.#clock);
    form.append(this.#status, this.#failure);
    form.addEventListener("submit", (event) => { event.preventDefault(); void this.run(); });
    addEventListener("popstate", () => location.reload());
    const questions = document.getElementById("questions");
    if (questions instanceof HTMLOListElement) enliven(questions, (query) => this.#take(query));
    if (page.known) this.#show({ query: field.value, text: JSON.stringify(page.known, null, 2), mediaType: "application/sparql-results+json", answer: page.known, seconds: NaN, isFromCache: false });
    else if (page.hasAnswer) void this.run(false);
  }

  #take(query: string): void {
    document.querySelector(".asked")?.remove();
    this.#editor.text = query;
    void this.run();
  }

  async run(isNew = true): Promise<void> {
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const query = this.#editor.text;
    const stopClock = this.#begin();
    try {
      const asked = await ask(query, running.signal);
      if (this.#running !== running) return;
      if (isNew) remember(query);
      this.#show(asked);
    } catch (error) {
      if (this.#running === running) this.#tell(error, running.signal.aborted);
    } finally {
      stopClock();
      if (this.#running === running) this.#end();
    }
  }

  /** Shows that a query runs; returns what stops the clock. */
  #begin(): () => void {
    const began = performance.now();
    this.#status.textContent = say("running");
    this.#failure.replaceChildren();
    this.#editor.mark([]);
    this.#cancel.hidden = false;
    this.#answer.setAttribute("aria-busy", "true");
    const timer = setInterval(() => { this.#clock.textContent = seconds((performance.now() - began) / 1000); }, TICK_MS);
    return () => clearInterval(timer);
  }

  #end(): void {
    if (this.#cancel === document.activeElement) this.#run.focus();
    this.#cancel.hidden = true;
    this.#clock.textContent = "";
    this.#answer.removeAttribute("aria-busy");
    this.#running = undefined;
  }

  #show(asked: Asked): void {
    const rows = asked.answer?.results?.bindings.length;
    const told = [
      rows === undefined ? null : count("row", rows),
      Number.isNaN(asked.seconds) ? null : seconds(asked.seconds),
      asked.isFromCache ? say("fromCache") : null,
    ];
    this.#status.textContent = told.filter(Boolean).join(" · ");
    this.#answer.replaceChildren(showAnswer(asked));
  }

  #tell(error: unknown, isCancelled: boolean): void {
    this.#status.textContent = isCancelled ? say("cancelled") : "";
    if (isCancelled) return;
    const problem = error instanceof Failed ? error.problem : { title: say("failed"), message: String(error) };
    const { line, column } = problem;
    this.#answer.replaceChildren();
    if (line === undefined) {
      this.#failure.replaceChildren(make("p", { class: "warning" }, make("strong", { text: problem.title }), make("br"), problem.message));
      return;
    }
    this.#editor.mark([{ line, column: column ?? 1, message: problem.message }]);
    const place = make("strong", { text: say("place", { line, column: column ?? 1 }) });
    this.#failure.replaceChildren(make("p", { class: "warning" }, place, ` ${problem.message} `, button(say("goToPlace"), () => this.#editor.focus(), { class: "plain" })));
  }
}

const seconds = (n: number): string => say("seconds", { n: n.toLocaleString(page.language, { maximumFractionDigits: n < 10 ? 2 : 0 }) });

/** Puts the query into the address, so that it can be reloaded, kept and gone back to. */
function remember(query: string): void {
  if (!isShort(query)) return;
  const language = new URLSearchParams(location.search).get("lang");
  const address = addressOf(query, language ? { lang: language } : {});
  if (address !== location.pathname + location.search) history.pushState(null, "", address);
}

const form = document.getElementById("ask");
const field = document.getElementById("query");
if (form instanceof HTMLFormElement && field instanceof HTMLTextAreaElement) new Workbench(form, field);
