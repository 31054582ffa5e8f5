// The fills of the methods and the car that the reader chooses, beside one another.
//
// No module, no fetch and no reading of pixels: browsers refuse all three to a page that was opened
// as a file. What is drawn lies in one wall of tiles, a column for each car: the photographs in the
// first row, below them what stands in their holes, `incomplete` first, then method by method.

(() => {
  const COLOUR = "#c25000"; // of holes, in all figures
  const page = document.currentScript.parentElement;
  const { wall: address, size, margin, holes, methods } = JSON.parse(
    page.querySelector("[type='application/json']").textContent,
  );
  const wall = new Image();
  let car = 0;

  function make(parent, tag, text = "", attributes = {}) {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    parent.append(element);
    return element;
  }

  function button(parent, text, action, attributes = {}) {
    const made = make(parent, "button", text, { type: "button", ...attributes });
    made.addEventListener("click", action);
    return made;
  }

  /** Draw a square part of a car: its photograph, and over it a row of the wall. */
  function draw(canvas, which, row, { top, left, side }) {
    canvas.width = canvas.height = side;
    const context = canvas.getContext("2d");
    for (const layer of [0, row]) {
      const [x, y] = [which * size + left, layer * size + top];
      context.drawImage(wall, x, y, side, side, 0, 0, side, side);
    }
  }

  const whole = { top: 0, left: 0, side: size };
  /** The surroundings of a hole, as in `inpainting_guide.pages.sheets`. */
  function surroundings([top, bottom, left, right]) {
    const side = Math.min(Math.max(bottom - top, right - left) + 2 * margin, size);
    const start = (low, high) => {
      return Math.min(Math.max(Math.floor((low + high - side) / 2), 0), size - side);
    };
    return { top: start(top, bottom), left: start(left, right), side };
  }

  /** The corners that mark a hole, just outside it. */
  function corners([top, bottom, left, right], view) {
    const arm = Math.min(right - left, bottom - top) / 4;
    const gap = 0.012 * view.side;
    let path = "";
    for (const [x, inwards] of [[left - gap, arm], [right + gap, -arm]]) {
      for (const [y, down] of [[top - gap, arm], [bottom + gap, -arm]]) {
        path += `M${x + inwards} ${y}H${x}V${y + down}`;
      }
    }
    return `<path d="${path}" stroke="#fff" stroke-width="3.5"/>
      <path d="${path}" stroke="${COLOUR}" stroke-width="2"/>`;
  }

  function figure(name, row, decibels = null) {
    const element = make(tiles, "figure");
    const views = make(element, "div", "", { class: "views", role: "img" });
    const pictures = [0, 1].map(() => {
      const picture = make(views, "div");
      const canvas = make(picture, "canvas");
      picture.insertAdjacentHTML("beforeend", '<svg fill="none" aria-hidden="true"></svg>');
      return { canvas, marks: picture.lastChild };
    });
    const caption = make(element, "figcaption");
    make(caption, "strong", name);
    const note = make(caption, "span");
    function show() {
      const hole = holes[car];
      [whole, surroundings(hole)].forEach((view, i) => {
        const { canvas, marks } = pictures[i];
        draw(canvas, car, row, view);
        marks.setAttribute("viewBox", `${view.left} ${view.top} ${view.side} ${view.side}`);
        marks.innerHTML = corners(hole, view);
      });
      views.setAttribute("aria-label", `${name}: test car ${car + 1}, and its hole enlarged`);
      note.textContent = decibels ? `${decibels[car]} dB` : "";
    }
    return { element, show };
  }

  const choice = make(page, "details");
  const summary = make(choice, "summary");
  const groups = make(choice, "div", "", { class: "families" });
  const steps = make(page, "div", "", { class: "buttons" });
  button(steps, "Previous car", () => choose(car - 1), { class: "btn btn-sm btn-outline-primary" });
  button(steps, "Next car", () => choose(car + 1), { class: "btn btn-sm btn-outline-primary" });
  const which = make(steps, "span", "", { role: "status" });
  const strip = make(page, "div", "", { class: "cars", role: "group", "aria-label": "Test cars" });
  const tiles = make(page, "div", "", { class: "tiles" });

  const thumbnails = holes.map((_, i) => {
    const attributes = { "aria-label": `test car ${i + 1}` };
    return make(button(strip, "", () => choose(i), attributes), "canvas");
  });
  const figures = [
    figure("incomplete", 1),
    ...methods.map(({ name, psnr }, i) => figure(name, i + 2, psnr)),
    figure("photograph", 0),
  ];
  const families = {};
  methods.forEach(({ name, family, chosen }, i) => {
    if (!families[family]) {
      families[family] = make(groups, "fieldset");
      make(families[family], "legend", family);
    }
    const label = make(families[family], "label");
    const box = make(label, "input", "", { type: "checkbox", autocomplete: "off" });
    box.checked = chosen;
    label.append(name);
    box.addEventListener("change", filter);
    figures[i + 1].box = box;
  });

  /** Show the chosen methods alone, and always the incomplete image and the photograph. */
  function filter() {
    const chosen = figures.filter(({ box }) => box?.checked).length;
    for (const { element, box } of figures) element.hidden = box && !box.checked;
    summary.textContent = `Choose the methods (${chosen} of ${methods.length} shown)`;
  }

  function choose(next) {
    car = (next + holes.length) % holes.length;
    which.textContent = `test car ${car + 1} of ${holes.length}`;
    [...strip.children].forEach((other, i) => other.setAttribute("aria-pressed", i === car));
    for (const { show } of figures) show();
  }

  wall.addEventListener("load", () => {
    thumbnails.forEach((canvas, i) => draw(canvas, i, 0, whole));
    choose(car);
  });
  wall.addEventListener("error", () => {
    page.hidden = true; // the figure that stands below is shown
  });
  choice.open = innerWidth > 720;
  filter();
  page.hidden = false;
  wall.src = address;
})();
