// Tickets, events and pauses: what goes over the wire, without any memory of it.

/** A ticket for these topics. Throws {signedOut} when the page does not know the person any more. */
export async function asking(url, topics, signal) {
  const address = new URL(url, location.href);
  address.searchParams.set("topics", topics.join(" "));
  const answer = await fetch(address, { signal, redirect: "manual", cache: "no-store", headers: { Accept: "application/json" } });
  if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status)) throw Object.assign(new Error("signed out"), { signedOut: true });
  if (!answer.ok) throw new Error(`ticket: ${answer.status}`);
  return (await answer.json()).ticket;
}

/** The events of one stream. `first` and `silence` are how long it may say nothing; then it throws. */
export async function* read(url, headers, control, first, silence) {
  const mine = new AbortController();
  const stop = () => mine.abort();
  control.signal.addEventListener("abort", stop);
  let timer = setTimeout(stop, first);
  try {
    const answer = await fetch(url, { headers, signal: mine.signal, cache: "no-store" });
    if (!answer.ok) throw new Error(`stream: ${answer.status}`);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(timer);
      timer = setTimeout(stop, silence);
      const blocks = (rest + value).split("\n\n");
      rest = blocks.pop();
      for (const block of blocks) yield parsed(block);
    }
  } finally {
    clearTimeout(timer);
    control.signal.removeEventListener("abort", stop);
    mine.abort();
  }
}

function parsed(block) {
  const fields = Object.fromEntries(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));
  return { ...fields, data: fields.data ? JSON.parse(fields.data) : null };
}

/** Wait; a tab that is looked at again, or a line that is back, ends the wait. */
export function pause(milliseconds, signal) {
  return new Promise((go) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", end);
      document.removeEventListener("visibilitychange", seen);
      signal?.removeEventListener("abort", end);
      go();
    };
    const seen = () => document.hidden || end();
    const timer = setTimeout(end, milliseconds);
    addEventListener("online", end);
    document.addEventListener("visibilitychange", seen);
    signal?.addEventListener("abort", end);
  });
}
