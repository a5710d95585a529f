// The editor, in a shadow root: there CodeMirror adopts its style sheets, which the policy of the pages allows, in
// place of inserting <style> elements, which it does not.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { linter, lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, hoverTooltip, keymap, lineNumbers, type Tooltip } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { complete, declaration, kindOf } from "./completion.js";
import { make, page, say } from "./page.js";
import { best, labelOf, readVocabulary } from "./terms.js";

export interface Place { line: number; column: number; message: string }

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.standard(tags.name)], color: "var(--code-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.literal], color: "var(--code-string)" },
  { tag: [tags.number, tags.atom, tags.bool], color: "var(--code-number)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
]);

const looks = EditorView.theme({
  "&": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--soft)", borderRadius: "6px", fontSize: ".875rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "2px" },
  ".cm-scroller": { fontFamily: "var(--code)", lineHeight: "1.55", minHeight: "14rem", maxHeight: "min(60vh, 25rem)", borderRadius: "6px" },
  ".cm-content": { paddingBlock: ".6rem", caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--soft)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 40%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, ::selection": { backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)" },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--accent)" },
  ".cm-selectionMatch": { backgroundColor: "var(--accent-soft)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--ink)", border: "1px solid var(--soft)", borderRadius: "6px", maxWidth: "min(30rem, 92vw)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--code)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".3rem .6rem", minHeight: "24px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--ink)", outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-completionDetail": { fontFamily: "var(--text)", fontStyle: "normal", color: "var(--soft)" },
  ".cm-completionMatchedText": { textDecoration: "underline" },
  ".kind": { fontFamily: "var(--text)", color: "var(--soft)", fontSize: ".75rem", float: "inline-end", marginInlineStart: "1rem" },
  ".cm-completionInfo": { padding: ".4rem .7rem", fontFamily: "var(--text)" },
  ".cm-completionInfo p, .label p": { margin: ".15rem 0" },
  ".label": { padding: ".4rem .7rem", fontFamily: "var(--text)", fontSize: ".875rem" },
  ".cm-panels": { backgroundColor: "var(--paper)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-panel input, .cm-panel button": { font: "inherit", color: "var(--ink)", background: "var(--raised)", border: "1px solid var(--soft)", borderRadius: "4px", padding: ".2rem .5rem", minHeight: "24px" },
  // CodeMirror draws these as images of data: addresses, which the policy of the pages refuses.
  ".cm-lintRange": { backgroundImage: "none", textDecoration: "underline wavy 2px", textUnderlineOffset: ".2em" },
  ".cm-lintRange-error": { backgroundImage: "none", textDecorationColor: "var(--accent)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecorationColor: "var(--warn)" },
  ".cm-lint-marker": { width: "1.1em", height: "1.3em", textAlign: "center", fontWeight: "700" },
  ".cm-lint-marker-error, .cm-lint-marker-warning": { content: "normal" },
  ".cm-lint-marker-error": { color: "var(--accent)" },
  ".cm-lint-marker-warning": { color: "var(--warn)" },
  ".cm-lint-marker-error::before": { content: "'✕'" },
  ".cm-lint-marker-warning::before": { content: "'!'" },
  ".cm-diagnostic": { padding: ".4rem .7rem", fontFamily: "var(--text)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--accent)", color: "var(--paper)", minHeight: "24px", padding: ".1rem .6rem" },
});

export class Editor {
  readonly view: EditorView;
  #places: Place[] = [];

