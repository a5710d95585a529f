// The query in programs, ready to run. Each writes the query as its own language quotes it.

export const PROGRAMS = ["curl", "Python (SPARQLWrapper)", "Python (rdflib)", "R", "JavaScript"] as const;

/** Python: three quotes where the text allows them, else one line with escapes, which Python reads as JSON does. */
function python(query: string): string {
  return /\\|"""|"$/.test(query) ? JSON.stringify(query) : `"""${query}"""`;
}

/** R (4.0 and later): a raw string whose end is not in the text. */
function r(query: string): string {
  let dashes = "";
  while (query.includes(`)${dashes}"`)) dashes += "-";
  return `r"${dashes}(${query})${dashes}"`;
}

function shell(query: string): string {
  let mark = "SPARQL";
  while (query.split("\n").includes(mark)) mark += "_";
  return `<<'${mark}'\n${query}\n${mark}`;
}

const javaScript = (query: string): string => `\`${query.replaceAll(/[\\`]|\$(?=\{)/g, "\\$&")}\``;

/** Returns the program that asks `query` at `endpoint`; `isGraph` for CONSTRUCT and DESCRIBE, `version` of old data. */
export function snippet(program: (typeof PROGRAMS)[number], endpoint: string, query: string, isGraph: boolean, version: number | null): string {
  const accept = isGraph ? "text/turtle" : "application/sparql-results+json";
  const address = version === null ? endpoint : `${endpoint}?version=${version}`;
  switch (program) {
    case "curl":
      return `curl --fail-with-body '${address}' \\\n  -H 'Accept: ${isGraph ? "text/turtle" : "text/csv"}' \\\n  -H 'Content-Type: application/sparql-query' \\\n  --data-binary @- ${shell(query)}\n`;
    case "Python (SPARQLWrapper)":
      return `# pip install SPARQLWrapper\nfrom SPARQLWrapper import ${isGraph ? "POST, TURTLE" : "JSON, POST"}, SPARQLWrapper\n\nendpoint = SPARQLWrapper("${address}")\nendpoint.setMethod(POST)\nendpoint.setReturnFormat(${isGraph ? "TURTLE" : "JSON"})\nendpoint.setQuery(${python(query)})\n\n` +
        (isGraph ? `print(endpoint.query().convert().decode())\n` : `for row in endpoint.queryAndConvert()["results"]["bindings"]:\n    print({name: term["value"] for name, term in row.items()})\n`);
    case "Python (rdflib)":
      return `# pip install rdflib\nfrom rdflib.plugins.stores.sparqlstore import SPARQLStore\n\nstore = SPARQLStore("${address}", method="POST", returnFormat="${isGraph ? "xml" : "json"}")\nanswer = store.query(${python(query)})\n\n` +
        (isGraph ? `print(answer.graph.serialize(format="turtle"))\n` : `for row in answer:\n    print(*row, sep="\\t")\n`);
    case "R":
      return `# install.packages("httr2"${isGraph ? "" : ', "readr"'})\nlibrary(httr2)\n\nquery <- ${r(query)}\n\nanswer <- request("${address}") |>\n  req_headers(Accept = "${isGraph ? "text/turtle" : "text/csv"}") |>\n  req_body_raw(query, type = "application/sparql-query") |>\n  req_perform() |>\n  resp_body_string()\n\n${isGraph ? "cat(answer)" : "rows <- readr::read_csv(I(answer))\nprint(rows)"}\n`;
    case "JavaScript":
      return `const query = ${javaScript(query)};\n\nconst response = await fetch("${address}", {\n  method: "POST",\n  headers: { "Content-Type": "application/sparql-query", Accept: "${accept}" },\n  body: query,\n});\nif (!response.ok) throw new Error(await response.text());\n` +
        (isGraph ? `console.log(await response.text());\n` : `const { results } = await response.json();\nconsole.table(results.bindings.map((row) =>\n  Object.fromEntries(Object.entries(row).map(([name, { value }]) => [name, value]))));\n`);
  }
}
