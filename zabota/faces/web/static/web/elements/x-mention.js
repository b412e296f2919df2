// <x-mention><button type="button" data-name="Jānis Liepiņš"><input list="…">: puts "@Jānis Liepiņš " where the cursor stands in
// the text of the form. A name chosen in the field of names does the same.

class XMention extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.put(event.target.closest?.("[data-name]")?.dataset.name));
    this.addEventListener("input", (event) => {
      event.stopPropagation();
      const names = [...(event.target.list?.options ?? [])].map((option) => option.value);
      if (!names.includes(event.target.value)) return;
      this.put(event.target.value);
      event.target.value = "";
    });
  }

  put(name) {
    const area = this.closest("form")?.querySelector("textarea");
    if (!name || !area) return;
    const before = area.value.slice(0, area.selectionStart);
    const gap = before && !/\s$/.test(before) ? " " : "";
    area.setRangeText(`${gap}@${name} `, area.selectionStart, area.selectionEnd, "end");
    area.focus();
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("x-mention", XMention);
