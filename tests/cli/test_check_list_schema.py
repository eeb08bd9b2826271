"""`check`, `list`, `schema` and the start of the program."""

from __future__ import annotations

import json
import subprocess
import sys

from sim.scenario.files import available

BROKEN = """\
kind = "scenario"
extends = "kayes-corridor-normal"
days = "many"

[product.petrol]
tilte = "Petrol"
"""


def test_check_shows_the_balance_and_where_the_numbers_of_a_good_scenario_come_from(call) -> None:
    said = call("check", "kayes-corridor")
    assert said.code == 0
    for part in (
        "✓ kayes-corridor",
        "no mistakes",
        "petrol",
        "total",
        "100.0 %",
        "from evidence",
        "assumptions",
    ):
        assert part in said.out


def test_everything_that_is_shipped_is_good(call) -> None:
    said = call("check")
    assert said.code == 0, said.err
    for name in (*available("scenario"), *available("variant"), *available("strategy")):
        assert f"✓ {name} " in said.out


def test_check_shows_all_mistakes_at_once_with_lines_carets_and_suggestions(call, tmp_path) -> None:
    (tmp_path / "broken.toml").write_text(BROKEN, encoding="utf-8")
    said = call("check", "broken.toml")
    assert said.code == 2
    for part in (
        "broken.toml:3:1: days:",
        'days = "many"',
        "broken.toml:6:1: product.petrol.tilte:",
        '"title"',
        "2 mistakes",
    ):
        assert part in said.err
    errors = call("check", "broken.toml", "--json").json["errors"]
    assert [(error["line"], error["key"]) for error in errors] == [(3, "days"), (6, "product.petrol.tilte")]


WRONG = """\
kind = "scenario"
extends = "kayes-corridor-normal"

[balance.petrol]
need_l_day = { value = 900_000, source = "parametres:tanker_volume; A9999" }

[balance.diesel]
need_l_day = 1_200_000
"""


def test_a_wrong_source_is_a_mistake_at_its_place_and_a_missing_one_is_counted(call, tmp_path) -> None:
    (tmp_path / "wrong.toml").write_text(WRONG, encoding="utf-8")
    said = call("check", "wrong.toml")
    assert said.code == 2
    column = WRONG.splitlines()[4].index("source") + 1
    assert f"wrong.toml:5:{column}: balance.petrol.need_l_day.source:" in said.err
    assert 'no assumption "A9999"' in said.err
    assert '"parametres:tanker_volume" is neither' in said.err
    assert "1 mistake" in said.err
    (tmp_path / "wrong.toml").write_text(WRONG.replace("parametres:tanker_volume; A9999", "A01"), encoding="utf-8")
    said = call("check", "wrong.toml")
    assert said.code == 0
    assert "1 without a source" in " ".join(said.out.split())
    assert "balance.diesel.need_l_day: has no source" in said.out


def test_a_wrong_source_of_a_variant_is_told_in_the_variant(call, tmp_path) -> None:
    text = (
        'kind = "variant"\ntitle = "Fewer"\n[balance.petrol]\nneed_l_day = { value = 1_500_000, source = "A9999" }\n'
    )
    (tmp_path / "fewer.toml").write_text(text, encoding="utf-8")
    errors = call("check", "fewer.toml", "--json").json["errors"]
    assert [(error["file"], error["line"]) for error in errors] == [("fewer.toml", 4)]


def test_check_reads_the_kind_of_a_file_from_the_file(call, tmp_path) -> None:
    (tmp_path / "mine.toml").write_text('kind = "strategy"\nextends = "no-escort"\ntitle = "Mine"\n')
    assert "(strategy)" in call("check", "mine.toml").out


def test_check_json_gives_balance_and_counts(call) -> None:
    found = call("check", "kayes-corridor", "--json").json
    assert found["errors"] == []
    world = found["checked"][0]
    assert set(world["numbers"]) == {"sourced", "assumed", "missing"}
    assert sum(row["share"] for row in world["balance"] if row["product"] == "petrol") == 1


def test_check_of_an_unknown_name_suggests_the_nearest(call) -> None:
    said = call("check", "kayes-coridor")
    assert said.code == 2
    assert 'did you mean "kayes-corridor"' in said.err


def test_list_names_everything_with_titles_in_the_language_asked_for(call) -> None:
    english, french = call("list").out, call("list", "--lang", "fr").out
    for name in (*available("scenario"), *available("variant"), *available("strategy")):
        assert name in english
        assert name in french
    assert "Strategies" in english
    assert "Stratégies" in french


def test_list_shows_a_broken_file_and_points_to_check(call, tmp_path) -> None:
    folder = tmp_path / "scenarios" / "worlds"
    folder.mkdir(parents=True)
    (folder / "torn.toml").write_text("kind = ")
    said = call("list")
    assert said.code == 0
    assert "torn" in said.out
    assert "`check` says why" in said.out


def test_schema_prints_one_json_schema_and_writes_all_of_them(call, tmp_path) -> None:
    assert call("schema", "strategy").json["title"] == "strategy file"
    said = call("schema", "--write", "schemas")
    assert said.code == 0
    for kind in ("scenario", "strategy", "variant"):
        assert json.loads((tmp_path / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8"))


def test_without_words_the_help_is_shown(call) -> None:
    said = call()
    assert said.code == 0
    assert "Usage" in said.out


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from sim.cli import main; main(['--help']); "
        "heavy = {'numpy', 'pandas', 'matplotlib', 'scipy', 'duckdb', 'pydantic', 'simpy', 'numba'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.strip().endswith("[]")
