// <x-shortcuts>: a key pressed outside of a field presses what is marked data-key="r". "?" shows them all, by their labels.
// j and k go down and up the rows (.row) of the list; a page may mark its own instead.

const TYPED_IN = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";

const BRACKETS = { BracketLeft: "[", BracketRight: "]" };

export function labelOf(node) {
  return node.dataset.label || node.getAttribute("aria-label") || node.title || node.textContent.trim();
}

/** Whether a person could get at it: it is in sight, or in a closed menu that is. */
export function seen(node) {
  const menu = node.closest("details.menu:not([open])");
  const shown = menu?.querySelector("summary") ?? node;
  return shown.checkVisibility?.() ?? shown.offsetParent !== null;
}

/** Do what a person would: put the cursor into a field, press all else. */
export function press(node) {
  if (node.matches(TYPED_IN)) node.focus();
  else node.click();
}

class XShortcuts extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.listen = (event) => this.pressed(event);
    document.addEventListener("keydown", this.listen);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listen);
  }

  pressed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest?.(TYPED_IN)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    if (this.act(event)) event.preventDefault();
  }

  act(event) {
    if (event.key === "?") return this.show();
    // A key stands for its place too: on a Russian keyboard "о" is where "j" is.
    const keys = [event.key.toLowerCase(), /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : BRACKETS[event.code]];
    const node = [...document.querySelectorAll("[data-key]")].find((one) => keys.includes(one.dataset.key) && seen(one));
    if (node) {
      press(node);
      return true;
    }
    const step = keys.includes("j") ? 1 : keys.includes("k") ? -1 : 0;
    return step !== 0 && this.walk(step);
  }

  walk(step) {
    const rows = [...document.querySelectorAll(".row[href]")].filter(seen);
    const here = rows.indexOf(document.activeElement.closest(".row") ?? document.querySelector(".row[aria-current=true]"));
    const next = rows[Math.min(Math.max(here + step, 0), rows.length - 1)];
    next?.focus();
    return Boolean(next);
  }

  show() {
    const list = this.dialog.querySelector("[data-keys-here]");
    const rows = [...document.querySelectorAll("[data-key]")].filter(seen).map((node) => {
      const item = document.createElement("li");
      const key = document.createElement("kbd");
      key.textContent = node.dataset.key.toUpperCase();
      item.append(labelOf(node), key);
      return item;
    });
    list.replaceChildren(...rows);
    this.dialog.showModal();
    return true;
  }
}

customElements.define("x-shortcuts", XShortcuts);
