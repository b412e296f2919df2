// <x-toast class="toasts">: what just happened, for some seconds, with a way to undo it.
// The server appends .toast elements (hx-swap-oob="beforeend:#toasts"; data-replaces names one that says it no more), or any script sends the event "toast" {text, undo: {label, url}}.

const SECONDS = 8;

class XToast extends HTMLElement {
  connectedCallback() {
    this.listen = (event) => this.add(event.detail);
    document.addEventListener("toast", this.listen);
    this.watch = new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) if (node.matches?.(".toast")) this.start(node);
    });
    this.watch.observe(this, { childList: true });
    for (const node of this.querySelectorAll(".toast")) this.start(node);
  }

  disconnectedCallback() {
    document.removeEventListener("toast", this.listen);
    this.watch.disconnect();
  }

  add({ text, undo }) {
    const toast = Object.assign(document.createElement("div"), { className: "toast" });
    toast.append(Object.assign(document.createElement("span"), { textContent: text }));
    if (undo) {
      const button = Object.assign(document.createElement("button"), { className: "button", type: "button", textContent: undo.label });
      button.addEventListener("click", () => {
        toast.remove();
        window.htmx.ajax("POST", undo.url, { source: this, swap: "none" });
      });
      toast.append(button);
    }
    this.append(toast);
  }

  /** The clock stops while someone points at it or is inside it. */
  start(toast) {
    document.getElementById(toast.dataset.replaces)?.remove();
    let remaining = Number(toast.dataset.for ?? SECONDS);
    const timer = setInterval(() => {
      if (!toast.isConnected) clearInterval(timer);
      else if (!toast.matches(":hover, :focus-within") && --remaining <= 0) toast.remove();
    }, 1000);
  }
}

customElements.define("x-toast", XToast);
