// <x-presence data-url data-topic="conversation-7" data-me="12">: tells those who have this page open that one reads it, and
// shows who they are. It speaks while the page is looked at, every 25 s, and at once to somebody who comes; who is silent for a
// minute has gone. The stream carries numbers only: names come from the page.

const EVERY = 25_000;
const GONE = 60_000;
const WRITES = 6_000;

class XPresence extends HTMLElement {
  connectedCallback() {
    this.others ??= new Map();
    this.hear = (event) => this.heard(event.detail?.here ?? event.detail?.typing, "typing" in (event.detail ?? {}));
    document.body.addEventListener(`say:${this.dataset.topic}`, this.hear);
    this.timer = setInterval(() => this.turn(), EVERY);
    this.first = setTimeout(() => this.turn(), 1_500);
  }

  disconnectedCallback() {
    document.body.removeEventListener(`say:${this.dataset.topic}`, this.hear);
    clearInterval(this.timer);
    clearTimeout(this.first);
  }

  turn() {
    for (const [who, { at, node }] of this.others) {
      if (Date.now() - at < GONE) continue;
      node?.remove();
      this.others.delete(who);
    }
    if (!document.hidden) this.tell();
  }

  tell() {
    const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
    fetch(this.dataset.url, { method: "POST", headers: { ...token, "HX-Request": "true" } }).catch(() => {});
  }

  async heard(who, writes) {
    if (!who || String(who) === this.dataset.me) return;
    const known = this.others.get(who);
    this.others.set(who, { ...known, at: Date.now(), wrote: writes ? Date.now() : (known?.wrote ?? 0) });
    this.mark(who);
    if (known) return;
    this.tell();
    const answer = await fetch(`${this.dataset.url}?who=${who}`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || !this.others.has(who)) return;
    const piece = document.createElement("template");
    piece.innerHTML = await answer.text();
    const node = piece.content.firstElementChild;
    this.append(node);
    this.others.get(who).node = node;
    this.mark(who);
  }

  /** A colleague's draft is seen before two answers leave. */
  mark(who) {
    const { node, wrote } = this.others.get(who) ?? {};
    const left = wrote + WRITES - Date.now();
    node?.classList.toggle("is-writing", left > 0);
    if (node && left > 0) setTimeout(() => this.mark(who), left + 50);
  }
}

customElements.define("x-presence", XPresence);
