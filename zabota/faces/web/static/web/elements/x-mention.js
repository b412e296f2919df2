// <x-mention><button type="button" data-name="Jānis Liepiņš">: puts "@Jānis Liepiņš " where the cursor stands in the form's text.

class XMention extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const name = event.target.closest?.("[data-name]")?.dataset.name;
      const area = this.closest("form")?.querySelector("textarea");
      if (!name || !area) return;
      const before = area.value.slice(0, area.selectionStart);
      const gap = before && !/\s$/.test(before) ? " " : "";
      area.setRangeText(`${gap}@${name} `, area.selectionStart, area.selectionEnd, "end");
      area.focus();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

customElements.define("x-mention", XMention);
