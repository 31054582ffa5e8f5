// The hole under the reader's hand: a square to drag and resize, or one to paint.

import { SIZE } from "./pictures.js";

const SMALLEST = 4;
const LARGEST = 20;
const START = { top: 10, left: 10, side: 12 };
const limit = (value, low, high) => Math.min(Math.max(Math.round(value), low), high);

/** The location map of a square hole: 1 known, 0 missing. */
export function squareMap({ top, left, side }) {
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => {
    const [row, column] = [Math.floor(i / SIZE), i % SIZE];
    const inside = row >= top && row < top + side && column >= left && column < left + side;
    return inside ? 0 : 1;
  });
}

/** Lay an outline over a picture that shows all SIZE pixels. */
export function outline(frame, { top, left, side }) {
  const share = (pixels) => `${(100 * pixels) / SIZE}%`;
  Object.assign(frame.style, { top: share(top), left: share(left) });
  Object.assign(frame.style, { width: share(side), height: share(side) });
}

export class Hole {
  /**
   * @param {HTMLElement} stage Shows the image; keys and pointer act on it.
   * @param {HTMLElement} frame Inside the stage: the outline, with a handle.
   * @param {() => void} changed Called after every change.
   * @param {{top: number, left: number, side: number}} square Where it begins.
   * @param {boolean} resizable Whether its side may change.
   */
  constructor(stage, frame, changed, square = START, resizable = true) {
    Object.assign(this, { stage, frame, changed, resizable });
    this.painting = false;
    this.square = { ...square };
    this.painted = new Uint8Array(SIZE * SIZE);
    this.brush = { row: 16, column: 16 };
    this.said = document.createElement("span");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    stage.after(this.said);
    stage.addEventListener("pointerdown", (event) => this.press(event));
    stage.addEventListener("keydown", (event) => this.key(event));
    this.show();
  }

  /** The location map: 1 known, 0 missing. */
  map() {
    if (!this.painting) return squareMap(this.square);
    return Float32Array.from(this.painted, (painted) => 1 - painted);
  }

  paint(painting) {
    this.painting = painting;
    this.update();
  }

  clear() {
    this.painted.fill(0);
    this.update();
  }

  /** Move the square, and give it another side; within one pixel nothing changes. */
  move(top, left, side = this.square.side) {
    const before = this.square;
    this.square = { top: limit(top, 0, SIZE - side), left: limit(left, 0, SIZE - side), side };
    const same = Object.keys(before).every((key) => before[key] === this.square[key]);
    if (!same) this.update();
  }

  resize(side) {
    this.move(this.square.top, this.square.left, limit(side, SMALLEST, LARGEST));
  }

  update() {
    this.show();
    this.changed();
  }

  /** Put the outline where the hole is, or the brush. */
  show() {
    const { row, column } = this.brush;
    this.stage.classList.toggle("painting", this.painting);
    outline(this.frame, this.painting ? { top: row - 1, left: column - 1, side: 3 } : this.square);
  }

  /** Where in the image the pointer is, in pixels. */
  place(event) {
    const box = this.stage.getBoundingClientRect();
    return [
      ((event.clientY - box.top) / box.height) * SIZE,
      ((event.clientX - box.left) / box.width) * SIZE,
    ];
  }

  press(event) {
    if (event.button || !event.isPrimary) return;
    this.stage.focus({ preventScroll: true });
    const beside = !this.painting && !this.frame.contains(event.target);
    const act = this.painting ? this.dab() : this.drag(event, beside);
    const follow = (moved) => {
      if (moved.pointerId === event.pointerId) act(...this.place(moved));
    };
    const listening = new AbortController();
    const stop = (ended) => { // not when another finger is lifted
      if (ended.pointerId === event.pointerId) listening.abort();
    };
    const listen = (name, listener) => {
      this.stage.addEventListener(name, listener, { signal: listening.signal });
    };
    listen("pointercancel", stop);
    if (beside && event.pointerType === "touch") {
      // The finger may be about to scroll the page: it moves the hole only by a tap.
      listen("pointerup", follow);
      listen("pointerup", stop);
      return;
    }
    listen("pointerup", stop);
    listen("pointermove", follow);
    this.stage.setPointerCapture(event.pointerId);
    follow(event);
  }

  /** Move the hole by what the pointer moves, resize it by its handle, or jump to the pointer. */
  drag(event, beside) {
    const { top, left, side } = this.square;
    if (event.target.classList.contains("handle")) {
      const most = SIZE - Math.max(top, left); // the upper left corner stays where it is
      return (y, x) => this.resize(Math.min(Math.max(y - top, x - left), most));
    }
    const [row, column] = this.place(event);
    const [down, right] = beside ? [side / 2, side / 2] : [row - top, column - left];
    return (y, x) => this.move(y - down, x - right);
  }

  dab() {
    let last = null;
    return (y, x) => {
      const [row, column] = [Math.floor(y), Math.floor(x)];
      if (last?.[0] === row && last[1] === column) return;
      const [fromRow, fromColumn] = last ?? [row, column];
      const steps = Math.max(Math.abs(row - fromRow), Math.abs(column - fromColumn), 1);
      for (let step = 0; step <= steps; step++) {
        const at = (from, to) => Math.round(from + ((to - from) * step) / steps);
        this.stamp(at(fromRow, row), at(fromColumn, column));
      }
      last = [row, column];
      this.update();
    };
  }

  stamp(row, column) {
    this.brush = { row: limit(row, 0, SIZE - 1), column: limit(column, 0, SIZE - 1) };
    for (let y = Math.max(row - 1, 0); y <= Math.min(row + 1, SIZE - 1); y++) {
      for (let x = Math.max(column - 1, 0); x <= Math.min(column + 1, SIZE - 1); x++) {
        this.painted[y * SIZE + x] = 1;
      }
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return; // the browser's own: zoom, history
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const { top, left, side } = this.square;
    if (event.key in steps && this.painting) {
      const [down, right] = steps[event.key];
      const { row, column } = this.brush;
      const moved = [limit(row + down, 0, SIZE - 1), limit(column + right, 0, SIZE - 1)];
      this.brush = { row: moved[0], column: moved[1] };
      if (event.shiftKey) this.stamp(...moved);
      this.update();
    } else if (event.key in steps) {
      this.move(top + steps[event.key][0], left + steps[event.key][1]);
    } else if (event.key === " " && this.painting) {
      this.stamp(this.brush.row, this.brush.column);
      this.update();
    } else if ("+=-".includes(event.key) && !this.painting && this.resizable) {
      this.resize(side + (event.key === "-" ? -1 : 1));
    } else {
      return;
    }
    event.preventDefault();
    this.tell();
  }

  /** Say where the hole is now, or the brush, to one who listens. */
  tell() {
    const { top, left, side } = this.square;
    const { row, column } = this.brush;
    this.said.textContent = this.painting
      ? `brush at row ${row + 1}, column ${column + 1}`
      : `hole of ${side} × ${side} pixels from row ${top + 1}, column ${left + 1}`;
  }
}
