"""A value's way through the house, followed in the source: which functions it is handed to.

The walk begins with one parameter of one function. It takes every call that is handed this value
or something computed from it, in the order of the source, and goes on inside of the function that
is called, once for each function. Nothing is run. A call through an object is followed if a single
class of the package has a method of that name, or if the annotation of the object says which one.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Walk:
    """What is met on the way."""

    functions: int
    """Entered, each once."""
    rooms: int
    """Modules that are entered."""
    returns: int
    """How often a call leads back into a module that was left before."""


@dataclass(frozen=True)
class _Place:
    """A function and where it stands."""

    module: str
    owner: str
    """Class of a method; empty for a function of the module."""
    function: Function

    @cached_property
    def key(self) -> tuple[str, str, str]:
        return self.module, self.owner, self.function.name

    @cached_property
    def parameters(self) -> list[str]:
        arguments = self.function.args
        names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)]
        return names[1:] if self.owner and names[:1] in (["self"], ["cls"]) else names

    def annotation(self, name: str) -> str:
        arguments = self.function.args
        every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
        found = next((one.annotation for one in every if one.arg == name), None)
        return ast.unparse(found) if found else ""


@dataclass
class House:
    """The functions of a package by where they stand."""

    package: Path
    functions: dict[tuple[str, str, str], _Place] = field(default_factory=dict)
    methods: dict[str, list[_Place]] = field(default_factory=lambda: defaultdict(list))
    imported: dict[str, dict[str, str]] = field(default_factory=dict)
    """By module, what its names mean: a module, or a module and a name in it."""
    fields: dict[tuple[str, str], str] = field(default_factory=dict)
    """By class and attribute, its annotation."""

    def __post_init__(self) -> None:
        for path in sorted(self.package.rglob("*.py")):
            module = ".".join(path.relative_to(self.package.parent).with_suffix("").parts)
            self._take_in(
                module.removesuffix(".__init__"), ast.parse(path.read_text(encoding="utf-8"))
            )

    def _take_in(self, module: str, tree: ast.Module) -> None:
        self.imported[module] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    self.imported[module][alias.asname or alias.name] = (
                        f"{node.module}.{alias.name}"
                    )
        for node in tree.body:
            if isinstance(node, Function):
                self._add(_Place(module, "", node))
            elif isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, Function):
                        self._add(_Place(module, node.name, inner))
                    elif isinstance(inner, ast.AnnAssign) and isinstance(inner.target, ast.Name):
                        self.fields[node.name, inner.target.id] = ast.unparse(inner.annotation)
                self._assigned(node)

    def _assigned(self, owner: ast.ClassDef) -> None:
        """Attributes that are given a parameter of ``__init__`` have its annotation."""
        for inner in owner.body:
            if isinstance(inner, Function) and inner.name == "__init__":
                place = _Place("", owner.name, inner)
                for node in ast.walk(inner):
                    if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
                        for target in node.targets:
                            if isinstance(target, ast.Attribute):
                                self.fields[owner.name, target.attr] = place.annotation(
                                    node.value.id
                                )

    def _add(self, place: _Place) -> None:
        self.functions[place.key] = place
        if place.owner:
            self.methods[place.function.name].append(place)

    def called(self, place: _Place, call: ast.expr) -> _Place | None:
        """Return the function of the package that is called; None if nobody can tell."""
        if isinstance(call, ast.Name):
            local = self.functions.get((place.module, "", call.id))
            return local or self._named(self.imported[place.module].get(call.id, ""))
        if not isinstance(call, ast.Attribute):
            return None
        if isinstance(call.value, ast.Name) and call.value.id == "self":
            own = self.functions.get((place.module, place.owner, call.attr))
            if own:
                return own
        if isinstance(call.value, ast.Name):
            module = self.imported[place.module].get(call.value.id, "")
            if found := self.functions.get((module, "", call.attr)):
                return found
        return self._method(call.attr, self._type(place, call.value))

    def _named(self, full: str) -> _Place | None:
        module, _, name = full.rpartition(".")
        return self.functions.get((module, "", name)) or self.functions.get(
            (module, name, "__init__")
        )

    def _type(self, place: _Place, value: ast.expr) -> str:
        if isinstance(value, ast.Name):
            return place.annotation(value.id)
        if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name):
            owner = place.owner if value.value.id == "self" else place.annotation(value.value.id)
            return self.fields.get((owner.split("[")[0], value.attr), "")
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
            return value.func.id
        return ""

    def _method(self, name: str, kind: str) -> _Place | None:
        every = self.methods.get(name, [])
        typed = [one for one in every if one.owner == kind.split("[")[0].split(" ")[0]]
        found = typed or every
        return found[0] if len(found) == 1 else None


def walk(package: Path, module: str, function: str, parameter: str) -> Walk:
    """Follow ``parameter`` of ``function``, which is ``Class.method`` or a name, of ``module``.

    Raises KeyError if there is no such function.
    """
    house = House(package)
    owner, _, name = function.rpartition(".")
    seen: set[tuple[str, str, str]] = set()
    rooms: list[str] = []
    returns = 0

    def enter(place: _Place, carried: set[str]) -> None:
        nonlocal returns
        seen.add(place.key)
        if place.module not in rooms:
            rooms.append(place.module)
        for called, handed in _calls(house, place, carried):
            if called.key in seen:
                continue
            if called.module != place.module and called.module in rooms:
                returns += 1
            enter(called, handed)

    enter(house.functions[module, owner, name], {parameter})
    return Walk(len(seen), len(rooms), returns)


def _calls(house: House, place: _Place, carried: set[str]) -> Iterator[tuple[_Place, set[str]]]:
    """Yield each function that is handed what is ``carried``, with its parameters that are it."""
    carried = set(carried)
    for node in _in_order(place.function):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value:
            if _names(node.value) & carried:
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                carried |= {name for one in targets for name in _names(one)} - {"self"}
        elif isinstance(node, ast.For | ast.comprehension) and _names(node.iter) & carried:
            carried |= _names(node.target)
        if isinstance(node, ast.Call) and (found := _handed(house, place, node, carried)):
            yield found


def _handed(
    house: House, place: _Place, call: ast.Call, carried: set[str]
) -> tuple[_Place, set[str]] | None:
    function, arguments = call.func, call.args
    if isinstance(function, ast.Name) and function.id == "partial" and arguments:
        function, arguments = arguments[0], arguments[1:]
    called = house.called(place, function)
    if called is None:
        return None
    handed = {
        name
        for name, one in zip(called.parameters, arguments, strict=False)
        if _names(one) & carried
    }
    handed |= {one.arg for one in call.keywords if one.arg and _names(one.value) & carried}
    if isinstance(function, ast.Attribute) and _names(function.value) & carried:
        handed.add("self")
    return (called, handed) if handed else None


def _in_order(function: Function) -> Iterator[ast.AST]:
    """Yield what stands in ``function`` as it is read, the inner of a statement after itself."""
    pending: list[ast.AST] = list(reversed(function.body))
    while pending:
        node = pending.pop()
        yield node
        pending += reversed(list(ast.iter_child_nodes(node)))


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
