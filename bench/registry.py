"""Which benchmarks there are: every module of this folder that can be run with `--json FILE`."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def found() -> dict[str, str]:
    """Return each benchmark's name with the first sentence of its docstring.

    A benchmark is a module or package of bench/ whose main file has a function `main`; it is
    looked at, not imported.
    """
    files = {path.stem: path for path in ROOT.glob("*.py") if path.stem != "__main__"}
    files |= {path.parent.name: path for path in ROOT.glob("*/__main__.py")}
    benches = {}
    for name, path in sorted(files.items()):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        if "main" in functions:
            benches[name] = (ast.get_docstring(tree) or name).splitlines()[0]
    return benches
