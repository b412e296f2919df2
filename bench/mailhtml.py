"""How the time of reading and cleaning HTML mail grows with its length, on hostile shapes.

The same figures as `bench/quotes.py`, for `html.to_text` and `html.clean_document`.
"""

import json
from collections.abc import Callable

from bench.quotes import MILLION, seconds, sized, worst_ratio
from zabota.pure.mailtext import html

FIRST_SIZE = 8_192
SHAPES = {
    "text": "слово ",
    "less than": "<",
    "open tags": "<b>",
    "nested divisions": "<div>",
    "nested tables": "<table><tr><td>",
    "nested lists": "<ul><li>",
    "nested quotations": "<blockquote>",
    "nested links": "<a href='https://a.example'>x",
    "paragraphs": "<p>",
    "paragraphs in fonts": "<font color=red><p>",
    "stray ends": "</b>",
    "stray paragraph ends": "</p>",
    "misnested": "<b><i></b></i>",
    "open comments": "<!--",
    "comments": "<!-- a -->",
    "declarations": "<!",
    "processing": "<?xml ",
    "open scripts": "<script>",
    "ends of scripts": "</script ",
    "styles": "<style>a</style>",
    "open quotes": '<a href="',
    "single quotes": "<a b='",
    "attributes": "<a b=c ",
    "many attributes": "<p a b c d e f g h>",
    "equals": "<a ====",
    "slashes": "<a //// ",
    "spaces in tags": "<a        ",
    "references": "&amp;",
    "open references": "&#x",
    "ampersands": "&",
    "images": "<img src=http://a.example/x.png alt=y>",
    "own images": "<img src=cid:a>",
    "line breaks": "<br>",
    "rows": "<tr><td>a<td>b",
    "styles in tags": "<p style='color:red;background:url(x)'>a",
    "hidden": "<p style=display:none>a",
    "drawings": "<svg><path>",
    "frames": "<iframe>",
    "white space": " \n",
    "no-break spaces": "&nbsp;",
    "mathematics": "<math><mi>",
    "forms": "<form><input><select><option>",
}


def run() -> dict[str, object]:
    """The growth of each shape for both functions."""
    return {
        "bench": "mailhtml",
        "shapes": len(SHAPES),
        "to_text": _figures(html.to_text),
        "clean_document": _figures(
            lambda source: html.clean_document(source, cid_urls={"a": "/file/1"})
        ),
    }


def _figures(function: Callable[[str], object]) -> dict[str, object]:
    worst = {
        name: worst_ratio(function, shape, first_size=FIRST_SIZE) for name, shape in SHAPES.items()
    }
    million = {
        name: seconds(function, sized(shape, MILLION), runs=1) for name, shape in SHAPES.items()
    }
    slowest = max(million, key=million.__getitem__)
    return {
        "sizes": [FIRST_SIZE * factor for factor in (1, 2, 4, 8)],
        "worst_ratio_per_doubling": max(worst.values()),
        "worst_shape": max(worst, key=worst.__getitem__),
        "ratios": worst,
        "slowest_at_a_million": {"shape": slowest, "seconds": round(million[slowest], 3)},
    }


if __name__ == "__main__":
    print(json.dumps(run(), ensure_ascii=False))
