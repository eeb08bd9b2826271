// Charts of rows, points and shares: strategies against each other, and where the litres went.
function drawMark(svg, x, y, [hex, shape, filled], size = 5) {
  const look = { fill: filled ? colour(hex) : "var(--paper)", stroke: filled ? "var(--paper)" : colour(hex), "stroke-width": filled ? 1 : 1.6 };
  if (shape === "o") return put(svg, "circle", { cx: x, cy: y, r: size, ...look });
  if (shape === "s") return put(svg, "rect", { x: x - size, y: y - size, width: 2 * size, height: 2 * size, ...look });
  if (shape === "D") return put(svg, "rect", { x: x - size * 0.85, y: y - size * 0.85, width: 1.7 * size, height: 1.7 * size, transform: `rotate(45 ${x} ${y})`, ...look });
  if (shape === "|") return put(svg, "line", { x1: x, x2: x, y1: y - size - 2, y2: y + size + 2, stroke: colour(hex), "stroke-width": 2.5 });
  const turn = shape === "v" ? 180 : 0;
  return put(svg, "path", { d: `M${x},${y - size}L${x + size},${y + size}L${x - size},${y + size}Z`, transform: `rotate(${turn} ${x} ${y})`, ...look });
}

function limitsOf(panel) {
  if (panel.limits) return panel.limits;
  const shown = panel.marks.flat().flatMap((one) => one.numbers).filter((value) => value !== null);
  const low = Math.min(...shown, panel.zero ? 0 : Infinity);
  const high = Math.max(...shown, panel.zero ? 0 : -Infinity);
  const pad = 0.06 * (high - low) || 1;
  return [low < 0 ? low - pad : low, high + pad];
}

// Panels of rows: names in a column beside the first panel of a line, or above each row where there is no room.
painters.rows = (self) => {
  const { spec } = self;
  spec.key.forEach(([look, text]) => keyEntry(self.keys, (svg) => drawMark(svg, 8, 6, look, 4.5), t(text)));
  const narrow = self.width < 520;
  const names = spec.rows.map(t);
  const weight = (row) => (spec.strong.includes(row) ? 600 : 400);
  const nameRoom = narrow ? self.width - 4 : Math.min(0.32 * self.width, 12 + Math.max(...names.map((name, row) => wide(name, 12, weight(row)))));
  const lines = names.map((name, row) => wrapped(name, nameRoom - 8, 12, weight(row)));
  const values = spec.panels.map((panel) => 14 + Math.max(0, ...panel.marks.flat().map((one) => (one.text && panel.marks[0].length === 1 ? wide(t(one.text)) : 0))));
  const fit = narrow ? 1 : Math.max(1, Math.min(3, Math.floor((self.width - nameRoom) / 190)));
  const rowTall = lines.map((one) => (narrow ? 15 * one.length + 24 : Math.max(26, 15 * one.length + 8)));
  const body = rowTall.reduce((sum, row) => sum + row, 0);
  const headings = spec.panels.map((panel) => wrapped(t(panel.heading), (narrow ? self.width : (self.width - nameRoom) / fit) - 8, 12, 600));
  const blocks = [];
  for (let place = 0; place < spec.panels.length; place += fit) blocks.push([...Array(Math.min(fit, spec.panels.length - place)).keys()].map((n) => place + n));
  const headTall = blocks.map((block) => Math.max(...block.map((place) => (t(spec.panels[place].heading) ? 16 * headings[place].length + 8 : 0))));
  const svg = canvas(self, blocks.reduce((sum, _, place) => sum + headTall[place] + body + 46, 0));
  const steps = [];
  let y = 0;
  blocks.forEach((block, line) => {
    const top = y + headTall[line];
    const room = (self.width - (narrow ? 0 : nameRoom)) / block.length;
    block.forEach((place, nth) => {
      const panel = spec.panels[place];
      const begin = (narrow ? 0 : nameRoom) + nth * room + 6;
      const long = Math.max(60, room - values[place] - 18);
      const [low, high] = limitsOf(panel);
      const x = (value) => begin + ((value - low) / (high - low)) * long;
      if (headTall[line]) writeLines(svg, begin, y + 13, headings[place], { class: "head" }, 16);
      const step = niceStep(high - low, Math.floor(long / 56));
      for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + 1e-9; tick += step) {
        put(svg, "line", { class: Math.abs(tick) < 1e-9 ? "axis" : "grid", x1: x(tick), x2: x(tick), y1: top, y2: top + body });
        put(svg, "text", { class: "soft", x: Math.max(x(tick), 11), y: top + body + 15, "text-anchor": "middle" }, number(tick, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))));
      }
      put(svg, "text", { class: "soft", x: begin + long / 2, y: top + body + 31, "text-anchor": "middle" }, t(panel.axis));
      let row = top;
      panel.marks.forEach((found, which) => {
        const middle = narrow ? row + 15 * lines[which].length + 10 : row + rowTall[which] / 2;
        if (narrow || nth === 0) {
          const first = narrow ? row + 13 : row + rowTall[which] / 2 - 7.5 * (lines[which].length - 1) + 4;
          writeLines(svg, 0, first, lines[which], { class: "halo", "font-weight": weight(which) });
        }
        found.forEach((one) => {
          const [value, from, to, innerFrom, innerTo] = one.numbers;
          if (from !== null && to !== null) put(svg, "line", { x1: x(from), x2: x(to), y1: middle, y2: middle, stroke: colour(one.look[0]), "stroke-width": 2 });
          if (innerFrom !== null && innerTo !== null) put(svg, "line", { x1: x(innerFrom), x2: x(innerTo), y1: middle, y2: middle, stroke: colour(one.look[0]), "stroke-width": 6, "stroke-opacity": 0.6 });
          if (value !== null) drawMark(svg, x(value), middle, one.look);
          const told = one.text === null ? word("unknown") : t(one.text);
          if (found.length === 1) put(svg, "text", { x: begin + long + 12, y: middle + 4 }, told);
          steps.push({ x: value === null ? begin : x(value), y: middle, panel, row: which, told, from, to });
        });
        row += rowTall[which];
      });
    });
    y = top + body + 46;
  });
  const ring = put(svg, "circle", { r: 10, fill: "none", stroke: "var(--s1)", "stroke-width": 2, visibility: "hidden" });
  readable(self, svg, steps.length, {
    near: (px, py) => steps.map((one, place) => [Math.hypot((one.x - px) / 3, one.y - py), place]).sort((a, b) => a[0] - b[0])[0][1],
    show: (place) => [["cx", steps[place].x], ["cy", steps[place].y], ["visibility", "visible"]].forEach(([key, value]) => ring.setAttribute(key, value)),
    tell: (place) => {
      const { panel, row, told, from, to } = steps[place];
      const where = t(panel.heading) ? `${t(panel.heading)} · ` : "";
      const range = from === null || to === null ? "" : ` [${figures(from)}; ${figures(to)}]`;
      return `${where}${names[row]}${marks().colon} ${told}${range} ${t(panel.axis)}`;
    },
  });
};

