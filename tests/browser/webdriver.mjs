// A browser by the WebDriver protocol (W3C), with nothing but fetch: as much of it as the tests use.

import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { home } from "./harness.mjs";

const DRIVERS = ["/usr/bin/WebKitWebDriver"];
const BROWSERS = [
  "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
  "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
  "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
];
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
/** No command may hang the run. */
const PATIENCE = 300_000;

/** A free port of this machine. */
async function port() {
  const server = createServer();
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Why WebKitGTK cannot be driven here; nothing if it can. */
export function missing() {
  if (!DRIVERS.some(existsSync)) return "no WebKitWebDriver here";
  if (!BROWSERS.some(existsSync)) return "no MiniBrowser of WebKitGTK here";
  if (!process.env.DISPLAY) return "no display here: run it under xvfb-run";
}

export class Session {
  /** Starts WebKitGTK with a home of its own. */
  static async webkit() {
    const at = await port();
    const own = home("webkit");
    const env = {
      ...process.env,
      HOME: own,
      XDG_RUNTIME_DIR: own,
      // As root, in a container, neither its sandbox nor its compositor works.
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1",
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    };
    const driver = spawn(DRIVERS.find(existsSync), [`--port=${at}`], { env, stdio: "ignore", detached: true });
    const session = new Session(`http://127.0.0.1:${at}`, driver);
    try {
      await session.begin({ binary: BROWSERS.find(existsSync), args: ["--automation"] });
    } catch (why) {
      await session.end();
      throw why;
    }
    return session;
  }

  constructor(base, driver) {
    Object.assign(this, { base, driver, path: "" });
  }

  async begin(browser) {
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": browser, timeouts: { script: PATIENCE, pageLoad: 60_000 } } };
    for (let tries = 0; ; tries++) {
      try {
        const { sessionId, capabilities: got } = await this.ask("POST", "/session", { capabilities });
        this.path = `/session/${sessionId}`;
        this.version = `${got.browserName} ${got.browserVersion}`;
        return;
      } catch (why) {
        // The driver takes a moment to listen.
        if (tries === 40 || why.name === "DriverError") throw why;
        await new Promise((later) => setTimeout(later, 250));
      }
    }
  }

  async ask(method, path, body) {
    const answer = await fetch(this.base + this.path + path, {
      method, body: body && JSON.stringify(body), headers: { "content-type": "application/json" }, signal: AbortSignal.timeout(PATIENCE),
    });
    const { value } = await answer.json();
    if (answer.ok) return value;
    throw Object.assign(new Error(`${value?.error}: ${value?.message}`), { name: "DriverError" });
  }

  go(url) {
    return this.ask("POST", "/url", { url });
  }

  /** Runs `code` in the page, as a function of `args`, and returns what it returns. */
  run(code, ...args) {
    return this.ask("POST", "/execute/sync", { script: `return (${code})(...arguments)`, args });
  }

  /** Waits until `code` returns something true, and returns it. */
  async until(code, seconds = 30, ...args) {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const value = await this.run(code, ...args);
      if (value) return value;
      if (Date.now() > end) throw new Error(`${seconds} s were not enough for ${code}`);
      await new Promise((later) => setTimeout(later, 100));
    }
  }

  async find(selector) {
    const found = await this.ask("POST", "/element", { using: "css selector", value: selector });
    return found[ELEMENT];
  }

  async type(selector, text) {
    const element = await this.find(selector);
    await this.ask("POST", `/element/${element}/clear`, {});
    await this.ask("POST", `/element/${element}/value`, { text });
  }

  async click(selector) {
    await this.ask("POST", `/element/${await this.find(selector)}/click`, {});
  }

  async shot(file) {
    writeFileSync(file, Buffer.from(await this.ask("GET", "/screenshot"), "base64"));
  }

  /** Ends the browser and its driver, which have a process group of their own. */
  async end() {
    if (this.path) await this.ask("DELETE", "").catch(() => {});
    try {
      process.kill(-this.driver.pid);
    } catch {
      // It has ended by itself.
    }
  }
}
