// Asking the endpoint: what is sent, what comes back, and what went wrong, in words.
import { count, page, say, type Answer } from "./page.js";

export interface Asked { query: string; text: string; mediaType: string; answer: Answer | null; seconds: number; isFromCache: boolean }
export interface Problem { title: string; message: string; line?: number; column?: number }

export class Failed extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9";
const LONGEST_ADDRESS = 6000;

/** Returns the address of a query; its answer comes in `format`, if one is given. */
export function addressOf(query: string, more: Record<string, string> = {}): string {
  const asked = new URLSearchParams({ query, ...more });
  if (page.version !== null) asked.set("version", String(page.version));
  return `/sparql?${asked}`;
}

/** Returns whether a query fits into an address that every program takes. */
export const isShort = (query: string): boolean => addressOf(query).length <= LONGEST_ADDRESS;

/** Asks; aborting the signal ends the evaluation on the server, too. */
export async function ask(query: string, signal: AbortSignal): Promise<Asked> {
  const began = performance.now();
  const response = await send(query, signal);
  if (!response.ok) throw new Failed(await problemOf(response));
  const text = await response.text();
  const mediaType = (response.headers.get("Content-Type") ?? "").split(";", 1)[0] ?? "";
  return {
    query, text, mediaType,
    answer: mediaType.includes("json") ? (JSON.parse(text) as Answer) : null,
    seconds: (performance.now() - began) / 1000,
    isFromCache: response.headers.get("X-Cache") === "hit",
  };
}

async function send(query: string, signal: AbortSignal): Promise<Response> {
  const headers = { Accept: ACCEPT };
  try {
    if (isShort(query)) return await fetch(addressOf(query), { signal, headers });
    const address = page.version === null ? "/sparql" : `/sparql?version=${page.version}`;
    return await fetch(address, { method: "POST", signal, body: query, headers: { ...headers, "Content-Type": "application/sparql-query" } });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new Failed({ title: say("failed"), message: say("unreachable") });
  }
}

/** Returns what a refusal says (RFC 9457), and when to come back. */
export async function problemOf(response: Response): Promise<Problem> {
  let document: { title?: string; detail?: string; line?: number; column?: number; type?: string } = {};
  try {
    document = await response.json();
  } catch {
    // Something between the server and here answered.
  }
  const messages = [document.detail ?? `${response.status} ${response.statusText}`];
  if (document.type?.endsWith("query-timeout")) messages.push(say("timeout"));
  const wait = waiting(response.headers.get("Retry-After"));
  if (wait) messages.push(wait);
  return {
    title: document.title ?? say("failed"), message: messages.join(" "),
    ...(document.line === undefined ? {} : { line: document.line }), ...(document.column === undefined ? {} : { column: document.column }),
  };
}

/** Returns Retry-After in words: it is seconds or a date (RFC 9110, 10.2.3). */
function waiting(header: string | null): string | null {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : Math.ceil((Date.parse(header) - Date.now()) / 1000);
  if (!Number.isFinite(seconds) || seconds <= 0) return null;
  const words = seconds < 100 ? count("waitSecond", seconds) : count("waitMinute", Math.ceil(seconds / 60));
  return words;
}
