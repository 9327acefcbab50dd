"""What compiled templates run on: the same meaning as Jinja's own parts, without what ours never need.

A page puts out some hundred values and calls some dozens of macros; each of these costs more than most values do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro, missing
from markupsafe import Markup, _escape_inner

# Macros that show nothing but what they are given; they are drawn once for the same plain words.
REMEMBERED = {"badge", "choice_button", "field", "file_drop", "submit"}
WORDS = {str, Markup, int, bool, type(None)}
# Macros of the layouts that are drawn once too, with places left for what is another at every request. A value for
# such a place may only be put out: neither asked about nor changed.
OPEN_PLACES = {
    "account_menu": {"name", "letters", "account", "proof"},
    "foot": {"back", "proof"},
    "main_nav": set(),
    "staff_bar": {"name", "letters", "role", "back", "proof", "query"},
}
MOST_REMEMBERED, LONGEST = 256, 200
PLAIN = {FunctionType, MethodType, BuiltinFunctionType, type(lru_cache(str))}


def put_out(value: Any) -> str:
    """Return ``value`` escaped for HTML, as :func:`markupsafe.escape` does, but as a plain string."""
    kind = type(value)
    if kind is Markup:
        return value
    if kind is str:
        return _escape_inner(value)
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return _escape_inner(str(value))


@lru_cache(maxsize=8192)
def constant(text: str) -> Markup:
    """Return a text of a template itself: there are only so many of them."""
    return Markup(text)  # noqa: S704 - written in a template


PLACES = re.compile("\ue000(\\d+)\ue001")


def place_of(number: int) -> Markup:
    """Return what stands for the value of an argument until it is put in."""
    return Markup(f"\ue000{number}\ue001")  # noqa: S704 - signs that nobody types and nothing reads


class FastMacro(Macro):
    """A macro whose arguments are taken directly; what is out of the ordinary goes the ordinary way."""

    def __init__(self, environment: Any, func: Any, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(environment, func, name, *args, **kwargs)
        # Texts of the domain and inputs that somebody typed in are never remembered, nor what a body is put into.
        self._known: dict[Any, Any] | None = None
        self._open: list[tuple[int, Markup]] = []
        if (name in REMEMBERED or name in OPEN_PLACES) and not self.caller:
            self._known = {}
            wanted = OPEN_PLACES.get(name, set())
            self._open = [(n, place_of(n)) for n, one in enumerate(self.arguments) if one in wanted]

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the macro as a template does."""
        known = self._known
        if known is None:
            return self._draw(args, kwargs)
        if self._open and not kwargs:
            return self._fill(known, args)
        said = key_of(args, kwargs)
        if said is None:
            return self._draw(args, kwargs)
        drawn = known.get(said)
        if drawn is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            drawn = known[said] = self._draw(args, kwargs)
        return drawn

    def _fill(self, known: dict[Any, Any], args: Any) -> Markup:
        """Put this request's values into what was drawn with places for them."""
        rest, given = list(args), []
        for n, place in self._open:
            given.append(put_out(rest[n]))
            rest[n] = place
        said = key_of(rest, {})
        pieces = known.get(said)
        if pieces is None:
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            pieces = PLACES.split(self._draw(rest, {}))
            if said is not None:
                known[said] = pieces
        order = {str(n): value for (n, _), value in zip(self._open, given, strict=True)}
        return Markup("".join(order[one] if n % 2 else one for n, one in enumerate(pieces)))  # noqa: S704 - escaped

    def _draw(self, args: Any, kwargs: Any) -> Any:
        given = len(args)
        if given > self._argument_count or self.catch_varargs:
            return super().__call__(*args, **kwargs)
        arguments = list(args)
        for name in self.arguments[given:]:
            arguments.append(kwargs.pop(name, missing))
        if self.caller and not self.explicit_caller:
            caller = kwargs.pop("caller", None)
            if caller is None:
                caller = self._environment.undefined("No caller defined", name="caller")
            arguments.append(caller)
        if self.catch_kwargs:
            arguments.append(kwargs)
        elif kwargs:  # an unknown name: the ordinary way says so
            return super().__call__(*args, **kwargs)
        made = self._func(*arguments)
        return str.__new__(Markup, made) if self._default_autoescape else made


def key_of(args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Return what makes two calls of a macro the same, None where that cannot be told from the arguments."""
    values = [*args, *kwargs.values()]
    for value in values:
        kind = type(value)
        if kind not in WORDS:
            if getattr(value, "blank", False):  # it draws alike whenever it is equal
                continue
            return None
        if (kind is str or kind is Markup) and len(value) > LONGEST:
            return None
    return (*values, *map(type, values), *kwargs)


class FastContext(Context):
    """Calls macros and plain functions without asking each time what kind of callable they are."""

    def call(self, obj: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call ``obj`` as a template does."""
        kind = type(obj)
        if kind is FastMacro or (kind in PLAIN and not hasattr(obj, "jinja_pass_arg")):
            return obj(*args, **kwargs)
        return super().call(obj, *args, **kwargs)


class Compiler(CodeGenerator):
    """Writes texts as constants, attributes as attributes, and calls without the variables of blocks and loops.

    Nothing of ours reads those variables.
    """

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """Write an attribute; where there is none, the ordinary way finds an item or says so."""
        self.write("(t_found if (t_found := getattr((t_of := ")
        self.visit(node.node, frame)
        self.write(
            f"), {node.attr!r}, missing)) is not missing else environment.getattr(t_of, {node.attr!r}))"
        )

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """Write a call."""
        plain = frame.copy()
        plain.loop_frame = plain.block_frame = False
        super().visit_Call(node, plain, forward_caller=forward_caller)

    def visit_TemplateData(self, node: nodes.TemplateData, frame: Frame) -> None:
        """Write a text within an expression."""
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super().visit_TemplateData(node, frame)
        else:
            self.write(f"constant({node.data!r})")


class FastTemplate(Template):
    """A template on these parts, whose macros are made once: none of ours is given globals of its own."""

    @classmethod
    def from_code(
        cls,
        environment: Environment,
        code: CodeType,
        globals: MutableMapping[str, Any],
        uptodate: Callable[[], bool] | None = None,
    ) -> FastTemplate:
        """Make the template of its compiled code."""
        made: Any = super().from_code(environment, code, globals, uptodate)
        # The code finds these names when it runs.
        made.root_render_func.__globals__.update(escape=put_out, constant=constant, Macro=FastMacro)
        return made

    def _get_default_module(self, ctx: Context | None = None) -> Any:
        return self._module or super()._get_default_module()
