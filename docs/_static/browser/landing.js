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
  const flow = networkOf(networks.find(({ steps }) => steps));
  say("Two networks, and the program that runs them, are on their way to your browser.");
  const [images] = await Promise.all([tiles(new URL(cars, FOLDER)), flow.load()]);

  let image = images[still.car];
  const figures = [...find("tiles").children];
  const [truth, mean, ...places] = figures.reverse().map(desk.place);
  const stage = find("stage");
  stage.querySelector("img").replaceWith(document.createElement("canvas"));
  const hole = new Hole(stage, find("frame"), refresh, { ...still, side: flow.side }, false);
  const question = () => ({ image, map: hole.map() });
  places.reverse();
  const samples = new Samples(flow, places, mean, question, (count) => {
    desk.markFirstFill();
    say(count < places.length ? "" : "Four fills of this hole, each from noise of its own.");
  });

  function refresh() {
    draw(stage.querySelector("canvas"), image, hole.map());
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
  say(`This picture stays still, since the networks did not come. ${error.message}`);
});
