// Bundles every src/<entry>.ts into ../zanryu/static/built: one ES module each, what they share in chunks, names
// with the hash of the content, and manifest.json from `entry.js` to that name (and `entry.css`, where an entry
// imports style sheets). `--development` adds source maps and leaves the code readable.

import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { makeMapBase } from "./map.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, "src");
const built = join(here, "..", "zanryu", "static", "built");
const isDevelopment = process.argv.includes("--development");

const entries = (await readdir(sources)).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts")).sort();
const { outputFiles, metafile } = await build({
  absWorkingDir: here,
  entryPoints: entries.map((name) => join("src", name)),
  outdir: built,
  write: false,
  bundle: true,
  format: "esm",
  splitting: true,
  target: "es2022",
  minify: !isDevelopment,
  sourcemap: isDevelopment ? "linked" : false,
  legalComments: "linked",
  entryNames: "[name]-[hash]",
  chunkNames: "chunk-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".topojson": "file", ".woff2": "file" },
  metafile: true,
  logLevel: "warning",
});

// For the server, not for browsers: it draws the map.
outputFiles.push({ path: join(built, "map-base.json"), contents: await makeMapBase(here) });

const manifest = {};
for (const [path, output] of Object.entries(metafile.outputs)) {
  if (!output.entryPoint) continue;
  const entry = basename(output.entryPoint, ".ts");
  manifest[`${entry}.js`] = basename(path);
  if (output.cssBundle) manifest[`${entry}.css`] = basename(output.cssBundle);
}

// New files first, then the manifest at one stroke, then away with the old: a server that starts meanwhile finds all.
await mkdir(built, { recursive: true });
await Promise.all(outputFiles.map((file) => writeFile(file.path, file.contents)));
const draft = join(built, `manifest.json.${process.pid}`);
await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`);
await rename(draft, join(built, "manifest.json"));
const kept = new Set(["manifest.json", ...outputFiles.map((file) => basename(file.path))]);
for (const name of await readdir(built)) {
  if (!kept.has(name)) await rm(join(built, name), { force: true });
}

for (const entry of Object.keys(manifest).sort()) {
  console.log(`${entry}: ${(sizeWithImports(manifest[entry]) / 1000).toFixed(1)} kB gzipped, with what it imports at once`);
}

/** Returns the bytes that a page loads for a file: itself and its static imports, each gzipped. */
function sizeWithImports(name) {
  const path = (file) => Object.keys(metafile.outputs).find((output) => basename(output) === file);
  const needed = new Set([path(name)]);
  for (const output of needed) {
    for (const found of metafile.outputs[output].imports) {
      if (found.kind === "import-statement" && !found.external) needed.add(found.path);
    }
  }
  const contents = new Map(outputFiles.map((file) => [basename(file.path), file.contents]));
  return [...needed].reduce((sum, output) => sum + gzipSync(contents.get(basename(output))).length, 0);
}
