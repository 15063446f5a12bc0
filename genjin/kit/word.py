"""Word files from templates of ours: placeholders are filled, and what people wrote is never read as a template."""

import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fill_word(template: Path, values: Mapping[str, Any]) -> bytes:
    """Return the Word file of a template with its placeholders filled; values are texts, lists and mappings of texts."""
    from docxtpl.template import DocxTemplate
    from jinja2.sandbox import SandboxedEnvironment

    document = DocxTemplate(template)
    document.render(_storable(values), SandboxedEnvironment(autoescape=True))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _NOT_IN_XML.sub("", value)
    if isinstance(value, Mapping):
        return {name: _storable(item) for name, item in value.items()}
    return [_storable(item) for item in value] if isinstance(value, list | tuple) else value
