// The networks that this site trained, run in the reader's browser by onnxruntime-web.
//
// An image is a Float32Array of SIZE × SIZE × 3 values in [0, 1], row by row; a location map is a
// Float32Array of SIZE × SIZE values, 1 where the image is known and 0 where it is missing.

import * as onnxruntime from "./onnxruntime/ort.wasm.bundle.min.mjs";
import { SIZE, compose, fetched } from "./pictures.js";

export const FOLDER = new URL("../../networks/", import.meta.url);
const PROGRAM = new URL("./onnxruntime/ort-wasm-simd-threaded.wasm.gz", import.meta.url);

// Several threads need headers that a plain file server does not send.
onnxruntime.env.wasm.numThreads = 1;

let [come, announced] = [0, 0]; // bytes of all files
let told = () => {};
/** Be told how many bytes have come, and of how many (NaN where a server does not say it). */
export function onProgress(listener) {
  told = listener;
}

/** Fetch a large file as a stream, and tell how much of it has come. */
async function fetchStream(address) {
  const response = await fetched(address);
  // Of a packed answer the length says what comes before it is unpacked.
  const packed = response.headers.has("content-encoding");
  announced += packed ? NaN : Number(response.headers.get("content-length") ?? NaN);
  const counting = new TransformStream({
    transform(chunk, stream) {
      come += chunk.length;
      told(come, announced);
      stream.enqueue(chunk);
    },
  });
  return response.body.pipeThrough(counting);
}

/** Collect all bytes of a stream. */
const bytes = (stream) => new Response(stream).arrayBuffer();

/** Unpack a stream as it comes, unless the server took it for a packed answer, so that the browser has. */
async function unpacked(stream) {
  const [ahead, all] = stream.tee();
  const reader = ahead.getReader();
  const { value } = await reader.read();
  reader.cancel().catch(() => {});
  const packed = value?.[0] === 0x1f && value[1] === 0x8b;
  return packed ? all.pipeThrough(new DecompressionStream("gzip")) : all;
}

/** What the gallery wrote about the networks: a list, and the cars that they fill. */
export async function catalogue() {
  return (await fetched(new URL("catalogue.json", FOLDER))).json();
}

let runtime;
/** Fetch the program that computes networks, once for all of them. */
export function fetchRuntime() {
  runtime ??= (async () => {
    if (!globalThis.WebAssembly) {
      throw new Error("WebAssembly is switched off in this browser, and the networks need it");
    }
    onnxruntime.env.wasm.wasmBinary = await bytes(await unpacked(await fetchStream(PROGRAM)));
  })().catch((error) => {
    runtime = null; // to be tried again
    throw error;
  });
  return runtime;
}

// One network computes at a time: there is one processor for all of them.
let idle = Promise.resolve();
function inTurn(work) {
  const done = idle.then(work);
  idle = done.catch(() => {});
  return done;
}

const sessions = new Map();
/** Fetch a network's file, once for all that compute with it, and the program if need be. */
export function fetchNetwork(file) {
  if (!sessions.has(file)) {
    const session = makeSession(file);
    session.catch(() => sessions.delete(file)); // to be tried again
    sessions.set(file, session);
  }
  return sessions.get(file);
}

async function makeSession(file) {
  const [network] = await Promise.all([
    globalThis.WebAssembly && fetchStream(new URL(file, FOLDER)).then(bytes),
    fetchRuntime(), // which fails without it
  ]);
  // To optimize a graph takes longer, before the first fill, than many fills gain by it.
  const settings = { graphOptimizationLevel: "disabled" };
  return inTurn(() => onnxruntime.InferenceSession.create(network, settings));
}

/**
 * Compute what a network makes of its inputs.
 *
 * @param {InferenceSession} session From `fetchNetwork`.
 * @param {Object<string, [Float32Array, number[]]>} inputs Values and shape, by the input's name.
 * @returns {Promise<{outputs: Float32Array[], milliseconds: number}>}
 */
export function compute(session, inputs) {
  const feeds = {};
  for (const [name, [values, shape]] of Object.entries(inputs)) {
    feeds[name] = new onnxruntime.Tensor("float32", values, shape);
  }
  return inTurn(async () => {
    const began = performance.now();
    const computed = await session.run(feeds);
    const milliseconds = performance.now() - began;
    return { outputs: session.outputNames.map((name) => computed[name].data), milliseconds };
  });
}

/** A network that fills holes at once. */
export class Network {
  /** @param {{files: string[], noise: ?number[]}} entry One network of the catalogue. */
  constructor(entry) {
    Object.assign(this, entry);
    this.milliseconds = null;
    this.ready = false;
  }

  /** Fetch this network, and the program if need be. */
  async load() {
    this.session ??= await fetchNetwork(this.files[0]);
    this.ready = true;
    return this;
  }

  /**
   * Fill the hole of an image.
   *
   * @param {Float32Array} image Complete or incomplete.
   * @param {Float32Array} map Its location map.
   * @param {Float32Array[]} noises For the conditional variational autoencoder: a fill for each.
   * @returns {Promise<Float32Array[]>} The images with the hole filled: one, or one for each noise.
   */
  async fill(image, map, noises = [null]) {
    const count = noises.length;
    const joined = networkInput(image, map);
    const given = new Float32Array(count * joined.length);
    for (let i = 0; i < count; i++) given.set(joined, i * joined.length);
    const inputs = { image_and_map: [given, [count, SIZE, SIZE, 4]] };
    if (this.noise) {
      const values = new Float32Array(noises.flatMap((noise) => [...noise]));
      inputs.noise = [values, [count, ...this.noise]];
    }
    const { outputs, milliseconds } = await compute(this.session, inputs);
    this.milliseconds = milliseconds / count;
    const [data] = outputs;
    const length = data.length / count;
    return noises.map((_, i) => compose(image, data.subarray(i * length, (i + 1) * length), map));
  }
}

/** Standard normal noise, for a network that samples. */
export function normalNoise({ noise }) {
  const length = noise.reduce((product, side) => product * side, 1);
  // Box and Muller's two uniform numbers for one normal one.
  const normal = () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
    return radius * Math.cos(2 * Math.PI * Math.random());
  };
  return Float32Array.from({ length }, normal);
}

/** Join the incomplete image and its map: the four channels that a network sees. */
export function networkInput(image, map) {
  const joined = new Float32Array(map.length * 4);
  map.forEach((known, i) => {
    for (let c = 0; c < 3; c++) joined[4 * i + c] = known * image[3 * i + c];
    joined[4 * i + 3] = known;
  });
  return joined;
}