painters.points = (self) => {
  const { spec } = self;
  const tall = 260;
  const ranges = (key) => {
    const all = spec.points.flatMap((one) => one[`${key}Range`] ?? [one[key]]);
    const low = Math.max(0, Math.min(...all)), high = Math.max(...all);
    const pad = 0.06 * (high - low) || 1;
    return [Math.max(0, low - pad), high + pad];
  };
  const [xs, ys] = [ranges("x"), ranges("y")];
  const steps = [niceStep(xs[1] - xs[0], Math.floor(self.width / 90)), niceStep(ys[1] - ys[0], 5)];
  const digits = steps.map((step) => Math.max(0, -Math.floor(Math.log10(step) + 1e-9)));
  const left = 14 + wide(number(ys[1], digits[1]));
  const long = self.width - left - 14;
  const svg = canvas(self, tall + 76);
  const x = (value) => left + ((value - xs[0]) / (xs[1] - xs[0])) * long;
  const y = (value) => 24 + tall - ((value - ys[0]) / (ys[1] - ys[0])) * tall;
  put(svg, "text", { class: "head", x: 0, y: 14 }, t(spec.axes[1]));
  for (let tick = Math.ceil(xs[0] / steps[0]) * steps[0]; tick <= xs[1]; tick += steps[0]) {
    put(svg, "line", { class: "grid", x1: x(tick), x2: x(tick), y1: 24, y2: 24 + tall });
    put(svg, "text", { class: "soft", x: x(tick), y: tall + 41, "text-anchor": "middle" }, number(tick, digits[0]));
  }
  for (let tick = Math.ceil(ys[0] / steps[1]) * steps[1]; tick <= ys[1]; tick += steps[1]) {
    put(svg, "line", { class: "grid", x1: left, x2: left + long, y1: y(tick), y2: y(tick) });
    put(svg, "text", { class: "soft", x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, number(tick, digits[1]));
  }
  put(svg, "text", { class: "head", x: left + long, y: tall + 62, "text-anchor": "end" }, t(spec.axes[0]));
  put(svg, "polyline", { points: spec.line.map((place) => `${x(spec.points[place].x)},${y(spec.points[place].y)}`).join(" "), fill: "none", stroke: "var(--s0)", "stroke-width": 2 });
  const placed = [];
  const spots = spec.points.map((one, place) => {
    if (one.xRange) put(svg, "line", { x1: x(one.xRange[0]), x2: x(one.xRange[1]), y1: y(one.y), y2: y(one.y), class: "axis" });
    if (one.yRange) put(svg, "line", { x1: x(one.x), x2: x(one.x), y1: y(one.yRange[0]), y2: y(one.yRange[1]), class: "axis" });
    const free = [[0, 0], [0, -22], [22, 0], [0, 22], [-22, 0], [18, -18], [18, 18], [-18, 18], [-18, -18], [44, 0], [-44, 0]]
      .map(([dx, dy]) => [x(one.x) + dx, y(one.y) + dy])
      .find(([px, py]) => placed.every(([ox, oy]) => Math.hypot(px - ox, py - oy) > 20)) ?? [x(one.x), y(one.y)];
    placed.push(free);
    return { one, place, free };
  });
  spots.forEach(({ one, place, free }) => {
    put(svg, "line", { x1: x(one.x), y1: y(one.y), x2: free[0], y2: free[1], class: "axis" });
    const on = spec.line.includes(place);
    put(svg, "circle", { cx: free[0], cy: free[1], r: 9, fill: on ? "var(--s0)" : "var(--paper)", stroke: on ? "var(--paper)" : "var(--axis)", "stroke-width": 1.5 });
    put(svg, "text", { x: free[0], y: free[1] + 4, "text-anchor": "middle", class: on ? "on" : null }, String(place + 1));
  });
  const list = put(self.after, "ol", { class: "events" });
  spec.points.forEach((one) => put(list, "li", {}, t(one.title)));
  const ring = put(svg, "circle", { r: 13, fill: "none", stroke: "var(--s1)", "stroke-width": 2, visibility: "hidden" });
  readable(self, svg, spots.length, {
    near: (px, py) => spots.map(({ free, place }) => [Math.hypot(free[0] - px, free[1] - py), place]).sort((a, b) => a[0] - b[0])[0][1],
    show: (place) => [["cx", spots[place].free[0]], ["cy", spots[place].free[1]], ["visibility", "visible"]].forEach(([key, value]) => ring.setAttribute(key, value)),
    tell: (place) => `${place + 1}. ${t(spec.points[place].title)}${marks().colon} ${t(spec.axes[0])} ${figures(spec.points[place].x)} · ${t(spec.axes[1])} ${figures(spec.points[place].y)}`,
  });
};

painters.shares = (self) => {
  const { spec } = self;
  const shown = spec.streams.filter((one) => one.value > 0);
  const sides = [...new Set(shown.map((one) => t(one.side)))];
  const svg = canvas(self, shown.length * 38 + sides.length * 26);
  const most = Math.max(...shown.map((one) => one.share));
  const room = self.width - 150;
  const bars = [];
  let y = 0, side = null;
  shown.forEach((one) => {
    if (t(one.side) !== side) {
      side = t(one.side);
      put(svg, "text", { class: "head", x: 0, y: y + 16 }, side);
      y += 26;
    }
    put(svg, "text", { x: 0, y: y + 12 }, t(one.title));
    bars.push(put(svg, "rect", { x: 0, y: y + 17, width: Math.max(1.5, (one.share / most) * room), height: 13, fill: "var(--s0)", "fill-opacity": 0.75 }));
    put(svg, "text", { x: Math.max(1.5, (one.share / most) * room) + 7, y: y + 28 }, `${figures(one.value)} (${share(one.share)})`);
    y += 38;
  });
  readable(self, svg, shown.length, {
    near: (_, py) => Math.floor((py / y) * shown.length),
    show: (place) => bars.forEach((bar, other) => bar.setAttribute("fill-opacity", other === place ? 1 : 0.55)),
    tell: (place) => `${t(shown[place].title)}${marks().colon} ${figures(shown[place].value)} ${t(spec.unit)} (${share(shown[place].share)})`,
  });
};
