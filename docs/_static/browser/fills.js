// The page "Try the networks": what the reader does, and what is drawn for it.

import { Hole } from "./hole.js";
import { playGame } from "./game.js";
import { FOLDER, Network, catalogue, fetchRuntime, normalNoise } from "./networks.js";
import { SIZE, draw, harmonic, ownPicture, psnr, tiles } from "./pictures.js";
import { savePicture } from "./save.js";

const SHOWN = 10; // cars to choose from at a time

const page = document.querySelector("article");
const find = (name) => page.querySelector(`[data-part="${name}"]`);

/** Tell the reader, also one who listens, what is wrong; nothing when all is well. */
function say(text) {
  find("status").textContent = text;
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
  return { title, canvas, name, note, figure };
}

let underWay = 0;
/** Say that the page is at work until some work has ended. */
async function busy(work) {
  underWay += 1;
  page.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    underWay -= 1;
    page.setAttribute("aria-busy", String(underWay > 0));
  }
}

/** Do work again for the latest request only: those that come meanwhile count as one. */
function onlyLatest(work) {
  let [running, waiting] = [false, false];
  return async function request() {
    waiting = true;
    if (running) return;
    running = true;
    await busy(async () => {
      while (waiting) {
        waiting = false;
        await work().catch((error) => say(error.message));
      }
      running = false;
    });
  };
}

async function main() {
  fetchRuntime().catch(() => {}); // who waits for it is told
  const { networks: entries, cars } = await catalogue();
  const images = await tiles(new URL(cars, FOLDER));
  const networks = Object.fromEntries(entries.map((entry) => [entry.key, new Network(entry)]));
  const sampling = networks[entries.find((entry) => entry.noise).key];

  let image = images[0];
  const truth = tile(find("tiles"), "photograph");
  const classical = tile(find("tiles"), "harmonic");
  const single = entries
    .filter((entry) => !entry.noise)
    .map(({ key, title }) => ({ network: networks[key], ...tile(find("tiles"), title) }));
  const sampleTitles = ["sample A", "between A and B", "sample B", "mean of the prior"];
  const samples = sampleTitles.map((title) => tile(find("samples"), title));
  const hole = new Hole(find("stage"), find("frame"), refresh);

  /** Show a fill of a question, which may no longer be the one on the stage. */
  function present(place, question, filled, milliseconds = null) {
    const decibels = psnr(question.image, filled, question.map);
    const notes = [];
    if (find("truth").checked && decibels !== null) notes.push(`${decibels.toFixed(1)} dB`);
    if (milliseconds !== null) notes.push(`${milliseconds.toFixed(0)} ms`);
    place.note.textContent = notes.join(", ");
    draw(place.canvas, filled);
    place.figure.classList.toggle("made", decibels !== null);
  }

  const fillOnce = onlyLatest(async () => {
    const question = { image, map: hole.map() };
    present(classical, question, harmonic(question.image, question.map));
    for (const place of single.filter(({ network }) => network.session)) {
      const [filled] = await place.network.fill(question.image, question.map);
      present(place, question, filled, place.network.milliseconds);
      if (!performance.getEntriesByName("first-fill").length) performance.mark("first-fill");
    }
  });

  let ends = [];
  function newSamples() {
    ends = [normalNoise(sampling), normalNoise(sampling)];
  }
  const fillSamples = onlyLatest(async () => {
    if (!sampling.session) return;
    const question = { image, map: hole.map() };
    // cos² + sin² = 1: what lies between two noises is as likely as they are.
    const angle = (find("walk").value * Math.PI) / 2;
    const between = ends[0].map((a, i) => Math.cos(angle) * a + Math.sin(angle) * ends[1][i]);
    const noises = [ends[0], between, ends[1], new Float32Array(between.length)];
    const fills = await sampling.fill(question.image, question.map, noises);
    samples.forEach((place, i) => present(place, question, fills[i], sampling.milliseconds));
  });

  function refresh() {
    const shown = find("truth").checked;
    draw(find("picture"), image, hole.map());
    draw(truth.canvas, image, shown ? null : hole.map());
    truth.name.textContent = shown ? "photograph" : "with its hole";
    find("size").value = hole.square.side;
    find("size-said").textContent = `${hole.square.side} × ${hole.square.side} pixels`;
    find("size").closest("label").hidden = hole.painting;
    find("clear").hidden = !hole.painting;
    fillOnce();
    fillSamples();
  }

  function choose(chosen, button = null) {
    image = chosen;
    for (const other of find("cars").children) other.setAttribute("aria-pressed", other === button);
    say("");
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
    first = (first + SHOWN) % images.length;
    offerCars();
  });
  find("own").addEventListener("click", (event) => {
    event.target.value = ""; // so that the same file can be chosen again
  });
  find("own").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) busy(() => ownPicture(file).then(choose, (error) => say(error.message)));
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
    const made = (place) => place.figure.classList.contains("made");
    savePicture([classical, ...single, ...samples].filter(made));
  });

  page.classList.add("try-ready");
  newSamples();
  offerCars();

  const places = [...single, { network: sampling, note: samples[0].note }];
  for (const { network, note } of places) {
    note.textContent = `${(network.bytes / 1e6).toFixed(1)} MB to come`;
  }
  // One after the other, the small ones first: something is filled while the rest is on its way.
  places.sort((one, other) => one.network.bytes - other.network.bytes);
  for (const { network, note } of places) {
    try {
      await network.load();
    } catch (error) {
      note.textContent = "could not be fetched";
      say(`${error.message}. Load the page again to try once more.`);
      continue;
    }
    await Promise.all([fillOnce(), fillSamples()]);
  }
  const loaded = Object.values(networks).filter((network) => network.session);
  await playGame(page, loaded, images, say);
}

main().catch((error) => say(`The page could not be started. ${error.message}`));
