// Images as numbers and on the screen; what is measured and filled without a network.

export const SIZE = 32;

/** Floor of a mean squared error, as in `inpainting_guide.measuring.metrics`: an exact fill has 60 dB. */
const SMALLEST_ERROR = 1e-6;

/** The hole from the prediction, every known pixel from the image. */
export function compose(image, prediction, map) {
  return image.map((value, i) => (map[Math.floor(i / 3)] ? value : prediction[i]));
}

/** PSNR over the hole, in decibels; null without a hole. */
export function psnr(image, filled, map) {
  let sum = 0;
  let count = 0;
  image.forEach((value, i) => {
    if (map[Math.floor(i / 3)]) return;
    sum += (value - filled[i]) ** 2;
    count += 1;
  });
  return count ? -10 * Math.log10(Math.max(sum / count, SMALLEST_ERROR)) : null;
}

/** Solve Laplace's equation in the hole: every missing pixel the mean of its neighbours. */
export function harmonic(image, map) {
  const missing = [...map.keys()].filter((i) => !map[i]);
  const filled = compose(image, new Float32Array(image.length).fill(0.5), map);
  if (missing.length === map.length) return filled; // nothing is known: grey is as good as any
  const neighbours = missing.map((i) => {
    const [row, column] = [Math.floor(i / SIZE), i % SIZE];
    return [
      row > 0 && i - SIZE,
      row < SIZE - 1 && i + SIZE,
      column > 0 && i - 1,
      column < SIZE - 1 && i + 1,
    ].filter((j) => j !== false);
  });
  // Successive over-relaxation, at the rate that is best for a hole of this width.
  const rate = 2 / (1 + Math.sin(Math.PI / (Math.sqrt(missing.length) + 1)));
  for (let sweep = 0, change = 1; sweep < 2000 && change > 1e-6; sweep++) {
    change = 0;
    missing.forEach((i, n) => {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (const j of neighbours[n]) sum += filled[3 * j + c];
        const step = rate * (sum / neighbours[n].length - filled[3 * i + c]);
        filled[3 * i + c] += step;
        change = Math.max(change, Math.abs(step));
      }
    });
  }
  return filled;
}

/** Draw an image; with a map, what is missing as a chequered grey. */
export function draw(canvas, image, map = null) {
  if (canvas.width !== SIZE) canvas.width = canvas.height = SIZE; // which also clears it
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(SIZE, SIZE);
  for (let i = 0; i < SIZE * SIZE; i++) {
    const missing = map && !map[i];
    const grey = (Math.floor(i / SIZE) + i) % 2 ? 0.62 : 0.72;
    for (let c = 0; c < 3; c++) {
      pixels.data[4 * i + c] = Math.round(255 * (missing ? grey : image[3 * i + c]));
    }
    pixels.data[4 * i + 3] = 255;
  }
  context.putImageData(pixels, 0, 0);
}

/** Read SIZE × SIZE pixels of a drawing as an image. */
export function read(context, left = 0, top = 0) {
  const { data } = context.getImageData(left, top, SIZE, SIZE);
  return Float32Array.from({ length: 3 * SIZE * SIZE }, (_, i) => {
    return data[4 * Math.floor(i / 3) + (i % 3)] / 255;
  });
}

/** Fetch a file of this site. */
export async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address.pathname}: ${response.status} ${response.statusText}`);
  return response;
}

/** Cut the images out of one wall of tiles, or the first ones. */
export async function tiles(address, count = Infinity) {
  const response = await fetched(address);
  // As stored: without what a browser may do to colours for its screen.
  const wall = await createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
  const canvas = new OffscreenCanvas(wall.width, wall.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(wall, 0, 0);
  wall.close();
  const images = [];
  for (let top = 0; top < canvas.height; top += SIZE) {
    for (let left = 0; left < canvas.width; left += SIZE) {
      if (images.length === count) return images;
      images.push(read(context, left, top));
    }
  }
  return images;
}

/** Scale the reader's picture down: the largest square in its middle. */
export async function ownPicture(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name} is no picture that this browser can read: try a JPEG or PNG file.`);
  }
  let side = Math.min(picture.width, picture.height);
  let source = [picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side];
  let context;
  do {
    // By halves at most, or pixels in between would be passed over.
    side = Math.max(SIZE, Math.ceil(side / 2));
    context = new OffscreenCanvas(side, side).getContext("2d");
    context.imageSmoothingQuality = "high";
    context.fillStyle = "white"; // behind a transparent picture
    context.fillRect(0, 0, side, side);
    context.drawImage(...source, 0, 0, side, side);
    source = [context.canvas, 0, 0, side, side];
  } while (side > SIZE);
  picture.close();
  return read(context);
}
