// <x-palette>: Ctrl+K or Cmd+K. What can be done here (everything marked data-key or data-label) and what the page lists,
// filtered as one types; Enter does the chosen one, or searches (data-search="/search?q=").

import { labelOf, press, seen } from "./x-shortcuts.js";

const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");

class XPalette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.input = this.querySelector("input");
    this.list = this.querySelector(".palette-list");
    this.listen = (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.code !== "KeyK") return;
      event.preventDefault();
      this.show();
    };
    document.addEventListener("keydown", this.listen);
    this.input.addEventListener("input", () => this.filter());
    this.dialog.addEventListener("keydown", (event) => this.pressed(event));
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listen);
  }

  show() {
    this.list.querySelectorAll("[data-borrowed]").forEach((node) => node.remove());
    const acts = [...document.querySelectorAll("[data-key], [data-label]")].filter((node) => seen(node) && !this.contains(node));
    const near = (node) => Number(!node.closest(".sheet")); // what can be done with the open page stands first
    acts.sort((one, other) => near(one) - near(other));
    this.list.prepend(...acts.map((node) => this.borrow(node)));
    this.input.value = "";
    if (!this.dialog.open) this.dialog.showModal();
    this.filter();
  }

  borrow(node) {
    const copy = document.createElement("button");
    copy.type = "button";
    copy.dataset.borrowed = "";
    const blank = Object.assign(document.createElement("span"), { className: "icon" });
    copy.append(node.querySelector(".icon")?.cloneNode(true) ?? blank, labelOf(node));
    if (node.dataset.key) copy.append(Object.assign(document.createElement("kbd"), { textContent: node.dataset.key.toUpperCase() }));
    copy.addEventListener("click", () => {
      this.dialog.close();
      press(node);
    });
    return copy;
  }

  get found() {
    return [...this.list.querySelectorAll("a, button")].filter((node) => !node.hidden);
  }

  filter() {
    const words = plain(this.input.value).split(/\s+/);
    for (const node of this.list.querySelectorAll("a, button")) node.hidden = !words.every((word) => plain(node.textContent).includes(word));
    this.querySelector(".palette-none").hidden = this.found.length > 0;
    this.choose(0);
  }

  choose(index) {
    this.chosen = index;
    this.found.forEach((node, place) => node.setAttribute("aria-selected", String(place === index)));
    this.found[index]?.scrollIntoView({ block: "nearest" });
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = this.found.length;
    if (step && count) this.choose((this.chosen + step + count) % count);
    else if (event.key === "Enter" && count) this.found[this.chosen].click();
    else if (event.key === "Enter" && this.dataset.search) location.assign(this.dataset.search + encodeURIComponent(this.input.value));
    else return;
    event.preventDefault();
  }
}

customElements.define("x-palette", XPalette);
