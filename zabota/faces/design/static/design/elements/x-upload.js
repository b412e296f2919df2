// <x-upload data-remove="Remove" data-most="18000000" data-over="Too much."><input type="file" multiple><div class="files"></div></x-upload>: drop or paste files into the
// form around it; they are listed with name and size, and can be taken out again. The input stays the one truth.

const size = (bytes) => {
  const [unit, value] = bytes < 1e6 ? ["kilobyte", bytes / 1e3] : ["megabyte", bytes / 1e6];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);
};

class XUpload extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.list = this.querySelector(".files");
    this.area = this.closest("form") ?? this;
    this.input.addEventListener("change", () => this.chosen());
    this.area.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    this.area.addEventListener("drop", (event) => this.take(event, event.dataTransfer));
    this.area.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.area.classList.add("is-over");
    });
    this.area.addEventListener("dragleave", (event) => this.area.contains(event.relatedTarget) || this.area.classList.remove("is-over"));
    this.area.addEventListener("reset", () => queueMicrotask(() => this.hold([])));
    this.kept = [];
  }

  take(event, source) {
    this.area.classList.remove("is-over");
    if (!source?.files.length) return;
    event.preventDefault();
    this.hold([...this.kept, ...source.files]);
  }

  chosen() {
    // The browser's own dialog replaces the choice; people expect it to add.
    this.hold([...this.kept, ...this.input.files]);
  }

  hold(files) {
    const carrier = new DataTransfer();
    for (const file of files) carrier.items.add(file);
    this.input.files = carrier.files;
    this.kept = [...carrier.files];
    this.list.replaceChildren(...this.kept.map((file, index) => this.row(file, index)), ...this.tooMuch());
  }

  // Said before anything is sent: the form keeps what was typed, and does not leave.
  tooMuch() {
    const most = Number(this.dataset.most ?? Infinity);
    const over = this.kept.reduce((sum, file) => sum + file.size, 0) > most ? this.dataset.over ?? "!" : "";
    this.input.setCustomValidity(over);
    if (!over) return [];
    const said = Object.assign(document.createElement("span"), { className: "file-over", textContent: over });
    said.setAttribute("role", "alert");
    return [said];
  }

  row(file, index) {
    const row = Object.assign(document.createElement("span"), { className: "file" });
    const name = Object.assign(document.createElement("span"), { className: "name", textContent: file.name, title: file.name });
    const weight = Object.assign(document.createElement("span"), { className: "quiet", textContent: size(file.size) });
    const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    remove.setAttribute("aria-label", `${this.dataset.remove ?? "Remove"}: ${file.name}`);
    remove.addEventListener("click", () => {
      this.hold(this.kept.filter((_, place) => place !== index));
      this.input.focus();
    });
    row.append(name, weight, remove);
    return row;
  }
}

customElements.define("x-upload", XUpload);
