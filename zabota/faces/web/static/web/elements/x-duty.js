// <x-duty data-waiting="2">: how many visitors wait for me stands before the page's title, and a soft tone is heard when one
// more does, where that was wished for (off at first, kept for this browser).

const KEY = "zabota.sound";
let known = null;

function tone() {
  const Context = window.AudioContext;
  if (!Context) return;
  const context = new Context();
  const [source, volume] = [context.createOscillator(), context.createGain()];
  source.frequency.value = 660;
  volume.gain.setValueAtTime(0.08, context.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, context.currentTime + 0.5);
  source.connect(volume).connect(context.destination);
  source.start();
  source.stop(context.currentTime + 0.5);
  source.onended = () => context.close();
}

class XDuty extends HTMLElement {
  connectedCallback() {
    const waiting = Number(this.dataset.waiting);
    // Beside a chat the tabs of my chats count what is unread there.
    if (!document.querySelector("x-tabs")) document.title = (waiting ? `(${waiting}) ` : "") + document.title.replace(/^\(\d+\) /, "");
    if (known !== null && waiting > known && this.wished) tone();
    known = waiting;
    const button = this.querySelector(".duty-sound");
    if (!button) return;
    button.hidden = false;
    button.ariaPressed = String(this.wished);
    button.addEventListener("click", () => {
      this.wished = !this.wished;
      button.ariaPressed = String(this.wished);
      if (this.wished) tone();
    });
  }

  get wished() {
    try {
      return localStorage.getItem(KEY) === "on";
    } catch {
      return false;
    }
  }

  set wished(on) {
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // A browser that keeps nothing forgets it with the page.
    }
  }
}

customElements.define("x-duty", XDuty);
