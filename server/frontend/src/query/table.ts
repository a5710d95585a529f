// The rows as a table: sorted by any column, a hundred at a time, each with the reasons why it is there.
import { cell, irisOf, type Looks } from "./cells.js";
import { byColumn, columnsOf, type Column } from "./columns.js";
import { button, count, make, page, say, textOf, type Row, type Term } from "./page.js";
import { readLabels } from "./terms.js";
import { explainRow } from "./why.js";

const PAGE_ROWS = 100;

export class ResultTable {
  readonly element = make("div", { class: "result-table" });
  readonly #columns: Column[];
  readonly #looks: Looks = { labels: new Map(), showsDatatypes: false, showsIris: false };
  readonly #numbers: Map<Row, number>;
  readonly #body = make("tbody");
  readonly #head = make("tr");
  readonly #pager = make("nav", { class: "pager", "aria-label": say("pages") });
  #rows: Row[];
  #sorted: { column: Column; isDescending: boolean } | null = null;
  #start = 0;

  constructor(names: string[], rows: Row[], private readonly query: string) {
    this.#columns = columnsOf(names, rows);
    this.#rows = rows;
    this.#numbers = new Map(rows.map((row, place) => [row, place + 1]));
    const caption = make("caption", { text: count("row", rows.length) });
    const table = make("table", {}, caption, make("thead", {}, this.#head), this.#body);
    const scroll = make("div", { class: "scroll rows", tabindex: "0", role: "group", "aria-labelledby": "result" }, table);
    this.element.append(this.#switches(), scroll, this.#pager);
    this.#show();
  }

  #switches(): HTMLElement {
    const flip = (key: "showsDatatypes" | "showsIris") => (event: Event): void => {
      this.#looks[key] = (event.target as HTMLInputElement).checked;
      this.#show();
    };
    const box = (text: string, key: "showsDatatypes" | "showsIris"): HTMLElement =>
      make("label", {}, make("input", { type: "checkbox", on: { change: flip(key) } }), ` ${text}`);
    return make("p", { class: "switches" }, box(say("datatypes"), "showsDatatypes"), " ", box(say("iris"), "showsIris"));
  }

  #show(): void {
    this.#showHead();
    const shown = this.#rows.slice(this.#start, this.#start + PAGE_ROWS);
    this.#body.replaceChildren(...shown.map((row) => this.#row(row)));
    this.#showPager();
    void this.#name(shown);
  }

  /** Puts names in the place of IRIs, once they are there; only those of the rows in sight are asked for. */
  async #name(shown: Row[]): Promise<void> {
    const start = this.#start;
    const wanted = irisOf(shown.flatMap((row) => Object.values(row))).filter((iri) => !this.#looks.labels.has(iri));
    if (!wanted.length) return;
    for (const [iri, label] of await readLabels(wanted)) this.#looks.labels.set(iri, label);
    if (start !== this.#start) return;
    for (const [place, row] of shown.entries()) {
      if (this.#rows[start + place] !== row) return; // sorted meanwhile: those rows are shown with what is known
      const element = this.#body.querySelector<HTMLTableRowElement>(`tr[data-row="${this.#numbers.get(row)}"]`);
      this.#columns.forEach(({ name }, column) => {
        const target = element?.cells[column + (page.canExplain ? 2 : 1)];
        if (target && row[name] && row[name].type !== "literal" && !target.contains(document.activeElement)) target.replaceChildren(cell(row[name], this.#looks));
      });
    }
  }

  #showHead(): void {
    const heads = this.#columns.map((column) => {
      const isSorted = this.#sorted?.column === column;
      const order = !isSorted ? "none" : this.#sorted?.isDescending ? "descending" : "ascending";
      const sign = { none: "↕", ascending: "↑", descending: "↓" }[order];
      const press = (): void => {
        this.#sort(column);
        this.#head.querySelectorAll("button")[this.#columns.indexOf(column)]?.focus({ preventScroll: true });
      };
      const sorter = button("", press, { class: "sort" });
      sorter.append(make("span", { text: column.name }), " ", make("span", { "aria-hidden": "true", text: sign }), make("span", { class: "hidden", text: ` – ${say("sortBy", { name: column.name })}` }));
      return make("th", { scope: "col", "aria-sort": order, class: column.kind === "number" ? "number" : undefined }, sorter);
    });
    const reasons = page.canExplain && make("th", { scope: "col" }, make("span", { class: "hidden", text: say("whyColumn") }));
    this.#head.replaceChildren(make("th", { scope: "col", class: "number" }, make("span", { class: "hidden", text: say("rowNumber") })), ...(reasons ? [reasons] : []), ...heads);
  }

  #sort(column: Column): void {
    const isDescending = this.#sorted?.column === column && !this.#sorted.isDescending;
    this.#sorted = { column, isDescending };
    const shown = (term: Term): string => (this.#looks.showsIris ? undefined : this.#looks.labels.get(textOf(term))?.text) ?? textOf(term);
    this.#rows = [...this.#rows].sort(byColumn(column, page.language, isDescending, shown));
    this.#start = 0;
    this.#show();
  }

  #row(row: Row): HTMLTableRowElement {
    const number = this.#numbers.get(row) ?? 0;
    const line = make("tr", { "data-row": String(number) }, make("th", { scope: "row", class: "number", text: number.toLocaleString(page.language) }));
    if (page.canExplain) line.append(make("td", { class: "asker" }, this.#asker(line, row, number)));
    for (const { name, kind } of this.#columns) line.append(make("td", { class: kind === "number" ? "number" : undefined }, cell(row[name], this.#looks)));
    return line;
  }

  #asker(line: HTMLTableRowElement, row: Row, number: number): HTMLButtonElement {
    const asker = button("", () => {
      const isOpen = asker.getAttribute("aria-expanded") === "true";
      asker.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) return line.nextElementSibling?.remove();
      const close = (): void => { asker.click(); asker.focus(); };
      line.after(make("tr", { class: "reasons" }, make("td", { colspan: String(this.#columns.length + 2) }, explainRow(this.query, row, number, this.#looks, close))));
    }, { class: "plain why", "aria-expanded": "false" });
    asker.append(make("span", { "aria-hidden": "true", text: say("why") }), make("span", { class: "hidden", text: say("whyRow", { n: number }) }));
    return asker;
  }

  #showPager(): void {
    const all = this.#rows.length;
    if (all <= PAGE_ROWS) return;
    const end = Math.min(this.#start + PAGE_ROWS, all);
    const turn = (by: number, key: string): HTMLButtonElement => {
      const isPossible = by < 0 ? this.#start > 0 : end < all;
      return button(say(key), () => { if (isPossible) this.#turn(by, key); }, { class: "quiet", "aria-disabled": isPossible ? undefined : "true", "data-key": key });
    };
    this.#pager.replaceChildren(turn(-PAGE_ROWS, "previous"), make("span", { role: "status", text: say("page", { from: this.#start + 1, to: end, all }) }), turn(PAGE_ROWS, "next"));
  }

  #turn(by: number, key: string): void {
    this.#start += by;
    this.#show();
    this.#pager.querySelector<HTMLButtonElement>(`[data-key=${key}]`)?.focus();
    this.element.scrollIntoView({ block: "nearest" });
  }
}
