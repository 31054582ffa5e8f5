// The page "Try the networks": what the reader does, and what is drawn for it.

import { Hole } from "./hole.js";
import { playGame } from "./game.js";
import { FOLDER, Network, catalogue, normalNoise, start } from "./networks.js";
import { SIZE, draw, harmonic, ownPicture, psnr, tiles } from "./pictures.js";
import { savePicture } from "./save.js";

const SHOWN = 8; // cars to choose from at a time

const page = document.querySelector("article");
const find = (name) => page.querySelector(`[data-part="${name}"]`);
const status = find("status");

/** Tell the reader, also one who listens, what is going on; nothing when all is well. */
function say(text) {
  status.textContent = text;
  status.hidden = !text;
}

/** One picture with its caption. */
function tile(parent, title) {
  const figure = document.createElement("figure");
  const canvas = document.createElement("canvas");
  const caption = document.createElement("figcaption");
  const name = document.createElement("strong");
  const note = document.createElement("span");
  canvas.width = canvas.height = SIZE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", title);
  name.textContent = title;
  caption.append(name, note);
  figure.append(canvas, caption);
  parent.append(figure);
  return { title, canvas, note, figure, image: null };
}

/** Run one thing at a time, and only the last of those that wait. */
function lastOnly(work) {
  let [running, waiting] = [false, false];
  return async function request() {
    waiting = true;
    if (running) return;
    running = true;
    try {
      while (waiting) {
        waiting = false;
        await work();
      }
    } catch (error) {
      say(error.message);
    } finally {
      running = false;
    }
  };
}

async function main() {
  start().catch(() => {}); // who loads a network is told
  const { networks: entries, cars } = await catalogue();
  const images = await tiles(new URL(cars, FOLDER));
  const networks = Object.fromEntries(entries.map((entry) => [entry.key, new Network(entry)]));
  const plain = entries.filter((entry) => !entry.noise);
  const sampling = networks[entries.find((entry) => entry.noise).key];

  let image = images[0];
  const truth = tile(find("tiles"), "photograph");
  const classical = tile(find("tiles"), "harmonic");
  const shown = plain.map(({ key, title }) => ({ key, ...tile(find("tiles"), title) }));
  const walk = ["sample A", "between A and B", "sample B", "mean of the prior"];
  const samples = walk.map((title) => tile(find("samples"), title));
  const hole = new Hole(find("stage"), find("frame"), refresh);
  truth.figure.classList.add("photograph");

  function present(place, filled, milliseconds = null) {
    const decibels = psnr(image, filled, hole.map());
    const notes = [];
    if (find("truth").checked && decibels !== null) notes.push(`${decibels.toFixed(1)} dB`);
    if (milliseconds !== null) notes.push(`${milliseconds.toFixed(0)} ms`);
    place.note.textContent = notes.join(", ");
    place.image = filled;
    draw(place.canvas, filled);
    place.figure.classList.add("made");
  }

  const fillPlain = lastOnly(async () => {
    for (const place of shown) {
      const network = networks[place.key];
      if (!network.session) continue;
      const [filled] = await network.fill(image, hole.map());
      present(place, filled, network.milliseconds);
      page.dataset.firstFill ??= performance.now().toFixed(0);
    }
  });

  let ends = [];
  function newSamples() {
    ends = [normalNoise(sampling), normalNoise(sampling)];
  }
  const fillSamples = lastOnly(async () => {
    if (!sampling.session) return;
    // Along a great circle the noise stays as long as that of any sample.
    const angle = (find("walk").value * Math.PI) / 2;
    const between = ends[0].map((a, i) => Math.cos(angle) * a + Math.sin(angle) * ends[1][i]);
    const noises = [ends[0], between, ends[1], new Float32Array(between.length)];
    const fills = await sampling.fill(image, hole.map(), noises);
    samples.forEach((place, i) => present(place, fills[i], sampling.milliseconds));
  });

  function refresh() {
    const map = hole.map();
    draw(find("picture"), image, map);
    draw(truth.canvas, image, find("truth").checked ? null : map);
    present(classical, harmonic(image, map));
    find("size").value = hole.square.side;
    find("size-said").textContent = `${hole.square.side} × ${hole.square.side} pixels`;
    for (const part of ["size", "size-said"]) find(part).parentElement.hidden = hole.painting;
    find("clear").hidden = !hole.painting;
    fillPlain();
    fillSamples();
  }

  function choose(chosen, button = null) {
    image = chosen;
    for (const other of find("cars").children) other.setAttribute("aria-pressed", other === button);
    refresh();
  }

  let first = 0;
  function offerCars() {
    const buttons = images.slice(first, first + SHOWN).map((car, i) => {
      const button = document.createElement("button");
      const canvas = document.createElement("canvas");
      button.type = "button";
      button.setAttribute("aria-label", `test car ${first + i + 1}`);
      draw(canvas, car);
      button.append(canvas);
      button.addEventListener("click", () => choose(car, button));
      return button;
    });
    find("cars").replaceChildren(...buttons);
    choose(images[first], buttons[0]);
  }

  find("more").addEventListener("click", () => {
    first = (first + SHOWN) % (images.length - (images.length % SHOWN));
    offerCars();
  });
  find("own").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    try {
      choose(await ownPicture(file));
      say("");
    } catch (error) {
      say(error.message);
    }
  });
  for (const choice of page.querySelectorAll("input[name=hole]")) {
    choice.addEventListener("change", () => hole.paint(choice.value === "paint"));
  }
  find("size").addEventListener("input", (event) => hole.resize(event.target.valueAsNumber));
  find("clear").addEventListener("click", () => hole.clear());
  find("truth").addEventListener("change", refresh);
  find("walk").addEventListener("input", fillSamples);
  find("again").addEventListener("click", () => {
    newSamples();
    fillSamples();
  });
  find("save").addEventListener("click", () => {
    savePicture([truth, classical, ...shown, ...samples].filter((place) => place.image));
  });

  page.classList.add("try-ready");
  newSamples();
  offerCars();

  // The small ones first: something is filled while the others are still on their way.
  for (const place of [...shown, { key: sampling.key, note: samples[0].note }]) {
    const network = networks[place.key];
    place.note.textContent = `${(network.bytes / 1e6).toFixed(1)} MB, on their way`;
    await network.load();
    fillPlain();
    fillSamples();
  }
  await playGame(page, networks, images, say);
}

main().catch((error) => say(`The networks could not be started. ${error.message}`));
