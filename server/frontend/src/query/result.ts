// An answer and its views, as tabs: those that its columns allow.
import type { Asked } from "./asking.js";
import { columnsOf, type Column } from "./columns.js";
import { make, say, type Row } from "./page.js";
import { sharing } from "./sharing.js";
import { ResultTable } from "./table.js";

const LONGEST_RAW = 200_000;

interface View { key: string; make: () => HTMLElement }

/** Returns the section that shows an answer. */
export function showAnswer(asked: Asked): HTMLElement {
  const heading = make("h2", { id: "result", text: say("result") });
  const section = make("section", { "aria-labelledby": "result" }, heading);
  const { answer } = asked;
  if (!answer) section.append(raw(asked));
  else if (answer.boolean !== undefined) section.append(make("p", { class: "answer", text: say(answer.boolean ? "yes" : "no") }));
  else if (!answer.results?.bindings.length) section.append(make("p", { text: say("noRows") }));
  else section.append(tabs(views(asked, answer.head.vars ?? [], answer.results.bindings)));
  section.append(sharing(asked.query, !answer));
  return section;
}

function views(asked: Asked, names: string[], rows: Row[]): View[] {
  const columns = columnsOf(names, rows);
  const has = (kind: Column["kind"]): number => columns.filter((column) => column.kind === kind).length;
  const drawn = (key: "chart" | "timeline" | "map" | "network"): View => ({ key, make: () => later(async () => (await import("./drawing.js"))[key](columns, rows)) });
  return [
    { key: "table", make: () => new ResultTable(names, rows, asked.query).element },
    drawn("chart"),
    ...(has("date") ? [drawn("timeline")] : []),
    ...(has("point") ? [drawn("map")] : []),
    ...(has("iri") >= 2 ? [drawn("network")] : []),
    { key: "raw", make: () => raw(asked) },
  ];
}

/** Returns a place for what has to be loaded first. */
function later(load: () => Promise<HTMLElement>): HTMLElement {
  const place = make("div", {}, make("p", { class: "hint", role: "status", text: say("loading") }));
  load().then((element) => place.replaceChildren(element), () => place.replaceChildren(make("p", { class: "warning", text: say("notLoaded") })));
  return place;
}

function raw({ text }: Asked): HTMLElement {
  const pre = make("pre", { class: "scroll raw", tabindex: "0", role: "group", "aria-label": say("raw") }, make("code", { text: text.slice(0, LONGEST_RAW) }));
  return text.length <= LONGEST_RAW ? pre : make("div", {}, make("p", { class: "warning", text: say("cut") }), pre);
}

/** Tabs as the ARIA practices have them: arrow keys move, and what is moved to is shown. */
function tabs(all: View[]): HTMLElement {
  const list = make("div", { role: "tablist", "aria-label": say("views"), class: "tabs" });
  const panels = all.map(({ key }) => make("div", { role: "tabpanel", id: `panel-${key}`, "aria-labelledby": `tab-${key}`, tabindex: "-1", hidden: true }));
  const choose = (place: number, hasFocus: boolean): void => {
    all.forEach((view, other) => {
      const tab = list.children[other] as HTMLButtonElement;
      const panel = panels[other] as HTMLElement;
      const isChosen = other === place;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      panel.hidden = !isChosen;
      if (isChosen && !panel.hasChildNodes()) panel.append(view.make());
      if (isChosen && hasFocus) tab.focus();
    });
  };
  all.forEach(({ key }, place) => list.append(make("button", { type: "button", role: "tab", id: `tab-${key}`, "aria-controls": `panel-${key}`, text: say(key), on: { click: () => choose(place, false) } })));
  list.addEventListener("keydown", (event) => {
    const at = [...list.children].indexOf(event.target as Element);
    const isLeftToRight = getComputedStyle(list).direction === "ltr";
    const ways: Record<string, number> = { ArrowRight: at + (isLeftToRight ? 1 : -1), ArrowLeft: at + (isLeftToRight ? -1 : 1), Home: 0, End: all.length - 1 };
    const next = ways[event.key];
    if (next === undefined) return;
    event.preventDefault();
    choose((next + all.length) % all.length, true);
  });
  choose(0, false);
  return make("div", { class: "views" }, list, ...panels);
}
