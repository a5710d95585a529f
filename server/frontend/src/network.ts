// Draws the network that the page lists. The list drives the drawing: what has the focus in it, or is pointed at,
// is shown with its neighbours; a click on a thing in the drawing moves the focus to its line.
import { makeChooser } from "./drawn/chooser.js";
import type { BoundingBox12, Core, ElementDefinition, StylesheetJson } from "cytoscape";

interface Data {
  nodes: { name: string; kind: string; href: string | null; ties: number; isCentre: boolean }[];
  edges: { from: number; to: number; label: string; kind: string; isUpward: boolean }[];
}

const SHAPES: Record<string, string> = {
  person: "ellipse", unit: "rectangle", academy: "hexagon", organization: "diamond", group: "triangle",
};
const DASHES: Record<string, { style: string; pattern: number[] }> = {
  command: { style: "solid", pattern: [1, 0] },
  company: { style: "dashed", pattern: [7, 4] },
  teaching: { style: "dotted", pattern: [2, 4] },
};
const MOST_NAMED = 12; // these may have their names from the start, the others when one looks closer
const MOST_WITH_ALL_NAMES = 24;
const RING = 110;

for (const input of document.querySelectorAll<HTMLInputElement>("[data-chooser]")) makeChooser(input);
const container = document.getElementById("drawing");
const source = document.getElementById("network-data");
if (container && source) void draw(container, JSON.parse(source.textContent ?? "") as Data);

async function draw(container: HTMLElement, data: Data): Promise<void> {
  // cytoscape puts a <style> into the page, which the policy refuses, unless an element with this name is there.
  const known = document.createElement("template");
  known.id = "__________cytoscape_stylesheet";
  document.head.append(known);
  const { default: cytoscape } = await import("cytoscape");
  const space = document.createElement("div");
  space.className = "canvas";
  for (const name of ["position", "inset"]) space.style.setProperty(name, name === "inset" ? "0" : "absolute");
  container.append(space);

  const cy = cytoscape({
    container: space,
    elements: elements(data),
    style: style(1),
    // No chance in it: the same network is always drawn the same.
    layout: {
      name: "cose", randomize: false, animate: false, padding: 30,
      nodeDimensionsIncludeLabels: true, idealEdgeLength: () => 70, nodeRepulsion: () => 60_000, nodeOverlap: 20, componentSpacing: 40,
      gravity: 0.3, numIter: 1000, initialTemp: 120,
    },
    minZoom: 0.2, maxZoom: 3,
    // The page scrolls by the wheel; the drawing grows by pinching, and by the wheel with Ctrl.
    userZoomingEnabled: false,
    boxSelectionEnabled: false, autounselectify: true,
  });
  container.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const box = container.getBoundingClientRect();
    const at = { x: event.clientX - box.left, y: event.clientY - box.top };
    cy.zoom({ level: cy.zoom() * Math.exp(-event.deltaY / 300), renderedPosition: at });
  }, { passive: false });
  // Signs and names keep their size however much has to fit in; they grow only when somebody looks closer.
  const fit = (): void => {
    cy.resize();
    cy.nodes().removeClass("near");
    cy.style([{ selector: "node", style: { width: 1, height: 1 } }]); // so that names take no room
    cy.fit(undefined, Math.min(50, container.clientWidth / 12));
    fitted = cy.zoom();
    cy.style(style(Math.min(fitted, 1)));
    nameApart(cy);
    look();
  };
  let fitted = 1;
  const look = (): void => {
    const isClose = cy.zoom() > 1.3 * fitted || cy.nodes().length <= MOST_WITH_ALL_NAMES;
    cy.nodes()[isClose ? "addClass" : "removeClass"]("near");
  };
  cy.on("zoom", look);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", fit);
  new ResizeObserver(fit).observe(container);
  control(cy, fit);
  connect(cy);
}

function elements({ nodes, edges }: Data): ElementDefinition[] {
  const beginning = places(nodes.length, edges);
  const drawn: ElementDefinition[] = nodes.map((node, place) => {
    return {
      group: "nodes",
      data: { id: `n${place}`, label: node.name, size: 8 + 3.5 * Math.sqrt(node.ties), shape: SHAPES[node.kind] ?? "ellipse" },
      position: beginning[place] ?? { x: 0, y: 0 },
      classes: node.isCentre ? "near centre" : "near",
    };
  });
  for (const [place, edge] of edges.entries()) {
    drawn.push({
      group: "edges",
      data: { id: `e${place}`, source: `n${edge.from}`, target: `n${edge.to}`, label: edge.label },
      classes: edge.kind,
    });
  }
  return drawn;
}

/**
 * Returns where the layout begins: each thing outside of the one it was reached by, the best connected in the middle,
 * every branch in a sector of its own. Begun like this, few relations cross.
 */
