// In a page: runs the test files named in the address and leaves what came of them for whoever drives it.

const asked = new URLSearchParams(location.search);
globalThis.process = { env: { YISHAN_MUTATIONS: asked.get("mutations") ?? undefined } };
try {
  const { all } = await import("node:test");
  for (const file of asked.get("files").split(",")) await import(`../script/${file}.test.mjs`);
  globalThis.told = await all();
} catch (error) {
  globalThis.told = [{ name: "the test files", why: `${error?.message ?? error}\n${error?.stack ?? ""}` }];
}
