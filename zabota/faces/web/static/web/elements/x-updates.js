// <x-updates hidden hx-get="…" hx-trigger="ask" hx-sync="#main:drop" data-topic="conversation-7">: what a page lacks is asked at a
// hint, and one thing after the other: a person's act is never given up for a hint, nor queued behind one, where the answer would
// replace the button that was pressed. An act that is pressed while another is under way is pressed again in the page as it then is.

const MINE = 'form[hx-post][hx-sync^="#main"]';
let acting = null; // the request of a person's act
const waiting = []; // addresses of acts that wait for it
let updates = null;

class XUpdates extends HTMLElement {
  connectedCallback() {
    updates = this;
    this.hear = () => {
      this.wanted = true;
      this.ask();
    };
    document.body.addEventListener(`live:${this.dataset.topic}`, this.hear);
  }

  disconnectedCallback() {
    document.body.removeEventListener(`live:${this.dataset.topic}`, this.hear);
  }

  ask() {
    if (this.wanted && !acting) window.htmx?.trigger(this, "ask");
  }

  sent(xhr) {
    this.wanted = false;
    xhr.addEventListener("abort", () => (this.wanted = true));
    // Later than the end itself: what made it end goes first.
    xhr.addEventListener("loadend", () => setTimeout(() => this.ask()));
  }
}

customElements.define("x-updates", XUpdates);

document.addEventListener("htmx:confirm", (event) => {
  const form = event.target;
  if (!acting || event.defaultPrevented || event.detail.elt !== form || !form.matches?.(MINE)) return;
  event.preventDefault();
  const url = form.getAttribute("hx-post");
  if (url !== acting.url && !waiting.includes(url)) waiting.push(url);
});

document.addEventListener("htmx:beforeSend", (event) => {
  const { elt, xhr } = event.detail;
  if (elt === updates) updates.sent(xhr);
  if (!elt.matches?.(MINE)) return;
  const mine = { url: elt.getAttribute("hx-post"), xhr };
  acting = mine;
  xhr.addEventListener("loadend", () => {
    if (acting === mine) acting = null;
    setTimeout(next);
  });
});

function next() {
  while (!acting && waiting.length) document.querySelector(`form[hx-post="${CSS.escape(waiting.shift())}"]`)?.requestSubmit();
  updates?.ask();
}
