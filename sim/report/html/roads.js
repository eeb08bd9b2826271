// Runs as films: convoys on the map and in the space–time diagram, at towns 50 km or more apart and in between at even pace.
function tripsOf(film) {
  return (film.read ??= film.trips.map(([route, kind, name, tankers, units, steps, hits, end, last]) => ({
    route: data.roads.routes[route], kind, name, tankers, units, times: summed(steps), hits, end, last, routeNo: route,
  })));
}

const stopKm = (trip, place) => trip.route.km[trip.route.stops[place]];

// Kilometres along the corridor at a minute; null before it leaves and after it has ended.
function kmAt(trip, minute) {
  const { times } = trip;
  const on = times.length / 2 - 1;
  const ended = trip.last ?? times[times.length - 1];
  if (minute < times[0] || minute > ended) return null;
  for (let place = on; place >= 0; place -= 1) {
    const left = times[2 * place + 1];
    if (minute >= times[2 * place] && minute <= left) return stopKm(trip, place);
    if (minute > left) {
      const from = stopKm(trip, place);
      if (place < on) return from + ((minute - left) / (times[2 * place + 2] - left)) * (stopKm(trip, place + 1) - from);
      return from + ((minute - left) / Math.max(1, ended - left)) * 0.5 * (stopKm(trip, place + 1) - from);
    }
  }
  return null;
}

// Minute at which a cohort is in the middle of a stretch.
function middleOf(trip, stretch) {
  const left = trip.times[2 * stretch + 1];
  const next = trip.times[2 * stretch + 2] ?? trip.last ?? left;
  return (left + next) / 2;
}

const lostBy = (trip, minute) => trip.hits.reduce((sum, [stretch, , lost]) => sum + (middleOf(trip, stretch) <= minute ? lost : 0), 0);

// Longitude and latitude at a kilometre of a corridor, on straight lines between its towns.
function placeAt(route, km) {
  let leg = 0;
  while (leg < route.km.length - 2 && km > route.km[leg + 1]) leg += 1;
  const part = (km - route.km[leg]) / (route.km[leg + 1] - route.km[leg] || 1);
  const [a, b] = [data.roads.towns[route.towns[leg]], data.roads.towns[route.towns[leg + 1]]];
  return [a[2] + part * (b[2] - a[2]), a[1] + part * (b[1] - a[1])];
}

function decoded(flat) {
  const points = [];
  let x = 0, y = 0;
  for (let place = 0; place < flat.length; place += 2) points.push([(x += flat[place]) / data.ground.scale, (y += flat[place + 1]) / data.ground.scale]);
  return points;
}

function projection(width) {
  const lats = data.roads.towns.map((town) => town[1]), lons = data.roads.towns.map((town) => town[2]);
  const side = width < 520 ? 1.7 : 1;
  let [west, east, south, north] = [Math.min(...lons) - side, Math.max(...lons) + side, Math.min(...lats) - 0.9, Math.max(...lats) + 0.9];
  const aspect = 1 / Math.cos((((south + north) / 2) * Math.PI) / 180);
  const wanted = Math.max(width < 520 ? 0.62 : 0.42, ((north - south) * aspect) / (east - west));
  const spare = ((east - west) * wanted) / aspect - (north - south);
  [south, north] = [south - spare / 2, north + spare / 2];
  const scale = width / (east - west);
  const height = (north - south) * aspect * scale;
  return { width, height, west, east, south, north, x: (lon) => (lon - west) * scale, y: (lat) => (north - lat) * aspect * scale };
}

