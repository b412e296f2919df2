// One stream a browser, shared by its tabs: HTTP/1.1 allows six connections an origin. The tab that holds the lock keeps the
// stream for the topics of all and passes on what it hears; when it closes, the next tab gets the lock.
// Without Web Locks (a plain http address) each tab has a stream of its own.

import { Source } from "./source.js";

export class Shared {
  constructor(ticketUrl, topics, after, heard) {
    Object.assign(this, { ticketUrl, topics, after, heard });
    this.id = Math.random().toString(36).slice(2);
    this.tabs = new Map();
    this.ending = new AbortController();
    this.channel = new BroadcastChannel(`live:${ticketUrl}`);
    this.channel.onmessage = (event) => this.received(event.data);
    this.me = () => ({ type: "join", id: this.id, topics, after: this.after });
    this.channel.postMessage(this.me());
    if (navigator.locks) this.wait();
    else this.lead();
  }

  wait() {
    const held = () => new Promise((release) => {
      this.release = release;
      if (this.ending.signal.aborted) release();
      else this.lead();
    });
    navigator.locks.request(`live:${this.ticketUrl}`, { signal: this.ending.signal }, held).catch(() => {});
  }

  /** From now on this tab keeps the stream. */
  lead() {
    this.source = new Source(this.ticketUrl, (message) => this.pass(message), () => this.count());
    this.received(this.me());
    if (navigator.locks) this.channel.postMessage({ type: "who" });
  }

  /** Who is still here: tabs that crashed never said good-bye. */
  count() {
    this.after = this.source.position ?? this.after;
    this.tabs = new Map([[this.id, this.me()]]);
    if (navigator.locks) this.channel.postMessage({ type: "who", position: this.after });
  }

  received(message) {
    if (message.position) this.after = message.position;
    if (message.type === "who") this.channel.postMessage(this.me());
    if (message.type === "heard") this.take(message.heard);
    if (!this.source || (message.id !== this.id && !navigator.locks)) return;
    if (message.type === "join") {
      this.tabs.set(message.id, message);
      if (this.state) this.channel.postMessage({ type: "heard", heard: this.state });
      this.source.listen(this.all(), message.topics, message.after);
    } else if (message.type === "leave") {
      this.tabs.delete(message.id);
    }
  }

  all() {
    return [...new Set([...this.tabs.values()].flatMap((tab) => tab.topics))].sort();
  }

  pass(heard) {
    if (this.ending.signal.aborted) return;
    if (heard.kind === "state") this.state = heard;
    if (navigator.locks) this.channel.postMessage({ type: "heard", heard });
    this.take(heard);
  }

  take(heard) {
    // What a tab has heard of it need not be told again when another takes over.
    if (heard.position) this.after = heard.position;
    this.heard(heard);
  }

  leave() {
    this.channel.postMessage({ type: "leave", id: this.id });
    this.source?.stop();
    this.ending.abort();
    this.release?.();
    this.channel.close();
  }
}
