// qr.js: the text of a QR code on a photo; fetched by the page only when somebody chose one.

import decodeQR from "qr/decode.js";

const loaded = <T extends { onload: unknown; onerror: unknown }>(one: T): Promise<T> =>
  new Promise((done, failed) => {
    one.onload = () => done(one);
    one.onerror = failed;
  });

/** Photos are larger than decoding needs, and one size finds what another misses. */
const SIZES = [1000, 500, 2000];

async function read(file: File): Promise<string | undefined> {
  const reader = new FileReader();
  reader.readAsDataURL(file);
  const image = new Image();
  image.src = String((await loaded(reader)).result);
  await loaded(image);
  for (const largest of SIZES) {
    const scale = Math.min(1, largest / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    const surface = canvas.getContext("2d")!;
    surface.drawImage(image, 0, 0, canvas.width, canvas.height);
    try {
      return decodeQR(surface.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      // None was found at this size.
    }
  }
  return undefined;
}

Object.assign(self, { yishan_qr: read });
