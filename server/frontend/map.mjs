// Makes the base of the map: for each area of the portal's areas.json the land and today's borders as SVG paths,
// from Natural Earth (public domain) as the package world-atlas has it. Clipped, projected and thinned out here, so
// that the server puts a few kilobytes into its page and no browser needs a map library.
//
// The projection is Mercator's. The server repeats it for the places (portal/map/projection.py): a unit is a
// thousandth of the width of the area.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { geoArea, geoMercator, geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";

const WIDTH = 1000;
const CLOSEST = 1.2; // of two points that are closer than this, one goes
const SMALLEST = 2; // an island that is smaller than this in both directions goes

/** Returns the base of every area, for the server to read. */
export async function makeMapBase(here) {
  const areas = JSON.parse(await readFile(join(here, "..", "zanryu", "portal", "map", "areas.json"), "utf8"));
  const bases = {};
  for (const [name, area] of Object.entries(areas)) {
    const file = join(here, "node_modules", "world-atlas", `countries-${area.detail}.json`);
    bases[name] = base(JSON.parse(await readFile(file, "utf8")), area);
  }
  return Buffer.from(JSON.stringify(bases));
}

function base(atlas, area) {
  const radians = (degrees) => (degrees * Math.PI) / 180;
  const scale = WIDTH / radians(area.east - area.west);
  const projection = geoMercator().scale(scale).center([area.west, area.north]).translate([0, 0]);
  const height = projection([area.west, area.south])[1];
  // A little more than is seen, so that no coast is drawn along the edge.
  projection.clipExtent([[-5, -5], [WIDTH + 5, height + 5]]);
  const draw = (geometry) => {
    const pen = new Pen();
    geoPath(projection, pen)(geometry);
    return pen.path();
  };
  return {
    width: WIDTH,
    height: Math.round(height),
    land: draw({ type: "MultiPolygon", coordinates: polygons(feature(atlas, atlas.objects.land)) }),
    borders: draw(mesh(atlas, atlas.objects.countries, (one, other) => one !== other)),
  };
}

/** Returns the polygons of a collection, without islets so small that rounding turned them inside out. */
function polygons(collection) {
  const each = ({ geometry }) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);
  const isRight = (coordinates) => geoArea({ type: "Polygon", coordinates }) < 2 * Math.PI;
  return collection.features.flatMap(each).filter(isRight);
}

/** Writes paths with whole numbers, relative, without what is too small to be seen. */
class Pen {
  #lines = [];

  beginPath() {}

  moveTo(x, y) {
    this.#lines.push({ points: [[Math.round(x), Math.round(y)]], isClosed: false });
  }

  lineTo(x, y) {
    const { points } = this.#lines.at(-1);
    const [lastX, lastY] = points.at(-1);
    if (Math.hypot(x - lastX, y - lastY) >= CLOSEST) points.push([Math.round(x), Math.round(y)]);
  }

  closePath() {
    this.#lines.at(-1).isClosed = true;
  }

  path() {
    return this.#lines.filter(isVisible).map(written).join("");
  }
}

function isVisible({ points, isClosed }) {
  const extent = (axis) => Math.max(...points.map((p) => p[axis])) - Math.min(...points.map((p) => p[axis]));
  return points.length > (isClosed ? 2 : 1) && (!isClosed || extent(0) >= SMALLEST || extent(1) >= SMALLEST);
}

function written({ points, isClosed }) {
  const steps = points.slice(1).map(([x, y], place) => `${x - points[place][0]},${y - points[place][1]}`);
  return `M${points[0].join(",")}l${steps.join(" ")}${isClosed ? "z" : ""}`;
}
