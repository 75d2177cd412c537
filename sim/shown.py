"""What shows itself: as text in a terminal, as HTML in a notebook, in either language."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import ClassVar

from sim.words import speaking


class Shown:
    """A result that shows itself.

    shown_by: where its words are: 'plan_text.plan' are `plan_text` and `plan_html` of
    `sim.present.plan_text`, imported when they are asked for.
    """

    shown_by: ClassVar[str]

    def text(self, lang: str | None = None) -> str:
        """As plain text; lang: 'fr' or 'en', by default as `sim.speak` or the locale say."""
        return self._shown("text", lang)

    def html(self, lang: str | None = None) -> str:
        """As HTML; lang: 'fr' or 'en', by default as `sim.speak` or the locale say."""
        return self._shown("html", lang)

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self.html()

    def _shown(self, kind: str, lang: str | None) -> str:
        module, name = self.shown_by.split(".")
        show: Callable[[object], str] = getattr(
            import_module(f"sim.present.{module}"), f"{name}_{kind}"
        )
        with speaking(lang):
            return show(self)
