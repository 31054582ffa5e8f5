// The page "Try the networks": what the reader does, and what is drawn for it.

import * as desk from "./desk.js";
import { find, onlyLatest, present, say, tile } from "./desk.js";
import { networkOf } from "./flow.js";
import { playGame } from "./game.js";
import { Hole } from "./hole.js";
import { FOLDER, catalogue, fetchRuntime, normalNoise } from "./networks.js";
import { draw, harmonic, ownPicture, tiles } from "./pictures.js";
import { Samples } from "./samples.js";
import { savePicture } from "./save.js";

const SHOWN = 10; // cars to choose from at a time
const NOTHING = "Nothing is filled yet: make a hole first.";

const page = document.querySelector("article");

async function main() {
  fetchRuntime().catch(() => {}); // who waits for it is told
  const { networks: entries, cars } = await catalogue();
  const images = await tiles(new URL(cars, FOLDER));
  const networks = entries.map(networkOf);
  const flow = networks.find(({ steps }) => steps > 1);
  const inOneStep = networks.find(({ steps }) => steps === 1);
  const sampling = networks.find(({ noise, angles }) => noise && !angles);

  let image = images[0];
  const truth = tile(find("tiles"), "photograph");
  const classical = tile(find("tiles"), "harmonic");
  const single = networks
    .filter(({ noise }) => !noise)
    .map((network) => ({ network, ...tile(find("tiles"), network.title) }));
  const answers = [1, 2, 3, 4].map((number) => tile(find("samples"), `sample ${number}`));
  const mean = tile(find("samples"), "mean network");
  const samples = new Samples(flow, answers, mean, () => ({ image, map: hole.map() }));
  const walks = [
    { network: inOneStep, stops: ["fill A", "between the two", "fill B"] },
    { network: sampling, stops: ["sample A", "between A and B", "sample B", "mean of the prior"] },
  ].map(({ network, stops }, row) => {
    const region = page.querySelectorAll("[data-part=walk]")[row];
    return { network, places: stops.map((title) => tile(region, title)), ends: [] };
  });
  const hole = new Hole(find("stage"), find("frame"), refresh);

  // Every network is asked about the hole as it is by then: the reader may have moved it.
  const asked = () => ({ image, map: hole.map() });
  const fillOnce = onlyLatest(async () => {
    const first = asked();
    present(classical, first, harmonic(first.image, first.map));
    for (const place of single.filter(({ network }) => network.ready)) {
      const question = asked();
      const [filled] = await place.network.fill(question.image, question.map);
      present(place, question, filled, place.network.milliseconds);
      desk.markFirstFill();
    }
  });

  function newEnds() {
    for (const walk of walks) walk.ends = [normalNoise(walk.network), normalNoise(walk.network)];
  }
  const fillWalk = onlyLatest(async () => {
    // cos² + sin² = 1: what lies between two noises is as likely as they are.
    const angle = (find("between").value * Math.PI) / 2;
    for (const { network, places, ends } of walks.filter((walk) => walk.network.ready)) {
      const question = asked();
      const refusal = network.refusal?.(question.map);
      if (refusal) {
        for (const place of places) desk.leaveOpen(place, question, refusal);
        continue;
      }
      const between = ends[0].map((a, i) => Math.cos(angle) * a + Math.sin(angle) * ends[1][i]);
      const noises = [ends[0], between, ends[1], new Float32Array(between.length)];
      const given = noises.slice(0, places.length); // no noise is the mean of a prior
      const fills = await network.fill(question.image, question.map, given);
      places.forEach((place, i) => present(place, question, fills[i], network.milliseconds));
    }
  });

  /** Write beside a slider what it says, which it also says itself to one who listens. */
  function tellSlider(part, text) {
    find(`${part}-said`).textContent = text;
    find(part).setAttribute("aria-valuetext", text);
  }

  function showSteps() {
    samples.step = find("steps").valueAsNumber;
    samples.predictions = find("predictions").checked;
    tellSlider("steps", `${samples.step} of ${flow.steps}`);
    samples.show();
  }

  function showTruth() {
    desk.presentTruth(truth, { image, map: hole.map() });
    truth.name.textContent = find("truth").checked ? "photograph" : "with its hole";
    samples.show();
    fillOnce();
    fillWalk();
  }

  function refresh() {
    if (find("status").textContent === NOTHING) say("");
    draw(find("picture"), image, hole.map());
    find("size").value = hole.square.side;
    tellSlider("size", `${hole.square.side} × ${hole.square.side} pixels`);
    find("size").closest("label").hidden = hole.painting;
    find("clear").hidden = !hole.painting;
    samples.fill();
    showTruth();
  }

  let choices = 0;
  let first = 0;
  function choose(chosen) {
    choices += 1;
    image = chosen;
    desk.mark(images.indexOf(chosen) - first);
    say("");
    refresh();
  }

  function offerCars() {
    desk.offer(images, first, SHOWN, choose);
    choose(images[first]);
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
    if (!file) return;
    choices += 1;
    const before = choices;
    // What the reader chooses while the file is read is the newer choice.
    const unlessOvertaken = (act) => (result) => choices === before && act(result);
    const [show, tell] = [choose, (error) => say(error.message)].map(unlessOvertaken);
    desk.busy(() => ownPicture(file).then(show, tell));
  });
  for (const choice of page.querySelectorAll("input[name=hole]")) {
    choice.addEventListener("change", () => hole.paint(choice.value === "paint"));
  }
  find("size").addEventListener("input", (event) => hole.resize(event.target.valueAsNumber));
  find("clear").addEventListener("click", () => hole.clear());
  find("truth").addEventListener("change", showTruth);
  find("steps").max = flow.steps;
  find("steps").value = flow.steps;
  for (const part of ["steps", "predictions"]) find(part).addEventListener("input", showSteps);
  find("redraw").addEventListener("click", () => {
    samples.draw();
    samples.fill();
  });
  find("between").addEventListener("input", fillWalk);
  find("again").addEventListener("click", () => {
    newEnds();
    fillWalk();
  });
  find("save").addEventListener("click", () => {
    const places = [classical, ...single, ...answers, mean, ...walks.flatMap((walk) => walk.places)];
    const made = places.filter(({ figure }) => figure.classList.contains("made"));
    if (made.length) savePicture(made);
    else say(NOTHING);
  });

  page.classList.add("try-ready");
  newEnds();
  showSteps();
  offerCars();

  const places = [
    ...single,
    { network: flow, note: answers[0].note },
    ...walks.map((walk) => ({ network: walk.network, note: walk.places[0].note })),
  ];
  for (const { network, note } of places) {
    note.textContent = `${(network.bytes / 1e6).toFixed(1)} MB to come`;
  }
  // One after the other, the small ones first: something is filled while the rest is on its way.
  places.sort((one, other) => one.network.bytes - other.network.bytes);
  for (const { network, note } of places) {
    try {
      await network.load();
    } catch (error) {
      note.textContent = "could not be started";
      const again = globalThis.WebAssembly ? " Load the page again to try once more." : "";
      say(`${error.message}.${again}`);
      continue;
    }
    samples.fill(); // which takes longer: the next network need not wait for it
    await Promise.all([fillOnce(), fillWalk()]);
  }
  const loaded = networks.filter(({ ready }) => ready);
  await playGame(loaded, images);
}

main().catch((error) => {
  const started = page.classList.contains("try-ready");
  if (!started) document.documentElement.classList.remove("try-started"); // back to the picture
  say(`The page could not be started. ${error.message}`);
});
