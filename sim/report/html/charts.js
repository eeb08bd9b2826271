// Charts over days: a frame for each chart, and what all of them share: values read by pointing or by arrow keys.
const painters = {};
const COLOURS = { "#0072b2": "--s0", "#d55e00": "--s1", "#009e73": "--s2", "#cc79a7": "--s3", "#56b4e9": "--s4", "#e69f00": "--s5", "#1a1a1a": "--ink" };
const colour = (hex) => `var(${COLOURS[hex] ?? "--grey"})`;
const series = (place) => `var(--s${place % 6})`;
const linked = new Set();

// A chart with its finding, its values, its notes and its table; `draw` paints it anew in the language and width of the moment.
function chart(host, spec) {
  const figure = put(host, "figure", { "data-chart": spec.name });
  const caption = put(figure, "figcaption");
  const title = put(caption, "h3");
  const measure = put(caption, "p", { class: "measure" });
  const keys = put(figure, "ul", { class: "key" });
  const plot = put(figure, "div", { class: "plot" });
  const readout = put(figure, "p", { class: "readout idle", "aria-hidden": "true" });
  const after = put(figure, "div");
  const note = put(figure, "p", { class: "note" });
  const numbers = folded(figure, () => word("table"), () => tableOf(spec.table, t(spec.title)));
  const self = { spec, figure, plot, keys, after, readout, at: null };

  self.draw = () => {
    title.textContent = t(spec.title);
    measure.textContent = t(spec.measure);
    note.textContent = [...spec.notes.map(t), t(data.sources[spec.source])].join(" ");
    [keys, plot, after].forEach((part) => part.replaceChildren());
    self.width = Math.max(280, Math.round(plot.clientWidth));
    linked.delete(self.link);
    painters[spec.kind](self);
    numbers.draw();
  };
  return self;
}

function canvas(self, height) {
  return put(self.plot, "svg", { viewBox: `0 0 ${self.width} ${Math.ceil(height)}`, width: self.width, height: Math.ceil(height) });
}

function keyEntry(list, draw, text) {
  const item = put(list, "li");
  draw(put(item, "svg", { viewBox: "0 0 16 12", "aria-hidden": "true" }));
  item.append(text);
}

// Reads a chart step by step: `tell(i)` says the values, `show(i)` marks them, `near(x, y)` is the step at a point.
function readable(self, svg, count, { tell, show, near, link = null }) {
  const begin = self.at ?? 0;
  const step = (place, focus = true) => {
    self.at = Math.min(Math.max(place, 0), count - 1);
    const told = tell(self.at);
    svg.setAttribute("aria-valuenow", self.at);
    svg.setAttribute("aria-valuetext", told);
    self.readout.textContent = told;
    self.readout.classList.remove("idle");
    show(self.at);
    if (focus && link) linked.forEach((other) => other !== self.link && other.follow(link(self.at)));
  };
  for (const [key, value] of Object.entries({
    role: "slider", tabindex: 0, "aria-label": `${t(self.spec.alt)}`, "aria-valuemin": 0, "aria-valuemax": count - 1,
    "aria-valuenow": begin, "aria-valuetext": tell(Math.min(begin, count - 1)), "aria-orientation": "horizontal",
  })) svg.setAttribute(key, value);
  self.readout.textContent = word("keys");
  self.readout.classList.add("idle");
  svg.addEventListener("pointermove", (event) => {
    const box = svg.getBoundingClientRect();
    const scale = self.width / box.width;
    step(near((event.clientX - box.left) * scale, (event.clientY - box.top) * scale));
  });
  svg.addEventListener("focus", () => step(self.at ?? 0));
  svg.addEventListener("keydown", (event) => {
    const moves = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 7, PageDown: -7, Home: -count, End: count };
    if (!(event.key in moves)) return;
    event.preventDefault();
    step((self.at ?? 0) + moves[event.key]);
  });
  if (link) {
    self.link = { follow: (day) => day >= 0 && day < count && step(day, false) };
    linked.add(self.link);
  }
  return step;
}

