"""With `--lang fr` every kind of message is French; places, keys and exit codes are those of the English one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.cli import main
from sim.cli.explain_command import GLOSSARIES
from sim.cli.list_command import HEADINGS, titles_of
from sim.errors import Problem, ScenarioError
from sim.experiment.store.writing import check_writable
from sim.language import Phrase, asked, french, listed, number, typographic
from sim.scenario.explain import all_keys, explain_key
from sim.scenario.files import available
from sim.scenario.load import load_scenario, load_strategy

HEAD = 'kind = "scenario"\nextends = "kayes-corridor-normal"\ntitle = "x"\n'

FILES = {
    "key": (HEAD + "dayz = 3\n", "dayz", "clé inconnue (vouliez-vous dire « days » ?)"),
    "type": (
        HEAD + 'days = "30"\n', "days",
        'attendu : un nombre entier ≥ 1 et ≤ 18 300 ; trouvé : "30" (l’écrire sans guillemets)',
    ),
    "range": (HEAD + "warmup_days = -1\n", "warmup_days", "attendu : un nombre entier ≥ 0 et ≤ 365 ; trouvé : -1"),
    "quantity": (HEAD + "[cost]\ntanker_fcfa = -2.5\n", "cost.tanker_fcfa", "attendu : ≥ 0 ; trouvé : -2.5"),
    "order": (
        HEAD + "[cost]\ntanker_fcfa = { value = 5, low = 6, high = 7 }\n", "cost.tanker_fcfa",
        "low ≤ value ≤ high ; trouvé : 6, 5, 7",
    ),
    "word": (
        HEAD + '[city]\nallocation = "prorata"\n', "city.allocation",
        'l’une des valeurs "pro_rata", "priority" ; trouvé : "prorata"',
    ),
    "array": (
        HEAD + "[class.stations]\nweekday = [1]\n", "class.stations.weekday",
        "une liste [ … ] d’exactement 7 éléments ; trouvé : une liste de 1 élément",
    ),
    "missing": (HEAD + '[event.x]\ntitle = "x"\n', "event.x.kind", "manque ; attendu : l’une des valeurs"),
    "name": (
        HEAD + '[corridor.kayes]\nstaging = "kays"\n', "corridor.kayes.staging",
        "nœud situé avant la fin de ce corridor « kays » introuvable",
    ),
    "sum": (
        HEAD + "[corridor.kayes]\nshare = 0.5\n", "corridor.kayes.share",
        "la somme des parts des corridors ouverts est 0,5 au lieu de 1 : kayes 0,5",
    ),
    "strategy": (
        HEAD + 'default_strategy = "no-escrt"\n', "default_strategy",
        "stratégie « no-escrt » introuvable (vouliez-vous dire « no-escort » ?)",
    ),
    "parent": (
        'kind = "scenario"\nextends = "kays"\ntitle = "x"\n', "extends",
        "scénario « kays » introuvable",
    ),
    "circle": (
        'kind = "scenario"\nextends = "circle"\ntitle = "x"\n', "extends",
        "tourne en rond : circle.toml → circle.toml",
    ),
    "source": (
        HEAD + '[cost]\ntanker_fcfa = { value = 1, source = "A9999" }\n', "cost.tanker_fcfa.source",
        "hypothèse « A9999 » introuvable",
    ),
    "toml": (HEAD + "days = = 3\n", "", "TOML non valide : une valeur est attendue : un nombre, un texte entre guillemets"),
    "twice": (HEAD + "days = 3\ndays = 4\n", "days", "figure déjà à la ligne 4 : une seule fois est attendue"),
    "open": (HEAD + 'books = "x\n', "", "TOML non valide : les guillemets de ce texte ne sont pas fermés"),
}  # fmt: skip
"""Files with one mistake: text, key and French message."""


def spoken(text: str) -> str:
    """A French text with the plain spaces that a test writes."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("mistake", FILES)
def test_a_mistake_in_a_file_is_french_at_the_same_place(call, tmp_path: Path, mistake: str) -> None:
    text, key, message = FILES[mistake]
    (tmp_path / f"{mistake}.toml").write_text(text, encoding="utf-8")
    en, fr = (call("check", f"{mistake}.toml", "--json", "--lang", lang) for lang in ("en", "fr"))
    assert (en.code, fr.code) == (2, 2)
    told, said = en.json["errors"], fr.json["errors"]
    assert [{**one, "message": ""} for one in told] == [{**one, "message": ""} for one in said]
    assert any(one["key"] == key and message in spoken(one["message"]) for one in said)
    plain = spoken(call("check", f"{mistake}.toml", "--lang", "fr").err)
    assert message.split(" (vouliez")[0].split(" (l’écrire")[0] in plain
    assert f"{len(said)} erreur{'s' if len(said) > 1 else ''} ; rien n’a été écrit." in plain


