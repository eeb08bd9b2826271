"""Every sentence of a verdict, in both languages, from the object that it tells."""

from __future__ import annotations

import dataclasses
import re
from string import Formatter

import pytest

from sim.analysis.across import across
from sim.analysis.comparison import Difference
from sim.analysis.metrics import metrics_for
from sim.analysis.verdict import Dominated, Rival, Verdict
from sim.records import Metric
from sim.report.metric_phrases import amount, difference_phrase, than
from sim.report.verdict_text import overall_text, verdict_text
from sim.report.verdict_words import SENTENCES, Names
from sim.report.words import ENGLISH, FRENCH, Language

METRICS = {metric.name: metric for metric in metrics_for(("petrol", "diesel"))}
DAYS = METRICS["shortage_days_any"]
NAMES = Names({"C": "Convois rares"}, {"detection": "Large convoys are easier to find", "truce": "Truce"})


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def minus(against: str, mean: float, half: float | None = 1.9, metric: str = "shortage_days_any", **more) -> Difference:
    return Difference(METRICS[metric], "B", against, mean, half, 240, **more)


BEST = Verdict(
    "", DAYS, "A", ("A", "B"), (20.0, 8.7), 24, 240, leader="B", reference="A", runner_up="A",
    differences=(minus("A", -11.3),), first_share=0.78,
)  # fmt: skip
THREE = dataclasses.replace(
    BEST, strategies=("A", "B", "C"), means=(20.0, 8.7, 11.7), runner_up="C",
    differences=(minus("A", -11.3), minus("C", -3.04, 1.06)),
)  # fmt: skip


def said(verdict: Verdict, english: str, french: str) -> None:
    assert plain(verdict_text(verdict, ENGLISH, NAMES)) == english
    assert plain(verdict_text(verdict, FRENCH, NAMES)) == french


def test_the_best_is_told_with_its_lead_its_certainty_and_its_share_of_worlds() -> None:
    said(
        BEST,
        "B leaves 11.3 ± 1.9 fewer shortage days than A (95 %, 240 paired replications) and is best in 78 % of worlds.",
        "B laisse 11,3 ± 1,9 jours de pénurie de moins que A (95 %, 240 réplications appariées) et est la meilleure stratégie "
        "dans 78 % des mondes.",
    )


def test_in_one_world_replications_stand_for_worlds() -> None:
    said(
        dataclasses.replace(BEST, worlds=1),
        "B leaves 11.3 ± 1.9 fewer shortage days than A (95 %, 240 paired replications) and is best in 78 % of replications.",
        "B laisse 11,3 ± 1,9 jours de pénurie de moins que A (95 %, 240 réplications appariées) et est la meilleure stratégie "
        "dans 78 % des réplications.",
    )


def test_the_next_best_has_its_own_sentence() -> None:
    said(
        dataclasses.replace(THREE, first_share=None),
        "B leaves 11.3 ± 1.9 fewer shortage days than A (95 %, 240 paired replications). "
        "B leaves 3.0 ± 1.1 fewer shortage days than Convois rares, the next best.",
        "B laisse 11,3 ± 1,9 jours de pénurie de moins que A (95 %, 240 réplications appariées). "
        "B laisse 3,0 ± 1,1 jours de pénurie de moins que Convois rares, deuxième du classement.",
    )


