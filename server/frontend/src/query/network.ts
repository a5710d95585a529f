// Two columns of IRIs as a network, laid out by forces (Fruchterman and Reingold, 1991) until it rests.
import type { Column } from "./columns.js";
import { drawing, namesOf } from "./drawing.js";
import { compact, count, linkOf, say, textOf, type Row, type Term } from "./page.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_NODES = 120;
const STEPS = 250;
const WIDTH = 1000;
const HEIGHT = 700;
const MARGIN = 60;

interface Node { term: Term; x: number; y: number; degree: number }
interface Edge { from: Node; to: Node }

export function network(columns: Column[], rows: Row[]): HTMLElement {
  const iris = columns.filter(({ kind }) => kind === "iri").map(({ name }): [string, string] => [name, name]);
  return drawing(
    [
      { name: "from", label: say("from"), options: iris },
      { name: "to", label: say("to"), options: [...iris.slice(1), ...iris.slice(0, 1)] },
    ],
    async ({ from = "", to = "" }) => {
      const { nodes, edges, all } = graphOf(rows, from, to);
      layOut(nodes, edges);
      const nameOf = await namesOf(nodes.map(({ term }) => term));
      return { element: draw(nodes, edges, nameOf), shown: edges.length, all };
    },
  );
}

function graphOf(rows: Row[], from: string, to: string): { nodes: Node[]; edges: Edge[]; all: number } {
  const pairs = new Map<string, [Term, Term]>();
  for (const row of rows) {
    const [a, b] = [row[from], row[to]];
    if (a && b && textOf(a) !== textOf(b)) pairs.set(`${textOf(a)} ${textOf(b)}`, [a, b]);
  }
  const nodes = new Map<string, Node>();
  const node = (term: Term): Node | null => {
    const known = nodes.get(textOf(term));
    if (known || nodes.size >= MOST_NODES) return known ?? null;
    const turn = nodes.size * 2.399963; // the golden angle: a fixed beginning, so that the same answer looks the same
    const made = { term, x: WIDTH / 2 + 14 * Math.sqrt(nodes.size) * Math.cos(turn), y: HEIGHT / 2 + 14 * Math.sqrt(nodes.size) * Math.sin(turn), degree: 0 };
    nodes.set(textOf(term), made);
    return made;
  };
  const edges: Edge[] = [];
  for (const [a, b] of pairs.values()) {
    const [source, target] = [node(a), node(b)];
    if (!source || !target) continue;
    source.degree += 1;
    target.degree += 1;
    edges.push({ from: source, to: target });
  }
  return { nodes: [...nodes.values()], edges, all: pairs.size };
}

function layOut(nodes: Node[], edges: Edge[]): void {
  const ideal = 0.75 * Math.sqrt((WIDTH * HEIGHT) / Math.max(nodes.length, 1));
  for (let step = 0; step < STEPS; step += 1) {
    const heat = (WIDTH / 10) * (1 - step / STEPS);
    const moves = new Map(nodes.map((node) => [node, { x: (WIDTH / 2 - node.x) * 0.05, y: (HEIGHT / 2 - node.y) * 0.05 }]));
    const push = (node: Node, other: Node, force: number): void => {
      const [dx, dy] = [node.x - other.x, node.y - other.y];
      const distance = Math.max(Math.hypot(dx, dy), 0.01);
      const move = moves.get(node);
      if (!move) return;
      move.x += (dx / distance) * force;
      move.y += (dy / distance) * force;
    };
    for (const node of nodes) for (const other of nodes) if (node !== other) push(node, other, ideal ** 2 / Math.max(Math.hypot(node.x - other.x, node.y - other.y), 0.01));
    for (const { from, to } of edges) {
      const pull = Math.hypot(from.x - to.x, from.y - to.y) ** 2 / ideal;
      push(from, to, -pull);
      push(to, from, -pull);
    }
    for (const [node, { x, y }] of moves) {
      const length = Math.max(Math.hypot(x, y), 0.01);
      node.x = Math.min(WIDTH - MARGIN, Math.max(MARGIN, node.x + (x / length) * Math.min(length, heat)));
      node.y = Math.min(HEIGHT - 20, Math.max(45, node.y + (y / length) * Math.min(length, heat)));
    }
  }
}

function shape(name: string, attributes: Record<string, string | number>, ...children: Element[]): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

function draw(nodes: Node[], edges: Edge[], nameOf: (term: Term) => string): Element {
  const arrow = shape("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" }, shape("path", { d: "M0 0 8 4 0 8z", class: "arrow" }));
  const lines = edges.map(({ from, to }) => {
    const distance = Math.max(Math.hypot(to.x - from.x, to.y - from.y), 0.01);
    const short = (radius(to) + 2) / distance;
    return shape("line", { x1: from.x, y1: from.y, x2: to.x - (to.x - from.x) * short, y2: to.y - (to.y - from.y) * short, class: "edge", "marker-end": "url(#arrow)" });
  });
  const dots = nodes.map((node) => {
    const anchor = node.x < WIDTH * 0.15 ? "start" : node.x > WIDTH * 0.85 ? "end" : "middle";
    const text = shape("text", { x: node.x, y: node.y - radius(node) - 4, "text-anchor": anchor });
    text.textContent = nameOf(node.term);
    const title = shape("title", {});
    title.textContent = compact(textOf(node.term));
    const inner = [shape("circle", { cx: node.x, cy: node.y, r: radius(node) }), text, title];
    const target = linkOf(textOf(node.term));
    return target?.startsWith("/") ? shape("a", { href: target, class: "node" }, ...inner) : shape("g", { class: "node" }, ...inner);
  });
  return shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "network", role: "group", "aria-label": `${say("network")}. ${count("row", edges.length)}` }, shape("defs", {}, arrow), ...lines, ...dots);
}

const radius = ({ degree }: Node): number => Math.min(5 + Math.sqrt(degree) * 2, 16);
