// <x-tabs><nav><a class="is-new">: the chats that one leads. How many have new words stands in the title of the browser's tab.
// Alt+[ and Alt+] go to the chat before and behind also while one types; what is typed is kept as a draft (talk.js).

class XTabs extends HTMLElement {
  connectedCallback() {
    const count = this.querySelectorAll(".is-new").length;
    const plain = document.title.replace(/^\(\d+\) /, "");
    document.title = count ? `(${count}) ${plain}` : plain;
  }
}

customElements.define("x-tabs", XTabs);

document.addEventListener("keydown", (event) => {
  const key = { BracketLeft: "[", BracketRight: "]" }[event.code];
  if (!key || !event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]")) return;
  const link = document.querySelector(`x-tabs [data-key="${key}"]`);
  if (!link) return;
  event.preventDefault();
  link.click();
});