def test_a_trade_off_is_called_one_and_never_best() -> None:
    crews = minus("A", 3.21, 0.9, "crews_lost")
    pay = minus("C", 12_400_000, 3_100_000, "payments_fcfa")
    verdict = dataclasses.replace(BEST, trade_offs=(crews, pay))
    said(
        verdict,
        "B leaves 11.3 ± 1.9 fewer shortage days than A (95 %, 240 paired replications) and comes first in 78 % of worlds. "
        "This is a trade-off, not a clear gain: B loses 3.21 ± 0.90 more crews than A and pays the blockader "
        "12.4 ± 3.1 million FCFA more than Convois rares.",
        "B laisse 11,3 ± 1,9 jours de pénurie de moins que A (95 %, 240 réplications appariées) et arrive en tête dans 78 % "
        "des mondes. C’est un arbitrage et non un gain net : B perd 3,21 ± 0,90 équipages de plus que A et verse "
        "12,4 ± 3,1 millions de FCFA de plus aux auteurs du blocus que Convois rares.",
    )
    assert "best" not in verdict_text(verdict, ENGLISH, NAMES)
    assert "meilleure" not in verdict_text(verdict, FRENCH, NAMES)
    assert "comes first in 78 % of replications" in plain(verdict_text(dataclasses.replace(verdict, worlds=1), ENGLISH))
    assert "en tête dans 78 % des réplications" in plain(verdict_text(dataclasses.replace(verdict, worlds=1), FRENCH))


def test_of_several_prices_of_one_measure_the_reference_is_told_and_else_the_highest() -> None:
    two = (minus("C", 5.0, 0.9, "crews_lost"), minus("A", 3.0, 0.9, "crews_lost"))
    assert "3.00 ± 0.90 more crews than A" in plain(verdict_text(dataclasses.replace(BEST, trade_offs=two), ENGLISH))
    two = (minus("C", 5.0, 0.9, "crews_lost"), minus("D", 7.0, 0.9, "crews_lost"), minus("E", 6.0, 0.9, "crews_lost"))
    text = plain(verdict_text(dataclasses.replace(BEST, trade_offs=two), ENGLISH))
    assert "7.00 ± 0.90 more crews than D" in text
    assert "than C" not in text


def test_gains_and_open_measures_are_told() -> None:
    said(
        dataclasses.replace(
            BEST, first_share=None, gains=(minus("A", -0.4, 0.12, "escort_units_lost"),),
            open_measures=(METRICS["crews_lost"], METRICS["litres_unmet_regions"]),
        ),
        "B leaves 11.3 ± 1.9 fewer shortage days than A (95 %, 240 paired replications). "
        "B also loses 0.40 ± 0.12 fewer escort units than A. Not settled between B and A: crews lost; need not met, regions.",
        "B laisse 11,3 ± 1,9 jours de pénurie de moins que A (95 %, 240 réplications appariées). "
        "De plus, B perd 0,40 ± 0,12 unité d’escorte de moins que A. "
        "Non tranché entre B et A : équipages perdus ; besoin non servi, régions.",
    )


def test_a_tie_is_said_to_be_one_with_what_would_settle_it() -> None:
    rival = Rival("C", minus("C", -0.41, 1.26), 861)
    said(
        dataclasses.replace(THREE, rivals=(rival,), first_share=None),
        "B leaves 11.3 ± 1.9 fewer shortage days than A (95 %, 240 paired replications). "
        "B and Convois rares cannot be told apart: B leaves 0.4 ± 1.3 fewer shortage days than Convois rares "
        "(95 %, 3 strategies at once, 240 paired replications); at the present variance about 870 more replications would "
        "settle it.",
        "B laisse 11,3 ± 1,9 jours de pénurie de moins que A (95 %, 240 réplications appariées). "
        "Rien ne départage B et Convois rares : B laisse 0,4 ± 1,3 jour de pénurie de moins que Convois rares "
        "(95 %, 3 stratégies à la fois, 240 réplications appariées) ; à variance égale, il faudrait encore environ "
        "870 réplications pour trancher.",
    )