function dayAxis(svg, begin, days, box, y) {
  const ticks = dayTicks(begin, days, Math.max(2, Math.floor(box.width / 58)));
  for (const tick of ticks) {
    const x = box.left + (tick.day / Math.max(1, days - 1)) * box.width;
    put(svg, "line", { class: "axis", x1: x, x2: x, y1: y, y2: y + 4 });
    const anchor = x > box.left + box.width - 24 ? "end" : x < box.left + 20 ? "start" : "middle";
    put(svg, "text", { class: "soft", x, y: y + 17, "text-anchor": anchor }, tick.label);
    if (tick.year) put(svg, "text", { class: "soft", x, y: y + 31, "text-anchor": anchor }, tick.year);
  }
}

painters.fan = (self) => {
  const { spec } = self;
  const begin = new Date(`${spec.start}T00:00Z`);
  const read = columns(spec.table);
  const first = read.findIndex((one, place) => place >= 2 && !one.words);
  const tall = spec.panels.length === 1 ? 190 : 128;
  const panels = spec.panels.map((panel, place) => {
    const quantile = (day, q) => read[first + q].value(panel.row + day) / panel.size;
    const days = [...Array(spec.days).keys()];
    const highest = Math.max(...days.map((day) => quantile(day, 6)), (panel.level ?? 0) / panel.size, ...(panel.observed ?? []).map((one) => one.high));
    const top = panel.top ?? 1.08 * (highest || 1);
    const step = niceStep(top, Math.floor(tall / 34));
    const ticks = [...Array(Math.floor(top / step + 1e-9) + 1).keys()].map((n) => n * step);
    return { panel, quantile, top, ticks, digits: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), place };
  });
  const left = 10 + Math.max(...panels.flatMap(({ ticks, digits }) => ticks.map((tick) => wide(number(tick, digits)))));
  const box = { left, width: self.width - left - 10 };
  const x = (day) => box.left + (spec.days === 1 ? 0.5 : day / (spec.days - 1)) * box.width;
  const lanes = eventLanes(spec.events, x);
  const above = spec.events.length ? 8 + 18 * (1 + Math.max(...lanes)) : 0;
  const svg = canvas(self, panels.length * (tall + 34) + above + 36);
  let y = 0;
  const cursors = [];
  for (const one of panels) {
    const { panel, quantile, top } = one;
    put(svg, "text", { class: "head", x: 0, y: y + 14 }, t(panel.unit) ? `${t(panel.title)}, ${t(panel.unit)}` : t(panel.title));
    y += 22 + (one.place === 0 ? above : 0);
    const base = y + tall;
    const up = (value) => base - (Math.min(value, top) / top) * tall;
    for (const tick of one.ticks) {
      put(svg, "line", { class: "grid", x1: box.left, x2: box.left + box.width, y1: up(tick), y2: up(tick) });
      put(svg, "text", { class: "soft", x: box.left - 6, y: up(tick) + 4, "text-anchor": "end" }, number(tick, one.digits));
    }
    const days = spec.days === 1 ? [0, 0] : [...Array(spec.days).keys()];
    const at = (place) => (spec.days === 1 ? box.left + place * box.width : x(days[place]));
    [[0, 6, 0.16], [1, 5, 0.24], [2, 4, 0.34]].forEach(([low, high, strength]) => {
      const edge = days.map((day, place) => `${at(place).toFixed(1)},${up(quantile(day, high)).toFixed(1)}`);
      const back = days.map((day, place) => `${at(place).toFixed(1)},${up(quantile(day, low)).toFixed(1)}`).reverse();
      put(svg, "polygon", { points: [...edge, ...back].join(" "), fill: series(one.place), "fill-opacity": strength });
    });
    const line = days.map((day, place) => `${at(place).toFixed(1)},${up(quantile(day, 3)).toFixed(1)}`).join(" ");
    put(svg, "polyline", { points: line, fill: "none", stroke: series(one.place), "stroke-width": 2 });
    if (panel.level) {
      const height = up(panel.level / panel.size);
      put(svg, "line", { class: "level", x1: box.left, x2: box.left + box.width, y1: height, y2: height });
      put(svg, "text", { class: "soft halo", x: box.left + box.width, y: height - 5, "text-anchor": "end" }, t(panel.levelTitle));
    }
    for (const seen of panel.observed ?? []) {
      const cx = x(seen.day);
      put(svg, "line", { x1: cx, x2: cx, y1: up(seen.low), y2: up(seen.high), stroke: "var(--ink)", "stroke-width": 1.3 });
      put(svg, "rect", { x: cx - 4, y: up(seen.value) - 4, width: 8, height: 8, fill: "var(--ink)", stroke: "var(--paper)", transform: `rotate(45 ${cx} ${up(seen.value)})` });
    }
    spec.events.forEach((event) => put(svg, "line", { class: "grid", x1: x(event.day), x2: x(event.day), y1: y, y2: base, "stroke-dasharray": "2 3" }));
    put(svg, "line", { class: "axis", x1: box.left, x2: box.left + box.width, y1: base, y2: base });
    cursors.push({ ...one, up });
    y = base + 12;
  }
  dayAxis(svg, begin, spec.days, box, y - 12);
  spec.events.forEach((event, place) => {
    const cy = 22 + 9 + 18 * lanes[place];
    put(svg, "circle", { cx: x(event.day), cy, r: 8, fill: "var(--paper)", stroke: "var(--soft)" });
    put(svg, "text", { x: x(event.day), y: cy + 4, "text-anchor": "middle", class: "soft" }, String(place + 1));
  });
  if (spec.events.length) {
    const list = put(self.after, "ol", { class: "events" });
    spec.events.forEach((event) => put(list, "li", {}, `${shortDay(dayAfter(begin, event.day))} – ${t(event.title)}`));
  }
  const line = put(svg, "line", { class: "cursor", y1: 20 + above, y2: y - 12, visibility: "hidden" });
  const dots = cursors.map((one) => put(svg, "circle", { r: 4, fill: series(one.place), stroke: "var(--paper)", visibility: "hidden" }));
  readable(self, svg, spec.days, {
    near: (px) => Math.round(((px - box.left) / box.width) * (spec.days - 1)),
    link: (day) => day,
    show: (day) => {
      [["x1", x(day)], ["x2", x(day)], ["visibility", "visible"]].forEach(([key, value]) => line.setAttribute(key, value));
      cursors.forEach((one, place) => {
        dots[place].setAttribute("cx", x(day));
        dots[place].setAttribute("cy", one.up(one.quantile(day, 3)));
        dots[place].setAttribute("visibility", "visible");
      });
    },
    tell: (day) => {
      const values = cursors.map(({ panel, quantile }) => {
        const [low, middle, high] = [0, 3, 6].map((q) => figures(quantile(day, q)));
        return `${t(panel.title)}${marks().colon} ${word("median")} ${middle} (${low}–${high})`;
      });
      return `${fullDay(dayAfter(begin, day))} · ${values.join(" · ")}`;
    },
  });
};

