"""What compiled templates run on: the same meaning as Jinja's own parts, without what ours never need.

A page puts out some hundred values and calls some dozens of macros; each of these costs more than most values do.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro, missing
from markupsafe import Markup, _escape_inner

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


class FastMacro(Macro):
    """A macro whose arguments are taken directly; what is out of the ordinary goes the ordinary way."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the macro as a template does."""
        given = len(args)
        if given > self._argument_count or self.catch_kwargs or self.catch_varargs:
            return super().__call__(*args, **kwargs)
        arguments = list(args)
        for name in self.arguments[given:]:
            arguments.append(kwargs.pop(name, missing))
        if self.caller and not self.explicit_caller:
            caller = kwargs.pop("caller", None)
            if caller is None:
                caller = self._environment.undefined("No caller defined", name="caller")
            arguments.append(caller)
        if kwargs:  # an unknown name: the ordinary way says so
            return super().__call__(*args, **kwargs)
        made = self._func(*arguments)
        return str.__new__(Markup, made) if self._default_autoescape else made


class FastContext(Context):
    """Calls macros and plain functions without asking each time what kind of callable they are."""

    def call(self, obj: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """Call ``obj`` as a template does."""
        kind = type(obj)
        if kind is FastMacro or (kind in PLAIN and not hasattr(obj, "jinja_pass_arg")):
            return obj(*args, **kwargs)
        return super().call(obj, *args, **kwargs)


class Compiler(CodeGenerator):
    """Writes texts as constants, and calls without the variables of blocks and loops: nothing reads them."""

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