@pytest.mark.parametrize(
    ("more", "english", "french"),
    [
        (2_000_000, "; at the present variance it would take more than a million replications to settle it.",
         " ; à variance égale, il faudrait plus d’un million de réplications pour trancher."),
        (None, "; no number of replications settles a difference of nothing.",
         " ; aucun nombre de réplications ne tranche une différence nulle."),
        (7, "; at the present variance about 7 more replications would settle it.",
         " ; à variance égale, il faudrait encore environ 7 réplications pour trancher."),
    ],
)  # fmt: skip
def test_a_tie_of_two_has_one_sentence(more, english, french) -> None:
    rival = Rival("A", minus("A", -0.41, 1.26), more)
    said(
        dataclasses.replace(BEST, rivals=(rival,)),
        f"B and A cannot be told apart: B leaves 0.4 ± 1.3 fewer shortage days than A (95 %, 240 paired replications){english}",
        "Rien ne départage B et A : B laisse 0,4 ± 1,3 jour de pénurie de moins que A (95 %, 240 réplications appariées)"
        f"{french}",
    )


def test_an_exact_tie_in_the_measure_judged_is_told_as_equality() -> None:
    rival = Rival("A", minus("A", 0.0, 0.0, same=True), None)
    said(
        dataclasses.replace(BEST, rivals=(rival,)),
        "B and A have the same “shortage days, any fuel” in each of the 240 paired replications.",
        "B et A ont la même valeur pour « jours avec une pénurie » dans chacune des 240 réplications appariées.",
    )


def test_of_many_rivals_three_are_told_and_the_others_named() -> None:
    rivals = tuple(Rival(name, minus(name, -0.4, 1.3), 900) for name in "CDEFG")
    verdict = dataclasses.replace(THREE, strategies=tuple("ABCDEFG"), rivals=rivals)
    assert plain(verdict_text(verdict, ENGLISH)).endswith("would settle it. Nor can F and G be ruled out as the best.")
    assert plain(verdict_text(verdict, FRENCH)).endswith("pour trancher. On ne peut pas non plus écarter F et G.")
    many = tuple(Rival(f"s{i}", minus(f"s{i}", -0.4, 1.3), 900) for i in range(12))
    verdict = dataclasses.replace(verdict, rivals=many)
    assert "Nor can s3, s4, s5, s6, s7 and 4 others be ruled out" in verdict_text(verdict, ENGLISH)
    assert "écarter s3, s4, s5, s6, s7 et 4 autres." in verdict_text(verdict, FRENCH)


def test_a_twin_of_the_leader_and_strategies_that_are_all_one() -> None:
    assert plain(verdict_text(dataclasses.replace(THREE, same=("B2",)), ENGLISH)).endswith(
        "B and B2 give the same result in each of the 240 paired replications."
    )
    assert plain(verdict_text(dataclasses.replace(THREE, same=("B2",)), FRENCH)).endswith(
        "B et B2 donnent le même résultat dans chacune des 240 réplications appariées."
    )
    said(
        dataclasses.replace(BEST, leader="A", same=("B",), runner_up=None, reference=None),
        "No difference: A and B give the same result in each of the 240 paired replications.",
        "Aucune différence : A et B donnent le même résultat dans chacune des 240 réplications appariées.",
    )


def test_dominated_strategies_are_called_so() -> None:
    pairs = (Dominated("A", "B"), Dominated("D", "B"), Dominated("E", "C"))
    said(
        dataclasses.replace(BEST, first_share=None, dominated=pairs),
        "B leaves 11.3 ± 1.9 fewer shortage days than A (95 %, 240 paired replications). "
        "B dominates A and D: better beyond doubt on at least one measure, worse on average on none. "
        "Convois rares dominates E: better beyond doubt on at least one measure, worse on average on none.",
        "B laisse 11,3 ± 1,9 jours de pénurie de moins que A (95 %, 240 réplications appariées). "
        "B domine A et D : nettement meilleure sur au moins une mesure et, en moyenne, moins bonne sur aucune. "
        "Convois rares domine E : nettement meilleure sur au moins une mesure et, en moyenne, moins bonne sur aucune.",
    )
    many = dataclasses.replace(BEST, dominated=tuple(Dominated(f"s{i}", f"t{i}") for i in range(6)))
    assert verdict_text(many, ENGLISH).endswith("3 more strategies are dominated by others.")
    assert verdict_text(many, FRENCH).endswith("3 autres stratégies sont dominées.")


