// Finds things by name while somebody types, below an input that takes their addresses: choosing one sends the form.

interface Text { text: string; language: string }
interface Suggestion {
  href: string; kindLabel: string;
  title: { pieces: { text: string }[]; language: string }[];
  description: Text[];
}

const PAUSE_MS = 150;

/** Lets an input with `data-chooser` (the kinds that may be chosen) suggest things. */
export function makeChooser(input: HTMLInputElement): void {
  const kinds = (input.dataset["chooser"] ?? "").split(" ");
  const list = document.createElement("ul");
  list.className = "choices";
  list.hidden = true;
  const status = document.createElement("span");
  status.className = "hidden";
  status.setAttribute("role", "status");
  input.after(list, status);
  let timer: number | undefined;
  let asked = new AbortController();

  const close = (): void => {
    clearTimeout(timer);
    asked.abort();
    list.hidden = true;
    list.replaceChildren();
  };
  const ask = async (): Promise<void> => {
    asked = new AbortController();
    const { signal } = asked;
    const question = new URLSearchParams({ q: input.value.trim(), lang: document.documentElement.lang });
    try {
      const response = await fetch(`/search/suggest?${question}`, { signal, headers: { Accept: "application/json" } });
      if (!response.ok) return close();
      const answer = (await response.json()) as { announcement: string; suggestions: Suggestion[] };
      const found = answer.suggestions.filter(({ href }) => kinds.includes(href.split("/")[2] ?? ""));
      list.replaceChildren(...found.map((one) => choice(one, input)));
      list.hidden = found.length === 0;
      status.textContent = answer.announcement;
    } catch {
      if (!signal.aborted) close();
    }
  };
  input.addEventListener("input", (event) => {
    close();
    const text = input.value.trim();
    if (!(event as InputEvent).isComposing && text && !text.includes("/")) timer = setTimeout(() => void ask(), PAUSE_MS);
  });
  input.parentElement?.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const place = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") buttons[Math.min(place + 1, buttons.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (place > 0 ? buttons[place - 1] : input)?.focus();
    else return;
    event.preventDefault();
  });
  // A name that was typed is no address: the first that is found is meant.
  input.form?.addEventListener("submit", (event) => {
    const first = list.querySelector("button");
    if (!list.hidden && first && !input.value.includes("/")) {
      event.preventDefault();
      first.click();
    }
  });
}

function choice(found: Suggestion, input: HTMLInputElement): HTMLLIElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  found.title.forEach((part, place) => {
    const text = part.pieces.map((piece) => piece.text).join("");
    button.append(place ? " · " : "", isolated(text, part.language));
  });
  const line = document.createElement("small");
  line.append(found.kindLabel);
  for (const part of found.description) line.append(" · ", isolated(part.text, part.language));
  button.append(line);
  button.addEventListener("click", () => {
    input.value = found.href;
    input.form?.requestSubmit();
  });
  item.append(button);
  return item;
}

function isolated(text: string, language: string): HTMLElement {
  const element = document.createElement("bdi");
  if (language && language !== document.documentElement.lang) element.lang = language;
  element.textContent = text;
  return element;
}
