// cert.js: a certificate of a recorded gift, drawn on this phone with its own fonts; fetched by the page
// only when somebody wants one. The name on it is typed here and sent nowhere.
//
// It is a picture in an <img>, because that is what people can press long on and save; it says no more
// than that the gift is in the public ledger.

import encodeQR from "qr";
import { type Bytes, hex } from "./bytes.ts";
import { capitals } from "./capitals.ts";
import { ALPHABET } from "./code.ts";
import { button, clock, element, say, yuan } from "./words.ts";

/** What stands on a certificate. */
export interface Certificate {
  fund: string;
  holder: string;
  fen: number;
  paid: string;
  code: string;
  /** `41/7`, and of how many entries. */
  place: string;
  size: number;
  /** The SHA-256 of the ledger's root. */
  root: Bytes;
  /** What the QR code opens: the page that checks this gift. */
  address: string;
}
export type DrawCertificate = (card: Element, certificate: Certificate) => void;

/** The form in which two people read a root to each other: `Q9W1-DFWF-077YM` (`src/fingerprint.rs`). */
export function fingerprint(digest: Bytes): string {
  const bits = 2n * BigInt(`0x${hex(digest.subarray(0, 8))}`);
  const symbols = Array.from({ length: 13 }, (_, at) => ALPHABET[Number((bits >> BigInt(60 - 5 * at)) & 31n)]);
  return symbols.join("").replace(/^(.{4})(.{4})/, "$1-$2-");
}

/** What the drawing is measured in, and how many pixels one of that is: 900 by 1200 in all. */
const WIDTH = 1080;
const HEIGHT = 1440;
const SCALE = 5 / 6;
const FONT = 'system-ui, -apple-system, "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const MONO = 'ui-monospace, Menlo, Consolas, monospace';
const INK = "#1b1b1b";
const RED = "#9b1c1c";
const MAX_NAME = 40;

/** A text in one line, as large as wanted or as fits; what does not fit even when small loses its end. */
function line(on: CanvasRenderingContext2D, text: string, y: number, size: number, { x = WIDTH / 2, width = WIDTH - 200, align = "center" as CanvasTextAlign, color = INK, font = FONT, weight = "" } = {}): void {
  let shown = text;
  const set = (size: number) => (on.font = `${weight} ${size}px ${font}`);
  set(size);
  while (size > 24 && on.measureText(shown).width > width) set((size -= 2));
  while (shown !== "" && on.measureText(shown).width > width) shown = `${Array.from(shown).slice(0, -2).join("")}…`;
  [on.textAlign, on.textBaseline, on.fillStyle] = [align, "middle", color];
  on.fillText(shown, x, y);
}

/** A QR code with its quiet zone, its modules whole pixels. */
function code(on: CanvasRenderingContext2D, text: string, x: number, y: number, most: number): void {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: 4 });
  on.save();
  on.setTransform(1, 0, 0, 1, Math.round(x * SCALE), Math.round(y * SCALE));
  const module = Math.floor((most * SCALE) / rows.length);
  on.fillStyle = "#ffffff";
  on.fillRect(0, 0, module * rows.length, module * rows.length);
  on.fillStyle = "#000000";
  rows.forEach((row, down) => row.forEach((dark, right) => dark && on.fillRect(right * module, down * module, module, module)));
  on.restore();
}

/** Draws it and returns a data URL of a PNG; nothing if the browser does not give pictures away. */
function draw(c: Certificate, name: string): string | undefined {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [WIDTH * SCALE, HEIGHT * SCALE];
  const on = canvas.getContext("2d");
  if (!on) return undefined;
  on.scale(SCALE, SCALE);
  on.fillStyle = "#fffdf7";
  on.fillRect(0, 0, WIDTH, HEIGHT);
  on.strokeStyle = RED;
  for (const [inset, width] of [[28, 8], [48, 2]]) {
    on.lineWidth = width;
    on.strokeRect(inset, inset, WIDTH - 2 * inset, HEIGHT - 2 * inset);
  }
  line(on, say("cert-title"), 150, 76, { color: RED, weight: "bold" });
  line(on, c.fund, 250, 50, { weight: "bold" });
  line(on, c.holder, 315, 34);
  if (name) line(on, say("cert-name", { name }), 405, 44);
  line(on, `¥${yuan(c.fen)}`, 520, 110, { weight: "bold" });
  if (document.documentElement.lang.startsWith("zh")) line(on, capitals(c.fen), 615, 38);
  line(on, say("cert-paid", { paid: clock(c.paid) }), 685, 34);
  line(on, say("cert-recorded"), 780, 54, { color: RED, weight: "bold" });
  const [entry, at] = c.place.split("/");
  line(on, say("place", { entry, line: at, size: c.size }), 850, 32);
  line(on, c.code, 920, 44, { font: MONO });
  code(on, c.address, 90, 970, 350);
  const beside = { x: 460, width: WIDTH - 560, align: "left" as CanvasTextAlign };
  line(on, say("cert-scan"), 1050, 34, beside);
  line(on, say("fact-fingerprint"), 1130, 30, beside);
  line(on, fingerprint(c.root), 1185, 42, { ...beside, font: MONO });
  line(on, say("cert-compare"), 1245, 28, beside);
  line(on, say("cert-limits"), 1362, 26, { color: "#4a4a4a" });
  const url = canvas.toDataURL("image/png");
  return url.startsWith("data:image/png;base64,") ? url : undefined;
}

/** Puts the certificate under the card's verdict, with a field for a name. */
const show: DrawCertificate = (card, certificate) => {
  const image = element<HTMLImageElement>("img", "certificate-image");
  const field = element<HTMLInputElement>("input", "name");
  field.maxLength = MAX_NAME;
  field.autocomplete = "off";
  const told = element("p", "certificate-told");
  const redraw = () => {
    const name = field.value.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, "").trim();
    const url = draw(certificate, name);
    told.textContent = say(url ? "cert-keep" : "cert-failed");
    if (!url) return image.remove();
    image.src = url;
    image.alt = say("cert-alt", { yuan: yuan(certificate.fen), code: certificate.code });
  };
  const form = element<HTMLFormElement>("form", "certificate-form", "", element("label", "", say("cert-your-name"), field), button("redraw", say("cert-redraw"), redraw), button("print", say("cert-print"), () => print()));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    redraw();
  });
  card.querySelectorAll(".check-certificate").forEach((old) => old.remove());
  const whole = element("div", "certificate", "", image, told, form);
  card.append(whole);
  redraw();
  whole.scrollIntoView();
};

Object.assign(self, { yishan_cert: show });