NO_VERDICT = dataclasses.replace(BEST, leader=None, reference=None, runner_up=None, differences=(), first_share=None)


def test_no_verdict_says_why() -> None:
    said(
        dataclasses.replace(NO_VERDICT, worlds=2),
        "No verdict: 2 worlds do not tell strategies apart; 3 or more are needed.",
        "Pas de verdict : 2 mondes ne départagent pas des stratégies ; il en faut au moins 3.",
    )
    said(
        dataclasses.replace(NO_VERDICT, worlds=1, pairs=2),
        "No verdict: with one world, 3 replications or more are needed to tell strategies apart.",
        "Pas de verdict : avec un seul monde, il faut au moins 3 réplications pour départager des stratégies.",
    )
    said(
        dataclasses.replace(NO_VERDICT, strategies=("A",)),
        "No verdict: there is only one strategy, and nothing to compare it with.",
        "Pas de verdict : il n’y a qu’une stratégie, donc rien à comparer.",
    )
    said(
        dataclasses.replace(NO_VERDICT, pairs=0),
        "No verdict: too few replications define “shortage days, any fuel” for every strategy.",
        "Pas de verdict : trop peu de réplications définissent « jours avec une pénurie » pour toutes les stratégies.",
    )


LEAD_EN = "B leaves 11.3 ± 1.9 fewer shortage days than A (95 %, 240 paired replications)"
LEAD_FR = "B laisse 11,3 ± 1,9 jours de pénurie de moins que A (95 %, 240 réplications appariées)"


def told(english: str, french: str, *verdicts: Verdict) -> None:
    assert plain(overall_text(across(verdicts), ENGLISH, NAMES)) == english
    assert plain(overall_text(across(verdicts), FRENCH, NAMES)) == french


def led_by_c(variant: str) -> Verdict:
    ahead = Difference(DAYS, "C", "B", -2.1, 0.8, 240)
    behind = Difference(DAYS, "C", "A", -9.0, 0.8, 240)
    return dataclasses.replace(
        THREE, variant=variant, means=(20.0, 13.1, 11.0), leader="C", runner_up="B", differences=(behind, ahead)
    )


def test_one_variant_is_told_whole_with_its_limit() -> None:
    told(
        f"{LEAD_EN} and is best in 78 % of worlds. "
        "Only one variant was judged: whether this holds under another threat is open.",
        f"{LEAD_FR} et est la meilleure stratégie dans 78 % des mondes. "
        "Une seule variante a été jugée : rien ne dit si cela vaut face à une autre menace.",
        BEST,
    )
    assert plain(overall_text(across([dataclasses.replace(NO_VERDICT, worlds=2)]), ENGLISH)).startswith("No verdict: 2 worlds")


def test_a_lead_that_holds_everywhere() -> None:
    told(
        f"{LEAD_EN} and is best in 78 % of worlds. This holds in all 2 variants.",
        f"{LEAD_FR} et est la meilleure stratégie dans 78 % des mondes. Cela vaut dans les 2 variantes.",
        BEST, dataclasses.replace(BEST, variant="truce"),
    )  # fmt: skip


def test_a_lead_that_is_lost_when_detection_grows() -> None:
    told(
        f"{LEAD_EN}, is best in 78 % of worlds and loses that lead in the variant “Large convoys are easier to find” "
        "(Convois rares leaves 2.10 ± 0.80 fewer shortage days than B). Smallest regret in the worst case: B, which in the "
        "variant “Large convoys are easier to find” leaves 2.1 more shortage days than the best strategy there.",
        f"{LEAD_FR}, est la meilleure stratégie dans 78 % des mondes et perd cette avance dans la variante « Large convoys are "
        "easier to find » (Convois rares laisse 2,10 ± 0,80 jours de pénurie de moins que B). Plus petit regret dans le pire "
        "des cas : B, qui, dans la variante « Large convoys are easier to find », laisse 2,1 jours de pénurie de plus que la "
        "meilleure stratégie de cette variante.",
        THREE, led_by_c("detection"),
    )  # fmt: skip


