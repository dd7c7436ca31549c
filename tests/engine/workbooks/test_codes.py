"""Every code that reading can give is explained, and none is explained that it cannot give."""

from __future__ import annotations

import ast
from pathlib import Path

import commonweal.workbooks
from commonweal import errors
from commonweal.workbooks.codes import READING

HERE = Path(commonweal.workbooks.__file__).parent
MODULES = ("cells", "tables", "facts", "complete", "forms", "return_template", "kpi_template")
PLACE = {"error": 0, "Problem": 0, "_say": 0, "_refuse": 2, "_refused": 2, "BadCell": 2}
PASSED_ON = {"unknown_reference", "wrong_type"}
RAISED = {errors.NoValueForDate.code, errors.NoValueForPlace.code}


def given() -> set[str]:
    codes: set[str] = set()
    for module in MODULES:
        for node in ast.walk(ast.parse((HERE / f"{module}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                code = node.args[PLACE[name]] if len(node.args) > PLACE.get(name, 99) else None
                if isinstance(code, ast.Constant):
                    codes.add(str(code.value))
    return codes


def test_every_code_is_explained_and_given() -> None:
    assert given() | PASSED_ON | RAISED == set(READING)


def test_each_explanation_is_a_sentence() -> None:
    assert all(text[0].isupper() and text.endswith(".") for text in READING.values())