// Lane of each event so that numbers of near ones do not cover each other.
function eventLanes(events, x) {
  const ends = [];
  return events.map((event) => {
    let lane = ends.findIndex((end) => x(event.day) - end >= 19);
    if (lane < 0) lane = ends.length;
    ends[lane] = x(event.day);
    return lane;
  });
}

painters.strips = (self) => {
  const { spec } = self;
  const begin = new Date(`${spec.start}T00:00Z`);
  const read = columns(spec.table);
  spec.classes.forEach((text, place) => keyEntry(self.keys, (svg) => put(svg, "rect", { width: 16, height: 12, fill: `var(--c${place})`, stroke: "var(--axis)" }), t(text)));
  const names = spec.strips.map((strip) => wrapped(t(strip.title), self.width - 8));
  const rows = names.map((lines) => 15 * lines.length + 26);
  const svg = canvas(self, rows.reduce((sum, row) => sum + row, 0) + 40);
  const box = { left: 1, width: self.width - 2 };
  const classOf = (value) => (value <= 0 ? 0 : 1 + spec.edges.filter((edge) => value >= edge).length);
  let y = 0;
  spec.strips.forEach((strip, place) => {
    writeLines(svg, 0, y + 13, names[place]);
    const top = y + 15 * names[place].length + 3;
    for (let day = 0; day < spec.days; ) {
      const kind = classOf(read[strip.column].value(day));
      let end = day + 1;
      while (end < spec.days && classOf(read[strip.column].value(end)) === kind) end += 1;
      put(svg, "rect", { x: box.left + (day / spec.days) * box.width, y: top, width: ((end - day) / spec.days) * box.width, height: 18, fill: `var(--c${kind})` });
      day = end;
    }
    y += rows[place];
  });
  dayAxis(svg, begin, spec.days + 1, box, y - 2);
  const line = put(svg, "line", { class: "cursor", y1: 0, y2: y - 2, visibility: "hidden" });
  readable(self, svg, spec.days, {
    near: (px) => Math.floor(((px - box.left) / box.width) * spec.days),
    link: (day) => day,
    show: (day) => [["x1", 1], ["x2", 1]].forEach(([key]) => {
      line.setAttribute(key, box.left + ((day + 0.5) / spec.days) * box.width);
      line.setAttribute("visibility", "visible");
    }),
    tell: (day) => `${fullDay(dayAfter(begin, day))} · ${spec.strips.map((strip) => `${t(strip.title)}${marks().colon} ${share(read[strip.column].value(day))} ${word("ofRuns")}`).join(" · ")}`,
  });
};

