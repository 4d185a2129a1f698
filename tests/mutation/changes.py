"""Every small change that can be made to a program: a sign, a bound, a number, a word, a line."""

import ast
from dataclasses import dataclass
from pathlib import Path

_OTHER: dict[type[ast.AST], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "/",
    ast.Mod: "//",
    ast.Pow: "*",
    ast.MatMult: "*",
    ast.BitAnd: "|",
    ast.BitOr: "&",
    ast.BitXor: "|",
    ast.LShift: ">>",
    ast.RShift: "<<",
}

ALONE = {
    "strict": "zip: the lengths are equal by construction; it guards the author, not the result",
    "encoding": "where it is utf-8, the default of the machines that run the tests",
    "newline": "where it is the line end of the machines that run the tests",
    "assume_unique": "numpy is told what is so anyway, to be quicker",
    "usedforsecurity": "says something to the builder of the interpreter alone",
    "check_finite": "scipy is told that no number is infinite, to be quicker",
    "overwrite_a": "scipy may use memory that nobody reads again",
}
"""Arguments that change nothing a test could see, and why: they are left as they are."""

DEFAULTS: dict[str | None, str] = {"encoding": "utf-8", "newline": "\n"}


def _alone(keyword: ast.keyword) -> bool:
    """Whether this argument is one of those; `utf-8-sig` takes a mark away, and is not."""
    if keyword.arg in DEFAULTS:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        return value == DEFAULTS[keyword.arg]
    return keyword.arg in ALONE


TYPES = {"Callable", "Literal", "Mapping", "NDArray", "dict", "list", "tuple"}
UNREACHED = "pragma: no cover"  # what only OR-tools reaches, or a solver that is wrong


@dataclass(frozen=True, slots=True)
class Change:
    """Put `text` in the place of what stands from `start` to `end` (bytes of the file)."""

    file: Path
    statement: int  # the line where the statement begins
    line: int
    start: int
    end: int
    text: str
    was: str
    function: tuple[str, int] | None  # name and first line of the outermost function it lies in

    def made(self) -> bytes:
        """Return the changed file."""
        content = self.file.read_bytes()
        return content[: self.start] + self.text.encode() + content[self.end :]

    def __str__(self) -> str:
        was, text = (" ".join(one.split())[:70] for one in (self.was, self.text))
        return f"{self.file}:{self.line}  {was}  →  {text or '(nothing)'}"


def changes_of(file: Path) -> list[Change]:
    """Return all changes of a file whose result is a program, in the order of the file."""
    return sorted(_Changes(file).found, key=lambda one: (one.start, one.end, one.text))


