// Opens a key file with another implementation of age, written by other people.
//
//     node open-key.mjs KEY_FILE PASSPHRASE_FILE
//
// Prints `opened N bytes`; exit code 1 if the file does not open.

import { Decrypter, armor } from "age-encryption";
import { readFileSync } from "node:fs";

const [key, passphrase] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
const decrypter = new Decrypter();
decrypter.addPassphrase(passphrase.split("\n")[0].normalize("NFC"));
const opened = await decrypter.decrypt(armor.decode(key));
if (opened.length === 0) throw new Error("the file is empty");

// With one letter of the passphrase changed it must stay shut.
const stranger = new Decrypter();
stranger.addPassphrase(`${passphrase.split("\n")[0]}x`);
let shut = false;
await stranger.decrypt(armor.decode(key)).catch(() => { shut = true; });
if (!shut) throw new Error("it opens with another passphrase too");
console.log(`opened ${opened.length} bytes`);
