"""Every number that the page says is that of the stored runs, worked out here again; French says the numbers of English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Made, read

from sim.analysis.spread import split_of_spread
from sim.experiment.results import Results
from sim.experiment.sources import sources_in
from sim.language import said
from sim.study.folder import StudyResults

DAYS = "shortage_days_any"
UNITS = {"litres_unmet_regions": 1e6, "litres_unmet": 1e6, "payments_fcfa": 1e6, "cost_fcfa": 1e9}
BESIDE = ("tankers_lost", "crews_lost", "escort_units_lost", "litres_unmet_regions", "payments_fcfa")
GAPS = {"shortage day": DAYS, "crew": "crews_lost", "escort unit": "escort_units_lost", "litres": "litres_unmet_regions",
        "tanker": "tankers_lost"}  # fmt: skip
SIGNS = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": " ", "\xa0": " ", "\u2009": " "})


class Number(float):
    """A number that a text says, and half of its last figure."""

    slack: float


def numbers(text: str, lang: str) -> list[Number]:
    """Numbers of a text, in order."""
    text = re.sub(r"\b[0-9a-f]{8,}\b|\d+\.\d+\.\d+", "", text.translate(SIGNS))
    mark, group = (r"\.", ",") if lang == "en" else (",", "\u202f")
    found = []
    for match in re.findall(rf"-?\d{{1,3}}(?:{group}\d{{3}})+(?!\d)(?:{mark}\d+)?|-?\d+(?:{mark}\d+)?", text):
        one = Number(match.replace(group, "").replace(",", "."))
        one.slack = 0.5 * 10.0 ** -len(match.replace(",", ".").partition(".")[2] if lang == "fr" else match.partition(".")[2])
        found.append(one)
    return found


def says(told: Number, value: float) -> bool:
    """Whether a number is a value, rounded to the figures that it is written with (three, if it has more)."""
    return abs(told - value) <= max(told.slack, 0.0051 * abs(value) if told.slack == 0.5 else 0.0) + 1e-9


def means(results: Results) -> pd.Series:
    """Means of the stored runs, in the units of documents."""
    table = results.outcomes
    return pd.Series({name: table[name].mean() / UNITS.get(name, 1.0) for name in (DAYS, "longest_spell_any", *UNITS,
        "tankers_delivered", "tankers_lost", "crews_lost", "escort_units_lost", "escort_days")})  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_card_of_a_run_says_mean_interval_and_range(of_runs: Made, runs: Results, lang: str) -> None:
    cards = read(of_runs.html, lang).cards
    summary, expected = runs.summary(), means(runs)
    names = [DAYS, "longest_spell_any", "tankers_delivered", "tankers_lost", "crews_lost", "escort_units_lost",
             "litres_unmet_regions", "payments_fcfa"]  # fmt: skip
    assert len(cards) == len(names)
    for name, (value, label, note) in zip(names, cards, strict=True):
        size = UNITS.get(name, 1.0)
        assert label.startswith(next(m["title"][lang] for m in runs.manifest["metrics"] if m["name"] == name))
        (told,) = numbers(value, lang)
        assert says(told, expected[name]), (name, value)
        if not runs.outcomes[name].any():
            assert numbers(note, lang) == []
            continue
        of_note = [n for n in numbers(note, lang) if n != 95]
        for told, key in zip(of_note, ("low", "high", "p05", "p95"), strict=True):
            assert says(told, summary[name][key] / size), (name, key, note)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_card_of_a_comparison_says_the_numbers_of_who_is_shown_and_of_the_baseline(
    of_study: Made, study: StudyResults, lang: str
) -> None:
    case = study.cases[0]
    leader = case.verdict.leader or study.baseline
    own, base = case.results[leader], case.results[study.baseline]
    cards = read(of_study.html, lang).cards
    beside = cards[-len(BESIDE) :]
    (first,) = numbers(cards[0][0], lang)
    assert says(first, means(own)[DAYS])
    if leader != study.baseline:
        gap = (own.outcomes[DAYS].to_numpy() - base.outcomes[DAYS].to_numpy()).mean()
        assert says(numbers(cards[1][0], lang)[0], gap)
    for name, (value, _, note) in zip(BESIDE, beside, strict=True):
        (told,) = numbers(value, lang)
        assert says(told, means(own)[name]), (name, value)
        if leader != study.baseline:
            assert says(numbers(note, lang)[-1], means(base)[name]), (name, note)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_table_of_a_run_has_every_mean_and_range(of_runs: Made, runs: Results, lang: str) -> None:
    rows, summary = read(of_runs.html, lang).rows, runs.summary()
    told = 0
    for name in ("longest_spell_any", "tankers_delivered", "tankers_lost", "crews_lost", "escort_units_lost", "escort_days",
                 *UNITS):  # fmt: skip
        title = next(m["title"][lang] for m in runs.manifest["metrics"] if m["name"] == name)
        row = next(row for row in rows if row[0] == title or row[0].startswith(f"{title}, "))
        size, both = UNITS.get(name, 1.0), [*numbers(row[1], lang), *numbers(row[2], lang)]
        keys = {5: ("mean", "low", "high", "p05", "p95"), 3: ("mean", "p05", "p95"), 2: ("mean", "p05")}[len(both)]
        assert len(both) > 2 or runs.outcomes[name].nunique() == 1, row
        for number, key in zip(both, keys, strict=True):
            assert says(number, summary[name][key] / size), (row, key)
            told += 1
    assert told > 30


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_table_of_a_comparison_has_the_means_and_differences_of_every_strategy(
    of_study: Made, study: StudyResults, lang: str
) -> None:
    rows = read(of_study.html, lang).rows
    case = study.cases[0]
    base = case.results[study.baseline].outcomes[DAYS].to_numpy()
    for name, results in case.results.items():
        row = next(row for row in rows if row[0].startswith(results.manifest["titles"]["strategy"][lang]))
        assert says(numbers(row[1], lang)[0], means(results)[DAYS]), row
        if name != study.baseline:
            assert says(numbers(row[2], lang)[0], (results.outcomes[DAYS].to_numpy() - base).mean()), row
        for other, cell in zip(BESIDE, row[3:], strict=True):
            assert says(numbers(cell, lang)[0], means(results)[other]), (row, other)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_number_in_a_sentence_about_a_run_is_one_of_the_results(of_runs: Made, runs: Results, lang: str) -> None:
    days = runs.outcomes[DAYS]
    summary, backing = runs.summary(), sources_in(runs.folder)
    spread = split_of_spread(days.to_numpy(dtype=float), runs.outcomes["world"].to_numpy())
    assert spread is not None and spread.share_not_knowing is not None
    known = [means(runs)[name] for name in (DAYS, *BESIDE)] + [summary[DAYS][key] for key in ("low", "high", "p05", "p95")]
    known += [days.max(), 100 * (days == 0).mean(), 100 * spread.share_not_knowing, 100 * (1 - spread.share_not_knowing)]
    known += [backing.sourced, backing.assumed, backing.sourced + backing.assumed, len(days), 4, 2, 70, 95]
    dates = {1, 9, 2025, 11}
    passages = [*of_runs.report.opening, *of_runs.report.later]
    texts = [said(of_runs.report.title, lang)]  # type: ignore[arg-type]
    texts += [said(piece.text, lang) for one in passages for paragraph in one.paragraphs for piece in paragraph]  # type: ignore[arg-type]
    page = "".join(read(of_runs.html, lang).texts)
    told = 0
    for text in texts:
        assert text in page or "\u202e" in text or "[U+" in page
        text = re.sub("“.*?”|«.*?»", "", text)
        for number in numbers(re.sub(r"\d+(?:er)?\s(?:September|septembre|November|novembre)\s2025", "", text), lang):
            assert any(says(number, value) for value in known) or number in dates, (number, text)
            told += number in {n for n in numbers(text, lang) if n.slack < 0.5}
    assert told >= 4


def test_every_difference_in_the_verdict_is_that_of_the_paired_runs(of_study: Made, study: StudyResults) -> None:
    texts = ["".join(row).translate(SIGNS) for row in read(of_study.html, "en").rows if "paired replications" in row[-1]]
    assert len(texts) == len(study.cases) == 2
    checked = 0
    for case, text in zip(study.cases, texts, strict=True):
        names = {re.split(r":|,", r.manifest["titles"]["strategy"]["en"])[0]: n for n, r in case.results.items()}
        pattern = r"(?:leaves|loses) ([\d.,]+) ± [\d.,]+ (million )?[^“”±]*? than “([^”]+)”"
        for found in re.finditer(pattern, text):
            subject = re.findall(r"“([^”]+)”", text[: found.start()])[-1]
            phrase = found[0]
            metric = next(name for word, name in GAPS.items() if word in phrase)
            values = [case.results[names[name]].outcomes[metric].mean() for name in (subject, found[3])]
            size = abs(values[0] - values[1]) / (1e6 if found[2] else 1.0)
            (told,) = numbers(found[1], "en")
            assert says(told, size) or (metric.startswith("litres") and told == pytest.approx(size, rel=0.06)), phrase
            assert ("fewer" in phrase or "less" in phrase) == (values[0] < values[1]), phrase
            checked += 1
    assert checked >= 3


def pairs(made: Made) -> Iterator[tuple[str, str]]:
    """Texts of a page in English and French: those of its elements, then titles, measures, notes and readings of charts."""
    for one in re.finditer(r'<span lang="en">(.*?)</span><span lang="fr">(.*?)</span>', made.html, re.S):
        yield unescape(one[1]), unescape(one[2])
    yield from _pairs({key: value for key, value in made.data.items() if key in ("across", "groups", "sources")})


def _pairs(data: Any) -> Iterator[tuple[str, str]]:
    if isinstance(data, list) and len(data) == 2 and all(isinstance(one, str) for one in data):
        yield data[0], data[1]
    elif isinstance(data, (list, dict)):
        for one in data.values() if isinstance(data, dict) else data:
            yield from _pairs(one)


@pytest.mark.parametrize("which", ["of_runs", "of_study"])
def test_french_says_the_numbers_of_english(which: str, request: pytest.FixtureRequest) -> None:
    made: Made = request.getfixturevalue(which)
    told = 0
    for english, french in pairs(made):
        if "onmouse" in english or "onerror" in english:
            continue
        one, other = (sorted(numbers(text, lang)) for text, lang in ((english, "en"), (french, "fr")))
        assert np.allclose(one, other) if len(one) == len(other) else one == other, (english, french)
        told += len(one)
    assert told > 150