TYPED = [
    (("kayes-coridor",), "« kayes-coridor » : ni scénario ni commande de ce nom ; vouliez-vous dire « kayes-corridor »"),
    (("nowhere.toml",), "« nowhere.toml » : fichier introuvable (scénario)."),
    (("short.toml", "--strategy", "no-escrt"), "« no-escrt » : stratégie introuvable ; vouliez-vous dire « no-escort »"),
    (("short.toml", "--variant", "nothing-like-it"), "variante introuvable."),
    (("short.toml", "--engine", "fast"), "engine : attendu : l'un de auto, reference"),
    (("short.toml", "--worlds", "many"), "--worlds : attendu : un nombre entier ; trouvé : « many »."),
    (("short.toml", "--worlds", "0"), "worlds : attendu : un nombre entier de 1 à 1 000 000 ; trouvé : 0"),
    (("short.toml", "--workers", "0"), "workers : attendu : un nombre entier ≥ 1 ; trouvé : 0"),
    (("short.toml", "--seed", "-1"), "seed : attendu : un nombre entier de 0 à 2^64 − 1 ; trouvé : -1"),
    (("short.toml", "-n", "3", "--worlds", "2"), "pas les deux"),
    (("short.toml", "--uncertainty", "none"), '--uncertainty : attendu : l’une des valeurs "central", "sampled"'),
    (("short.toml", "--wrlds", "3"), "« --wrlds » : option inconnue ; vouliez-vous dire « --worlds » ?"),
    (("short.toml", "extra"), "« extra » : rien de plus n’est attendu."),
    (("short.toml", "--worlds", "1", "--worlds", "2"), "--worlds : option donnée deux fois au lieu d’une."),
    (("short.toml", "--out", "short.toml/x"), "out : impossible d’écrire les résultats dans « short.toml/x"),
    (("new", "my-own"), "new : --from manque."),
    (("new", "My Own", "--from", "kayes-corridor"), "; essayer « my-own »"),
    (("new", "kayes-corridor", "--from", "kayes-corridor"), "existe déjà et reste tel quel ; choisir un autre nom"),
    (("explain", "contact.deterence"), "clé inconnue dans kayes-corridor ; vouliez-vous dire « contact.deterrence »"),
    (("check", "no-escrt"), "ni scénario, ni variante, ni stratégie, ni expérience, ni fichier, ni dossier de ce nom"),
    (("replay", "none"), "none : dossier introuvable ; les résultats sont écrits par `run.py SCENARIO`"),
]


@pytest.mark.parametrize(("words", "message"), TYPED)
def test_a_mistake_on_the_command_line_is_french_with_the_same_exit_code(call, words: tuple[str, ...], message: str) -> None:
    en, fr = call(*words), call(*words, "--lang", "fr")
    assert en.code == fr.code != 0
    assert message.replace("'", "’") in spoken(fr.err)
    assert message.replace("'", "’") not in spoken(en.err)


def test_stored_results_that_cannot_be_used_are_told_in_french(call, tmp_path: Path) -> None:
    run = ("short.toml", "--worlds", "2", "--chances", "2", "--strategy", "no-escort")
    folder = Path(call(*run, "--json").json["results"])
    asked_for_less = call(*run[:1], "--worlds", "1", "--chances", "9", "--strategy", "no-escort", "--lang", "fr")
    assert "contient 2 × 2 simulations, et 1 × 9 en perdraient une partie" in spoken(asked_for_less.err)
    missing = call("replay", str(folder), "--world", "7", "--chance", "0", "--lang", "fr")
    assert "pas de simulation du monde 7, hasard 0 ; les résultats contiennent les mondes 0–1" in spoken(missing.err)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "schema": -1}))
    assert "attendu : un dossier de résultats" in spoken(call("replay", str(folder), "--lang", "fr").err)
    (folder / "manifest.json").write_text("{")
    assert "manifest.json : illisible" in spoken(call("replay", str(folder), "--lang", "fr").err)
    (folder / "manifest.json").unlink()
    assert "l’expérience n’a pas été menée à son terme" in spoken(call("replay", str(folder), "--lang", "fr").err)


def test_what_the_system_refuses_is_french(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Exception, match="results cannot be written") as caught:
        check_writable(tmp_path / "file" / "x")
    assert "une partie du chemin est un fichier, non un dossier" in caught.value.args[0].said("fr")


def fails(*_: object, **__: object) -> None:
    """An engine that cannot run anything."""
    raise ArithmeticError("0/0")


def test_a_failed_run_names_itself_in_french(call, monkeypatch) -> None:
    monkeypatch.setattr("sim.engines.reference.simulate", fails)
    said = call("short.toml", "--strategy", "no-escort", "-n", "1", "--workers", "1", "--lang", "fr")
    assert said.code == 1
    assert "scénario « short », stratégie « no-escort », graine 1, réplication (monde 0, hasard 0) = 0" in spoken(said.err)
    assert "ArithmeticError : 0/0" in spoken(said.err)


