"""Sentences of a memo fit one, none and many; annex, footnotes, captions and last line tell numbers of the results."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from made_results import WORLD, strategy_file
from memo_texts import squeezed

import sim
from sim.experiment.results import Results, load_results
from sim.experiment.sources import sources_in
from sim.language import Lang
from sim.report.memo.draft import Draft
from sim.report.memo.layout import laid_out
from sim.report.memo.model import Memo, text_of
from sim.report.memo.writing import draft_of
from sim.study.folder import load_study

Folders = Callable[[str], Path]
LANGS: tuple[Lang, Lang] = ("en", "fr")


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Results]:
    """Runs of a time without threat, in which nothing is lost."""
    folder = tmp_path_factory.mktemp("calm")
    made: dict[int, Results] = {}

    def of(runs: int) -> Results:
        if runs not in made:
            made[runs] = sim.run(
                "kayes-corridor-normal", strategy="no-escort", worlds=runs, chances=1, engine="reference", out=folder / str(runs)
            )
        return made[runs]

    return of


@pytest.fixture(scope="module")
def single(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """One run under attack."""
    folder = tmp_path_factory.mktemp("single")
    (folder / "world.toml").write_text(WORLD, encoding="utf-8")
    (folder / "forty.toml").write_text(strategy_file(1, "Forty every day"), encoding="utf-8")
    return sim.run(
        str(folder / "world.toml"), strategy=str(folder / "forty.toml"), worlds=1, chances=1, engine="reference", out=folder
    )


def draft(folder: Path, lang: Lang, annex: bool = True) -> Memo:
    """A memo without its pictures."""
    found: Draft = draft_of(folder, lang, annex)
    return found.memo


def sentences(memo: Memo) -> list[str]:
    """All running text with title and footnotes."""
    told = [text_of(one) for section in (memo.question, memo.answer, *memo.later) for one in section.paragraphs]
    return [squeezed(text) for text in (memo.title, *told, *memo.sources)]


@pytest.mark.parametrize("runs", [1, 3])
def test_nothing_lost_is_said_in_words_and_not_as_zeros(calm: Callable[[int], Results], runs: int) -> None:
    results = calm(runs)
    assert not results.outcomes[["tankers_lost", "crews_lost", "escort_units_lost", "shortage_days_any"]].any().any()
    english, french = (" ".join(sentences(draft(results.folder, lang))) for lang in LANGS)
    assert "No tanker, crew or escort unit is lost on the road." in english
    assert "aucune citerne, aucun équipage et aucune unité d’escorte ne sont perdus" in french
    assert not re.search(r"\b0 (tankers|crews|escort|million)", english)
    assert not re.search(r"\b0 (citerne|équipage|unité|million)", french)


def test_what_all_runs_share_has_neither_interval_nor_range(calm: Callable[[int], Results]) -> None:
    rows = {row[0]: row[1:] for row in draft(calm(3).folder, "en").table.rows}
    assert rows["Shortage days, any fuel"] == ("0", "0") == rows["Tankers lost"]
    assert "[" in rows["Tankers delivered"][0] and "–" in rows["Tankers delivered"][1]


@pytest.mark.parametrize("lang", LANGS)
def test_one_run_has_no_average_no_interval_and_no_runs(single: Results, lang: Lang) -> None:
    memo = draft(single.folder, lang)
    text = " ".join([*sentences(memo), memo.table.title, *memo.table.headings])
    words = (
        ("average", " runs", "times", " range ", "interval ")
        if lang == "en"
        else ("moyenne", "simulations par", "plage ", "à 95 %")
    )
    allowed = "So few runs give no intervals" if lang == "en" else "Si peu de simulations ne donnent pas d’intervalle"
    assert not [word for word in words if word in text.replace(allowed, "")]
    lost = int(single.outcomes["tankers_lost"].iloc[0])
    assert re.search(rf"(?<!\d){lost} (tankers? (is|are) lost|citernes? (est|sont) perdues?)", text), text


def test_french_has_the_singular_below_two(results: Folders) -> None:
    folder = results("run")
    mean = load_results(folder).outcomes["escort_units_lost"].mean()
    text = " ".join(sentences(draft(folder, "fr")))
    plural = re.search(r"unités? d’escorte perdues?", text)
    assert plural is not None
    assert ("unités" in plural[0]) == (mean >= 1.995), (mean, plural[0])
    for count, word in re.findall(
        r"(?<![\d,])([01](?:,\d+)?) (jours|citernes|équipages|unités|millions|simulations|mondes)\b", text
    ):
        pytest.fail(f"{count} {word}")


def test_what_would_change_the_verdict_says_what_was_tried(results: Folders) -> None:
    for name in ("plain2", "plain6"):
        study = load_study(results(name))
        text = " ".join(squeezed(text_of(one)) for one in draft(results(name), "en").later[0].paragraphs)
        assert ("neither has been tried" in text) <= (len(study.cases) == 1), (name, text)


def test_the_place_of_addresses_is_one_that_the_reader_has(results: Folders) -> None:
    for annex, place in ((True, "the annex has"), (False, "scenarios/evidence has")):
        assert [note for note in draft(results("run"), "en", annex).sources if place in note]


def numbers(text: str, lang: Lang) -> Iterator[float]:
    """Numbers of a text that are no part of a name, an address or a date."""
    text = re.sub(
        r"https?://\S+|[\w-]+\.(?:md|json|csv|py|toml)|\b[0-9a-f]{7,}\b|\d+\.\d+\.\d+|Philox\S+|\w+-\w*\d[\w-]*", "", text
    )
    text = text.replace("\u202f", "") if lang == "fr" else re.sub(r"(?<=\d),(?=\d{3})", "", text)
    mark = "," if lang == "fr" else r"\."
    for one in re.findall(rf"(?<![\w{mark}])\d+(?:{mark}\d+)?(?![\w])", text):
        yield float(one.replace(",", "."))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["run", "plain6"])
def test_every_number_of_annex_footnotes_and_last_line_is_of_the_results(results: Folders, name: str, lang: Lang) -> None:
    folder = results(name)
    study = None if name == "run" else load_study(folder)
    one = load_results(folder) if study is None else study.cases[0].results[study.baseline]
    scenario, found = one.manifest["inputs"]["scenario"], sources_in(one.folder)
    roads = [road for road in scenario["corridor"].values() if road["enabled"]]
    pools = [float(pool["units"]["value"]) for pool in scenario["escort"]["pool"].values()]
    sites = {re.sub(r"^https?://(www\.)?([^/]+).*", r"\2", address) for address in found.addresses.values()}
    known = {
        found.sourced, found.assumed, len(set(found.addresses.values())), len(sites) - 6, *pools, scenario["warmup_days"],
        len({leg for road in roads for leg in road["legs"]}), one.manifest["days"], one.manifest["replications"],
        one.manifest["worlds"], one.manifest["chances"], one.manifest["seed"],
    }  # fmt: skip
    if study is not None:
        known |= {len(study.strategies), len(study.cases)}
    begin = pd.Timestamp(one.start)
    end = begin + pd.Timedelta(days=one.manifest["days"] - 1)
    dates = {begin.day, begin.year, end.day, end.year}
    cited = {13, 2019, 55, 67, 12, 1984, 1136, 1144, 90, 95}
    memo = draft(folder, lang)
    checklist = next(table for table in memo.annex if table.rows[0][0] == "1.1")
    titles = [t[lang] for r in ([one] if study is None else study.cases[0].results.values())
              for t in (r.manifest["titles"]["strategy"], r.manifest["titles"]["scenario"])]  # fmt: skip
    told = 0
    for text in [*(row[2] for row in checklist.rows), *checklist.notes, *memo.sources, memo.provenance]:
        for title in titles:
            text = text.replace(title, "")
        for number in numbers(text, lang):
            assert number in known | dates | cited, (number, text)
            told += number in known
    assert told >= 12
    assert f"{one.manifest['versions']['sim']}" in memo.provenance and one.manifest["versions"]["model"][:8] in memo.provenance
    assert folder.name in memo.provenance


def test_the_checklist_names_all_that_was_compared(results: Folders) -> None:
    study = load_study(results("plain6"))
    rows = dict(row[::2] for table in draft(results("plain6"), "en").annex for row in table.rows if len(row) == 3)
    for case in study.cases[1:]:
        assert case.variant_titles["en"] in rows["2.3"]
    for one in study.cases[0].results.values():
        assert one.manifest["titles"]["strategy"]["en"] in rows["1.3"]


@pytest.mark.parametrize("lang", LANGS)
def test_captions_have_the_numbers_of_the_stored_runs(results: Folders, memos: Callable[[str, str], Memo], lang: Lang) -> None:
    runs = load_results(results("run")).outcomes
    memo = memos("run", lang)
    captions = {number for one in memo.pictures[1:] for number in numbers(one.title, lang)}
    days = runs["shortage_days_any"]
    known = {f"{value:.{digits}f}" for digits in (0, 1) for value in (
        days.mean(), days.quantile(0.05), days.quantile(0.95), days.min(), days.max(),
        *(runs[name].mean() for name in ("tankers_delivered", "tankers_lost", "crews_lost")), len(runs),
    )}  # fmt: skip
    assert captions and {f"{n:g}" for n in captions} <= {text.removesuffix(".0") for text in known}


def test_a_folder_of_another_command_is_called_what_it_is(tmp_path: Path) -> None:
    from sim.errors import ResultsError

    for name, kind in (("forecast.json", "a forecast"), ("sweep.json", "a sweep")):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / name).write_text("{}")
        with pytest.raises(ResultsError, match=f"the folder of {kind}"):
            laid_out(draft_of(tmp_path / kind, "en", False))
