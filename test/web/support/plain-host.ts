// A static host as they are: no special headers, and the page in a folder of its own.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const FOLDER = "/some/folder/";
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  // Many hosts know no wasm.
  ".wasm": "application/octet-stream",
};

export interface PlainHost extends AsyncDisposable {
  readonly url: string;
}

/** Serves dist-web/ on loopback until it is disposed. */
export async function plainHost(): Promise<PlainHost> {
  const server = createServer(async ({ url = "" }, response) => {
    const path = new URL(url, "http://host").pathname;
    const name = path === FOLDER ? "index.html" : normalize(path.slice(FOLDER.length));
    try {
      if (!path.startsWith(FOLDER) || name.startsWith("..")) throw new Error("outside");
      const body = await readFile(join("dist-web", name));
      response.writeHead(200, { "content-type": types[extname(name)] ?? "text/plain" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${FOLDER}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
