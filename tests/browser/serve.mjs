// Serves a folder on 127.0.0.1 under a sub-path, as a dumb file host would.

import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, relative, sep } from "node:path";
import { gzipSync } from "node:zlib";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/** What has no ending in its name, and is text. */
const TEXTS = /^(checkpoint|log\.vkey|address|find\/.*)$/;

/** One range of bytes, as `bytes=0-99` asks for it; nothing if there is none or it cannot be had. */
function range(asked, length) {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(asked ?? "") ?? [];
  if (from === undefined || Number(from) >= length) return undefined;
  return [Number(from), Math.min(to === "" ? length : Number(to) + 1, length)];
}

/**
 * Serves `folder` under `under` (`/sub/path/`) and returns its address and how to stop.
 *
 * By itself it knows nothing of ranges or compression. A `host` may be better, with `good`, or worse:
 * `status` says with which status a path is answered, `body` what is sent instead of its bytes.
 */
export async function serve(folder, under, { good = false, status = () => 200, body = (_, bytes) => bytes } = {}) {
  const server = createServer(async (request, response) => {
    // The browser's own question to every host, whatever the page says.
    if (request.url === "/favicon.ico") return response.writeHead(204).end();
    try {
      const path = decodeURIComponent(new URL(request.url, "http://host").pathname);
      if (!path.startsWith(under)) throw new Error("outside");
      let file = normalize(join(folder, path.slice(under.length)));
      if (file !== folder && !file.startsWith(folder + sep)) throw new Error("outside");
      if ((await stat(file)).isDirectory()) file = join(file, "index.html");
      const name = relative(folder, file).split(sep).join("/");
      const code = status(name);
      if (code !== 200) return response.writeHead(code, { "content-type": "text/plain" }).end("not now\n");
      const type = TYPES[extname(file)] ?? (TEXTS.test(name) ? "text/plain; charset=utf-8" : undefined);
      answer(request, response, body(name, await readFile(file)), { type, good });
    } catch {
      response.writeHead(404, { "content-type": "text/plain" });
      response.end("not here\n");
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const base = `http://127.0.0.1:${server.address().port}${under}`;
  return { base, stop: () => server.close() };
}

/** Sends a file: as it is, or, by a good host, the part or the compressed text that was asked for. */
function answer(request, response, body, { type, good }) {
  const headers = { "content-type": type ?? (good ? "application/octet-stream" : "text/plain; charset=utf-8") };
  const part = good && range(request.headers.range, body.length);
  if (part) {
    headers["content-range"] = `bytes ${part[0]}-${part[1] - 1}/${body.length}`;
    return response.writeHead(206, headers).end(body.subarray(...part));
  }
  if (good && type && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "")) {
    return response.writeHead(200, { ...headers, "content-encoding": "gzip", vary: "accept-encoding" }).end(gzipSync(body));
  }
  response.writeHead(200, headers).end(body);
}