def test_a_lead_that_is_kept_here_and_shared_there() -> None:
    kept = dataclasses.replace(THREE, variant="truce")
    shared = dataclasses.replace(THREE, variant="x", rivals=(Rival("C", minus("C", -0.4), 900),))
    unknown = dataclasses.replace(NO_VERDICT, variant="y", strategies=THREE.strategies, means=THREE.means, worlds=2)
    told(
        f"{LEAD_EN}, is best in 78 % of worlds, keeps that lead in the variant “Truce” and cannot be told from the best in the "
        "variant “x”. There is no verdict in the variant “y”.",
        f"{LEAD_FR}, est la meilleure stratégie dans 78 % des mondes, garde cette avance dans la variante « Truce » et ne se "
        "distingue pas de la meilleure dans la variante « x ». Il n’y a pas de verdict dans la variante « y ».",
        THREE, kept, shared, unknown,
    )  # fmt: skip


def test_prices_of_a_lead_across_variants() -> None:
    price = (minus("A", 3.0, 0.9, "crews_lost"),)
    first, other = dataclasses.replace(BEST, trade_offs=price), dataclasses.replace(BEST, variant="truce", trade_offs=price)
    told(
        f"{LEAD_EN} and comes first in 78 % of worlds. This holds in all 2 variants. "
        "In every variant that it leads, the lead is a trade-off.",
        f"{LEAD_FR} et arrive en tête dans 78 % des mondes. Cela vaut dans les 2 variantes. "
        "Dans toutes les variantes où elle est en tête, cette avance relève de l’arbitrage.",
        first, other,
    )  # fmt: skip
    third = dataclasses.replace(other, variant="z")
    told(
        f"{LEAD_EN} and is best in 78 % of worlds. This holds in all 3 variants. "
        "The lead is a trade-off in the variants “Truce” and “z”.",
        f"{LEAD_FR} et est la meilleure stratégie dans 78 % des mondes. Cela vaut dans les 3 variantes. "
        "Cette avance relève de l’arbitrage dans les variantes « Truce » et « z ».",
        BEST, other, third,
    )  # fmt: skip


def test_without_a_leader_the_variants_with_one_are_told() -> None:
    tie = dataclasses.replace(THREE, rivals=(Rival("C", minus("C", -0.4), 900),))
    told(
        "No strategy leads alone in the scenario as it stands. Convois rares leads alone in the variants “Large convoys are "
        "easier to find” and “Truce”. Smallest regret in the worst case: B, which in the variant “Large convoys are easier to "
        "find” leaves 2.1 more shortage days than the best strategy there.",
        "Aucune stratégie n’est seule en tête dans le scénario tel quel. Convois rares est seule en tête dans les variantes "
        "« Large convoys are easier to find » et « Truce ». Plus petit regret dans le pire des cas : B, qui, dans la variante "
        "« Large convoys are easier to find », laisse 2,1 jours de pénurie de plus que la meilleure stratégie de cette variante.",
        tie, led_by_c("detection"), led_by_c("truce"),
    )  # fmt: skip


