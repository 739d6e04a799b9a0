// SHA-256 and SHA-512 of whole messages. The classes are taken as they are: what the package wraps
// around them for streams and other lengths would be a good part of what a phone loads.

import { _SHA256, _SHA512 } from "@noble/hashes/sha2.js";
import type { Bytes } from "./bytes.ts";

export const sha256 = (message: Bytes): Bytes => new _SHA256().update(message).digest();
export const sha512 = (message: Bytes): Bytes => new _SHA512().update(message).digest();
