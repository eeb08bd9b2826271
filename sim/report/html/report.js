// The page: charts in their places, the strategy and the run shown, language, theme, width.
const across = document.getElementById("across-charts");
const groupHost = document.getElementById("group-charts");
const filmHost = document.getElementById("film-parts");
const acrossCharts = data.across.map((spec) => chart(across, spec));
const film = filmHost ? filmPlayer(filmHost) : null;
const picker = data.groups.length > 1 ? put(groupHost, "div", { class: "picker" }) : null;
const groupBox = put(groupHost, "div", { class: "charts" });
const remarks = put(groupHost, "p", { class: "note", id: "remarks" });
const measures = folded(groupHost, () => word("measures"), () => tableOf(data.groups[group].measures, word("measures")));
let group = 0, groupCharts = [];

function showGroup(place) {
  group = place;
  groupCharts.forEach((one) => linked.delete(one.link));
  groupBox.replaceChildren();
  groupCharts = data.groups[group].charts.map((spec) => chart(groupBox, spec));
  const { films, title } = data.groups[group];
  if (films.length) film.show(films, data.groups.length > 1 ? title : null);
}

function drawGroup() {
  if (picker) {
    picker.replaceChildren();
    const label = put(picker, "label", {}, `${word("strategy")} `);
    const select = put(label, "select", { id: "strategy" });
    data.groups.forEach((one, place) => put(select, "option", { value: place }, t(one.title)));
    select.value = group;
    select.addEventListener("change", () => {
      showGroup(Number(select.value));
      drawGroup();
      film?.draw();
      document.getElementById("strategy").focus();
    });
  }
  groupCharts.forEach((one) => one.draw());
  remarks.textContent = data.groups[group].remarks.map(t).join(" ");
  measures.draw();
}

const inputs = document.getElementById("inputs-table");
const inputsBox = put(inputs, "div");
function fillInputs(sought = "") {
  inputsBox.replaceChildren();
  if (!inputs.open) return;
  const label = put(inputsBox, "label", {}, `${word("search")} `);
  const field = put(label, "input", { type: "search", id: "search" });
  field.value = sought;
  const count = put(inputsBox, "p", { class: "note", role: "status" });
  let table = null;
  const filter = () => {
    table?.remove();
    const wanted = field.value.toLowerCase();
    table = tableOf(data.inputs, word("search"), (cells) => cells.some((cell) => cell.toLowerCase().includes(wanted)));
    inputsBox.append(table);
    count.textContent = `${number(table.querySelectorAll("tbody tr").length, 0)} ${word("found")}`;
  };
  field.addEventListener("input", filter);
  filter();
}
inputs.addEventListener("toggle", () => fillInputs());

function drawAll() {
  acrossCharts.forEach((one) => one.draw());
  drawGroup();
  film?.draw();
}

function speak(code) {
  document.documentElement.lang = code;
  document.title = document.querySelector("title").dataset[code];
  document.querySelectorAll("[data-lang]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.lang === code)));
  drawAll();
  fillInputs(document.getElementById("search")?.value ?? "");
}
document.querySelectorAll("[data-lang]").forEach((button) => button.addEventListener("click", () => speak(button.dataset.lang)));

const theme = document.getElementById("theme");
const darkNow = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const showTheme = () => theme.setAttribute("aria-pressed", String(darkNow()));
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = darkNow() ? "light" : "dark";
  showTheme();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
showTheme();

let drawnAt = 0;
function drawAtWidth() {
  if (document.documentElement.clientWidth === drawnAt) return;
  drawnAt = document.documentElement.clientWidth;
  drawAll();
}
let waiting = 0;
addEventListener("resize", () => {
  clearTimeout(waiting);
  waiting = setTimeout(drawAtWidth, 120);
});

showGroup(0);
drawnAt = document.documentElement.clientWidth;
speak(lang());
performance.mark("drawn");
// Widths of words are known for sure once the fonts of the page are there.
const SAMPLE = "Bamako 0123456789";
const measured = wide(SAMPLE);
document.fonts.ready.then(() => wide(SAMPLE) !== measured && drawAll());