@pytest.mark.parametrize("lang", [ENGLISH, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("metric", [m for m in METRICS.values() if m.direction != "none"], ids=lambda m: m.name)
def test_every_metric_has_its_own_phrase_that_tells_less_from_more(metric: Metric, lang: Language) -> None:
    less = difference_phrase(metric, -3.0, 1.0, "A", lang)
    more = difference_phrase(metric, 3.0, 1.0, "A", lang)
    assert less != more
    assert not re.search(r"[{}<>|\[\]“«]", less + more)
    assert plain(less).count("±") == 1


@pytest.mark.parametrize(
    ("metric", "mean", "half", "english", "french"),
    [
        ("shortage_days_petrol", -1.0, 0.0, "leaves 1 fewer shortage day of petrol than A",
         "laisse 1 jour de pénurie d’essence de moins que A"),
        ("shortage_days_diesel", 2.0, None, "leaves 2 more shortage days of diesel than A",
         "laisse 2 jours de pénurie de gazole de plus que A"),
        ("fill_rate_petrol", 0.031, 0.012, "meets 3.1 ± 1.2 points more of the need for petrol than A",
         "couvre 3,1 ± 1,2 points de plus du besoin d’essence que A"),
        ("litres_unmet_regions", 1_230_000, 310_000, "leaves 1.23 ± 0.31 million litres more of the regions’ need unmet than A",
         "laisse 1,23 ± 0,31 million de litres de besoin non servi de plus dans les régions que A"),
        ("litres_unmet", -12_300, 3_400, "leaves 12,300 ± 3,400 litres less of the city’s need unmet than A",
         "laisse 12 300 ± 3 400 litres de besoin non servi de moins en ville que A"),
        ("payments_fcfa", -5e8, 0.0, "pays the blockader 500 million FCFA less than A",
         "verse 500 millions de FCFA de moins aux auteurs du blocus que A"),
        ("longest_spell_any", -4.0, 1.5, "leaves a longest shortage 4.0 ± 1.5 days shorter than A",
         "raccourcit la plus longue pénurie de 4,0 ± 1,5 jours par rapport à A"),
        ("first_shortage_day", 4.0, 15.0, "meets its first shortage 4 ± 15 days later than A",
         "connaît sa première pénurie 4 ± 15 jours plus tard que A"),
        ("loss_rate", -0.0213, 0.004, "loses 2.13 ± 0.40 points less of the tankers sent than A",
         "perd 2,13 ± 0,40 points de moins des citernes parties que A"),
    ],
)  # fmt: skip
def test_differences_are_said_as_people_say_them(metric, mean, half, english, french) -> None:
    assert plain(difference_phrase(METRICS[metric], mean, half, "A", ENGLISH)) == english
    assert plain(difference_phrase(METRICS[metric], mean, half, "A", FRENCH)) == french


def test_a_metric_without_a_phrase_is_told_by_its_title() -> None:
    metric = Metric("new", "h", "lower", "", {"en": "Hours of dust", "fr": "Heures de poussière"})
    assert plain(difference_phrase(metric, -2.0, 0.5, "A", ENGLISH)) == "has 2.00 ± 0.50 h less in “hours of dust” than A"
    assert (
        plain(difference_phrase(metric, 2.0, 0.5, "A", FRENCH)) == "a 2,00 ± 0,50 h de plus pour « heures de poussière » que A"
    )


@pytest.mark.parametrize(
    ("mean", "half", "text"),
    [(11.27, 1.94, "11.3 ± 1.9"), (112.7, 19.4, "113 ± 19"), (0.02, 0.0031, "0.0200 ± 0.0031"), (0.004, 1.5, "0.0 ± 1.5"),
     (4.55, None, "4.5"), (0.123, 0.0, "0.12"), (12.0, 0.0, "12"), (0.0, 0.0, "0"), (5.1, 1e-15, "5.1")],
)  # fmt: skip
def test_amounts_have_two_figures_of_their_uncertainty(mean, half, text) -> None:
    assert plain(amount(DAYS, mean, half, ENGLISH).text) == text


def test_french_elides_before_a_vowel_but_not_before_a_letter() -> None:
    assert than("escorte", FRENCH) == "qu’escorte"
    assert than("A", FRENCH) == "que A"
    assert than("petits", FRENCH) == "que petits"
    assert than("escort", ENGLISH) == "than escort"


def test_both_languages_have_the_same_sentences_with_the_same_values() -> None:
    def fields(template: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(template) if name}

    assert SENTENCES["en"].keys() == SENTENCES["fr"].keys()
    for key, english in SENTENCES["en"].items():
        assert fields(english) == fields(SENTENCES["fr"][key]), key
