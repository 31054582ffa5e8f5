// The first page: a hole over a car, and what stands in it as the flow's fills come, one by one.

import * as desk from "./desk.js";
import { find, say } from "./desk.js";
import { networkOf } from "./flow.js";
import { Hole } from "./hole.js";
import { FOLDER, catalogue, fetchRuntime, onProgress } from "./networks.js";
import { draw, tiles } from "./pictures.js";
import { Samples } from "./samples.js";

const SHOWN = 8; // cars to choose from
const stage = find("stage");

/** Say how much has come: in whole megabytes, because those who listen hear every change. */
function sayProgress(come, announced) {
  const [here, all] = [come, announced].map((bytes) => Math.round(bytes / 1e6));
  const soFar = all ? `${here} of ${all}` : here;
  say(`The networks, and the program that runs them, are on their way: ${soFar} MB have come.`);
}

/** Begin with what the still picture shows; the hole can be dragged while the flow is on its way. */
async function begin(flow, cars, still) {
  const [images, [, ...made]] = await Promise.all([
    tiles(new URL(cars, FOLDER), Math.max(SHOWN, still.car + 1)),
    tiles(new URL(stage.querySelector("img").src)),
  ]);

  let image = images[still.car];
  const places = [...find("tiles").children].map(desk.place);
  const truth = places.pop();
  const mean = places.pop();
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  stage.querySelector("img").replaceWith(canvas);
  const hole = new Hole(stage, find("frame"), refresh, { ...still, side: flow.side }, false);
  const question = () => ({ image, map: hole.map() });
  const samples = new Samples(flow, places, mean, question, (count) => {
    desk.markFirstFill();
    say(count < places.length ? "" : "Four fills of this hole, each from noise of its own.");
  });

  samples.predictions = true; // after the only step, which is then shown as soon as it is taken

  function present() {
    draw(canvas, image, hole.map());
    desk.presentTruth(truth, question());
  }

  function refresh() {
    present();
    if (flow.ready) samples.fill();
    else samples.clear();
  }

  find("truth").addEventListener("change", () => {
    desk.presentTruth(truth, question());
    samples.show();
  });
  find("again").addEventListener("click", () => {
    samples.draw();
    samples.fill();
  });
  desk.offer(images, 0, SHOWN, (chosen) => {
    image = chosen;
    desk.mark(images.indexOf(chosen));
    refresh();
  });
  desk.mark(still.car);
  document.querySelector("article").classList.add("try-ready");
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  find("frame").hidden = false;
  present();
  performance.mark("can-be-dragged"); // for those who measure
  samples.recall(made.slice(0, places.length), made[places.length]);
  return samples;
}

async function main() {
  sayProgress(0);
  onProgress(sayProgress);
  fetchRuntime().catch(() => {}); // the flow waits for it, and is told
  const { networks, cars, still } = await catalogue();
  const flow = networks.map(networkOf).find(({ steps }) => steps === 1);
  const loaded = flow.load();
  loaded.catch(() => {}); // told below
  const samples = await begin(flow, cars, still);
  await loaded;
  say("");
  find("again").disabled = false;
  samples.fill();
}

main().catch((error) => {
  onProgress(() => {}); // what still comes must not be said over the error
  document.documentElement.classList.remove("try-started");
  const why = `The networks did not come (${error.message}), so there will be no new fills`;
  say(globalThis.WebAssembly ? `${why}: load the page again to try once more.` : `${why}.`);
});
