// The flow: from noise, in a few steps, to one of the fills that a hole could have.
//
// Its two networks are computed by onnxruntime-web; the steps between them are those of
// `inpainting_guide.networks.flow.Flow.path`.

import { Network, compute, fetchNetwork, networkInput } from "./networks.js";
import { SIZE } from "./pictures.js";

/** Make what fills holes from an entry of the catalogue. */
export function networkOf(entry) {
  return entry.angles ? new Flow(entry) : new Network(entry);
}

/** Let the page draw, and the reader act, before the next step. */
const pause = () => globalThis.scheduler?.yield?.() ?? new Promise((resume) => setTimeout(resume));

export class Flow {
  /**
   * @param {object} entry One of the catalogue: the `files` of what is computed once for a hole and
   *   of the denoiser, the side of their `window`, the shape of the `noise` and its standard deviation at
   *   the `start`, the `angles` between which its steps go, and the `scale`.
   */
  constructor(entry) {
    Object.assign(this, entry);
    [this.side] = this.noise; // of the hole
    this.steps = this.angles.length - 1;
    this.milliseconds = null;
    this.ready = false;
  }

  /** Fetch both networks, and the program if need be. */
  async load() {
    this.sessions ??= await Promise.all(this.files.map(fetchNetwork));
    this.ready = true;
    return this;
  }

  /** Say why it cannot fill a hole; nothing if it can. */
  refusal(map) {
    const first = map.indexOf(0);
    const { side } = this;
    const inside = map.reduce((count, known, i) => {
      const [down, right] = [Math.floor(i / SIZE) - Math.floor(first / SIZE), (i % SIZE) - (first % SIZE)];
      return count + (!known && down < side && right >= 0 && right < side);
    }, 0);
    const missing = map.reduce((count, known) => count + !known, 0);
    if (inside === side ** 2 && missing === inside) return "";
    return `It has learnt to fill a square of ${side} × ${side} pixels, and no other hole.`;
  }

  /**
   * Compute what all fills of a hole begin with.
   *
   * @param {Float32Array} image Complete or incomplete.
   * @param {Float32Array} map Its location map, which `refusal` has nothing against.
   * @returns {Promise<object>} For `walk`; its `meanFill` is the fill of the mean network.
   */
  async ask(image, map) {
    const inputs = { image_and_map: [networkInput(image, map), [1, SIZE, SIZE, 4]] };
    const { outputs, milliseconds } = await compute(this.sessions[0], inputs);
    const [window, mean] = outputs;
    const question = { image, map, window, mean, milliseconds };
    return { ...question, meanFill: this.picture(question, new Float32Array(mean.length)) };
  }

  /**
   * Go from noise to a fill, step by step.
   *
   * @param {object} question From `ask`.
   * @param {Float32Array} noise Standard normal numbers.
   * @yields {{state: Float32Array, predicted: Float32Array, milliseconds: number}} The image with
   *   the state in its hole, and with the fill that is predicted there: for the noise, then after
   *   every step. After the last one both are the fill.
   */
  async *walk(question, noise) {
    const x = noise.map((value) => this.start * value);
    let before = null;
    let length = 0; // of the last step
    let fill;
    for (let step = 0; step < this.steps; step++) {
      const angle = this.angles[step];
      const { outputs, milliseconds } = await compute(this.sessions[1], {
        window: [question.window, [1, this.window, this.window, 5]],
        mean: [question.mean, [1, ...this.noise]],
        state: [x, [1, ...this.noise]],
        angle: [new Float32Array([angle]), [1, 1]],
      });
      const [velocity] = outputs;
      const residual = x.map((value, i) => Math.sin(angle) * value + Math.cos(angle) * velocity[i]);
      fill = this.picture(question, residual);
      yield { state: this.picture(question, x), predicted: fill, milliseconds };
      const next = this.angles[step + 1] - angle;
      for (let i = 0; i < x.length; i++) {
        const acceleration = before ? (velocity[i] - before[i]) / length : 0;
        x[i] += next * velocity[i] + (next ** 2 / 2) * acceleration;
      }
      [before, length] = [velocity, next];
      await pause();
    }
    yield { state: fill, predicted: fill, milliseconds: 0 }; // the last step lands on the prediction
  }

  /** Put the mean fill and a residual into the hole. */
  picture({ image, map, mean }, residual) {
    let next = 0; // of the patch's values, which stand in the order of the missing pixels
    return image.map((value, i) => {
      if (map[Math.floor(i / 3)]) return value;
      const patch = mean[next] + this.scale * residual[next];
      next += 1;
      return Math.min(Math.max(patch, 0), 1);
    });
  }

  /** Fill the hole of an image, once for each noise: see `Network.fill`. */
  async fill(image, map, noises) {
    const question = await this.ask(image, map);
    let total = question.milliseconds;
    const fills = [];
    for (const noise of noises) {
      let last;
      for await (const point of this.walk(question, noise)) {
        total += point.milliseconds;
        last = point.state;
      }
      fills.push(last);
    }
    this.milliseconds = total / noises.length;
    return fills;
  }
}
