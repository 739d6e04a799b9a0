// Serves a folder on 127.0.0.1 under a sub-path, as a dumb file host would.

import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** Serves `folder` under `under` (`/sub/path/`) and returns its address and how to stop. */
export async function serve(folder, under) {
  const server = createServer(async (request, response) => {
    // The browser's own question to every host, whatever the page says.
    if (request.url === "/favicon.ico") return response.writeHead(204).end();
    try {
      const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
      if (!path.startsWith(under)) throw new Error("outside");
      let file = normalize(join(folder, path.slice(under.length)));
      if (file !== folder && !file.startsWith(folder + sep)) throw new Error("outside");
      if ((await stat(file)).isDirectory()) file = join(file, "index.html");
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain; charset=utf-8" });
      response.end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("not here\n");
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const base = `http://127.0.0.1:${server.address().port}${under}`;
  return { base, stop: () => server.close() };
}
