// <x-live topics="conversation-5 inbox" ticket-url="/live/ticket" after="1234">: tells the page what changed elsewhere.
// Each hint is the event "live:<topic>" on the body: hx-trigger="live:inbox from:body" asks the ordinary address anew.
// Small passing things (typing, presence) are "say:<topic>" with the data as detail. "after" is the server's position before it
// read what the page shows; without it each topic is asked once when the stream opens.
// The body has the class is-live while hints come at once, and is-offline while the server cannot be reached.

import { Shared } from "./shared.js";

class XLive extends HTMLElement {
  connectedCallback() {
    this.topics = (this.getAttribute("topics") ?? "").split(/\s+/).filter(Boolean);
    if (!this.topics.length || !this.getAttribute("ticket-url")) return;
    this.join = () => {
      this.shared ??= new Shared(this.getAttribute("ticket-url"), this.topics, this.getAttribute("after"), (message) => this.heard(message));
    };
    this.leave = () => {
      this.shared?.leave();
      this.shared = null;
    };
    // A page that lies in the browser's memory holds no stream; when it is shown again it asks everything once.
    addEventListener("pagehide", this.leave);
    this.shown = (event) => {
      if (!event.persisted) return;
      this.removeAttribute("after");
      this.join();
    };
    addEventListener("pageshow", this.shown);
    this.join();
  }

  disconnectedCallback() {
    this.leave?.();
    removeEventListener("pagehide", this.leave);
    removeEventListener("pageshow", this.shown);
  }

  heard({ kind, topics, topic, data, state }) {
    if (kind === "hint") for (const each of this.topics) if (topics.includes(each)) this.dispatch(`live:${each}`);
    if (kind === "say" && this.topics.includes(topic)) this.dispatch(`say:${topic}`, data);
    if (kind === "state") {
      document.body.classList.toggle("is-live", state === "live");
      document.body.classList.toggle("is-offline", state === "offline");
    }
  }

  dispatch(name, detail) {
    document.body.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

customElements.define("x-live", XLive);
