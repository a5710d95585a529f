// Packages that bring no types of their own, as far as they are used here.

declare module "topojson-client" {
  export function feature(topology: unknown, object: unknown): import("./shapes.js").Shape;
}

declare module "world-atlas/land-50m.json" {
  const topology: { objects: { land: unknown } };
  export default topology;
}