const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function drawGround(svg, view) {
  const path = (points) => points.map(([lon, lat], place) => `${place ? "L" : "M"}${view.x(lon).toFixed(1)},${view.y(lat).toFixed(1)}`).join("");
  const rings = Object.entries(data.ground.countries).map(([name, all]) => [name, all.map(decoded)]);
  rings.forEach(([name, all]) => put(svg, "path", { d: all.map((ring) => `${path(ring)}Z`).join(""), class: name === "Mali" ? "land home" : "land" }));
  data.ground.rivers.forEach((line) => put(svg, "path", { d: path(decoded(line)), class: "river" }));
  data.roads.routes.forEach((route) => put(svg, "path", { d: path(route.towns.map((town) => [data.roads.towns[town][2], data.roads.towns[town][1]])), class: "road" }));
  const taken = [], words = [];
  data.roads.routes.forEach((route) => route.km.forEach((km, place) => {
    const next = route.km[place + 1] ?? km;
    for (let part = 0; part < 1; part += 0.05) {
      const [lon, lat] = placeAt(route, km + part * (next - km));
      taken.push([view.x(lon) - 3, view.y(lat) - 3, view.x(lon) + 3, view.y(lat) + 3]);
    }
  }));
  const towns = [...data.roads.towns].sort((a, b) => b[3] - a[3]);
  towns.forEach(([name, lat, lon, main]) => {
    const [x, y] = [view.x(lon), view.y(lat)];
    put(svg, "circle", { cx: x, cy: y, r: main ? 4 : 3, class: "town" });
    const size = main ? 13 : 12, long = wide(t(name), size, main ? 600 : 400);
    const boxes = [[8, 4], [-long - 8, 4], [-long / 2, -9], [-long / 2, 20], [6, -8], [6, 17], [-long - 6, -8], [-long - 6, 17]].map(([dx, dy]) => [x + dx - 1, y + dy - size, x + dx + long + 1, y + dy + 3]);
    const inside = boxes.filter((box) => box[0] > 2 && box[2] < view.width - 2 && box[1] > 2 && box[3] < view.height - 2);
    const clear = (others) => inside.find((box) => !others.some((other) => overlap(box, other)));
    const free = clear(taken) ?? (main ? clear(words) : undefined);
    if (!free) return;
    words.push(free);
    taken.push(free);
    put(svg, "text", { x: free[0] + 1, y: free[3] - 3, class: "halo", "font-weight": main ? 600 : 400 }, t(name));
  });
  rings.forEach(([name, all]) => drawCountry(svg, view, name, all, taken));
}