  /** `run` is what Ctrl+Enter does, `changed` is told every new text. */
  constructor(host: HTMLElement, text: string, label: string, run: () => void, changed: (text: string) => void) {
    const root = host.attachShadow({ mode: "open" });
    root.append(make("p", { id: "hint", hidden: true, text: say("hint") }));
    const state = EditorState.create({
      doc: text,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }]),
        lineNumbers(), history(), indentOnInput(), bracketMatching(), closeBrackets(), highlightActiveLine(),
        highlightSelectionMatches(), search({ top: true }), EditorView.lineWrapping,
        autocompletion({ override: [complete], icons: false, maxRenderedOptions: 60, addToOptions: [{ position: 70, render: (found) => make("span", { class: "kind", text: kindOf(found) }) }] }),
        linter((view) => this.#diagnose(view), { delay: 400 }), lintGutter(),
        hoverTooltip(explain),
        StreamLanguage.define(sparql), syntaxHighlighting(colours), looks,
        EditorState.phrases.of({ "No suggestions": say("noSuggestion"), Diagnostics: say("diagnostics") }),
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": "hint", tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
        EditorView.domEventHandlers({ beforeinput: replaceSelected }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          this.#places = [];
          changed(this.text);
        }),
        // No Tab among them: Tab leaves the editor, as it leaves every field.
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap]),
      ],
    });
    this.view = new EditorView({ state, parent: root, root });
    host.addEventListener("focus", () => this.view.focus());
    this.view.contentDOM.addEventListener("focus", () => void readVocabulary(), { once: true });
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text }, scrollIntoView: true });
  }

  /** Marks places that the server found wrong, until the text changes; none removes the marks. */
  mark(places: Place[]): void {
    this.#places = places;
    const found = this.#diagnose(this.view);
    const [first] = found;
    this.view.dispatch(setDiagnostics(this.view.state, found)); // what is looked for at each change finds them, too
    if (places.length && first) this.view.dispatch({ selection: { anchor: first.from }, scrollIntoView: true });
  }

  focus(): void {
    this.view.focus();
  }

  #diagnose(view: EditorView): Diagnostic[] {
    return [...this.#places.map((place) => diagnosticAt(view, place)), ...undeclared(view)];
  }
}

/** Replaces what is selected by what is typed. Left to itself, the browser would put style attributes into the text. */
function replaceSelected(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main;
  const text = event.data;
  if (event.inputType !== "insertText" || text === null || empty || event.isComposing || view.composing) return false;
  event.preventDefault();
  const insert = (): ReturnType<typeof view.state.update> => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
  if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
  return true;
}

function diagnosticAt(view: EditorView, { line, column, message }: Place): Diagnostic {
  const { doc } = view.state;
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines));
  const before = [...at.text].slice(0, Math.max(column - 1, 0)).join("");
  const from = Math.min(at.from + before.length, at.to);
  const word = /^\S+/.exec(doc.sliceString(from, at.to))?.[0].length ?? 0;
  const isAtEnd = from === at.to;
  return { from: isAtEnd ? Math.max(from - 1, at.from) : from, to: isAtEnd ? at.to : from + Math.max(word, 1), severity: "error", message };
}

/** Finds known prefixes that the query uses and does not declare; strings, IRIs and comments are passed over. */
function undeclared(view: EditorView): Diagnostic[] {
  const text = view.state.doc.toString();
  const bare = text.replace(/"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#.*/g, (found) => " ".repeat(found.length));
  const seen = new Set<string>();
  const found: Diagnostic[] = [];
  for (const match of bare.matchAll(/(?<![\w?$:.-])([A-Za-z][\w-]*):(?=[\w-])/g)) {
    const prefix = match[1] ?? "";
    const missing = seen.has(prefix) ? null : declaration(text, prefix);
    seen.add(prefix);
    if (missing) {
      found.push({
        from: match.index, to: match.index + prefix.length + 1, severity: "warning", message: say("undeclared", { prefix }),
        actions: [{ name: say("declare"), apply: (editor) => { const now = declaration(editor.state.doc.toString(), prefix); if (now) editor.dispatch({ changes: now }); } }],
      });
    }
  }
  return found;
}

async function explain(view: EditorView, position: number): Promise<Tooltip | null> {
  const line = view.state.doc.lineAt(position);
  for (const match of line.text.matchAll(/([A-Za-z][\w-]*:[\p{L}\p{N}._-]*[\p{L}\p{N}_-])|<([^<>\s]+)>/gu)) {
    const from = line.from + match.index;
    const to = from + match[0].length;
    if (position < from || position > to) continue;
    const name = match[1] ?? nameOf(match[2] ?? "");
    const label = name ? await labelOf(name) : null;
    if (!name || !label) return null;
    const definition = best((await readVocabulary()).byName.get(name)?.definitions);
    return {
      pos: from, end: to, above: true,
      create: () => ({ dom: make("div", { class: "label" },
        make("p", {}, make("strong", { lang: label.language, text: label.text })),
        definition && make("p", { lang: definition.language, text: definition.text })) }),
    };
  }
  return null;
}

function nameOf(iri: string): string | null {
  const found = Object.entries(page.prefixes).find(([, namespace]) => iri.startsWith(namespace) && !/[/#]/.test(iri.slice(namespace.length)));
  return found ? `${found[0]}:${iri.slice(found[1].length)}` : null;
}
