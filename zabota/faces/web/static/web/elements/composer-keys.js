// A key that chooses "reply" or "note" means to write: the cursor goes into the text. A person who walks the two with arrows or
// a pointer stays where she is; only the press of x-shortcuts is not trusted.

document.addEventListener("click", (event) => {
  if (event.isTrusted || !event.target.matches?.(".composer [name=kind]")) return;
  event.target.form.querySelector("textarea")?.focus();
});