@pytest.mark.parametrize("load", [lambda: load_scenario("kayes-corridor"), lambda: load_strategy("observed-2025")])
def test_every_key_means_as_much_in_french(load: Callable[[], object]) -> None:
    loaded = load()
    for key in all_keys(loaded):
        en, fr = explain_key(loaded, key), explain_key(loaded, key, lang="fr")
        assert (en.value, en.low, en.high, en.settings) == (fr.value, fr.low, fr.high, fr.settings)
        count = [[text.count(". ") for text in one.meaning] for one in (en, fr)]
        assert count[0] == count[1], key
        assert not en.meaning or en.meaning != fr.meaning, key
        assert not en.exempt or en.exempt != fr.exempt


def test_metrics_columns_words_and_keys_are_explained_in_french(call) -> None:
    for word, part in (
        ("shortage_days_petrol", "jours où il s’est vendu moins de 90 %"),
        ("escort_days", "Unité : j·unités"),
        ("wanted_l", "ce que les gens cherchent à acheter"),
        ("cohort", "Ce qui se déplace sur la route"),
        ("jour de file", "quelle que soit la raison"),
        ("contact.deterrence", "0,2 (0,05 – 0,5)"),
        ("event.truce.first_day", "un péage par citerne partie"),
        ("days", "durée de la simulation : un choix"),
    ):
        said = call("explain", word, "--lang", "fr")
        assert said.code == 0, said.err
        assert part in " ".join(spoken(said.out).split()), word


def test_everything_that_is_shipped_has_a_french_title() -> None:
    for kind in HEADINGS:
        assert [name for name in available(kind) if "fr" not in titles_of(name, kind)] == []


def test_both_glossaries_have_the_same_words() -> None:
    docs = Path(__file__).parents[2] / "docs"
    heads = [re.findall(r"^(\S[^\n]*)\n: ", (docs / name).read_text(encoding="utf-8"), re.M) for name in GLOSSARIES.values()]
    assert heads[0] == [head.partition(" (")[2].removesuffix(")") for head in heads[1]]
    assert len(heads[0]) > 40


def test_the_help_is_french_and_names_the_same_options(call) -> None:
    for command in ((), ("run",), ("check",), ("explain",), ("new",), ("replay",), ("schema",), ("list",)):
        en, fr = call(*command, "--help").out, call(*command, "--help", "--lang", "fr").out
        assert fr.startswith("Emploi") and "Usage" not in fr
        options = [{word for word in text.replace("│", " ").split() if word.startswith("--")} for text in (en, fr)]
        assert options[0] == options[1]


def test_a_language_that_is_not_known_is_a_mistake_told_in_english(call) -> None:
    said = call("list", "--lang", "bm")
    assert said.code == 2
    assert '--lang: expected one of "en", "fr", got "bm".' in said.err
    assert asked(["list", "--lang", "bm"]) == "en"
    assert asked(["list", "--lang=fr"]) == asked(["--lang", "fr"]) == "fr"
    assert asked(["list", "--lang"]) == "en"


def test_numbers_names_and_nouns_follow_the_language() -> None:
    phrase = Phrase("{n:,} {n:leg|legs}, {share:g}: {names}", n=10_000, share=0.25, names=listed(["a", "b"]))
    assert str(phrase) == '10,000 legs, 0.25: "a", "b"'
    assert spoken(phrase.said("fr")) == "10 000 legs, 0,25: « a », « b »"
    assert Phrase("{n:leg|legs}", n=0) == "legs" and Phrase("{n:leg|legs}", n=0).said("fr") == "leg"
    assert spoken(number(-1234.5, 1, "fr")) == "\N{MINUS SIGN}1 234,5"
    counted = Phrase("{n:,} {n:leg|legs}, {share}", n=np.int64(10_000), share=np.float64(0.5))
    assert (counted, spoken(counted.said("fr"))) == ("10,000 legs, 0.5", "10 000 legs, 0,5")
    assert Phrase("{a} → {a: → }", a=("x", "y")) == "x, y → x → y"
    assert Phrase("plain { braces }") == "plain { braces }"


def test_a_phrase_survives_the_way_between_processes() -> None:
    import pickle

    phrase = Phrase('there is no {what} "{name}"', what=Phrase("leg"), name="x")
    again = pickle.loads(pickle.dumps(phrase))
    assert again == phrase and again.said("fr") == phrase.said("fr") != phrase
    error = pickle.loads(pickle.dumps(ScenarioError([Problem("f", 1, 2, "k", phrase)])))
    assert error.problems[0].message.said("fr") == phrase.said("fr")


def test_french_type_is_set_outside_code() -> None:
    assert typographic("« l'un » : `l'un ; x` ?") == "«\u00a0l’un\u00a0»\u00a0: `l'un ; x`\u202f?"
    assert typographic("10 000 km, 50 %") == "10\u202f000 km, 50\u202f%"


def test_english_never_reads_the_catalogue(call) -> None:
    french.cache_clear()
    assert call("kayes-coridor").code == 2
    assert main(["list"]) == 0
    assert french.cache_info().currsize == 0
