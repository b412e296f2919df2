// Writing in a conversation: those who read it hear that one types; in a chat the words leave the field at once and come back if
// they did not get through; what is typed while they leave stays, and is never sent under their name. Leaving the page keeps the draft.

const TELL = 3_000;
const WISH = "enter-sends";
let told = 0;
let leaving = null; // the words on their way
let changed = false; // since the draft was kept
const queue = []; // what Enter was pressed for meanwhile

const post = (url, fields) => {
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");
  return fetch(url, { method: "POST", keepalive: true, headers: { ...token, "HX-Request": "true" }, body: new URLSearchParams(fields) }).catch(() => {});
};
const composer = () => document.getElementById("composer");
const field = (form) => form?.querySelector("textarea[name=text]");
const kindOf = (form) => (form.querySelector("[name=kind]:checked") ?? form.querySelector("[name=kind]"))?.value ?? "reply";
const join = (...texts) => texts.filter(Boolean).join("\n");

function wish() {
  const box = composer()?.querySelector(".enter-sends input");
  if (box) box.checked = localStorage.getItem(WISH) !== "no";
}

document.addEventListener("input", (event) => {
  const form = event.target.closest?.(".composer");
  if (!form?.dataset.typing || event.target.name !== "text") return;
  changed = true;
  if (!event.target.value.trim() || Date.now() - told < TELL) return;
  told = Date.now();
  post(form.dataset.typing, { kind: kindOf(form) });
});
document.addEventListener("change", (event) => {
  if (event.target.closest?.(".enter-sends")) localStorage.setItem(WISH, event.target.checked ? "yes" : "no");
});

const sends = (event) => event.detail.elt?.matches?.(".composer.is-chat") && event.detail.elt === event.target;

// Asked before htmx gives up the request under way: one after the other, each under a name of its own.
document.addEventListener("htmx:confirm", (event) => {
  if (!sends(event) || leaving === null) return;
  event.preventDefault();
  const area = field(event.target);
  if (!area.value.trim()) return;
  queue.push(area.value);
  area.value = "";
});

document.addEventListener("htmx:beforeSend", (event) => {
  if (!sends(event) || kindOf(event.target) === "note") return;
  leaving = field(event.target).value;
  told = 0;
  field(event.target).value = "";
  changed = false;
});

/** Everything that was not taken, in the order in which it was written. */
function untaken(first, typed) {
  const all = join(first, ...queue.splice(0), typed);
  leaving = null;
  return all;
}

function back(event) {
  if (!sends(event) || leaving === null) return;
  const area = field(event.target);
  area.value = untaken(leaving, area.value);
}
document.addEventListener("htmx:sendError", back);
document.addEventListener("htmx:timeout", back);
document.addEventListener("htmx:sendAbort", back);
document.addEventListener("htmx:responseError", back);

// The answer brings a new composer, empty or with what was refused: what was typed since comes along.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const fresh = event.detail.fragment?.querySelector?.("#composer textarea[name=text]");
  if (!fresh || leaving === null) return;
  const typed = field(composer())?.value ?? "";
  leaving = null;
  fresh.textContent = fresh.value = fresh.value ? untaken(fresh.value, typed) : typed;
});

document.addEventListener("htmx:afterSettle", () => {
  wish();
  if (leaving !== null || !queue.length) return;
  setTimeout(follow); // when the request before has ended
});

function follow() {
  if (leaving !== null || !queue.length) return;
  const form = composer();
  const area = field(form);
  const typed = area.value;
  area.value = queue.shift();
  form.requestSubmit([...form.querySelectorAll("button.is-main")].find((button) => button.offsetParent) ?? null);
  area.value = leaving === null ? join(area.value, typed) : typed;
}

addEventListener("pagehide", () => {
  const form = composer();
  if ((changed || queue.length) && form?.dataset.draft) post(form.dataset.draft, { kind: kindOf(form), text: join(...queue, field(form).value) });
});

wish();
