// Suggestions while typing, below every search box: the combobox with a listbox of the ARIA practices
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Enter without a choice sends the form, as without scripts.

interface Piece { text: string; match?: boolean }
interface Name { pieces: Piece[]; language: string; kind?: string }
interface Suggestion {
  href: string; kindLabel: string; title: Name[]; also?: Name;
  description: { text: string; language: string }[];
}
interface Answer { announcement: string; suggestions: Suggestion[] }

const PAUSE_MS = 120;
const LONGEST = 200;
let boxes = 0;

class SearchBox {
  readonly #input: HTMLInputElement;
  readonly #list = document.createElement("ul");
  readonly #status = document.createElement("div");
  #asked: AbortController | undefined;
  #timer: number | undefined;
  #isReady = false;
  #chosen = -1;

  constructor(form: HTMLFormElement, input: HTMLInputElement) {
    this.#input = input;
    const name = `suggestions-${++boxes}`;
    this.#list.id = name;
    this.#list.className = "suggestions";
    this.#list.hidden = true;
    this.#list.setAttribute("role", "listbox");
    this.#list.setAttribute("aria-label", input.labels?.[0]?.textContent?.trim() ?? input.placeholder);
    this.#status.className = "hidden";
    this.#status.setAttribute("role", "status");
    for (const [attribute, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": name,
    })) input.setAttribute(attribute, value);
    form.append(this.#list, this.#status);

    input.addEventListener("focus", () => this.#makeReady());
    // While kana are being turned into kanji, every key is the input method's.
    input.addEventListener("input", (event) => { if (!(event as InputEvent).isComposing) this.#askSoon(); });
    input.addEventListener("compositionend", () => this.#askSoon());
    input.addEventListener("keydown", (event) => { if (!event.isComposing) this.#press(event); });
    input.addEventListener("blur", () => this.#close());
    // Before the box loses the focus, and with it the list.
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#list.addEventListener("click", (event) => this.#open((event.target as Element).closest("li")));
  }

  /** Has the server make its index ready, before the first letter. */
  #makeReady(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    fetch("/search/suggest").catch(() => undefined);
  }

  #askSoon(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    const text = this.#input.value.trim();
    if (!text || text.length > LONGEST) this.#close();
    else this.#timer = setTimeout(() => void this.#ask(text), PAUSE_MS);
  }

  async #ask(text: string): Promise<void> {
    this.#asked = new AbortController();
    const { signal } = this.#asked;
    const asked = new URLSearchParams({ q: text, lang: document.documentElement.lang });
    try {
      const response = await fetch(`/search/suggest?${asked}`, { signal, headers: { Accept: "application/json" } });
      if (!response.ok) return this.#close();
      const answer = (await response.json()) as Answer;
      if (!signal.aborted && document.activeElement === this.#input) this.#show(answer);
    } catch (error) {
      if (!signal.aborted) this.#close();
    }
  }

  #show({ suggestions, announcement }: Answer): void {
    this.#choose(-1);
    this.#list.replaceChildren(...suggestions.map((found, place) => option(found, `${this.#list.id}-${place}`)));
    this.#list.hidden = suggestions.length === 0;
    this.#input.setAttribute("aria-expanded", String(!this.#list.hidden));
    this.#status.textContent = announcement;
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.#choose(-1);
    this.#list.hidden = true;
    this.#list.replaceChildren();
    this.#status.textContent = "";
    this.#input.setAttribute("aria-expanded", "false");
  }

  #press(event: KeyboardEvent): void {
    const last = this.#list.children.length - 1;
    if (event.key === "Escape" && !this.#list.hidden) this.#close();
    else if (event.key === "ArrowDown" && this.#list.hidden) this.#askSoon();
    else if (event.key === "ArrowDown") this.#choose(this.#chosen < last ? this.#chosen + 1 : -1);
    else if (event.key === "ArrowUp" && !this.#list.hidden) this.#choose(this.#chosen >= 0 ? this.#chosen - 1 : last);
    else if (event.key === "Enter" && this.#chosen >= 0) this.#open(this.#list.children[this.#chosen] ?? null);
    else return;
    event.preventDefault();
  }

  #choose(place: number): void {
    this.#list.children[this.#chosen]?.setAttribute("aria-selected", "false");
    this.#chosen = place;
    const chosen = this.#list.children[place];
    if (!chosen) return this.#input.removeAttribute("aria-activedescendant");
    chosen.setAttribute("aria-selected", "true");
    chosen.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", chosen.id);
  }

  #open(chosen: Element | null): void {
    const href = chosen?.getAttribute("data-href");
    if (!href) return;
    const language = new URLSearchParams(location.search).get("lang");
    location.assign(language ? `${href}?lang=${encodeURIComponent(language)}` : href);
  }
}

function option(found: Suggestion, id: string): HTMLLIElement {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.setAttribute("data-href", found.href);
  found.title.forEach((part, place) => item.append(place ? " · " : "", marked(part)));
  if (found.also) item.append(" (", marked(found.also), ")");
  const line = document.createElement("small");
  line.append(found.kindLabel);
  for (const part of found.description) line.append(" · ", isolated(part.language, part.text));
  item.append(line);
  return item;
}

function marked(name: Name): HTMLElement {
  return isolated(name.language, ...name.pieces.map(({ text, match }) => {
    if (!match) return text;
    const mark = document.createElement("mark");
    mark.textContent = text;
    return mark;
  }));
}

/** Returns text of one language, whose direction does not reach beyond it. */
function isolated(language: string, ...content: (string | Node)[]): HTMLElement {
  const element = document.createElement("bdi");
  if (language && language !== document.documentElement.lang) element.lang = language;
  element.append(...content);
  return element;
}

for (const form of document.querySelectorAll<HTMLFormElement>('form[role="search"][action="/search"]')) {
  const input = form.querySelector<HTMLInputElement>('input[name="q"]');
  if (input) new SearchBox(form, input);
}
