"""What a notebook has to be: as it is stored, as it comes out when run, and beside its twin."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence

from english_left import english_left
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

LINES = 9
LARGEST_OUTPUT, LARGEST_BOOK = 700_000, 1_200_000  # pictures are fit for slides
CODE_OR_LINK = re.compile(r"```.*?```|`[^`]*`|\[[^]]*\]\([^)]*\)", re.DOTALL)
TYPED = re.compile(r"\w+(?:\.\w+)+\(.*?\)|\w+\.\*")
SPACE_MISSING = re.compile(r"\w [;:!?»%](?=\s|$)|« ")


def stored_badly(book: NotebookNode) -> list[str]:
    """Outputs that were stored, and cells of code that are too long."""
    found = []
    for k, cell in enumerate(book.cells):
        if cell.cell_type == "code":
            if cell.outputs or cell.execution_count is not None:
                found.append(f"cell {k}: stored with outputs")
            if len(cell.source.splitlines()) > LINES:
                found.append(f"cell {k}: more than {LINES} lines")
    return found


def came_out_badly(book: NotebookNode) -> list[str]:
    """Errors, warnings, what is too large, no picture at all."""
    found, outputs = [], outputs_of(book)
    for output in outputs:
        if output.output_type == "error":
            found.append(f"error: {output.evalue}")
        if output.get("name") == "stderr":
            found.append(f"warning: {output.text}")
        if len(json.dumps(output)) > LARGEST_OUTPUT:
            found.append("an output too large")
    if sum(len(json.dumps(output)) for output in outputs) > LARGEST_BOOK:
        found.append("outputs too large together")
    if not any("image/png" in output.get("data", {}) for output in outputs):
        found.append("no picture")
    return found


def outputs_of(book: NotebookNode) -> list[NotebookNode]:
    """All outputs, in their order."""
    return [output for cell in book.cells for output in cell.get("outputs", [])]


def said_in_outputs(book: NotebookNode) -> str:
    """What outputs say in words."""
    return "\n".join(
        output.get("text", "") + output.get("data", {}).get("text/html", "")
        for output in outputs_of(book)
    )


def prose(book: NotebookNode) -> str:
    """The text between the code, without code, links and their targets."""
    cells = [cell.source for cell in book.cells if cell.cell_type == "markdown"]
    return CODE_OR_LINK.sub("", "\n\n".join(cells))


def wrong_in_french(text: str) -> list[str]:
    """English that is left in prose, and spaces at which a line could break before a mark."""
    return english_left(text) + SPACE_MISSING.findall(text)


def english_in_outputs(book: NotebookNode) -> list[str]:
    """English that is left in what outputs say; what is to be typed in aside."""
    return english_left(TYPED.sub("", said_in_outputs(book)))


def differ(one: NotebookNode, other: NotebookNode) -> list[str]:
    """Where two notebooks are not the same but for language: kinds of cells, and code.

    Code may differ in comments, in the value of `lang`, and in texts, which have a space in them.
    """
    kinds = [[cell.cell_type for cell in book.cells] for book in (one, other)]
    if kinds[0] != kinds[1]:
        return ["other cells"]
    pairs = zip(one.cells, other.cells, strict=True)
    return [
        f"cell {k}"
        for k, (mine, twin) in enumerate(pairs)
        if mine.cell_type == "code" and bare(mine.source) != bare(twin.source)
    ]


def bare(source: str) -> str:
    """A cell's code without what depends on the language."""
    return ast.dump(_Bare().visit(ast.parse(TransformerManager().transform_cell(source))))


class _Bare(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """A text has a space in it; what a shell runs has braces too."""
        text = isinstance(node.value, str) and " " in node.value and "{" not in node.value
        return ast.Constant("a text") if text else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.JoinedStr:
        fields: Sequence[ast.expr] = [
            each for each in node.values if isinstance(each, ast.FormattedValue)
        ]
        has_space = any(
            isinstance(each, ast.Constant) and {" ", "\u00a0"} & set(str(each.value))
            for each in node.values
        )
        return ast.JoinedStr(list(fields)) if has_space else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        [name] = node.targets if len(node.targets) == 1 else [None]
        if isinstance(name, ast.Name) and name.id == "lang":
            return ast.Assign(node.targets, ast.Constant("a language"), lineno=0)
        return self.generic_visit(node)
