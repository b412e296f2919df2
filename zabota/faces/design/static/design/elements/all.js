// The behaviours of the design system. A page works without them; each stands alone.
import "./x-clock.js";
import "./x-dialog.js";
import "./x-grow.js";
import "./x-menu.js";
import "./x-palette.js";
import "./x-shortcuts.js";
import "./x-theme.js";
import "./x-toast.js";
import "./x-upload.js";
import "../live/x-live.js";
