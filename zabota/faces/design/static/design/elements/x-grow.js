// <x-grow data-draft="…"><textarea></textarea></x-grow>: the field grows with its words (where CSS can't), Ctrl+Enter sends,
// and a pause in typing tells the page: event "draft" {text}, to be kept by the server (hx-trigger="draft").

const PAUSE = 800;

class XGrow extends HTMLElement {
  connectedCallback() {
    this.area = this.querySelector("textarea");
    this.area?.addEventListener("input", () => this.typed());
    this.area?.addEventListener("keydown", (event) => this.pressed(event));
    this.fit();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  typed() {
    this.fit();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), PAUSE);
  }

  keep() {
    if (!this.isConnected) return;
    this.dispatchEvent(new CustomEvent("draft", { bubbles: true, detail: { text: this.area.value } }));
  }

  pressed(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    if (!(event.ctrlKey || event.metaKey || this.entersSend(event))) return;
    event.preventDefault();
    clearTimeout(this.timer);
    const main = [...this.area.form.querySelectorAll("button.is-main")].find((button) => button.offsetParent);
    this.area.form.requestSubmit(main ?? null);
  }

  /** data-enter: Enter alone sends too, unless the person wants lines of it. Not on a phone, where it begins a line. */
  entersSend(event) {
    const wish = this.closest("form")?.querySelector(".enter-sends input")?.checked ?? true;
    return this.hasAttribute("data-enter") && wish && !event.shiftKey && !event.altKey && !matchMedia("(pointer: coarse)").matches;
  }

  fit() {
    if (!this.area || CSS.supports("field-sizing", "content")) return;
    this.area.rows = Math.max(2, Math.min(16, this.area.value.split("\n").length + 1));
  }
}

customElements.define("x-grow", XGrow);
