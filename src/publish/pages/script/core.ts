// Everything without a page: what the tests reach, and what checks in a worker.

export * from "./books.ts";
export * from "./bytes.ts";
export * from "./check.ts";
export * from "./code.ts";
export * from "./entry.ts";
export * from "./find.ts";
export * from "./input.ts";
export * from "./io.ts";
export * from "./log.ts";
export * from "./memory.ts";
export * from "./merkle.ts";
export * from "./note.ts";
export * from "./receipt.ts";
export * from "./ref.ts";
export * from "./replay.ts";
export * from "./signature.ts";
export * from "./tiles.ts";
export * from "./voucher.ts";
