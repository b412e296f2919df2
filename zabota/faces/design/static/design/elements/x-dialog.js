// <x-dialog><dialog id="hand-over">…</dialog></x-dialog>: opens from any link or button with data-opens="hand-over".
// Without scripts the same link leads to a page with the same form.

class XDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.open = (event) => {
      const opener = event.target.closest?.("[data-opens]");
      if (!opener || opener.dataset.opens !== this.dialog?.id || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      opener.closest("details[open]")?.removeAttribute("open");
      this.dialog.showModal();
    };
    document.addEventListener("click", this.open);
    this.addEventListener("click", (event) => {
      const outside = event.target === this.dialog;
      if (outside || event.target.closest("[data-closes]")) this.dialog.close();
    });
  }

  disconnectedCallback() {
    document.removeEventListener("click", this.open);
  }
}

customElements.define("x-dialog", XDialog);
