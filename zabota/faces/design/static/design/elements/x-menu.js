// <x-menu><details class="menu">…</details></x-menu>: arrows walk, Escape closes and gives the focus back, elsewhere closes.

class XMenu extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    this.addEventListener("keydown", (event) => this.pressed(event));
    this.elsewhere = (event) => {
      if (!this.contains(event.target)) this.details?.removeAttribute("open");
    };
    document.addEventListener("pointerdown", this.elsewhere);
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget)) this.details?.removeAttribute("open");
    });
  }

  disconnectedCallback() {
    document.removeEventListener("pointerdown", this.elsewhere);
  }

  get items() {
    return [...this.querySelectorAll(".menu-list :is(a, button):not([disabled])")];
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && this.details.open) {
      event.stopPropagation();
      this.details.open = false;
      this.details.querySelector("summary").focus();
    } else if (step) {
      event.preventDefault();
      this.details.open = true;
      const items = this.items;
      const here = items.indexOf(document.activeElement);
      const next = here < 0 && step < 0 ? items.length - 1 : (here + step + items.length) % items.length;
      items[next]?.focus();
    }
  }
}

customElements.define("x-menu", XMenu);
