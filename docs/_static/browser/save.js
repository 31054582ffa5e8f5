// A picture to keep of what was filled, marked as made.

import { SIZE } from "./pictures.js";

const SCALE = 5;
const MARGIN = 16;
const LINE = 20;
const COLUMNS = 4; // also the room that the mark needs

/** Let the reader keep the fills as one PNG file, with a line that says what they are. */
export function savePicture(places) {
  const step = SIZE * SCALE + MARGIN;
  const rows = Math.ceil(places.length / COLUMNS);
  const canvas = document.createElement("canvas");
  canvas.width = COLUMNS * step + MARGIN;
  canvas.height = rows * (step + LINE) + MARGIN + LINE;
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  context.fillStyle = "black";
  context.font = "13px sans-serif";
  places.forEach((place, i) => {
    const left = MARGIN + (i % COLUMNS) * step;
    const top = MARGIN + Math.floor(i / COLUMNS) * (step + LINE);
    context.drawImage(place.canvas, left, top, SIZE * SCALE, SIZE * SCALE);
    context.fillText(place.title, left, top + SIZE * SCALE + LINE - 5);
  });
  const mark = "Holes filled by a program: not photographs. Made with inpainting-guide.";
  context.fillText(mark, MARGIN, canvas.height - MARGIN);
  const link = document.createElement("a");
  link.href = canvas.toDataURL("image/png");
  link.download = "filled-by-inpainting-guide.png";
  link.click();
}
