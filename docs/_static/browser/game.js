// Which of the two is the photograph? The reader's answers stay in this browser.

import { find, say } from "./desk.js";
import { outline, squareMap } from "./hole.js";
import { normalNoise } from "./networks.js";
import { SIZE, draw, harmonic } from "./pictures.js";

const KEPT = "inpainting-guide-answers";
const SIDE = 12; // of the hole: that of the tutorial

/** What the reader answered before, in any tab: by method, how often asked and how often right. */
function loadAnswers(otherwise) {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT));
    return found?.constructor === Object ? found : otherwise;
  } catch {
    return otherwise; // a browser that keeps nothing, or something else under this name
  }
}

function saveAnswers(answers) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(answers));
  } catch {
    // A private window: the answers live as long as the page.
  }
}

const below = (count) => Math.floor(Math.random() * count);

/**
 * Start the game.
 *
 * @param {Network[]} networks Loaded.
 * @param {Float32Array[]} images Test cars.
 */
export async function playGame(networks, images) {
  const rows = Object.fromEntries(
    [...document.querySelectorAll("article table.told tbody tr")].map((row) => {
      return [row.cells[0].textContent.trim(), row];
    }),
  );
  const fillers = { harmonic: (image, map) => [harmonic(image, map)] };
  for (const network of networks) {
    fillers[network.title] = (image, map) => {
      return network.fill(image, map, [network.noise ? normalNoise(network) : null]);
    };
  }
  const methods = Object.keys(fillers);
  const unknown = methods.filter((title) => !(title in rows));
  if (unknown.length) throw new Error(`The table of answers has no row for ${unknown.join(", ")}`);
  const pictures = [find("first"), find("second")];
  const buttons = pictures.map((picture) => picture.closest("button"));
  let answers = loadAnswers({});
  let question = null;

  function tally() {
    let [asked, right] = [0, 0];
    for (const [title, row] of Object.entries(rows)) {
      const answer = answers[title] ?? { asked: 0, right: 0 };
      asked += answer.asked;
      right += answer.right;
      row.cells[2].textContent = answer.asked ? `${answer.right} of ${answer.asked}` : "–";
    }
    find("tally").textContent = asked ? `You found ${right} of ${asked} photographs.` : "";
    find("forget").hidden = !asked;
  }

  async function ask() {
    find("next").hidden = true;
    const title = methods[below(methods.length)];
    const image = images[below(images.length)];
    const places = SIZE - SIDE + 1;
    const square = { top: below(places), left: below(places), side: SIDE };
    const [filled] = await fillers[title](image, squareMap(square));
    question = { title, square, photograph: below(2) };
    pictures.forEach((picture, i) => draw(picture, i === question.photograph ? image : filled));
    buttons.forEach((button) => {
      button.disabled = false;
      button.classList.remove("photograph", "filled");
      button.querySelector(".frame").hidden = true;
    });
    find("verdict").textContent = "Choose the photograph.";
  }

  function answer(chosen) {
    if (!question) return;
    const { title, square, photograph } = question;
    answers = loadAnswers(answers); // another tab may have added some
    const before = answers[title] ?? { asked: 0, right: 0 };
    const right = chosen === photograph;
    answers[title] = { asked: before.asked + 1, right: before.right + (right ? 1 : 0) };
    saveAnswers(answers);
    question = null;
    buttons.forEach((button, i) => {
      button.disabled = true;
      button.classList.add(i === photograph ? "photograph" : "filled");
    });
    const frame = buttons[1 - photograph].querySelector(".frame");
    outline(frame, square);
    frame.hidden = false;
    find("verdict").textContent = right
      ? `Right: the other one was filled by ${title}.`
      : `No: this one was filled by ${title}.`;
    find("next").hidden = false;
    find("next").focus({ preventScroll: true });
    tally();
  }

  buttons.forEach((button, i) => button.addEventListener("click", () => answer(i)));
  find("next").addEventListener("click", async () => {
    try {
      await ask();
      buttons[0].focus({ preventScroll: true });
    } catch (error) {
      say(error.message);
      find("next").hidden = false; // to be tried again
      find("next").focus({ preventScroll: true });
    }
  });
  find("forget").addEventListener("click", () => {
    answers = {};
    saveAnswers(answers);
    tally();
    (question ? buttons[0] : find("next")).focus({ preventScroll: true });
  });
  tally();
  await ask();
  find("waiting").hidden = true;
  find("game").hidden = false;
}