painters.bars = (self) => {
  const { spec } = self;
  const [days, runs] = columns(spec.table);
  const rows = [...Array(spec.table.rows).keys()];
  const most = Math.max(1, ...rows.map((row) => days.value(row)));
  const size = [1, 2, 5, 10, 20, 50].find((n) => (most + 1) / n <= self.width / 12) ?? 100;
  const bins = Array(Math.ceil((most + 1) / size)).fill(0);
  rows.forEach((row) => { bins[Math.floor(days.value(row) / size)] += runs.value(row); });
  const tall = 180;
  const top = Math.max(...bins, 1) * 1.12;
  const step = Math.max(1, niceStep(top, 5));
  const left = 12 + wide(number(Math.floor(top / step) * step, 0));
  const box = { left, width: self.width - left - 10 };
  const svg = canvas(self, tall + 66);
  const x = (value) => box.left + (value / (bins.length * size)) * box.width;
  const up = (value) => 24 + tall - (value / top) * tall;
  put(svg, "text", { class: "head", x: 0, y: 14 }, t(spec.words[1]));
  for (let tick = 0; tick <= top; tick += step) {
    put(svg, "line", { class: "grid", x1: box.left, x2: box.left + box.width, y1: up(tick), y2: up(tick) });
    put(svg, "text", { class: "soft", x: box.left - 6, y: up(tick) + 4, "text-anchor": "end" }, number(tick, 0));
  }
  const bars = bins.map((count, place) => put(svg, "rect", { x: x(place * size) + 0.75, width: Math.max(1, x((place + 1) * size) - x(place * size) - 1.5), y: up(count), height: up(0) - up(count), fill: "var(--s0)", "fill-opacity": 0.75 }));
  const across = niceStep(bins.length * size, Math.floor(box.width / 60));
  for (let tick = 0; tick <= most; tick += Math.max(1, across)) put(svg, "text", { class: "soft", x: x(tick + size / 2), y: up(0) + 17, "text-anchor": "middle" }, number(tick, 0));
  put(svg, "text", { class: "soft", x: box.left + box.width, y: up(0) + 34, "text-anchor": "end" }, t(spec.words[2]));
  if (spec.spread) {
    const { mean, low, high } = spec.spread;
    const middle = (value) => x(value + size / 2);
    if (low !== null) put(svg, "rect", { x: middle(low), width: Math.max(1, middle(high) - middle(low)), y: up(0) - 5, height: 5, fill: "var(--s1)" });
    put(svg, "line", { x1: middle(mean), x2: middle(mean), y1: 24, y2: up(0), stroke: "var(--s1)", "stroke-width": 2 });
    const end = middle(mean) > box.left + box.width / 2;
    put(svg, "text", { class: "halo", x: middle(mean) + (end ? -6 : 6), y: 34, "text-anchor": end ? "end" : "start" }, `${t(spec.words[0])} ${figures(mean)}`);
    if (low !== null) keyEntry(self.keys, (key) => put(key, "rect", { y: 4, width: 16, height: 5, fill: "var(--s1)" }), `${word("interval")}${marks().colon} ${figures(low)}–${figures(high)}`);
  }
  readable(self, svg, bins.length, {
    near: (px) => Math.floor(((px - box.left) / box.width) * bins.length),
    show: (place) => bars.forEach((bar, other) => bar.setAttribute("fill-opacity", other === place ? 1 : 0.55)),
    tell: (place) => `${size === 1 ? number(place, 0) : `${number(place * size, 0)}–${number(place * size + size - 1, 0)}`} ${word("days")}${marks().colon} ${number(bins[place], 0)} ${word("runs")}`,
  });
};