// Whether a point lies in a ring, by the edges that a line to its right crosses.
function within(ring, x, y) {
  let odd = false;
  for (let place = 0, before = ring.length - 1; place < ring.length; before = place, place += 1) {
    const [ax, ay] = ring[before], [bx, by] = ring[place];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}

// The name of a country where it lies furthest from borders, edges and other words.
function drawCountry(svg, view, name, rings, taken) {
  const label = t(data.countries[name] ?? name);
  const half = wide(label, 11) * 0.62 + 4;
  for (const ring of rings) {
    const edge = ring.map(([lon, lat]) => [view.x(lon), view.y(lat)]);
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const [x, y] of edge) [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    [left, right, top, bottom] = [Math.max(left, 0) + half, Math.min(right, view.width) - half, Math.max(top, 0) + 14, Math.min(bottom, view.height) - 10];
    const border = edge.filter((_, place) => place % Math.ceil(edge.length / 120) === 0);
    const spots = [];
    for (let x = left; x <= right; x += 32) {
      for (let y = top; y <= bottom; y += 22) {
        let room = Math.min(x, view.width - x, 2 * y, 2 * (view.height - y));
        for (const [px, py] of border) room = Math.min(room, Math.hypot(px - x, 2 * (py - y)));
        if (room > 12) spots.push([room, x, y]);
      }
    }
    spots.sort((one, other) => other[0] - one[0]);
    for (const [, x, y] of spots) {
      const box = [x - half, y - 11, x + half, y + 4];
      if (taken.some((other) => overlap(box, other)) || !within(edge, x, y)) continue;
      if (![0, 2].every((side) => [1, 3].every((end) => within(edge, box[side], box[end])))) continue;
      taken.push(box);
      put(svg, "text", { x, y, "text-anchor": "middle", class: "country" }, label);
      return;
    }
  }
}

const radius = (tankers) => Math.max(3, Math.sqrt(Math.max(0, tankers)) * 0.95);

// The film of a group: run chosen, time, map, counts, diagram.
function filmPlayer(host) {
  const self = { minute: null, run: 0, route: 0, films: [], playing: false, spec: { alt: "" }, at: null };
  const choose = put(host, "div", { class: "picker" });
  const facts = put(host, "p", { class: "note", id: "film-facts" });
  const box = put(host, "div", { class: "map" });
  const player = put(host, "div", { class: "player" });
  const button = put(player, "button", { type: "button", class: "main-button", id: "play" });
  const slider = put(player, "input", { type: "range", id: "time", min: 0, step: 60 });
  const clock = put(player, "output", { id: "clock", for: "time" });
  const keys = put(host, "ul", { class: "key" });
  const counts = put(host, "p", { class: "readout", id: "counts" });
  const figure = put(host, "figure", { "data-chart": "space-time" });
  const caption = put(figure, "figcaption");
  const title = put(caption, "h3"), measure = put(caption, "p", { class: "measure" });
  const pick = put(figure, "div", { class: "picker" });
  const plot = put(figure, "div", { class: "plot" });
  self.readout = put(figure, "p", { class: "readout idle", "aria-hidden": "true" });
  self.plot = plot;
  const film = () => self.films[self.run];
  const begin = () => new Date(`${film().start}T00:00Z`);
  const trips = () => tripsOf(film());
  let layer = null, view = null, windowDays = 30, windowFrom = -1, cursor = null;

  self.show = (films, name) => {
    self.films = films;
    self.run = 0;
    self.minute = null;
    self.name = name;
  };

  self.draw = () => {
    if (!self.films.length) return;
    self.width = Math.max(280, Math.round(box.clientWidth));
    self.minute ??= firstAttack();
    drawChoice();
    box.replaceChildren();
    view = projection(self.width);
    const svg = put(box, "svg", { viewBox: `0 0 ${view.width} ${Math.ceil(view.height)}`, role: "img", "aria-label": word("map"), id: "map" });
    drawGround(svg, view);
    layer = put(svg, "g");
    slider.max = film().days * DAY_MIN;
    slider.setAttribute("aria-label", word("time"));
    keys.replaceChildren();
    keyEntry(keys, (key) => put(key, "circle", { cx: 8, cy: 6, r: 5, class: "convoy" }), word("keyConvoy"));
    keyEntry(keys, (key) => put(key, "circle", { cx: 8, cy: 6, r: 4, class: "alone" }), word("keyAlone"));
    keyEntry(keys, (key) => put(key, "circle", { cx: 8, cy: 6, r: 5, class: "hit" }), word("keyAttack"));
    title.textContent = word("diagram");
    measure.textContent = word("diagramMeasure");
    windowFrom = -1;
    self.seek(self.minute);
  };

  function firstAttack() {
    const hit = trips().find((trip) => trip.kind === 0 && trip.hits.length);
    return hit ? Math.round(middleOf(hit, hit.hits[0][0]) / 60) * 60 : 0;
  }

  function drawChoice() {
    choose.replaceChildren();
    const group = put(choose, "div", { class: "controls", role: "group", "aria-label": word("which") });
    self.films.forEach((one, place) => {
      const pressed = put(group, "button", { type: "button", "aria-pressed": String(place === self.run), "data-run": place }, t(one.title));
      pressed.addEventListener("click", () => {
        self.run = place;
        self.minute = null;
        self.at = null;
        self.draw();
        choose.querySelector(`[data-run="${place}"]`).focus();
      });
    });
    const run = `${word("world")} ${film().run[0]}, ${word("chance")} ${film().run[1]}`;
    facts.textContent = [...(self.name ? [t(self.name)] : []), run, ...film().facts.map(([name, value]) => `${t(name)}${marks().colon} ${t(value)}`)].join(" · ");
    pick.replaceChildren();
    if (data.roads.routes.length < 2) return;
    const label = put(pick, "label", {}, `${word("road")} `);
    const select = put(label, "select", { id: "road" });
    data.roads.routes.forEach((route, place) => put(select, "option", { value: place }, t(route.title)));
    select.value = self.route;
    select.addEventListener("change", () => {
      self.route = Number(select.value);
      windowFrom = -1;
      self.at = null;
      self.seek(self.minute);
    });
  }

  self.seek = (minute) => {
    self.minute = Math.min(Math.max(minute, 0), film().days * DAY_MIN);
    slider.value = self.minute;
    clock.textContent = hour(begin(), self.minute);
    slider.setAttribute("aria-valuetext", clock.textContent);
    button.textContent = word(self.playing ? "pause" : "play");
    layer.replaceChildren();
    const shown = trips().map((trip, place) => ({ trip, place, km: kmAt(trip, self.minute) })).filter((one) => one.km !== null).sort((a, b) => b.trip.kind - a.trip.kind);
    shown.forEach(({ trip, place, km }) => {
      const [lon, lat] = placeAt(trip.route, km);
      const left = trip.tankers - lostBy(trip, self.minute);
      put(layer, "circle", {
        cx: view.x(lon).toFixed(2), cy: view.y(lat).toFixed(2), r: (trip.kind === 0 ? radius(left) : Math.max(2.5, radius(left) * 0.7)).toFixed(1),
        class: trip.kind === 0 ? "convoy" : "alone", "data-trip": place, "data-km": km.toFixed(2), "data-kind": trip.kind, "data-number": trip.name,
      });
    });
    tellCounts(shown);
    const days = self.width < 600 ? 14 : 30;
    const from = Math.min(Math.floor(self.minute / DAY_MIN / days) * days, Math.max(0, Math.ceil(film().days / days - 1) * days));
    if (from !== windowFrom || days !== windowDays) {
      [windowFrom, windowDays] = [from, days];
      drawDiagram();
    }
    const x = cursor.x(self.minute);
    [["x1", x], ["x2", x]].forEach(([key, value]) => cursor.line.setAttribute(key, value));
  };

  function tellCounts(shown) {
    const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);
    const convoys = shown.filter((one) => one.trip.kind === 0);
    const moving = sum(shown, ({ trip }) => trip.tankers - lostBy(trip, self.minute));
    const arrived = sum(trips().filter((trip) => trip.end === 0 && trip.times[trip.times.length - 1] <= self.minute), (trip) => trip.tankers - lostBy(trip, Infinity));
    const lost = sum(trips(), (trip) => lostBy(trip, self.minute));
    const told = [["convoysNow", convoys.length], ["tankersNow", moving], ["arrivedSoFar", arrived], ["lostSoFar", lost]];
    counts.textContent = told.map(([key, value]) => `${word(key)}${marks().colon} ${number(value, 0)}`).join(" · ");
  }

  function drawDiagram() {
    const route = data.roads.routes[self.route];
    const first = route.stops[0], far = route.km.length - 1;
    const names = route.towns.map((town) => t(data.roads.towns[town][0]));
    const left = Math.min(0.3 * self.width, 14 + Math.max(...route.stops.map((stop) => wide(names[stop]))));
    const tall = self.width < 600 ? 260 : 320;
    const area = { left, width: self.width - left - 10 };
    plot.replaceChildren();
    const svg = put(plot, "svg", { viewBox: `0 0 ${self.width} ${tall + 50}`, id: "diagram" });
    const x = (minute) => area.left + ((minute / DAY_MIN - windowFrom) / windowDays) * area.width;
    const y = (km) => 10 + tall - ((km - route.km[first]) / (route.km[far] - route.km[first])) * tall;
    let written = Infinity;
    route.stops.forEach((stop) => {
      put(svg, "line", { class: "grid", x1: area.left, x2: area.left + area.width, y1: y(route.km[stop]), y2: y(route.km[stop]) });
      if (written - y(route.km[stop]) < 13) return;
      written = y(route.km[stop]);
      put(svg, "text", { x: area.left - 7, y: written + 4, "text-anchor": "end" }, wrapped(names[stop], left - 9)[0]);
    });
    dayAxis(svg, dayAfter(begin(), windowFrom), windowDays + 1, area, tall + 12);
    const clip = put(put(svg, "clipPath", { id: "window" }), "rect", { x: area.left, y: 0, width: area.width, height: tall + 20 });
    clip.setAttribute("data-days", windowDays);
    const lines = put(svg, "g", { "clip-path": "url(#window)" });
    const [from, to] = [windowFrom * DAY_MIN, (windowFrom + windowDays) * DAY_MIN];
    const seen = trips().filter((trip) => trip.routeNo === self.route && trip.times[0] < to && (trip.last ?? trip.times[trip.times.length - 1]) > from).sort((a, b) => b.kind - a.kind || a.times[0] - b.times[0]);
    const drawn = seen.map((trip) => {
      const points = [];
      trip.times.forEach((minute, place) => points.push([x(minute), y(stopKm(trip, place >> 1))]));
      if (trip.last !== null) points.push([x(trip.last), y(kmAt(trip, trip.last))]);
      return put(lines, "polyline", { points: points.map((point) => point.map((one) => one.toFixed(1)).join(",")).join(" "), class: trip.kind === 0 ? "trip-convoy" : "trip-alone" });
    });
    seen.forEach((trip) => trip.hits.forEach(([stretch, , lost]) => {
      const km = (stopKm(trip, stretch) + stopKm(trip, stretch + 1)) / 2;
      if (trip.kind === 0 || lost) put(lines, "circle", { cx: x(middleOf(trip, stretch)), cy: y(km), r: lost ? Math.max(3.5, Math.sqrt(lost) * 1.6) : 3, class: "hit" });
    }));
    cursor = { x, line: put(svg, "line", { class: "cursor", y1: 4, y2: tall + 12 }) };
    if (!seen.length) {
      svg.setAttribute("role", "img");
      svg.setAttribute("aria-label", word("diagram"));
      return;
    }
    self.spec.alt = data.words.diagram;
    self.at = null;
    const order = seen.map((_, place) => place).sort((a, b) => seen[a].kind - seen[b].kind || seen[a].times[0] - seen[b].times[0]);
    readable(self, svg, seen.length, {
      near: (px, py) => {
        const distance = (trip) => {
          const minute = ((px - area.left) / area.width) * windowDays * DAY_MIN + windowFrom * DAY_MIN;
          const km = kmAt(trip, minute);
          return km === null ? Infinity : Math.abs(y(km) - py) + 6 * trip.kind;
        };
        const near = order.map((which, place) => [distance(seen[which]), place]).sort((a, b) => a[0] - b[0])[0];
        return near[0] === Infinity ? self.at ?? 0 : near[1];
      },
      show: (place) => drawn.forEach((line, which) => line.classList.toggle("chosen", which === order[place])),
      tell: (place) => tellTrip(seen[order[place]], names),
    });
  }

  function tellTrip(trip, names) {
    const name = trip.kind === 0 ? `${word("convoy")} ${number(trip.name, 0)}` : word("independents");
    const town = (place) => names[trip.route.stops[place]];
    const parts = [`${word("left")} ${town(0)} ${hour(begin(), trip.times[1])}`, `${number(trip.tankers, 0)} ${word("tankers")}`];
    if (trip.units) parts.push(`${number(trip.units, 0)} ${word("units")}`);
    trip.hits.forEach(([stretch, , lost]) => parts.push(`${word("attacked")} ${town(stretch)} ${word("and")} ${town(stretch + 1)}${marks().colon} ${number(lost, 0)} ${word("lost")}`));
    parts.push(word(`end${trip.end}`) + (trip.last === null ? ` ${hour(begin(), trip.times[trip.times.length - 1])}` : ""));
    return `${name}${marks().colon} ${parts.join("; ")}`;
  }

  slider.addEventListener("input", () => self.seek(Number(slider.value)));
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let before = null;
  function frame(now) {
    if (!self.playing) return;
    const passed = before === null ? 0 : now - before;
    // With reduced motion the time jumps from day to day, twice in three seconds, instead of flowing.
    if (!calm.matches || passed >= 1500 || before === null) {
      before = now;
      self.seek(self.minute + (calm.matches ? (passed ? DAY_MIN : 0) : Math.min(passed, 100) * 3.6));
    }
    if (self.minute >= film().days * DAY_MIN) {
      self.playing = false;
      self.seek(self.minute);
      return;
    }
    requestAnimationFrame(frame);
  }
  button.addEventListener("click", () => {
    self.playing = !self.playing;
    if (self.playing && self.minute >= film().days * DAY_MIN) self.minute = 0;
    before = null;
    self.seek(self.minute);
    if (self.playing) requestAnimationFrame(frame);
  });
  return self;
}
