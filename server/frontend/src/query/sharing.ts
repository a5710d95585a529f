// What a reader takes along: the answer in any format, a link, the query as a file or in a program.
import { addressOf, isShort } from "./asking.js";
import { button, copy, make, page, say } from "./page.js";
import { PROGRAMS, snippet } from "./snippets.js";

const TABLES = [["json", "JSON"], ["xml", "XML"], ["csv", "CSV"], ["tsv", "TSV"]] as const;
const GRAPHS = [["ttl", "Turtle"], ["nt", "N-Triples"], ["jsonld", "JSON-LD"], ["rdf", "RDF/XML"], ["nq", "N-Quads"], ["trig", "TriG"]] as const;

/** Returns the ways to take along the answer to a query. */
export function sharing(query: string, isGraph: boolean): HTMLElement {
  return make("div", { class: "sharing" }, downloads(query, isGraph), links(query), programs(query, isGraph));
}

function downloads(query: string, isGraph: boolean): HTMLElement {
  const formats = isGraph ? GRAPHS : TABLES;
  const line = make("p", { class: "downloads" }, `${say("download")}: `);
  if (isShort(query)) {
    for (const [format, label] of formats) line.append(make("a", { href: addressOf(query, { format }), text: label }), " ");
    return line;
  }
  for (const [format, label] of formats) line.append(make("button", { class: "quiet", name: "format", value: format, text: label }), " ");
  const form = make("form", { action: "/sparql", method: "post" }, make("input", { type: "hidden", name: "query", value: query }), line);
  if (page.version !== null) form.append(make("input", { type: "hidden", name: "version", value: String(page.version) }));
  return form;
}

function links(query: string): HTMLElement {
  const status = make("span", { role: "status", class: "hint" });
  const address = new URL(addressOf(query), location.href).href;
  const shown = make("code", { class: "address", hidden: true, text: address });
  const share = async (): Promise<void> => {
    if (!isShort(query)) {
      status.textContent = say("tooLong");
      return;
    }
    status.textContent = await copy(address);
    if (status.textContent === say("copied")) return;
    shown.hidden = false;
    getSelection()?.selectAllChildren(shown);
  };
  const save = make("a", { class: "quiet button", download: "query.rq", text: say("save") });
  save.href = URL.createObjectURL(new Blob([query], { type: "application/sparql-query" }));
  const cite = make("a", { class: "quiet button", href: addressOf(query).replace("/sparql?", "/cite?"), text: say("cite") });
  return make("p", { class: "takeaway" }, button(say("share"), () => void share(), { class: "quiet" }), " ", save, " ", !page.isPlayground && isShort(query) && cite, " ", status, shown);
}

function programs(query: string, isGraph: boolean): HTMLElement {
  const code = make("code");
  const choice = make("select", { id: "program" }, ...PROGRAMS.map((name) => make("option", { text: name, value: name })));
  const status = make("span", { role: "status", class: "hint" });
  const write = (): void => {
    const program = PROGRAMS.find((name) => name === choice.value) ?? PROGRAMS[0];
    code.textContent = snippet(program, `${location.origin}/sparql`, query, isGraph, page.version);
    status.textContent = "";
  };
  choice.addEventListener("change", write);
  write();
  const copyCode = button(say("copyCode"), async () => { status.textContent = await copy(code.textContent ?? "", code); }, { class: "quiet" });
  return make("details", { class: "programs" }, make("summary", { text: say("snippets") }),
    make("p", { class: "controls" }, make("label", { for: "program", text: say("program") }), " ", choice, " ", copyCode, " ", status),
    make("pre", { class: "scroll", tabindex: "0", role: "group", "aria-label": say("code") }, code));
}
