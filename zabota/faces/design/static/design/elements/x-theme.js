// <x-theme><button data-theme-value="dark">…</x-theme>: auto, light or dark, kept in the cookie "theme" that the server reads.

const YEAR = 365 * 24 * 3600;

class XTheme extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-theme-value]");
      if (button) this.choose(button.dataset.themeValue);
    });
    this.mark();
  }

  choose(value) {
    const secure = location.protocol === "https:" ? "; secure" : "";
    const kept = value === "auto" ? "theme=; max-age=0" : `theme=${value}; max-age=${YEAR}`;
    document.cookie = `${kept}; path=/; samesite=lax${secure}`;
    if (value === "auto") document.documentElement.removeAttribute("data-theme");
    else document.documentElement.dataset.theme = value;
    this.mark();
  }

  mark() {
    const now = document.documentElement.dataset.theme ?? "auto";
    for (const button of this.querySelectorAll("[data-theme-value]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeValue === now));
    }
  }
}

customElements.define("x-theme", XTheme);
