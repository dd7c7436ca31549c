"""File schemas of rules: what a policy pack and the table of thresholds may hold. Conditions are data, never code."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from commonweal.catalogue.schema import CitationFile, Day, Text, Trust
from commonweal.catalogue.strict import Strict
from commonweal.catalogue.values import Amount

Comparator = Literal["gt", "gte", "lt", "lte", "eq", "in"]
Topic = Literal[
    "consider",
    "encourage",
    "measures",
    "weighting",
    "average",
    "model",
    "plan",
    "tracker",
    "kpis",
    "assess",
    "notice",
    "breach",
    "change",
    "pay",
    "report",
    "clauses",
    "objectives",
    "approval",
    "tier",
    "standstill",
]
Whole = Annotated[int, Field(gt=0)]


class ConditionFile(Strict):
    """One comparison (field, comparator and amount, date, value or values), or `all`, `any` or `not` of others."""

    all: tuple[ConditionFile, ...] = ()
    any: tuple[ConditionFile, ...] = ()
    not_: ConditionFile | None = Field(default=None, alias="not")
    field: str = ""
    comparator: Comparator | None = None
    amount: Amount | None = None
    date: Day | None = None
    value: bool | str | None = None
    values: tuple[str, ...] = ()


class WeightingFile(Strict):
    percent: Amount
    basis: Literal["total score"] = "total score"
    absolute_basis: Literal["", "non-price criteria"] = ""
    quantitative: Amount | None = None
    qualitative: Amount | None = None


class MustHaveFile(Strict):
    theme: Text
    at_least: Whole = 1
    waived_by: str = ""
    in_writing: bool = False


class MeasuresFile(Strict):
    at_most: Whole | None = None
    at_least: Whole | None = None
    must_have: tuple[MustHaveFile, ...] = ()


class AverageFile(Strict):
    percent: Amount
    over: Text
    below: tuple[Text, ...] = ()


class ClockFile(Strict):
    """`from` names the first day, which counts as day 1; exactly one of days, working_days and months is given."""

    from_: Text = Field(alias="from")
    days: Whole | None = None
    working_days: Whole | None = None
    months: Whole | None = None
    repeats: bool = False


class ApprovalFile(Strict):
    what: Text
    by: Text
    delegate: bool = False


class EffectFile(Strict):
    minimum_kpis: Whole | None = None
    models: tuple[Text, ...] = ()
    weighting: WeightingFile | None = None
    tier: str = ""
    measures: MeasuresFile | None = None
    average: AverageFile | None = None
    clock: ClockFile | None = None
    approvals: tuple[ApprovalFile, ...] = ()


class ExceptionFile(Strict):
    """`only_if_stated`: an exception that the buyer must rely on; while nobody says so, it does not count."""

    id: Text
    provision: Text
    text: Text
    when: ConditionFile
    only_if_stated: bool = False


class UnclearFile(Strict):
    when: ConditionFile
    why: Text


class PolicyRuleFile(Strict):
    id: Text
    title: Text
    topic: Topic
    summary: Text
    duty_holder: Text
    source: str = ""
    provision: Text
    status: Literal["in force", "proposal"] = "in force"
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    dated_by: Text = "commenced"
    supersedes: str = ""
    when: ConditionFile | None = None
    exceptions: tuple[ExceptionFile, ...] = ()
    unclear: tuple[UnclearFile, ...] = ()
    effect: EffectFile = EffectFile()
    verified: Trust
    checked_on: Day | None = None
    note: str = ""


class PolicyFile(Strict):
    """policies/law/*.yaml and policies/bodies/*.yaml, and the policy files of users"""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]
    name: Text
    kind: Literal["law", "body"]
    publisher: Text
    jurisdiction: Text
    version: Text
    licence: Text
    verified: Trust
    checked_on: Day
    from_: Day | None = Field(default=None, alias="from")
    until: Day | None = None
    undated: str = ""
    example: bool = False
    description: str = ""
    notes: tuple[str, ...] = ()
    rules: tuple[PolicyRuleFile, ...] = Field(min_length=1)
    sources: dict[str, CitationFile]


class ThresholdFile(Strict):
    id: Text
    label: Text
    amount: Amount
    special: Literal["", "defence_security", "utilities"] = ""
    when: ConditionFile
    verified: Trust | None = None


class ThresholdPeriodFile(Strict):
    from_: Day = Field(alias="from")
    until: Day | None = None
    vat: Literal["included", "excluded"]
    source: Text
    verified: Trust
    amounts: tuple[ThresholdFile, ...] = Field(min_length=1)


class ThresholdsFile(Strict):
    """policies/thresholds/*.yaml"""

    id: Text
    label: Text
    licence: Text
    verified: Trust
    checked_on: Day
    note: str = ""
    periods: tuple[ThresholdPeriodFile, ...] = Field(min_length=1)
    sources: dict[str, CitationFile]


class ThemeOfPolicyFile(Strict):
    id: Text
    label: Text


class ThemesOfFrameworkFile(Strict):
    family: Text
    outcomes: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    measures: dict[str, tuple[Text, ...]] = Field(default_factory=dict)


class ThemesFile(Strict):
    """policies/themes.yaml: the themes of policies, and which of them outcomes and measures of frameworks serve."""

    id: Text
    label: Text
    licence: Text
    verified: Trust
    checked_on: Day
    note: str = ""
    themes: tuple[ThemeOfPolicyFile, ...]
    frameworks: tuple[ThemesOfFrameworkFile, ...]
