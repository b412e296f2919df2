// <x-fault data-away="…" data-refused="…" data-broken="…">: what was asked for in the background and failed is said aloud, in a
// toast; what was typed stays where it is.

// What the front says before a page is made (too large, too slow, no room) is one sentence in the person's language.
const sentence = (xhr) => ((xhr.getResponseHeader("Content-Type") || "").startsWith("text/plain") ? xhr.responseText.trim() : "");

class XFault extends HTMLElement {
  connectedCallback() {
    this.away = () => this.say(this.dataset.away);
    this.failed = (event) => this.say(sentence(event.detail.xhr) || (event.detail.xhr.status === 403 ? this.dataset.refused : this.dataset.broken));
    document.body.addEventListener("htmx:sendError", this.away);
    document.body.addEventListener("htmx:timeout", this.away);
    document.body.addEventListener("htmx:responseError", this.failed);
  }

  disconnectedCallback() {
    document.body.removeEventListener("htmx:sendError", this.away);
    document.body.removeEventListener("htmx:timeout", this.away);
    document.body.removeEventListener("htmx:responseError", this.failed);
  }

  say(text) {
    document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
  }
}

customElements.define("x-fault", XFault);
