// A site on loopback with a page that runs a script, and the word that the page sends of what came of it.

import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { text } from "node:stream/consumers";
import { type Result, type Run, TIMEOUT } from "./results.ts";

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** What threads need of a page. */
export const ISOLATED = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** A content security policy as strict as it can be for a page that computes. */
export function strict(workers = "'self'") {
  const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
  return { "content-security-policy": `${policy}; worker-src ${workers}` };
}

export interface SiteOptions {
  /** The folder that is served. */
  readonly folder: string;
  /** The page: its scripts. */
  readonly page: string;
  /** Sent with everything. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Site extends AsyncDisposable {
  readonly url: string;
  /** Where the page is that runs these. */
  page(runs: readonly Run[]): string;
  /** What it has come to. Rejects if nothing was heard for too long. */
  answer(): Promise<readonly Result[]>;
}

export async function site({ folder, page, headers = {} }: SiteOptions): Promise<Site> {
  let hear: (request: IncomingMessage) => void = () => {};
  const heard = new Promise<IncomingMessage>((resolve) => {
    hear = resolve;
  }).then(text);
  const server = createServer(async (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const path = normalize(new URL(request.url ?? "", "http://site").pathname);
    if (request.method === "POST") {
      hear(request);
      request.on("end", () => response.end());
    } else if (path === "/") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(`<!doctype html><title>bits</title>${page}`);
    } else {
      try {
        const body = await readFile(join(folder, path));
        response.setHeader("content-type", types[extname(path)] ?? "application/octet-stream");
        response.end(body);
      } catch {
        response.writeHead(404).end();
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let timer: NodeJS.Timeout | undefined;
  return {
    url,
    page: (runs) => `${url}#${encodeURIComponent(JSON.stringify(runs))}`,
    async answer() {
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("the page gave no answer")), TIMEOUT);
      });
      const { results, problem } = JSON.parse(await Promise.race([heard, silence]));
      if (problem) throw new Error(problem);
      return results;
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
