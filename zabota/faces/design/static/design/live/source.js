// The stream itself: a ticket from the ordinary page, then /live by fetch(), because a ticket belongs into a header and not into
// an address. It comes back with its last position, with growing and random pauses, and asks politely when streams are blocked.

import { asking, pause, read } from "./wire.js";

export class Source {
  constructor(ticketUrl, tell, renewing) {
    Object.assign(this, { ticketUrl, tell, renewing, topics: [], unsure: [], position: null, failures: 0, blocked: 0 });
    this.again = new AbortController();
  }

  /** Listen to all these topics. A tab came with some: what happened behind its `after` is told; without it, they are asked. */
  listen(topics, some, after) {
    this.wanted = topics;
    if (after) this.position = Math.min(Number(after), this.position ?? Infinity);
    else this.unsure.push(...some);
    clearTimeout(this.soon); // tabs that open together join together
    this.soon = setTimeout(() => this.change(), 100);
  }

  change() {
    if (this.stopped) return;
    if (this.wanted.join() === this.topics.join()) return void (this.begun && this.ask());
    this.topics = this.wanted;
    this.again.abort();
    this.running ??= this.run();
  }

  stop() {
    this.stopped = true;
    this.again.abort();
  }

  async run() {
    while (!this.stopped) {
      this.again = new AbortController();
      try {
        await this.once();
      } catch (problem) {
        if (problem.signedOut) return this.state("out");
        if (!this.again.signal.aborted) await this.failed();
      }
    }
  }

  async once() {
    const topics = this.topics;
    this.reached = this.begun = false;
    const ticket = await asking(this.ticketUrl, topics, this.again.signal);
    this.reached = true;
    if (this.blocked > 1) return this.poll();
    const headers = { Authorization: `Bearer ${ticket}`, "Last-Event-ID": this.position ?? "" };
    for await (const event of read("/live", headers, this.again, 8_000, 40_000)) {
      if (!this.begun) this.opened();
      if (event.id) this.position = Number(event.id);
      if (event.event === "hint") this.hint(event.data.topics);
      if (event.event === "reload") this.hint(topics);
      if (event.event === "say") this.tell({ kind: "say", ...event.data });
    }
    this.renewing();
    await pause(100 + Math.random() * 900, this.again.signal);
  }

  opened() {
    this.begun = true;
    this.failures = this.blocked = 0;
    this.state("live");
    this.ask();
  }

  /** Tabs that don't know how old they are ask once. */
  ask() {
    if (this.unsure.length) this.hint(this.unsure.splice(0));
  }

  hint(topics) {
    this.tell({ kind: "hint", topics, position: this.position });
  }

  state(state) {
    if (this.shown !== state) this.tell({ kind: "state", state: (this.shown = state) });
  }

  async failed() {
    this.failures += 1;
    if (this.reached && !this.begun) this.blocked += 1;
    else if (!this.reached && this.failures > 1) this.state("offline");
    await pause(Math.min(30_000, 500 * 2 ** this.failures) * (0.5 + Math.random()), this.again.signal);
  }

  /** Tickets come and streams don't: ask every 3 s while the page is seen, else once a minute. */
  async poll() {
    this.state("polling");
    for (let asked = 0; asked < 100 && !this.again.signal.aborted; asked += 1) {
      this.hint(this.topics);
      await pause(document.hidden ? 60_000 : 3_000, this.again.signal);
    }
    this.blocked = 0; // then the stream is tried again
  }
}
