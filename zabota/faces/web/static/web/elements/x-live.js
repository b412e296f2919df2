// <x-live data-topics="inbox conversation-7" data-ticket="/live/ticket/" data-position="812" data-conversation="ref">:
// hears what changed and says so on the body: event "live:<topic>" (htmx: hx-trigger="live:inbox from:body"), and for
// small passing things "said:<topic>" {typing: 12}. It holds no content: whoever hears asks the ordinary page.
// A stream that breaks comes back by itself, with the last position, so that nothing in between is missed.

const SHORTEST = 1000;
const LONGEST = 30_000;

class XLive extends HTMLElement {
  connectedCallback() {
    this.position = this.dataset.position ?? "";
    this.wait = SHORTEST;
    this.seen = () => document.hidden || this.open();
    document.addEventListener("visibilitychange", this.seen);
    addEventListener("online", this.seen);
    this.open();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.seen);
    removeEventListener("online", this.seen);
    this.stop?.abort();
  }

  /** One stream at a time; it ends, is refused or breaks, and is opened again after a growing rest. */
  async open() {
    if (this.stop || !this.isConnected) return;
    clearTimeout(this.timer);
    this.stop = new AbortController();
    try {
      await this.listen(await this.ticket());
    } catch {
      this.wait = Math.min(this.wait * 2, LONGEST);
    }
    this.stop = null;
    if (!this.isConnected) return;
    this.timer = setTimeout(() => this.open(), this.wait * (0.5 + Math.random()));
  }

  async ticket() {
    const body = new URLSearchParams();
    if (this.dataset.conversation) body.append("conversation", this.dataset.conversation);
    const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
    const headers = { "X-CSRFToken": token, "HX-Request": "true" };
    const answer = await fetch(this.dataset.ticket, { method: "POST", body, headers, signal: this.stop.signal });
    if (answer.headers.get("HX-Redirect")) location.assign(answer.headers.get("HX-Redirect"));
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).ticket;
  }

  async listen(ticket) {
    const address = this.position ? `/live?after=${this.position}` : "/live";
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${ticket}` }, signal: this.stop.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    this.wait = SHORTEST;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      events.forEach((text) => this.hear(text));
    }
  }

  hear(text) {
    const fields = Object.fromEntries(text.split("\n").filter((line) => !line.startsWith(":")).map((line) => line.split(/: (.*)/s)));
    if (fields.id) this.position = fields.id;
    const data = fields.data ? JSON.parse(fields.data) : {};
    if (fields.event === "hint") data.topics.forEach((topic) => this.tell(`live:${topic}`));
    else if (fields.event === "say") this.tell(`said:${data.topic}`, data.data);
    else if (fields.event === "reload") this.dataset.topics.split(" ").forEach((topic) => this.tell(`live:${topic}`));
  }

  tell(name, detail = {}) {
    document.body.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }
}

customElements.define("x-live", XLive);
