// Data as they are stored, numbers and dates in the language shown, elements, tables.
const data = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const DAY_MIN = 1440;

const lang = () => document.documentElement.lang;
const marks = () => data.languages[lang()];
const t = (text) => (Array.isArray(text) ? text[lang() === "fr" ? 1 : 0] : text);
const word = (key) => t(data.words[key]);

function summed(steps) {
  let total = 0;
  return steps.map((step) => (step === null ? null : (total += step)));
}

const repeated = (runs) => runs.flatMap(([step, times]) => Array(times).fill(step));

// A column of a table: `value(row)` is a number, a text in both languages, or null; `shown(row)` what a reader sees.
function column(stored) {
  if (stored.texts) {
    const places = summed(repeated(stored.places));
    const value = (row) => stored.texts[places[row]];
    return { words: true, value, shown: (row) => t(value(row)) };
  }
  if (stored.days) {
    const days = summed(repeated(stored.days));
    const begin = new Date(`${stored.from}T00:00Z`);
    return { words: false, value: (row) => days[row], shown: (row) => fullDay(dayAfter(begin, days[row])) };
  }
  if (stored.values) {
    const value = (row) => stored.values[row];
    return { words: false, value, shown: (row) => (value(row) === null ? "–" : significant(value(row))) };
  }
  const whole = summed(stored.numbers);
  const scale = 10 ** stored.digits;
  return {
    words: false,
    value: (row) => (whole[row] === null ? null : whole[row] / scale),
    shown: (row) => (whole[row] === null ? "–" : number(whole[row] / scale, Math.max(0, stored.digits))),
  };
}

const columns = (table) => (table.read ??= table.columns.map(column));

function number(value, digits) {
  const [whole, part] = Math.abs(value).toFixed(digits).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, marks().thousands) + (part ? marks().decimal + part : "");
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

// As charts write numbers: whole from 100 on, a decimal from 1 on, two below, without zeros at the end.
function figures(value) {
  const size = Math.abs(value);
  let digits = size >= 99.5 ? 0 : size >= 0.995 ? 1 : 2;
  while (digits && Math.abs(Number(value.toFixed(digits)) - Number(value.toFixed(digits - 1))) < 1e-9) digits -= 1;
  return number(value, digits);
}

// A number beside others of any size: four figures at least, without zeros at the end.
function significant(value) {
  const digits = value === 0 ? 0 : Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value))));
  const [, part = ""] = value.toFixed(Math.min(digits, 12)).split(".");
  return number(value, part.replace(/0+$/, "").length);
}

const share = (value) => number(100 * value, value > 0 && value < 0.01 ? 1 : 0) + marks().percent;
const dayAfter = (begin, days) => new Date(begin.getTime() + days * 864e5);
const dayOfMonth = (day) => (day.getUTCDate() === 1 ? marks().first : String(day.getUTCDate()));
const shortDay = (day) => `${dayOfMonth(day)}\u00a0${marks().months[day.getUTCMonth()]}`;
const fullDay = (day) => `${shortDay(day)}\u00a0${day.getUTCFullYear()}`;
const hour = (begin, minute) => `${shortDay(dayAfter(begin, minute / DAY_MIN))}, ${dayAfter(begin, minute / DAY_MIN).getUTCHours()}\u00a0h`;

function put(parent, name, attributes = {}, text = null) {
  const node = parent.namespaceURI === SVG || name === "svg" ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) node.setAttribute(key, value);
  }
  if (text !== null) node.textContent = text;
  parent.append(node);
  return node;
}

const pen = document.createElement("canvas").getContext("2d");
function wide(text, size = 12, weight = 400) {
  pen.font = `${weight} ${size}px Inter, "Segoe UI", Roboto, Arial, sans-serif`;
  return pen.measureText(text).width;
}

function wrapped(text, room, size = 12, weight = 400) {
  const lines = [];
  let line = "";
  for (const part of String(text).split(" ")) {
    let rest = part;
    const longer = line ? `${line} ${rest}` : rest;
    if (wide(longer, size, weight) <= room) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    while (wide(rest, size, weight) > room && rest.length > 1) {
      let cut = rest.length - 1;
      while (cut > 1 && wide(rest.slice(0, cut), size, weight) > room) cut -= 1;
      lines.push(rest.slice(0, cut));
      rest = rest.slice(cut);
    }
    line = rest;
  }
  return [...lines, line];
}

function writeLines(parent, x, y, lines, attributes = {}, gap = 15) {
  lines.forEach((line, place) => put(parent, "text", { x, y: y + gap * place, ...attributes }, line));
}

function niceStep(top, most) {
  const rough = top / Math.max(1, most);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= rough - 1e-12);
}

// Ticks of an axis of days: days, weeks or months, at most so many; the year where it first shows.
function dayTicks(begin, days, most) {
  const ticks = [];
  let year = 0;
  const add = (day, label) => {
    const when = dayAfter(begin, day);
    ticks.push({ day, label, year: when.getUTCFullYear() === year ? "" : String(when.getUTCFullYear()) });
    year = when.getUTCFullYear();
  };
  if (days <= 62) {
    const step = [1, 2, 7, 14, 28].find((n) => Math.ceil(days / n) <= most) ?? 62;
    for (let day = 0; day < days; day += step) add(day, shortDay(dayAfter(begin, day)));
    return ticks;
  }
  const firsts = [...Array(days).keys()].filter((day) => dayAfter(begin, day).getUTCDate() === 1);
  const step = [1, 2, 3, 6, 12, 24, 60, 120].find((n) => Math.ceil(firsts.length / n) <= most) ?? 600;
  firsts.filter((_, place) => place % step === 0).forEach((day) => add(day, marks().months[dayAfter(begin, day).getUTCMonth()]));
  return ticks;
}

function tableOf(table, label, keep = () => true) {
  const box = document.createElement("div");
  box.className = "table";
  box.tabIndex = 0;
  box.setAttribute("role", "region");
  box.setAttribute("aria-label", label);
  const read = columns(table);
  const grid = put(box, "table");
  const head = put(put(grid, "thead"), "tr");
  table.headings.forEach((heading, place) => put(head, "th", { scope: "col", class: read[place].words ? "words" : null }, t(heading)));
  const body = put(grid, "tbody");
  for (let row = 0; row < table.rows; row += 1) {
    const cells = read.map((one) => one.shown(row));
    if (!keep(cells)) continue;
    const line = put(body, "tr");
    cells.forEach((cell, place) => {
      if (place === 0) put(line, "th", { scope: "row" }, cell);
      else put(line, "td", { class: read[place].words ? "words" : null }, cell);
    });
  }
  return box;
}

// What is folded away under a summary is made when it is opened; the summary stays, so that focus does.
function folded(host, title, content) {
  const details = put(host, "details");
  const summary = put(details, "summary");
  const draw = () => {
    summary.textContent = title();
    [...details.children].slice(1).forEach((part) => part.remove());
    if (details.open) details.append(content());
  };
  details.addEventListener("toggle", draw);
  return { details, draw };
}
