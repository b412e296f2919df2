"""The icon set: drawn here, on a grid of 16, stroke 1.5. `{% icon %}` makes the SVG of a shape.

An icon stands beside words or in a button that has a name for the ear, never alone.
"""

SHAPES: dict[str, str] = {
    "alert": '<path d="M8 2.5L14.5 13.5h-13z"/><path d="M8 6.5v3.2M8 11.6v.1"/>',
    "archive": '<path d="M2.5 3h11v3h-11zM3.5 6v7h9V6M6.5 8.75h3"/>',
    "attach": (
        '<path d="M13 7.2l-5.4 5.4a3.1 3.1 0 01-4.4-4.4l5.6-5.6a2.1 2.1 0 013 3'
        'l-5.5 5.5a1 1 0 01-1.5-1.5l5-5"/>'
    ),
    "bell": '<path d="M3.5 11.5c1-1 1-2 1-4.5a3.5 3.5 0 017 0c0 2.5 0 3.5 1 4.5z"/>'
    '<path d="M6.75 13.75a1.4 1.4 0 002.5 0"/>',
    "calendar": '<rect x="2.5" y="3.5" width="11" height="10" rx="1.5"/>'
    '<path d="M2.5 6.5h11M5.5 2v2.5M10.5 2v2.5"/>',
    "check": '<path d="M3 8.5l3.2 3.2L13 5"/>',
    "chevron-down": '<path d="M4 6.25l4 4 4-4"/>',
    "chevron-left": '<path d="M10 4L6 8l4 4"/>',
    "chevron-right": '<path d="M6 4l4 4-4 4"/>',
    "chevron-up": '<path d="M4 9.75l4-4 4 4"/>',
    "clock": '<circle cx="8" cy="8" r="5.75"/><path d="M8 4.75V8l2.25 1.5"/>',
    "close": '<path d="M4 4l8 8M12 4l-8 8"/>',
    "copy": '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/>'
    '<path d="M10.5 3.5v-.5a1 1 0 00-1-1H3.5a1 1 0 00-1 1v6.5a1 1 0 001 1H4"/>',
    "download": '<path d="M8 2.5v7.5M4.75 7L8 10.25 11.25 7M2.75 13.25h10.5"/>',
    "external": '<path d="M9 2.75h4.25V7M13 3L7.5 8.5M11.5 9.5v3.75h-9v-9H6.5"/>',
    "eye": '<path d="M1.5 8C3 5 5.3 3.5 8 3.5S13 5 14.5 8C13 11 10.7 12.5 8 12.5'
    'S3 11 1.5 8z"/><circle cx="8" cy="8" r="2"/>',
    "filter": '<path d="M2.5 4h11M4.5 8h7M6.5 12h3"/>',
    "globe": '<circle cx="8" cy="8" r="5.75"/><path d="M2.25 8h11.5M8 2.25c3.3 3.5 3.3 8 0 '
    '11.5M8 2.25c-3.3 3.5-3.3 8 0 11.5"/>',
    "hand-over": '<circle cx="4.5" cy="5" r="2"/><path d="M1.5 12.5c0-2.5 1.3-3.7 3-3.7s3 '
    '1.2 3 3.7M9 6.5h5M11.75 4L14.25 6.5 11.75 9"/>',
    "history": '<path d="M2.5 8A5.5 5.5 0 108 2.5c-2 0-3.5 1-4.5 2.25M3.25 2v3h3"/>'
    '<path d="M8 5.25V8l1.75 1.25"/>',
    "image": '<rect x="2" y="3" width="12" height="10" rx="1.5"/><circle cx="5.5" cy="6.25" '
    'r="1"/><path d="M2.5 12l3.7-3.5 2.3 2 2-1.75 3 2.75"/>',
    "inbox": '<path d="M2 9l2-5.5h8L14 9v3.5a1 1 0 01-1 1H3a1 1 0 01-1-1zM2 9h3.5l1 '
    '1.75h3L10.5 9H14"/>',
    "keyboard": '<rect x="1.5" y="4" width="13" height="8" rx="1.5"/><path d="M4 6.5h.1'
    'M6.6 6.5h.1M9.2 6.5h.1M11.8 6.5h.1M4 9.5h.1M6.5 9.5h3M11.8 9.5h.1"/>',
    "leader": '<path d="M8 2.25l1.7 3.5 3.8.55-2.75 2.7.65 3.85L8 11l-3.4 1.85.65-3.85'
    'L2.5 6.3l3.8-.55z"/>',
    "link": '<path d="M6.75 9.25a2.5 2.5 0 003.6 0l2.4-2.4a2.5 2.5 0 00-3.6-3.6'
    'l-.9.9M9.25 6.75a2.5 2.5 0 00-3.6 0l-2.4 2.4a2.5 2.5 0 003.6 3.6l.9-.9"/>',
    "lock": '<rect x="3.5" y="7" width="9" height="6.5" rx="1.5"/>'
    '<path d="M5.5 7V5a2.5 2.5 0 015 0v2"/>',
    "mail": '<rect x="2" y="3.5" width="12" height="9" rx="1.5"/>'
    '<path d="M2.5 4.5L8 8.75l5.5-4.25"/>',
    "menu": '<path d="M2.5 4h11M2.5 8h11M2.5 12h11"/>',
    "merge": '<path d="M3.5 2.5v2.25C3.5 7.5 8 7 8 10v3.5M12.5 2.5v2.25C12.5 7.5 8 7 '
    '8 10M5.75 11.25L8 13.5l2.25-2.25"/>',
    "minus": '<path d="M3 8h10"/>',
    "moon": '<path d="M13 9.75A5.5 5.5 0 016.25 3a5.5 5.5 0 106.75 6.75z"/>',
    "more": '<circle class="solid" cx="3.5" cy="8" r="1.25"/><circle class="solid" cx="8" cy="8" '
    'r="1.25"/><circle class="solid" cx="12.5" cy="8" r="1.25"/>',
    "note": '<path d="M3 2.5h10v7L9.5 13.5H3zM9.5 13.5v-4H13M5.5 5.5h5M5.5 8h2.5"/>',
    "offline": '<path d="M2 2l12 12M1.75 6.5A9 9 0 014.5 4.7M7 4a9 9 0 017.25 2.5M4 9a5.5 '
    '5.5 0 013-1.6M10 8a5.5 5.5 0 012 1M8 12v.1"/>',
    "people": '<circle cx="6" cy="5.25" r="2.25"/><path d="M1.75 13c0-2.75 1.75-4.25 4.25-4.25'
    's4.25 1.5 4.25 4.25M10.5 3.25a2.25 2.25 0 010 4M12 9.2c1.5.6 2.25 1.9 2.25 3.8"/>',
    "person": '<circle cx="8" cy="5.25" r="2.5"/><path d="M3.25 13.25c0-2.75 1.9-4.25 '
    '4.75-4.25s4.75 1.5 4.75 4.25"/>',
    "plus": '<path d="M8 3v10M3 8h10"/>',
    "promise": '<path d="M1 8h14"/><circle class="hollow" cx="9.75" cy="8" r="2.75"/>',
    "reload": '<path d="M13.5 8A5.5 5.5 0 118 2.5c2 0 3.5 1 4.5 2.25M12.75 2v3h-3"/>',
    "reply": '<path d="M6.5 3.5L2.5 7.25 6.5 11M2.5 7.25h6c3 0 5 1.75 5 5.25"/>',
    "reply-all": '<path d="M8 3.5L4.25 7.25 8 11M5 3.5L1.25 7.25 5 11M4.25 7.25H9c3 0 5 '
    '1.75 5 5.25"/>',
    "search": '<circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5L14 14"/>',
    "send": '<path d="M2.5 3l11.5 5-11.5 5 1.5-5zM4 8h5"/>',
    "settings": '<path d="M2.5 5h6M12.5 5h1M2.5 11h1M7.5 11h6"/><circle cx="10.5" cy="5" '
    'r="2"/><circle cx="5.5" cy="11" r="2"/>',
    "snooze": '<circle cx="8" cy="8.5" r="5.25"/><path d="M6.25 6.75h3.5l-3.5 3.75h3.5M2 '
    '4l2-1.75M14 4l-2-1.75"/>',
    "split": '<path d="M8 13.5V10C8 7 3.5 7.5 3.5 4.75V2.5M8 10c0-3 4.5-2.5 4.5-5.25'
    'V2.5M1.5 4.5l2-2 2 2M10.5 4.5l2-2 2 2"/>',
    "sun": '<circle cx="8" cy="8" r="2.75"/><path d="M8 1.5v1.25M8 13.25v1.25M1.5 8h1.25'
    'M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"/>',
    "tag": '<path d="M2.5 2.5h5.75l5.25 5.25-5.75 5.75L2.5 8.25z"/>'
    '<circle class="solid" cx="5.4" cy="5.4" r="1"/>',
    "task": '<rect x="2.5" y="2.5" width="11" height="11" rx="2"/>'
    '<path d="M5.25 8.25L7.25 10.25l3.75-4.25"/>',
    "text": '<path d="M3 4h10M3 8h10M3 12h6"/>',
    "trash": '<path d="M2.75 4.5h10.5M6 4.5v-2h4v2M4 4.5l.75 9h6.5l.75-9M6.75 7v4M9.25 7v4"/>',
    "undo": '<path d="M5.5 2.75L2.5 5.75l3 3M2.5 5.75h6.75a3.75 3.75 0 010 7.5H5.5"/>',
    "unread": '<circle class="solid" cx="8" cy="8" r="3.5"/>',
}
