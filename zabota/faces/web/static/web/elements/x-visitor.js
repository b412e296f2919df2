// <x-visitor data-topic="conversation-7" data-read="17" data-silent="…">: the line under a chat. It follows whether the visitor
// is there, writes, and what he has read; and says when we have been silent for long. All words come with the page.

const WRITES = 6_000;
let writing = { until: 0, last: "" }; // outlives the line, which is drawn anew with each change; his next words end it

class XVisitor extends HTMLElement {
  connectedCallback() {
    this.hear = (event) => this.heard(event.detail ?? {});
    document.body.addEventListener(`say:${this.dataset.topic}`, this.hear);
    this.settled = () => this.mark();
    document.body.addEventListener("htmx:afterSettle", this.settled);
    this.mark();
    this.tellWriting();
    if (this.dataset.silent) this.waits = setTimeout(() => this.tell(".silent", true), Math.max(0, Date.parse(this.dataset.silent) - Date.now()));
  }

  disconnectedCallback() {
    document.body.removeEventListener(`say:${this.dataset.topic}`, this.hear);
    document.body.removeEventListener("htmx:afterSettle", this.settled);
    clearTimeout(this.ends);
    clearTimeout(this.waits);
  }

  heard({ visitor, visitor_typing: typing, visitor_read: read }) {
    if (visitor !== undefined) this.classList.toggle("is-here", Boolean(visitor));
    if (read) this.dataset.read = Math.max(Number(this.dataset.read), read);
    if (typing) {
      writing = { until: Date.now() + WRITES, last: this.dataset.last };
      this.tellWriting();
    }
    this.mark();
  }

  tellWriting() {
    const left = writing.last === this.dataset.last ? writing.until - Date.now() : 0;
    this.tell(".writes", left > 0);
    clearTimeout(this.ends);
    if (left > 0) this.ends = setTimeout(() => this.tell(".writes", false), left);
  }

  tell(place, says) {
    const node = this.querySelector(place);
    node.textContent = says ? node.dataset.text : "";
  }

  /** Which of our words were shown to him. */
  mark() {
    for (const one of document.querySelectorAll(".message .read")) one.classList.toggle("is-read", Number(one.dataset.id) <= Number(this.dataset.read));
  }
}

customElements.define("x-visitor", XVisitor);
