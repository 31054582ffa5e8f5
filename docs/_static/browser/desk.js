// What the pages share on which networks fill a hole under the reader's hand.

import { SIZE, draw, psnr } from "./pictures.js";

const page = document.querySelector("article");

/** Find a part of the page by its name. */
export const find = (name) => page.querySelector(`[data-part="${name}"]`);

/** Tell the reader, also one who listens, how things stand; nothing when all is well. */
export function say(text) {
  const status = find("status");
  if (status.textContent !== text) status.textContent = text; // else some browsers would say it again
}

/** Put a canvas into a figure, in place of its still picture if it has one. */
export function place(figure) {
  const canvas = document.createElement("canvas");
  const [name, note] = ["strong", "figcaption span"].map((part) => figure.querySelector(part));
  const title = name.textContent;
  canvas.width = canvas.height = SIZE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", title);
  figure.querySelector("img")?.remove();
  figure.prepend(canvas);
  return { title, canvas, name, note, figure };
}

/** Make one picture with its caption. */
export function tile(parent, title) {
  const figure = document.createElement("figure");
  const caption = document.createElement("figcaption");
  const name = document.createElement("strong");
  name.textContent = title;
  caption.append(name, document.createElement("span"));
  figure.append(caption);
  parent.append(figure);
  return place(figure);
}

/** Show a fill of a question, which may no longer be the one on the stage. */
export function present({ note, canvas, figure }, question, filled, milliseconds = null) {
  const decibels = psnr(question.image, filled, question.map);
  const notes = [];
  if (find("truth").checked && decibels !== null) notes.push(`${decibels.toFixed(1)} dB`);
  if (milliseconds !== null) notes.push(`${milliseconds.toFixed(0)} ms`);
  note.textContent = notes.join(", ");
  draw(canvas, filled);
  figure.classList.toggle("made", decibels !== null);
}

/** Show a question that has no answer, or none yet. */
export function leaveOpen({ note, canvas, figure }, { image, map }, why = "") {
  note.textContent = why;
  draw(canvas, image, map);
  figure.classList.remove("made");
}

/** Show the photograph, or as long as the reader has not asked for it, what is left of it. */
export function presentTruth({ title, canvas }, { image, map }) {
  const whole = find("truth").checked;
  canvas.setAttribute("aria-label", whole ? title : `${title} with its hole`);
  draw(canvas, image, whole ? null : map);
}

/** Offer photographs to choose from: a button for each, of which the chosen one is marked. */
export function offer(images, first, count, choose) {
  const buttons = images.slice(first, first + count).map((image, i) => {
    const button = document.createElement("button");
    const canvas = document.createElement("canvas");
    button.type = "button";
    button.setAttribute("aria-label", `test car ${first + i + 1}`);
    draw(canvas, image);
    button.append(canvas);
    button.addEventListener("click", () => choose(image));
    return button;
  });
  find("cars").replaceChildren(...buttons);
}

/** Mark the button of the chosen photograph; none if it is the reader's own. */
export function mark(number) {
  [...find("cars").children].forEach((button, i) => button.setAttribute("aria-pressed", i === number));
}

const underWay = new Map();
/** Say that a region of the page is at work until some work has ended. */
export async function busy(work, region = page) {
  const count = (change) => {
    underWay.set(region, (underWay.get(region) ?? 0) + change);
    region.setAttribute("aria-busy", String(underWay.get(region) > 0));
  };
  count(1);
  try {
    await work();
  } finally {
    count(-1);
  }
}

/**
 * Do work again for the latest request only: those that come meanwhile count as one.
 *
 * @param {(overtaken: () => boolean) => Promise} work It may end early when it is overtaken.
 * @param {HTMLElement} region Where it shows.
 */
export function onlyLatest(work, region = page) {
  let [running, waiting] = [false, false];
  return async function request() {
    waiting = true;
    if (running) return;
    running = true;
    await busy(async () => {
      while (waiting) {
        waiting = false;
        await work(() => waiting).catch((error) => say(error.message));
      }
      running = false;
    }, region);
  };
}

/** Mark when the first hole was filled, for those who measure. */
export function markFirstFill() {
  if (!performance.getEntriesByName("first-fill").length) performance.mark("first-fill");
}
