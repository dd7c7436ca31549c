"""The law at its edges: models, weights, KPIs, notices, thresholds, Wales and Scotland; proposals switched off."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.catalogue.models import Verified
from commonweal.policy import Answer, bodies, law
from commonweal.policy.facts import Facts, between
from commonweal.policy.models import choose_model, least_weight, points, together
from tests.engine.policy.asking import applying, ask, facts

APPLIES, NOT, UNKNOWN = Answer.APPLIES, Answer.DOES_NOT_APPLY, Answer.UNKNOWN


class TestSocialValueModel:
    @pytest.mark.parametrize(
        ("buyer", "commenced", "value", "answer", "models", "weight"),
        [
            ("central-government", "2026-12-31", "8000000", APPLIES, ("svm-2025",), "10"),
            ("central-government", "2027-01-01", "8000000", APPLIES, ("svm-2026",), "20"),
            ("central-government", "2027-01-01", "2000000", APPLIES, ("svm-2026",), "10"),
            ("central-government", "2027-01-01", "4999999.99", APPLIES, ("svm-2026",), "10"),
            ("central-government", "2027-01-01", "5000000", APPLIES, ("svm-2026",), "20"),
            ("central-government", "2027-01-01", "1000000", APPLIES, ("svm-2026",), "10"),
            ("central-government", "2027-01-01", "999999", NOT, (), None),
            ("central-government", "", "8000000", UNKNOWN, (), None),
            ("central-government", "2025-09-30", "8000000", APPLIES, ("svm-2020", "svm-2025"), "10"),
            ("central-government", "2025-10-01", "8000000", APPLIES, ("svm-2025",), "10"),
            ("central-government", "2025-02-23", "8000000", APPLIES, ("svm-2020",), "10"),
            ("central-government", "2020-12-31", "8000000", NOT, (), None),
            ("local-authority", "2027-01-01", "8000000", NOT, (), None),
            ("local-authority", "", "", NOT, (), None),
            ("", "2027-01-01", "8000000", UNKNOWN, (), None),
        ],
    )
    def test_by_buyer_day_and_value(
        self, buyer: str, commenced: str, value: str, answer: Answer, models: tuple[str, ...], weight: str | None
    ) -> None:
        known = facts(buyer=buyer, commenced=commenced, value=value)
        results = ask(known).values()
        choice, least = choose_model(results, known), least_weight(results)
        assert (choice.answer, choice.models, least.answer) == (answer, models, answer)
        assert (least.weighting and least.weighting.percent) == (weight and Decimal(weight))
        assert bool(choice.missing) == bool(least.missing) == (answer is UNKNOWN)

    def test_no_day_is_named_as_what_is_missing(self) -> None:
        known = facts(buyer="central-government", value="8000000")
        choice = choose_model(ask(known).values(), known)
        assert choice.missing == ("commenced",)
        assert choice.because == "It cannot be told without the day on which the procurement commenced."

    def test_what_the_tender_documents_name_wins(self) -> None:
        known = facts(buyer="central-government", commenced="2027-03-01", value="8000000", model="svm-2025")
        choice = choose_model(ask(known).values(), known)
        assert (choice.answer, choice.models) == (APPLIES, ("svm-2025",))
        assert "tender documents name it" in choice.because
        own = facts(buyer="local-authority", commenced="2027-03-01", value="8000000", model="svm-2026")
        assert choose_model(ask(own).values(), own).models == ("svm-2026",)
        assert choose_model(ask(own).values(), own).answer is NOT
        none = facts(buyer="central-government", commenced="2027-03-01", value="8000000", model="none")
        assert choose_model(ask(none).values(), none).models == ("svm-2026",)

    def test_a_call_off_follows_its_framework_agreement_so_far_as_known(self) -> None:
        known = facts(buyer="central-government", commenced="2027-03-01", value="8000000", kinds=["call-off"])
        choice = choose_model(ask(known).values(), known)
        assert (choice.answer, choice.models) == (UNKNOWN, ())
        assert "follows the model of its framework agreement" in choice.because

    def test_defence_counts_only_where_it_is_stated(self) -> None:
        base = {"buyer": "central-government", "commenced": "2026-03-01", "value": "8000000"}
        rule = ask(facts(**base))["svm-2025-mandatory"]
        assert [one.id for one in rule.not_relied_on] == ["defence"]
        stated = ask(facts(**base, kinds=["defence", "services"]))["svm-2025-mandatory"]
        assert (stated.answer, stated.because) == (
            NOT,
            "It does not hold for defence and security contracts of the Ministry of Defence (PPN 002, paragraph 3).",
        )

    def test_a_value_between_two_rules_leaves_the_weight_open_but_not_the_model(self) -> None:
        known = facts(buyer="central-government", commenced="2027-01-01").plus(
            [between("value_including_vat", Decimal(4_500_000), Decimal(5_400_000), "x")]
        )
        results = ask(known).values()
        assert choose_model(results, known).models == ("svm-2026",)
        assert least_weight(results).missing == ("value_including_vat",)

    def test_a_lower_weight_that_holds_names_what_a_higher_one_lacks(self) -> None:
        # 10 % by a policy of the body; whether the law asks for 20 % cannot be told.
        known = facts(buyer="central-government", commenced="2027-01-01").plus(
            [between("value_including_vat", Decimal(1_500_000), Decimal(5_400_000), "x")]
        )
        results = ask(known)
        sure = ask(facts(buyer="central-government", commenced="2027-01-01", value="2000000"))
        joined = [results["svm-2026-weighting-20"], sure["svm-2026-weighting-10"]]
        found = least_weight(joined)
        assert found.weighting is not None
        assert (found.answer, found.weighting.percent, found.missing) == (APPLIES, 10, ("value_including_vat",))

    def test_the_two_bases(self) -> None:
        known = facts(buyer="central-government", commenced="2026-03-01", value="8000000")
        weighting = least_weight(ask(known).values()).weighting
        assert weighting is not None
        assert points(weighting, absolute_method=False) == 10
        assert points(weighting, absolute_method=True, non_price=Decimal(60)) == 6
        older = least_weight(ask(facts(buyer="central-government", commenced="2024-03-01", value="8000000")).values())
        assert older.weighting is not None
        assert points(older.weighting, absolute_method=True, non_price=Decimal(60)) == 10

    def test_what_could_not_be_confirmed_is_marked(self) -> None:
        results = ask(facts(buyer="central-government", commenced="2027-01-01", value="5000000"))
        assert results["svm-2026-mandatory"].verified is Verified.SECONDARY
        assert results["svm-2026-kpis"].verified is Verified.FALSE


ORDINARY = {"buyer": "local-authority", "commenced": "2026-05-01"}


class TestKpis:
    @pytest.mark.parametrize(
        ("value", "kinds", "answer"),
        [
            ("5000000", ["contract"], NOT),
            ("5000001", ["contract"], APPLIES),
            ("5000000.01", ["contract", "services"], APPLIES),
            ("6000000", ["call-off"], APPLIES),
            ("50000000", ["framework-agreement"], NOT),
            ("50000000", ["concession"], NOT),
            ("50000000", ["light-touch"], NOT),
            ("5100000", ["contract", "works"], NOT),
            ("5193000", ["contract", "works"], APPLIES),
            ("6000000", ["services"], UNKNOWN),
            ("", ["contract"], UNKNOWN),
        ],
    )
    def test_more_than_five_million(self, value: str, kinds: list[str], answer: Answer) -> None:
        results = ask(facts(**ORDINARY, value=value, kinds=kinds))
        assert results["pa23-s52"].answer is answer
        assert results["pa23-s71-kpi"].answer is answer

    def test_ppn_026_has_its_own_five_million(self) -> None:
        results = ask(facts(buyer="central-government", commenced="2027-01-01", value="5000000", kinds=["contract"]))
        assert (results["pa23-s52"].answer, results["svm-2026-kpis"].answer) == (NOT, APPLIES)
        assert results["svm-2026-kpis"].rule.effect.minimum_kpis == 3

    def test_who_and_when(self) -> None:
        five = {"value": "9000000", "kinds": ["contract"]}
        for buyer, answer in (("scottish-authority", NOT), ("private-utility", NOT), ("welsh-authority", APPLIES)):
            assert ask(facts(buyer=buyer, commenced="2026-05-01", **five))["pa23-s52"].answer is answer
        before = ask(facts(buyer="local-authority", commenced="2025-02-23", **five))["pa23-s52"]
        assert before.answer is NOT
        assert "23 February 2025 (asked: on or after 24 February 2025)" in before.because
        assert ask(facts(buyer="local-authority", commenced="2025-02-24", **five))["pa23-s52"].answer is APPLIES

    def test_kpis_are_set_aside_only_with_a_published_reason(self) -> None:
        base = {**ORDINARY, "value": "9000000", "kinds": ["contract"]}
        assert ask(facts(**base, kpis_not_appropriate=True))["pa23-s52"].answer is APPLIES
        assert ask(facts(**base, kpis_not_appropriate=True, reason_published=False))["pa23-s52"].answer is APPLIES
        found = ask(facts(**base, kpis_not_appropriate=True, reason_published=True))["pa23-s52"]
        assert found.answer is NOT
        assert "has published why" in found.because
        idle = ask(facts(**{**base, "value": "5000001"}))["pa23-s52"].not_relied_on
        assert [one.id for one in idle] == ["not-appropriate", "works-below-threshold"]

    def test_a_result_carries_everything_that_stands_behind_it(self) -> None:
        found = ask(facts(**ORDINARY, value="5000001", kinds=["contract"]))["pa23-s52"]
        assert found.rule.duty_holder == "contracting authority"
        assert found.rule.source.href == "https://www.legislation.gov.uk/ukpga/2023/54"
        assert (found.rule.provision, found.pack.version) == ("section 52(1) and (3)", "revised text of 7 April 2026")
        assert found.rule.checked_on.isoformat() == "2026-11-21"
        value = next(used for used in found.used if used.field == "value_including_vat")
        assert (value.value, value.source, value.asked) == ("£5,000,001", "given, with VAT", "more than £5,000,000")
        buyer = next(used for used in found.used if used.field == "buyer")
        assert buyer.asked == "not scottish authority"

    @given(st.decimals(0, 20_000_000, places=2), st.decimals(0, 20_000_000, places=2))
    def test_a_higher_value_never_lifts_the_duty(self, one: Decimal, other: Decimal) -> None:
        answers = [
            ask(facts(**ORDINARY, value=str(value), kinds=["contract"]), packs=[law()["uk-procurement-act-2023"]])[
                "pa23-s52"
            ].answer
            for value in sorted((one, other))
        ]
        assert answers != [APPLIES, NOT]


class TestNotices:
    def test_the_light_touch_has_longer_clocks(self) -> None:
        days = {}
        for kind in ("contract", "light-touch"):
            results = ask(facts(**ORDINARY, value="9000000", kinds=[kind, "services"]))
            clocks = {name: results[name].rule.effect.clock for name in applying(results) if "s53" in name}
            days[kind] = {name: clock.days for name, clock in clocks.items() if clock}
        assert days["contract"] == {"pa23-s53-notice": 30, "pa23-s53-copy": 90}
        assert days["light-touch"] == {"pa23-s53-notice-light-touch": 120, "pa23-s53-copy-light-touch": 180}

    def test_welsh_authorities_publish_no_copy_save_under_a_reserved_arrangement(self) -> None:
        base = {"buyer": "welsh-authority", "commenced": "2026-05-01", "value": "9000000", "kinds": ["contract"]}
        assert ask(facts(**base))["pa23-s53-copy"].missing == ("reserved_arrangement",)
        assert ask(facts(**base, reserved_arrangement=False))["pa23-s53-copy"].answer is NOT
        assert ask(facts(**base, reserved_arrangement=True))["pa23-s53-copy"].answer is APPLIES

    def test_below_the_threshold_from_30000_and_for_central_government_from_12000(self) -> None:
        for buyer, value, answer in (
            ("local-authority", "29999.99", NOT),
            ("local-authority", "30000", APPLIES),
            ("central-government", "12000", APPLIES),
            ("central-government", "11999.99", NOT),
        ):
            known = facts(buyer=buyer, commenced="2026-05-01", value=value, kinds=["contract", "goods"])
            assert ask(known)["pa23-s87"].answer is answer


class TestThresholds:
    @pytest.mark.parametrize(
        ("buyer", "commenced", "value", "kinds", "vat", "answer"),
        [
            ("local-authority", "2026-01-01", "207720", ["contract", "services"], "included", APPLIES),
            ("local-authority", "2026-01-01", "207719.99", ["contract", "services"], "included", NOT),
            ("local-authority", "2025-12-31", "207720", ["contract", "services"], "included", NOT),
            ("local-authority", "2026-01-01", "663539.99", ["light-touch", "services"], "included", NOT),
            ("local-authority", "2026-01-01", "663540", ["light-touch", "services"], "included", UNKNOWN),
            ("local-authority", "2026-01-01", "180000", ["contract", "services"], "unknown", UNKNOWN),
            ("local-authority", "2019-05-01", "181302", ["contract", "services"], "excluded", APPLIES),
            ("local-authority", "2019-05-01", "181302", ["contract", "services"], "included", UNKNOWN),
            ("local-authority", "2015-12-31", "9000000", ["contract", "services"], "included", UNKNOWN),
            ("local-authority", "2026-01-01", "9000000", ["services"], "included", UNKNOWN),
            ("local-authority", "2026-01-01", "9000000", ["services", "call-off"], "included", NOT),
            ("local-authority", "2026-01-01", "9000000", ["works", "contract"], "included", NOT),
        ],
    )
    def test_the_duty_to_consider_begins_at_the_threshold_of_the_day(
        self, buyer: str, commenced: str, value: str, kinds: list[str], vat: str, answer: Answer
    ) -> None:
        known = facts(buyer=buyer, commenced=commenced, value=value, kinds=kinds, vat=vat)
        assert ask(known)["pssva-2012-s1"].answer is answer

    def test_missing_facts_stand_behind_the_answer(self) -> None:
        known = facts(buyer="local-authority", commenced="2026-01-01", value="300000", kinds=["services"])
        found = ask(known)["pssva-2012-s1"]
        assert {"light_touch", "concession"} <= set(found.missing)
        nothing = facts(buyer="local-authority", value="300000", kinds=["contract", "services"])
        assert ask(nothing)["pssva-2012-s1"].missing == ("commenced",)
        early = facts(buyer="local-authority", commenced="2014-01-01", value="300000", kinds=["contract", "services"])
        assert "which the pack does not hold" in ask(early)["pssva-2012-s1"].because

    def test_an_answer_that_rests_on_an_unconfirmed_amount_is_marked(self) -> None:
        base = {"buyer": "local-authority", "value": "300000", "kinds": ["contract", "services"]}
        assert ask(facts(commenced="2024-06-01", **base))["pssva-2012-s1"].verified is Verified.FALSE
        assert ask(facts(commenced="2026-06-01", **base))["pssva-2012-s1"].verified is Verified.TRUE

    def test_a_special_regime_has_its_own_row(self) -> None:
        known = facts(buyer="local-authority", commenced="2026-01-01", value="415440", kinds=["utilities", "services"])
        found = ask(known.plus(facts(light_touch=False).known.values()))
        assert found["pa23-s12"].answer is APPLIES
        source = next(used.source for used in found["pa23-s12"].used if used.field == "above_threshold")
        assert source == "compared with utilities, goods or services: £415,440"

    def test_an_answer_that_was_given_is_kept(self) -> None:
        known = facts(buyer="local-authority", commenced="2026-01-01", kinds=["contract"], above_threshold=True)
        assert ask(known)["pa23-s12"].answer is APPLIES

    def test_it_is_for_services_of_england_and_wales(self) -> None:
        base = {"commenced": "2026-01-01", "value": "900000", "kinds": ["contract", "services"]}
        for buyer in ("welsh-authority", "scottish-authority", "northern-ireland-authority"):
            assert ask(facts(buyer=buyer, **base))["pssva-2012-s1"].answer is NOT
        assert ask(facts(buyer="local-authority", **base, urgent=True))["pssva-2012-s1"].answer is NOT


class TestNations:
    def test_wales_from_25_march_2026(self) -> None:
        base = {"buyer": "welsh-authority", "value": "2000000", "kinds": ["contract", "works"]}
        for commenced, answer in (("2026-03-24", NOT), ("2026-03-25", APPLIES)):
            assert ask(facts(**base, commenced=commenced))["sprp-s25"].answer is answer
        below = {**base, "value": "1999999.99"}
        assert ask(facts(**below, commenced="2026-05-01"))["sprp-s25"].answer is NOT
        assert ask(facts(**{**base, "buyer": "local-authority"}, commenced="2026-05-01"))["sprp-s25"].answer is NOT

    def test_scotland_from_four_million_without_vat(self) -> None:
        base = {"buyer": "scottish-authority", "commenced": "2026-05-01", "kinds": ["contract", "services"]}
        for value, vat, answer in (
            ("4000000", "excluded", APPLIES),
            ("3999999.99", "excluded", NOT),
            ("4000000", "included", UNKNOWN),
        ):
            assert ask(facts(**base, value=value, vat=vat))["scot-s25"].answer is answer
        assert ask(facts(**base, value="50000", vat="excluded"))["scot-s9"].answer is APPLIES
        assert ask(facts(**base, value="9000000"))["pa23-s52"].answer is NOT

    def test_proposals_are_switched_off(self) -> None:
        known = facts(**ORDINARY, value="9000000", kinds=["contract", "outsourcing"])
        off, on = ask(known), ask(known, proposals=True)
        names = [rule.id for rule in law()["consultation-2025"].rules]
        assert {off[name].answer for name in names} == {NOT}
        assert off[names[0]].because == "This is a proposal, not law, and is switched off."
        assert {on[name].answer for name in names} == {APPLIES}


def test_nothing_passes_by_default() -> None:
    results = ask(Facts(), packs=[*law().values(), *bodies().values()])
    assert {result.answer for result in results.values() if not result.rule.proposal} == {UNKNOWN}
    assert all(result.missing for result in results.values() if not result.rule.proposal)


def test_together_says_yes_no_or_what_is_missing() -> None:
    assert together([]) == (NOT, ())
    results = ask(facts(**ORDINARY, value="9000000", kinds=["services"]))
    assert together([results["pa23-s52"]])[0] is UNKNOWN
    assert together([results["pa23-s52"], results["pa23-s53-copy"]])[0] is UNKNOWN
