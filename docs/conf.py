"""How Sphinx makes the site: Markdown by MyST, formulas as MathML, the API from docstrings; nothing from the net."""

import sys
from importlib.metadata import version as version_of
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "machinery"))

project = "nearcritical"
author = "The nearcritical authors"
version = release = version_of(project)

extensions = ["myst_parser", "sphinx.ext.autodoc", "formulas", "docstrings", "laws"]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 4
exclude_patterns = ["machinery"]
suppress_warnings: list[str] = []

html_theme = "furo"
html_title = f"nearcritical {version}"
html_math_renderer = "mathml"
html_static_path = ["machinery/static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
pygments_style, pygments_dark_style = "friendly", "monokai"

default_role = "code"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
add_module_names = False
