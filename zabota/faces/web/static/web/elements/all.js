// The elements of the pages for our own people, besides the design's.
import "./gives-way.js";
import "./x-mention.js";
import "./composer-keys.js";
import "./x-presence.js";
import "./x-fault.js";
import "./x-visitor.js";
import "./x-tabs.js";
import "./talk.js";
import "./x-updates.js";
import "./x-duty.js";
