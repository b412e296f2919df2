// <x-clock data-due data-now [data-given] [data-left="%(time)s left"] data-late="%(time)s late">: keeps "38 min" and the rail current, once a minute.
// The server's "now" is the truth: a wrong clock in this computer changes nothing. Words are CLDR's, as on the server.

const MINUTE = 60_000;
const clocks = new Set();
const units = new Map();

function say(number, unit, display) {
  const key = unit + display + document.documentElement.lang;
  if (!units.has(key)) units.set(key, new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: display }));
  return units.get(key).format(number);
}

/** The same rounding as hours.lasting: never claims a minute that is not there. */
export function lasting(milliseconds) {
  const minutes = Math.floor(Math.abs(milliseconds) / MINUTE);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return `< ${say(1, "minute", "short")}`;
  if (hours < 1) return say(minutes, "minute", "short");
  if (hours >= 36) return say(Math.floor(hours / 24), "day", "long");
  const rest = hours < 3 ? minutes % 60 : 0;
  return say(hours, "hour", "short") + (rest ? ` ${say(rest, "minute", "short")}` : "");
}

class XClock extends HTMLElement {
  connectedCallback() {
    if (!this.dataset.due || !this.dataset.now) return;
    this.skew = Date.parse(this.dataset.now) - Date.now();
    clocks.add(this);
  }

  disconnectedCallback() {
    clocks.delete(this);
  }

  tick() {
    const now = Date.now() + this.skew;
    const due = Date.parse(this.dataset.due);
    const time = this.querySelector(".left time") ?? this.querySelector("time");
    const words = lasting(due - now);
    const form = (due > now ? this.dataset.left : this.dataset.late) || "%(time)s";
    const text = form.replace("%(time)s", words).replace("−<", "<");
    if (time && time.textContent !== text) time.textContent = text;
    if (this.dataset.given) this.draw(now, Date.parse(this.dataset.given), due);
  }

  draw(now, given, due) {
    const share = due > given ? Math.min(Math.max((now - given) / (due - given), 0), 1) * 100 : 100;
    const line = this.querySelector(".rail");
    line?.setAttribute("aria-valuenow", share.toFixed(0));
    line?.querySelector(".rail-gone")?.setAttribute("width", `${share.toFixed(1)}%`);
    line?.querySelector(".rail-now")?.setAttribute("cx", `${share.toFixed(1)}%`);
  }
}

function tickAll() {
  for (const clock of clocks) clock.tick();
}

customElements.define("x-clock", XClock);
setInterval(tickAll, MINUTE);
document.addEventListener("visibilitychange", () => document.hidden || tickAll());
