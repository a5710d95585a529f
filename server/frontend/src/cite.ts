// Copies a citation. Without this script the text is there to be selected.

/** Returns what is to be copied: the paragraphs of citations each in a line, a file as it is. */
function textOf(element: HTMLElement): string {
  const paragraphs = [...element.querySelectorAll("p")];
  if (paragraphs.length === 0) return element.textContent?.trimEnd() ?? "";
  return paragraphs.map((paragraph) => paragraph.textContent?.trim() ?? "").join("\n\n");
}

/** Puts text on the clipboard, with its italics for programs that take them. */
async function copy(element: HTMLElement): Promise<void> {
  const text = textOf(element);
  if (element.tagName === "PRE" || typeof ClipboardItem === "undefined" || !navigator.clipboard.write) {
    return navigator.clipboard.writeText(text);
  }
  const blob = (content: string, type: string): Blob => new Blob([content], { type });
  const item = new ClipboardItem({
    "text/plain": blob(text, "text/plain"),
    "text/html": blob(element.innerHTML, "text/html"),
  });
  return navigator.clipboard.write([item]);
}

/** Selects what could not be copied, so that a person can. */
function select(element: HTMLElement): void {
  getSelection()?.selectAllChildren(element);
}

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const target = document.getElementById(button.dataset["copy"] ?? "");
  if (!target) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const status = document.querySelector<HTMLElement>(".copy-status");
    let said: string | undefined;
    try {
      await copy(target);
      said = status?.dataset["copied"];
      for (const other of document.querySelectorAll(".copy.is-done")) other.classList.remove("is-done");
      button.classList.add("is-done");
    } catch {
      select(target);
      said = status?.dataset["failed"];
    }
    if (status) status.textContent = said ?? "";
  });
}