class _Changes(ast.NodeVisitor):
    """Collects changes; types, documentation and what is exported are left alone."""

    def __init__(self, file: Path) -> None:
        self.file, self.content = file, file.read_bytes()
        self.found: list[Change] = []
        lines = self.content.splitlines(keepends=True)
        self.lines = [line.decode() for line in lines]
        self.starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
        self.statement = 1
        self.function: tuple[str, int] | None = None
        self.classes: list[str] = []
        self.visit(ast.parse(self.content))

    def visit(self, node: ast.AST) -> None:
        """Visit a part, unless its first lines say that no test reaches it."""
        if isinstance(node, ast.stmt):
            self.statement = node.lineno
            body = getattr(node, "body", None)
            until = max(body[0].lineno, node.lineno + 1) if body else node.lineno + 1
            if any(UNREACHED in line for line in self.lines[node.lineno - 1 : until - 1]):
                return
        super().visit(node)

    def at(self, line: int | None, column: int | None) -> int:
        assert line is not None
        assert column is not None
        return self.starts[line - 1] + column

    def put(self, node: ast.expr | ast.stmt, text: str) -> None:
        """Note the change of a whole node."""
        start = self.at(node.lineno, node.col_offset)
        self.between(start, self.at(node.end_lineno, node.end_col_offset), node.lineno, text)

    def between(self, start: int, end: int, line: int, text: str) -> None:
        was = self.content[start:end].decode()
        if was != text:
            place = (self.statement, line, start, end)
            self.found.append(Change(self.file, *place, text, was, self.function))

    def sign(self, left: ast.expr, right: ast.expr, operator: ast.AST) -> None:
        """Note another operator between two operands (brackets between them stay)."""
        start = self.at(left.end_lineno, left.end_col_offset)
        end = self.at(right.lineno, right.col_offset)
        between = self.content[start:end].decode()
        words = between.strip(" ()\n\\").splitlines()[0].split("#")[0].strip(" ()")
        if type(operator) in _OTHER and words:
            place = start + between.index(words)
            text = _OTHER[type(operator)]
            self.between(place, place + len(words), left.end_lineno or 0, text)

    def visit_Compare(self, node: ast.Compare) -> None:
        left = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            self.sign(left, right, operator)
            left = right
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self.sign(node.left, node.right, node.op)
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        target, value = (self.words(part) for part in (node.target, node.value))
        other = _OTHER.get(type(node.op))
        if other:
            self.put(node, f"{target} {other}= {value}")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        other = "or" if isinstance(node.op, ast.And) else "and"
        self.put(node, f"({f' {other} '.join(f'({self.words(one)})' for one in node.values)})")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self.put(node, f"({self.words(node.operand)})")
        if not isinstance(node.operand, ast.Constant):
            self.generic_visit(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.put(node, f"({self.words(node.body)})")
        self.put(node, f"({self.words(node.orelse)})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self.put(node, str(not value))
        elif isinstance(value, int | float):
            self.put(node, repr(value + 1))
            self.put(node, repr(value / 2) if isinstance(value, float) else repr(value - 1))
        elif isinstance(value, str | bytes):
            self.put(node, repr("XX" if isinstance(value, str) else b"XX"))

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """A sentence changes as a whole."""
        self.put(node, repr("XX"))

    def visit_Return(self, node: ast.Return) -> None:
        """None for False is as false to all who ask; that it is not True is tried besides."""
        if node.value is not None and not _is_none(node.value) and not _is_false(node.value):
            self.put(node, "return None")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        if _is_type(node.value):
            return
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__all__":
            return
        told = not _is_none(node.value) and not _is_false(node.value)
        if told and isinstance(node.targets[0], ast.Name):
            self.put(node.value, "None")
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        """Leave out each argument by name; `cast` says something to the type checker alone."""
        if isinstance(node.func, ast.Name) and node.func.id in {"cast", "TypeVar"}:
            return
        for keyword in node.keywords:
            if _alone(keyword):
                continue
            start = self.at(keyword.lineno, keyword.col_offset)
            end = self.at(keyword.end_lineno, keyword.end_col_offset)
            rest = self.content[end:].lstrip()
            end = len(self.content) - len(rest) + 1 if rest[:1] == b"," else end
            self.between(start, end, keyword.lineno, "")
        self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> None:
        if not _alone(node):
            self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Leave out a line that is a call; a text by itself is documentation."""
        if isinstance(node.value, ast.Constant):
            return
        self.put(node, "pass")
        self.generic_visit(node)

    def visit_Break(self, node: ast.Break) -> None:
        self.put(node, "continue")

    def visit_Continue(self, node: ast.Continue) -> None:
        self.put(node, "break")

    def visit_If(self, node: ast.If) -> None:
        if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
            self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Leave types and decorators alone."""
        for default in [*node.args.defaults, *node.args.kw_defaults]:
            if default is not None:
                self.visit(default)
        around = self.function
        if around is None:
            first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
            self.function = (".".join([*self.classes, node.name]), first)
        for inner in node.body:
            self.visit(inner)
        self.function = around

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.classes.append(node.name)
        for inner in node.body:
            self.visit(inner)
        self.classes.pop()

    def words(self, node: ast.expr) -> str:
        start = self.at(node.lineno, node.col_offset)
        return self.content[start : self.at(node.end_lineno, node.end_col_offset)].decode()


def _is_type(node: ast.expr) -> bool:
    """Whether this spells a type, such as `Literal["a", "b"]` or a union of several."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _is_type(node.left) and _is_type(node.right)
    of = node.value if isinstance(node, ast.Subscript) else None
    return isinstance(of, ast.Name) and of.id in TYPES


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
