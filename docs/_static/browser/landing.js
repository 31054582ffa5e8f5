// The first page: a hole over a car, and what stands in it as the flow's fills come, one by one.

import * as desk from "./desk.js";
import { find, say } from "./desk.js";
import { networkOf } from "./flow.js";
import { Hole } from "./hole.js";
import { FOLDER, catalogue, fetchRuntime } from "./networks.js";
import { draw, tiles } from "./pictures.js";
import { Samples } from "./samples.js";

const SHOWN = 8; // cars to choose from

/** Wait until the browser has shown the page with its still pictures. */
async function shown() {
  if (document.readyState === "complete") return;
  await new Promise((resume) => addEventListener("load", resume, { once: true }));
}

async function main() {
  await shown();
  fetchRuntime().catch(() => {}); // the flow waits for it, and is told
  const { networks, cars, still } = await catalogue();
  const flow = networkOf(networks.find(({ angles }) => angles));
  say("Two networks, and the program that runs them, are on their way to your browser.");
  const [images] = await Promise.all([tiles(new URL(cars, FOLDER)), flow.load()]);

  let image = images[still.car];
  const places = [...find("tiles").children].map(desk.place);
  const truth = places.pop();
  const mean = places.pop();
  const stage = find("stage");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("aria-hidden", "true");
  stage.querySelector("img").replaceWith(canvas);
  const hole = new Hole(stage, find("frame"), refresh, { ...still, side: flow.side }, false);
  const question = () => ({ image, map: hole.map() });
  const samples = new Samples(flow, places, mean, question, (count) => {
    desk.markFirstFill();
    say(count < places.length ? "" : "Four fills of this hole, each from noise of its own.");
  });

  function refresh() {
    draw(canvas, image, hole.map());
    desk.presentTruth(truth, question());
    samples.fill();
  }

  function choose(chosen) {
    image = chosen;
    desk.mark(images.indexOf(chosen));
    refresh();
  }

  find("truth").addEventListener("change", () => {
    desk.presentTruth(truth, question());
    samples.show();
  });
  find("again").addEventListener("click", () => {
    samples.draw();
    samples.fill();
  });
  desk.offer(images, 0, SHOWN, choose);
  document.querySelector("article").classList.add("try-ready");
  stage.tabIndex = 0;
  stage.setAttribute("role", "application");
  find("frame").hidden = false;
  choose(image);
}

main().catch((error) => {
  document.documentElement.classList.remove("try-started");
  const why = `the networks did not come (${error.message})`;
  say(`This picture stays still: ${why}. Load the page again to try once more.`);
});