function places(count: number, edges: Data["edges"]): { x: number; y: number }[] {
  const near: number[][] = Array.from({ length: count }, () => []);
  for (const { from, to } of edges) {
    near[from]?.push(to);
    near[to]?.push(from);
  }
  const below: number[][] = Array.from({ length: count }, () => []);
  const reached = new Set<number>();
  const roots: number[] = [];
  for (let root = 0; root < count; root++) {
    if (reached.has(root)) continue;
    roots.push(root);
    reached.add(root);
    const queue = [root];
    for (const one of queue) {
      for (const other of near[one] ?? []) {
        if (reached.has(other)) continue;
        reached.add(other);
        below[one]?.push(other);
        queue.push(other);
      }
    }
  }
  const leaves = (one: number): number => (below[one] ?? []).reduce((sum, other) => sum + leaves(other), 0) || 1;
  const found: { x: number; y: number }[] = [];
  const put = (one: number, radius: number, first: number, last: number): void => {
    const angle = (first + last) / 2;
    found[one] = { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
    let begin = first;
    for (const other of below[one] ?? []) {
      const end = begin + ((last - first) * leaves(other)) / leaves(one);
      put(other, radius + RING, begin, end);
      begin = end;
    }
  };
  const all = roots.reduce((sum, root) => sum + leaves(root), 0);
  let begin = 0;
  for (const [place, root] of roots.entries()) {
    const end = begin + (2 * Math.PI * leaves(root)) / all;
    // The largest in the middle and all around it, the others beyond.
    if (place === 0) put(root, 0, 0, 2 * Math.PI);
    else put(root, 6 * RING, begin, end);
    begin = end;
  }
  return found;
}

/** Returns the looks of the drawing, in the colours of the page as they are now, for a drawing made smaller. */
function style(scale: number): StylesheetJson {
  const page = getComputedStyle(document.documentElement);
  const colour = (name: string): string => page.getPropertyValue(`--${name}`).trim();
  const font = page.fontFamily;
  const size = (element: { data(name: string): number }): number => element.data("size") / scale;
  return [
    { selector: "node", style: {
      shape: "data(shape)" as never, width: size as never, height: size as never,
      "background-color": colour("accent-soft"), "border-color": colour("accent"), "border-width": 1.75 / scale,
      color: colour("ink"), "font-family": font, "font-size": 9.5 / scale,
      "text-valign": "bottom", "text-margin-y": 3 / scale, "text-wrap": "wrap", "text-max-width": `${110 / scale}px`,
      "text-outline-color": colour("raised"), "text-outline-width": 2 / scale,
    } },
    { selector: "node.named, node.near, node.shown", style: { label: "data(label)" } },
    { selector: "node.named, node.shown", style: { "font-size": 11 / scale, "z-index": 2 } },
    { selector: "node.centre", style: { "background-color": colour("accent"), "font-weight": "bold", "font-size": 13 / scale } },
    { selector: "edge", style: {
      width: 1.4 / scale, "line-color": colour("soft"), "target-arrow-color": colour("soft"),
      "target-arrow-shape": "triangle", "curve-style": "bezier", "arrow-scale": 1.2, color: colour("soft"), "font-family": font,
      "text-rotation": "autorotate", "text-outline-color": colour("raised"), "text-outline-width": 2 / scale,
    } },
    ...Object.entries(DASHES).map(([kind, { style: line, pattern }]) => ({
      selector: `edge.${kind}`,
      style: { "line-style": line as never, "line-dash-pattern": pattern.map((length) => length / scale) },
    })),
    { selector: ".faded", style: { opacity: 0.15 } },
    { selector: "edge.shown", style: {
      width: 2.2 / scale, "line-color": colour("accent"), "target-arrow-color": colour("accent"), color: colour("ink"),
      "font-size": 10 / scale, label: "data(label)",
    } },
  ];
}

/** Gives names to the best connected, as far as none lies on the name of one that is better connected. */
function nameApart(cy: Core): void {
  const taken: BoundingBox12[] = [];
  cy.nodes().removeClass("named");
  for (const node of cy.nodes().slice(0, MOST_NAMED).toArray()) {
    node.addClass("named");
    const box = node.boundingBox({ includeNodes: false, includeEdges: false, includeLabels: true, includeOverlays: false });
    const isFree = taken.every((other) => box.x2 < other.x1 || other.x2 < box.x1 || box.y2 < other.y1 || other.y2 < box.y1);
    if (isFree || node.hasClass("centre")) taken.push(box);
    else node.removeClass("named");
  }
}

/** Lets the buttons above the drawing zoom it. */
function control(cy: Core, fit: () => void): void {
  const controls = document.querySelector<HTMLElement>(".web .zoom");
  if (!controls) return;
  controls.hidden = false;
  controls.addEventListener("click", (event) => {
    const way = event.target instanceof Element ? event.target.closest("button")?.dataset["zoom"] : undefined;
    if (way === "reset") return fit();
    const middle = { x: cy.width() / 2, y: cy.height() / 2 };
    if (way) cy.zoom({ level: cy.zoom() * (way === "in" ? 1.4 : 1 / 1.4), renderedPosition: middle });
  });
}

function connect(cy: Core): void {
  const lines = [...document.querySelectorAll<HTMLAnchorElement>("a[data-node]")];
  const show = (line: HTMLAnchorElement | undefined): void => {
    cy.elements().removeClass("shown faded");
    for (const other of lines) other.classList.toggle("is-shown", other === line);
    if (!line) return;
    const node = cy.getElementById(`n${line.dataset["node"]}`);
    const near = node.closedNeighborhood();
    cy.elements().not(near).addClass("faded");
    near.addClass("shown");
  };
  for (const line of lines) {
    line.addEventListener("focus", () => show(line));
    line.addEventListener("pointerenter", () => show(line));
    line.addEventListener("blur", () => show(undefined));
    line.addEventListener("pointerleave", () => show(lines.find((one) => one === document.activeElement)));
  }
  cy.on("tap", "node", (event) => lines[Number(event.target.id().slice(1))]?.focus());
  cy.on("tap", (event) => { if (event.target === cy) show(undefined); });
}
