// As much of node:assert/strict as the script's tests use, for a page.

class AssertionError extends Error {}

function shown(value) {
  return (JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? String(value)).slice(0, 300);
}

function fail(message, why) {
  throw message instanceof Error ? message : new AssertionError(message ? `${message}: ${why}` : why);
}

/** Whether two values are the same all the way down: kind, fields, bytes, members. */
export function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Map || a instanceof Set) return same([...a], [...b]);
  if (a instanceof Error && a.message !== b.message) return false;
  const [left, right] = [Object.keys(a), Object.keys(b)];
  if (a.length !== b.length || left.length !== right.length) return false;
  return left.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}

function ok(value, message) {
  if (!value) fail(message, `${shown(value)} is not true`);
}

async function rejects(promise, expected, message) {
  let why;
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (error) {
    why = error;
  }
  if (why === undefined) fail(message, "it was not refused");
  if (expected instanceof RegExp) ok(expected.test(String(why)), message);
  else if (typeof expected === "function") ok(why instanceof expected || expected(why) === true, message);
}

export default Object.assign(ok, {
  ok,
  rejects,
  equal: (a, b, message) => Object.is(a, b) || fail(message, `${shown(a)} is not ${shown(b)}`),
  notEqual: (a, b, message) => !Object.is(a, b) || fail(message, `it is ${shown(b)}`),
  deepEqual: (a, b, message) => same(a, b) || fail(message, `${shown(a)} is not ${shown(b)}`),
  match: (text, pattern, message) => pattern.test(text) || fail(message, `${shown(text)} is not ${pattern}`),
  doesNotMatch: (text, pattern, message) => !pattern.test(text) || fail(message, `${shown(text)} is ${pattern}`),
  fail: (message) => fail(message, "it came to this"),
});
