// As much of node:test as the script's tests use, for a page: tests in a row, and what came of each.

const waiting = [];

/** Takes a test in; it is run by `all`. */
export default function test(name, run) {
  waiting.push([name, run]);
}

/** Runs the tests taken in so far, one after the other. */
export async function all() {
  const told = [];
  while (waiting.length > 0) {
    const [name, run] = waiting.shift();
    let skipped;
    try {
      await run({ skip: (why) => (skipped = why) });
      told.push({ name, skipped, why: null });
    } catch (error) {
      told.push({ name, why: `${error?.message ?? error}\n${error?.stack ?? ""}`.slice(0, 1500) });
    }
  }
  return told;
}
