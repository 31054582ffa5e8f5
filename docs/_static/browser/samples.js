// Several fills of one hole by the flow, step by step.

import { leaveOpen, onlyLatest, present } from "./desk.js";
import { normalNoise } from "./networks.js";

/** Several fills of one hole, each from noise of its own. */
export class Samples {
  /**
   * @param {Flow} flow
   * @param {object[]} places Tiles of the page, one for each fill.
   * @param {object} mean The tile of the mean network.
   * @param {() => {image: Float32Array, map: Float32Array}} asked What is on the stage.
   * @param {(count: number) => void} filled Called when so many fills have come.
   */
  constructor(flow, places, mean, asked, filled = () => {}) {
    Object.assign(this, { flow, places, mean, asked, filled });
    /** Shown are the states after so many steps, or what was predicted there. */
    this.step = flow.steps;
    this.predictions = false;
    this.draw();
    const region = mean.figure.parentElement;
    this.fill = onlyLatest((overtaken) => this.work(overtaken), region);
    // What nobody sees is left open until the reader scrolls to it.
    this.seen = this.postponed = false;
    const look = (entries) => {
      this.seen = entries.at(-1).isIntersecting;
      if (this.seen && this.postponed) this.fill();
    };
    new IntersectionObserver(look, { rootMargin: "100px" }).observe(region);
  }

  /** Draw new noise. */
  draw() {
    this.noises = this.places.map(() => normalNoise(this.flow));
    this.trails = this.places.map(() => []);
  }

  /** Take pictures that were made before, one for each place, as the answers to what is asked. */
  recall(fills, meanFill) {
    this.question = this.asked();
    this.trails = fills.map((fill) => [{ state: fill, predicted: fill }]);
    this.meanFill = meanFill;
    this.show();
  }

  /** Leave the hole on the stage open; where that lasts, say why. */
  clear(why = "") {
    this.question = this.asked();
    this.trails = this.places.map(() => []);
    this.meanFill = null;
    for (const place of [...this.places, this.mean]) leaveOpen(place, this.question, why);
  }

  /** Fill the hole on the stage, one fill after the other, unless there is another by then. */
  async work(overtaken) {
    if (!this.flow.ready) return;
    const refusal = this.flow.refusal(this.asked().map);
    this.clear(refusal);
    this.postponed = !this.seen;
    if (refusal || this.postponed) return;
    const asked = await this.flow.ask(this.question.image, this.question.map);
    this.meanFill = asked.meanFill;
    this.show();
    for (const [i, noise] of this.noises.entries()) {
      for await (const point of this.flow.walk(asked, noise)) {
        if (overtaken()) return;
        this.trails[i].push(point);
        this.showFill(i);
      }
      this.filled(i + 1);
    }
  }

  /** Show what has been computed, as far as the step that the reader chose. */
  show() {
    for (const i of this.places.keys()) this.showFill(i);
    if (this.meanFill) present(this.mean, this.question, this.meanFill);
  }

  /** Show one of the fills, if it has begun. */
  showFill(i) {
    const trail = this.trails[i];
    if (!trail.length) return;
    const point = trail[Math.min(this.step, trail.length - 1)];
    present(this.places[i], this.question, this.predictions ? point.predicted : point.state);
  }
}
