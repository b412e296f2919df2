// The chat on a shop's page, drawn by one tag:
//   <script src="https://…/chat.js" data-channel="KEY" data-language="lv" data-theme="auto" data-side="right" async></script>
// It lives in a shadow root, so neither page nor chat can spoil the other; it keeps the visitor's token and unsent messages in the
// page's own storage, and shows the server's words. The page gets one name: Zabota.open(), .close(), .toggle().
// In story order: small tools, what is kept, one at a time, the wire, the talk, the stream, what is seen.
(() => {
  "use strict";
  const script = document.currentScript;
  if (window.Zabota || !script || !script.dataset.channel) return;
  const CHANNEL = script.dataset.channel;
  const API = new URL(`chat/${encodeURIComponent(CHANNEL)}/`, script.src).href;
  const STREAM = new URL("live/chat", script.src).href;
  const PREFIX = `zabota.${CHANNEL}.`;
  const SECOND = 1000;
  const fetching = window.fetch.bind(window);

  // All words come from the server; these stand for it until it has been reached once.
  const UNREACHED = {
    en: { cannot_reach: "The chat cannot be reached. We keep trying.", close: "Close" },
    ru: { cannot_reach: "Чат пока недоступен. Пробуем ещё.", close: "Закрыть" },
    lv: { cannot_reach: "Čats nav sasniedzams. Mēģinām vēl.", close: "Aizvērt" },
  };

  const ignore = () => {};
  const wantedLanguage = () => (script.dataset.language || document.documentElement.lang || navigator.language || "en").slice(0, 2).toLowerCase();

  const uuid = () => "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replace(/x/g, () => (crypto.getRandomValues(new Uint8Array(1))[0] & 15).toString(16));
  const waiting = new Set();
  const wake = () => waiting.forEach((end) => end());

  const sleep = (milliseconds) => new Promise((go) => setTimeout(go, milliseconds));

  /** Wait; a line that is back, a page that is looked at again or a visitor who asks ends the wait. */
  function pause(milliseconds, signal) {
    return new Promise((go) => {
      const end = () => {
        clearTimeout(timer);
        waiting.delete(end);
        go();
      };
      const timer = setTimeout(end, milliseconds);
      waiting.add(end);
      if (signal) signal.addEventListener("abort", end);
    });
  }

  // --- what is kept ------------------------------------------------------------------------------

  const tried = (act, otherwise) => {
    try {
      return act();
    } catch (problem) {
      return otherwise;
    }
  };

  /** The page's storage; where it is forbidden or full, this page's memory. */
  class Store {
    constructor(area) {
      this.memory = new Map();
      this.disk = tried(() => (window[area].getItem(PREFIX), window[area]), null);
    }

    get(key) {
      return this.memory.has(key) ? this.memory.get(key) : tried(() => JSON.parse(this.disk.getItem(PREFIX + key)), null);
    }

    set(key, value) {
      this.memory.delete(key);
      tried(() => this.disk.setItem(PREFIX + key, JSON.stringify(value)) || true) || this.memory.set(key, value);
    }

    remove(key) {
      this.memory.delete(key);
      tried(() => this.disk.removeItem(PREFIX + key));
    }

    keys(start) {
      const names = tried(() => Object.keys(this.disk), []).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
      return [...new Set([...names, ...this.memory.keys()])].filter((name) => name.startsWith(start)).sort();
    }
  }

  const store = new Store("localStorage");
  const visit = new Store("sessionStorage");

  // --- one at a time -----------------------------------------------------------------------------

  /** Do the work while no other tab does work of this name. */
  async function alone(name, work, signal) {
    let begun = false;
    const held = () => ((begun = true), work());
    try {
      if (navigator.locks) return await navigator.locks.request(PREFIX + name, signal ? { signal } : {}, held);
    } catch (problem) {
      if (begun || (signal && signal.aborted)) throw problem;
    }
    return leased(name, work, signal);
  }

  /** The same without Web Locks: a lease in the storage that all tabs see. What is sent twice all the same is taken once. */
  async function leased(name, work, signal) {
    const [key, me, length] = [`lease.${name}`, uuid(), 10 * SECOND];
    const mine = () => (store.get(key) || {}).me === me;
    const take = () => store.set(key, { me, until: Date.now() + length });
    while (store.disk && !(signal && signal.aborted)) {
      const lease = store.get(key);
      if (!lease || Math.abs(lease.until - Date.now() - length / 2) > length / 2) {
        take();
        await sleep(50 + Math.random() * 100);
        if (mine()) break;
      }
      await pause(400, signal);
    }
    if (signal && signal.aborted) return undefined;
    const timer = setInterval(() => mine() && take(), length / 4);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      if (mine()) store.remove(key);
    }
  }

  // --- the wire ----------------------------------------------------------------------------------

  /** The server said no (status, sentence, seconds to wait), or could not be reached (status 0). */
  class Problem extends Error {
    constructor(status = 0, { sentence = "" } = {}, wait = 0) {
      super(sentence);
      Object.assign(this, { status, sentence, wait });
    }

    /** Sending the same once more can't help. */
    get isFinal() {
      return [400, 409, 413, 415, 422].includes(this.status);
    }
  }

  async function refusal(answer) {
    return new Problem(answer.status, await answer.json().catch(ignore), Number(answer.headers.get("Retry-After")) || 0);
  }

  /** One request. A body is sent as JSON or as a form; `file` asks for bytes. The token goes into the header and nowhere else. */
  async function call(path, { body, token, file, seconds = 20 } = {}) {
    const control = new AbortController();
    const timer = setTimeout(() => control.abort(), seconds * SECOND);
    const form = body instanceof FormData;
    const headers = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body && !form) headers["Content-Type"] = "application/json";
    const options = { method: body ? "POST" : "GET", headers, body: form || !body ? body : JSON.stringify(body) };
    try {
      const answer = await fetching(API + path, { ...options, signal: control.signal, credentials: "omit", cache: "no-store" });
      if (!answer.ok) throw await refusal(answer);
      if (answer.status === 204) return null;
      return await (file ? answer.blob() : answer.json());
    } catch (problem) {
      throw problem instanceof Problem ? problem : new Problem();
    } finally {
      clearTimeout(timer);
    }
  }

  // --- the talk ----------------------------------------------------------------------------------

  /** What is known of the talk, and all that can be done with it. Tabs tell one another; `changed` is called after each change. */
  class Talk {
    constructor(changed) {
      this.changed = changed;
      this.texts = {};
      this.limits = { text: 4000, file_bytes: 20e6, files: 5 };
      this.brand = { name: "" };
      this.language = wantedLanguage();
      // Called with messages that came while the page was open.
      this.arrived = ignore;
      this.heardAt = 0;
      this.misses = 0;
      this.seenTold = 0;
      this.forget();
      const kept = store.get("hello");
      if (kept && kept.asked === this.language) this.know(kept);
      this.tabs = window.BroadcastChannel ? new BroadcastChannel(PREFIX) : { postMessage: ignore };
      this.tabs.onmessage = (event) => this.heard(event.data);
    }

    text(key, values = {}) {
      const words = this.texts[key] || (UNREACHED[this.language] || UNREACHED.en)[key] || "";
      return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
    }

    tell(type, more = {}) {
      this.tabs.postMessage({ type, ...more });
    }

    /** Another tab tells. */
    heard(told) {
      if (told.type === "thread") this.hears(told);
      if (told.type === "sent") this.keep(told.told);
      if (told.type === "stuck") this.stuck = told.stuck;
      if (told.type === "typing") this.types(told.until);
      if (told.type === "here" && this.agent) this.agent.is_here = told.here;
      if (told.type === "anew") {
        this.forget();
        this.refresh();
      }
      if (this.live) this.live.heard(told);
      this.changed();
    }

    /** Nothing is known of any messages. */
    forget() {
      this.messages = new Map();
      // All messages up to this one are known.
      this.upTo = 0;
      this.hasEarlier = false;
      this.conversation = this.agent = null;
    }

    know(told) {
      for (const name of ["brand", "texts", "limits", "language"]) if (told[name]) this[name] = told[name];
      this.learn(told);
      this.greeted = true;
    }

    /** What hello and thread both tell. */
    learn(told) {
      for (const name of ["conversation", "agent", "answer", "wants_contact", "position"]) if (name in told) this[name] = told[name];
      if (told.now) this.ahead = Date.parse(told.now) - Date.now();
    }

    /** The server's time: the visitor's clock may be a year off. */
    now() {
      return new Date(Date.now() + (this.ahead || 0));
    }

    // --- who asks

    /** Say hello: with a token to stay who we are, else to become somebody. One tab at a time, else one visitor became two.
     *  `held` is the token that did not do, or null for none; another tab may have a better one by now. */
    hello(held) {
      return alone("hello", async () => {
        if (held !== undefined && store.get("token") !== held) return;
        if (held) this.lose();
        if (!store.get("token")) this.forget();
        const asked = wantedLanguage();
        const say = () => this.reached(call("hello", { body: { language: asked }, token: store.get("token") }));
        const { token, ...told } = await say().catch((problem) => {
          if (problem.status !== 401) throw problem;
          this.lose();
          this.forget();
          return say();
        });
        store.set("token", token);
        const { brand, texts, limits, language } = told;
        store.set("hello", { brand, texts, limits, language, asked });
        this.know(told);
        this.changed();
      });
    }

    /** The token is worth nothing any more. What is unsent stays. */
    lose() {
      store.remove("token");
      this.tell("anew");
    }

    async asked(path, options) {
      if (!store.get("token")) await this.hello(null);
      const token = store.get("token");
      try {
        return await this.reached(call(path, { ...options, token }));
      } catch (problem) {
        if (problem.status !== 401) throw problem;
        await this.hello(token);
        return this.reached(call(path, { ...options, token: store.get("token") }));
      }
    }

    /** Pass on, and remember whether the server is there. */
    async reached(asking) {
      try {
        const told = await asking;
        if (this.isCut) wake();
        this.misses = 0;
        return told;
      } catch (problem) {
        this.misses = problem.status && problem.status < 500 ? 0 : this.misses + 1;
        throw problem;
      } finally {
        this.changed();
      }
    }

    get isCut() {
      return this.misses > 1 || !navigator.onLine;
    }

    // --- the thread

    get thread() {
      return [...this.messages.values()].sort((one, other) => one.id - other.id);
    }

    /** Ask what is new; asked while asking, it asks once more. */
    refresh() {
      this.wanted = true;
      if (!this.refreshing) {
        this.refreshing = (async () => {
          while (this.wanted) {
            this.wanted = false;
            await this.fetch();
          }
        })().finally(() => {
          this.refreshing = null;
        });
      }
      return this.refreshing.catch(ignore);
    }

    async fetch() {
      // From our last message on, if nobody read it yet: its "seen" may be new.
      const mine = this.thread.filter((message) => message.mine).pop();
      let after = mine && !mine.seen ? Math.min(this.upTo, mine.id - 1) : this.upTo;
      for (let told, before; !told || (after && told.more && this.upTo > before); after = this.upTo) {
        before = this.upTo;
        told = await this.asked(`thread?after=${after}`);
        this.take(told, after);
        this.tell("thread", { told, after });
      }
    }

    hears({ told, after }) {
      if (after ? after <= this.upTo : !this.upTo) this.take(told, after);
      else if (told.messages.some((message) => message.id > this.upTo)) this.refresh();
    }

    take(told, after) {
      const before = this.upTo;
      const known = this.heardAt > 0;
      this.heardAt = performance.now();
      this.learn(told);
      if (!after) this.hasEarlier = told.more;
      for (const message of told.messages) this.add(message);
      this.upTo = Math.max(before, ...told.messages.map((message) => message.id));
      const news = told.messages.filter((message) => message.id > before && !message.mine && message.kind === "text");
      if (news.length) this.typingUntil = 0;
      if (known) this.arrived(news);
      this.changed();
    }

    async earlier() {
      const first = this.thread[0];
      const told = await this.asked(`thread?before=${first ? first.id : 0}`);
      this.hasEarlier = told.more;
      for (const message of told.messages) this.add(message);
      this.changed();
    }

    add(message) {
      this.messages.set(message.id, message);
      const item = message.client_id && this.outbox.find((one) => one.client_id === message.client_id);
      if (item) store.remove(item.key);
    }

    get unread() {
      const seen = store.get("seen") || 0;
      return this.thread.filter((message) => !message.mine && message.kind === "text" && message.id > seen).length;
    }

    /** The visitor has the end of the thread before the eyes. */
    see() {
      const last = this.thread.filter((message) => !message.mine).pop();
      if (!last || last.id <= this.seenTold) return;
      this.seenTold = last.id;
      store.set("seen", Math.max(last.id, store.get("seen") || 0));
      this.tell("seen");
      this.asked("seen", { body: { id: last.id } }).catch(ignore);
    }

    // --- what the visitor does

    /** Unsent messages in their order: one key each, so that two tabs never overwrite one another. */
    get outbox() {
      return store.keys("out.").map((key) => ({ key, ...store.get(key) })).filter((item) => item.client_id);
    }

    write(text, files) {
      const last = store.keys("out.").pop();
      const number = last ? Number(last.split(".")[1]) + 1 : 1;
      const client_id = uuid();
      store.set(`out.${String(number).padStart(9, "0")}.${client_id}`, { client_id, text, files, page: location.href.split("#")[0].slice(0, 500) });
      this.tell("outbox");
      this.changed();
      this.flush();
    }

    /** Send what is unsent: one by one, by one tab, until the server has each. */
    flush() {
      this.again = true;
      if (!this.flushing) this.flushing = this.send().finally(() => (this.flushing = null));
    }

    async send() {
      for (let tries = 0; this.again || this.next(); ) {
        this.again = false;
        const wait = await alone("send", () => this.sendAll());
        if (wait) await sleep(wait * SECOND);
        else if (this.next()) await pause((document.hidden ? 30 : Math.min(30, 2 ** tries++) * (0.75 + Math.random() / 2)) * SECOND);
      }
    }

    next() {
      return this.outbox.find((item) => item.refused === undefined);
    }

    /** Returns how many seconds the server asked to wait. */
    async sendAll() {
      for (let item; (item = this.next()); ) {
        const { key, client_id, text, files, page } = item;
        try {
          const told = await this.asked("messages", { body: { client_id, text, files: files.map((file) => file.ref), page } });
          store.remove(key);
          this.keep(told);
          this.tell("sent", { told });
          this.sticks(false);
        } catch (problem) {
          if (!problem.isFinal) {
            this.sticks(true);
            return problem.wait;
          }
          if (store.get(key)) store.set(key, { client_id, text, files, page, refused: problem.sentence });
          this.tell("outbox");
          this.changed();
        }
      }
      return 0;
    }

    sticks(stuck) {
      if (stuck !== Boolean(this.stuck)) this.tell("stuck", { stuck });
      this.stuck = stuck;
      this.changed();
    }

    keep({ message, conversation }) {
      this.add(message);
      if (conversation) this.conversation = conversation;
      this.changed();
    }

    /** Take an unsent message out; returns it. */
    withdraw(key) {
      const item = store.get(key);
      store.remove(key);
      this.tell("outbox");
      this.changed();
      return item;
    }

    retry(key) {
      const item = store.get(key);
      if (!item) return;
      delete item.refused;
      store.set(key, item);
      this.sticks(false);
      wake();
      this.flush();
    }

    typing() {
      if (!this.conversation || performance.now() - (this.typedAt || -9e9) < 3 * SECOND) return;
      this.typedAt = performance.now();
      this.asked("typing", { body: {} }).catch(ignore);
    }

    /** The other side types, until a moment from now unless it goes on. */
    types(until) {
      this.typingUntil = until;
      clearTimeout(this.typingTimer);
      this.typingTimer = setTimeout(this.changed, Math.max(0, until - Date.now()) + 50);
    }

    async decide(agree) {
      const told = await this.asked("close", { body: { agree } });
      this.conversation = told.conversation;
      this.refresh();
    }
  }

  // --- the stream --------------------------------------------------------------------------------

  /** One stream a browser: the tab that holds the lock keeps it and passes on what it hears. Without streams, polite questions. */
  class Live {
    constructor(talk, isLooked) {
      Object.assign(this, { talk, isLooked, isLive: false, blocked: 0, failures: 0 });
    }

    /** Listen while there is a talk to listen to; else let go. */
    settle() {
      const wanted = !this.away && Boolean(this.talk.conversation);
      if (wanted === Boolean(this.ending)) return;
      if (wanted) this.start();
      else this.stop();
    }

    start() {
      const ending = (this.ending = new AbortController());
      this.poll = setInterval(() => this.look(), 2 * SECOND);
      this.talk.tell("join");
      alone("live", () => this.lead(ending.signal), ending.signal).catch(ignore);
    }

    stop() {
      this.ending.abort();
      this.ending = null;
      clearInterval(this.poll);
      if (this.cut) this.cut();
      this.isLive = this.leads = false;
    }

    heard({ type, live }) {
      if (type === "join" && this.leads) this.talk.tell("live", { live: this.isLive });
      if (type === "live") this.turned(live);
    }

    turn(live) {
      this.turned(live);
      this.talk.tell("live", { live });
    }

    turned(live) {
      this.isLive = live;
      this.toldAt = performance.now();
    }

    /** No stream: ask every 4 s where it is looked at, else one tab every 30 s. */
    look() {
      const looked = this.isLooked() && !document.hidden;
      // A tab that the system put to sleep may keep the lock, and says nothing.
      const isTold = this.isLive && performance.now() - this.toldAt < 50 * SECOND;
      if (isTold || this.talk.isCut || !(looked || this.leads)) return;
      if (performance.now() - this.talk.heardAt > (looked ? 4 : 30) * SECOND - 500) this.talk.refresh();
    }

    async lead(signal) {
      this.leads = true;
      while (!signal.aborted) {
        const wait = await this.once().then(() => Math.random(), (problem) => this.failed(problem));
        this.turn(false);
        if (!signal.aborted) await pause(wait * SECOND, signal);
      }
    }

    async once() {
      this.reached = this.begun = false;
      const { ticket } = await this.talk.asked("ticket", { body: {} });
      this.reached = true;
      if (!this.ending) return;
      for await (const event of this.read(ticket)) {
        this.turn(true);
        if (!this.begun) this.opened();
        if (event.id) this.position = event.id;
        if (event.event === "hint" || event.event === "reload") this.talk.refresh();
        if (event.event === "say") this.say(JSON.parse(event.data).data);
        if (event.event === "renew") return;
      }
    }

    opened() {
      this.begun = true;
      // What came meanwhile.
      if (this.failures) this.talk.refresh();
      this.failures = this.blocked = 0;
      this.talk.flush();
    }

    say(data) {
      const until = data.typing ? Date.now() + 6 * SECOND : 0;
      const told = "typing" in data ? { type: "typing", until } : { type: "here", here: Boolean(data.here) };
      this.talk.heard(told);
      this.talk.tell(told.type, told);
    }

    /** How long to wait. Tickets come and streams don't, twice: streams are blocked on the way; try again in two minutes. */
    failed(problem) {
      this.failures += 1;
      const isBusy = [401, 429, 503].includes(problem.status);
      this.blocked = this.reached && !this.begun && !isBusy ? this.blocked + 1 : 0;
      if (this.blocked > 1) {
        this.blocked = 0;
        return 120;
      }
      return Math.max(problem.wait || 0, Math.min(30, 2 ** (this.failures - 1)) * (0.5 + Math.random()));
    }

    /** The events of one stream; a silence of 10 s at the beginning or 40 s later ends it. */
    async *read(ticket) {
      const control = new AbortController();
      this.cut = () => control.abort();
      let timer = setTimeout(this.cut, 10 * SECOND);
      try {
        const headers = { Authorization: `Bearer ${ticket}`, "X-Visit": store.get("token") };
        const position = this.position || this.talk.position;
        if (position) headers["Last-Event-ID"] = String(position);
        const answer = await fetching(STREAM, { headers, signal: control.signal, credentials: "omit", cache: "no-store" });
        if (!answer.ok) throw await refusal(answer);
        const [reader, decoder] = [answer.body.getReader(), new TextDecoder()];
        for (let rest = ""; ; ) {
          const { value, done } = await reader.read();
          if (done) return;
          clearTimeout(timer);
          timer = setTimeout(this.cut, 40 * SECOND);
          const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
          rest = blocks.pop();
          for (const block of blocks) yield Object.fromEntries(block.split(/\r?\n/).map((line) => line.match(/^(\w*): ?(.*)$/)).filter(Boolean).map((line) => line.slice(1)));
        }
      } finally {
        clearTimeout(timer);
        control.abort();
      }
    }
  }

  // --- what is seen ------------------------------------------------------------------------------

  const SHAPES = {
    chat: "M2.5 3h11v8H8.25L5 13.5V11H2.5zM5.5 6h5M5.5 8h3",
    close: "M4 4l8 8M12 4l-8 8",
    attach: "M13 7.2l-5.4 5.4a3.1 3.1 0 01-4.4-4.4l5.6-5.6a2.1 2.1 0 013 3l-5.5 5.5a1 1 0 01-1.5-1.5l5-5",
    send: "M8 13V3.5M4 7.25L8 3.25l4 4",
    file: "M4 2h5l3 3v9H4zM9 2v3h3",
    down: "M4 6.25l4 4 4-4",
  };

  // The values of Zabota's design, in em of the reader's own size: the page's root size means nothing here.
  const STYLE = `
:host { all: initial !important; }
* { box-sizing: border-box; }
.z { --surface: #ffffff; --sunken: #e9edeb; --line: #e2e6e4; --line-2: #c9d0cc; --field-line: #848e89; --ink: #141c19; --ink-2: #404a46; --ink-3: #5b6661;
  --accent: #14587c; --accent-soft: #e4eef4; --on-accent: #ffffff; --mine: #14587c; --on-mine: #ffffff; --broken: #a52a21; --veil: rgb(16 24 21 / .32); --gap: 20px; color-scheme: light;
  font: medium/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; color: var(--ink); overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; }
.dark { --surface: #161b19; --sunken: #222926; --line: #272e2b; --line-2: #3a4440; --field-line: #76827c; --ink: #e8ecea; --ink-2: #b9c2be; --ink-3: #98a39e;
  --accent: #82c0e2; --accent-soft: #172d39; --on-accent: #05202f; --mine: #1c4a61; --on-mine: #eaf5fb; --broken: #f2958b; --veil: rgb(0 0 0 / .56); color-scheme: dark; }
[hidden] { display: none !important; }
h2, p, dl, dd, ul, button, input, textarea { margin: 0; padding: 0; border: 0; background: none; font: inherit; color: inherit; }
button { cursor: pointer; text-align: left; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
b, h2, .launcher, .badge, .face, .button { font-weight: 600; }
.day, .event, .by, .state, .typing, .count, .badge { font-size: .75em; color: var(--ink-3); }
.head p, .card, .notice, .file, .chip, .button, label, .box p { font-size: .8125em; color: var(--ink-2); }
.words, .intro, .box .ask { font-size: .9375em; }
svg { flex: none; width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.5; stroke-linecap: round; stroke-linejoin: round; }
.ear { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.launcher, .head, .file, .chip, .line, .state, .row, summary { display: flex; align-items: center; gap: .5em; }
.launcher, .panel { position: fixed; z-index: 2147483000; bottom: calc(var(--gap) + env(safe-area-inset-bottom)); right: calc(var(--gap) + env(safe-area-inset-right)); box-shadow: 0 20px 56px -16px var(--veil); }
.left > * { right: auto; left: calc(var(--gap) + env(safe-area-inset-left)); }
.launcher { min-height: 3.25em; padding: 0 1.25em; border-radius: 2em; }
.launcher, .main, .send { background: var(--accent); color: var(--on-accent); }
.badge { padding: 0 .6em; border-radius: 1em; background: var(--on-accent); color: var(--accent); }
.panel { display: flex; flex-direction: column; width: 23.75em; height: 37.5em; max-width: calc(100vw - 40px); max-height: calc(100vh - 40px); max-height: calc(100dvh - 40px); overflow: hidden; border: 1px solid var(--line-2); border-radius: 14px; background: var(--surface); outline: 0; }
.panel > * { flex: none; }
.head { padding: .75em .5em .75em 1em; border-bottom: 1px solid var(--line); }
.head > div, .grow { flex: 1; min-width: 0; }
.head p, small, dt, .intro { color: var(--ink-3); }
.here::before { content: ""; display: inline-block; width: 7px; height: 7px; margin-right: 7px; border: 1px solid; border-radius: 50%; }
.here.is::before { color: var(--accent); background: var(--accent); }
.face { display: grid; place-items: center; width: 2.5em; height: 2.5em; margin-right: .25em; border-radius: 6px; background: var(--accent-soft); color: var(--accent); }
.icon, .icon:hover { display: grid; place-items: center; flex: none; width: 2.5em; height: 2.5em; border-radius: 10px; }
.icon:hover, .say .words, .chip, .notice { background: var(--sunken); }
summary { min-height: 3em; padding: 0 1.25em; cursor: pointer; list-style: none; }
.card { border-bottom: 1px solid var(--line); }
.card[open] svg { transform: rotate(180deg); }
dl { display: grid; grid-template-columns: auto 1fr; gap: .25em 1em; padding: 0 1.25em .75em; }
.notice { padding: .5em 1.25em; }
.panel > .scroll { flex: 1; min-height: 6em; display: flex; flex-direction: column-reverse; overflow-y: auto; overscroll-behavior: contain; padding: .75em 1em; outline-offset: -2px; }
.inner { flex: none; min-height: 100%; }
.inner, .thread, .say { display: flex; flex-direction: column; align-items: flex-start; gap: .25em; }
.thread { margin-top: auto; width: 100%; }
.intro { margin: auto; text-align: center; }
.intro b { display: block; color: var(--ink); }
.day, .event, .more, .newer { align-self: center; margin-top: 1em; text-align: center; }
.say { max-width: 88%; }
.first { margin-top: .5em; }
.mine { align-self: flex-end; align-items: flex-end; }
.words { padding: .5em .8em; border-radius: 4px 14px 14px; white-space: pre-wrap; }
.mine .words { border-radius: 14px 4px 14px 14px; background: var(--mine); color: var(--on-mine); }
.waits .words { border: 1px dashed var(--field-line); background: none; color: var(--ink); }
.words a { color: inherit; }
.state { flex-wrap: wrap; justify-content: flex-end; text-align: right; }
.link { min-height: 2em; color: var(--accent); text-decoration: underline; }
.file, .button, .thumb, .box { border: 1px solid var(--line-2); border-radius: 10px; }
.file, .button { min-height: 3em; padding: .25em 1em; background: var(--surface); color: var(--ink); }
.file:hover, .button:hover { border-color: var(--field-line); }
.button { text-align: center; }
.button.main { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
small { flex: none; font-size: 1em; }
.thumb { overflow: hidden; background: var(--sunken); }
.thumb img { display: block; width: 11em; height: 8em; object-fit: cover; }
.thumb[aria-expanded="true"] img { width: 100%; height: auto; }
.newer { position: relative; margin: -3.5em 0 .5em; }
.composer { margin: 0 .75em .75em; }
.box { display: grid; width: 100%; gap: .5em; margin-top: 1em; padding: .75em; }
.row { align-items: stretch; }
.row > * { flex: 1; }
label { display: grid; }
input { min-height: 2.5em; padding: 0 .75em; font-size: 1.23em; }
input, .composer { border: 1px solid var(--field-line); border-radius: 10px; color: var(--ink); }
.composer:focus-within { border-color: var(--accent); }
.line { align-items: flex-end; gap: .25em; padding: .25em; }
textarea, textarea:focus-visible { flex: 1; min-width: 0; height: 2.5em; max-height: 9em; padding: .5em .25em; outline: 0; resize: none; }
::placeholder { color: var(--ink-3); opacity: 1; }
.chips { padding: .5em .5em 0; list-style: none; }
.chip { margin-bottom: .25em; padding-left: .75em; border-radius: 10px; }
.send:hover { background: var(--accent); }
.icon[aria-disabled="true"] { background: var(--sunken); color: var(--ink-3); }
.count { padding: 0 1em .5em; }
.fault { color: var(--broken); }
.drop { outline: 2px dashed var(--accent); }
@media (max-width: 480px), (max-height: 480px) { .z > .panel { inset: 0; width: auto; height: 100vh; height: 100dvh; max-width: none; max-height: none; border: 0; border-radius: 0; padding-bottom: env(safe-area-inset-bottom); } }
@media (prefers-reduced-motion: no-preference) { .panel { animation: rise .24s; } @keyframes rise { from { opacity: 0; transform: translateY(12px); } } }
@media (forced-colors: active) { .words, .icon, .badge { border: 1px solid; } }
@media print { .z { display: none; } }
`;

  /** An element: attributes, listeners (onclick), children; nothing is ever read as HTML. */
  function h(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") node.addEventListener(name.slice(2), value);
      else if (value !== false && value !== undefined) node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.filter(Boolean));
    return node;
  }

  function icon(name) {
    const [svg, path] = ["svg", "path"].map((tag) => document.createElementNS("http://www.w3.org/2000/svg", tag));
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", SHAPES[name]);
    svg.append(path);
    return svg;
  }

  const button = (looks, act, ...children) => h("button", { type: "button", class: looks, onclick: act }, ...children);
  const worded = (node, key) => ((node.dataset.t = key), node);
  const put = (node, text) => node.textContent === text || (node.textContent = text);

  /** Show the text; without any, nothing. */
  function show(node, text) {
    put(node, text || "");
    node.hidden = !text;
  }

  const shapes = new WeakMap();

  /** Whether the node shows something else than before. */
  function changed(node, shown) {
    const signature = JSON.stringify(shown);
    return shapes.get(node) !== signature && Boolean(shapes.set(node, signature));
  }

  /** Make these the parent's children, without touching those that are in place. */
  function arrange(parent, nodes) {
    nodes.forEach((node, at) => parent.children[at] === node || parent.insertBefore(node, parent.children[at] || null));
    while (parent.children.length > nodes.length) parent.lastChild.remove();
  }

  const initials = (name) => name.split(/\s+/).map((word) => word.slice(0, 1)).join("").slice(0, 2).toUpperCase();

  /** Text with its addresses as links; everything else stays text. */
  function linked(text) {
    return text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,:;!?()[\]{}'»”“])/i).map((part, index) => (index % 2 ? h("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow ugc" }, part) : part));
  }

  /** The launcher, the panel, and what the visitor does with them. Drawn once; `render` brings it up to date. */
  class View {
    constructor() {
      this.nodes = new Map();
      this.pictures = new Map();
      this.chips = [];
      this.isOpen = false;
      this.talk = new Talk(() => this.later());
      this.talk.live = this.live = new Live(this.talk, () => this.isOpen);
      this.talk.arrived = (news) => this.announce(news);
      this.phone = matchMedia("(max-width: 480px), (max-height: 480px)");
    }

    later() {
      if (this.soon || !this.root) return;
      this.soon = true;
      Promise.resolve().then(() => {
        this.soon = false;
        this.render();
      });
    }

    t(key, values) {
      return this.talk.text(key, values);
    }

    // --- drawing

    /** Into the page, beside its body: pages that swap their body keep the chat. */
    draw() {
      if (this.root) return this.later();
      const host = document.createElement("zabota-chat");
      const shadow = host.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      shadow.adoptedStyleSheets = [sheet];
      this.host = host;
      this.root = h("aside", { class: script.dataset.side === "left" ? "z left" : "z" }, this.makeLauncher(), this.makePanel(), (this.ear = h("div", { class: "ear", "aria-live": "polite" })));
      this.dress();
      // The page's own keys and drops are not for what is typed and dropped here, nor ours for it.
      for (const name of ["keydown", "keyup", "keypress", "paste", "dragover", "drop"]) this.root.addEventListener(name, (event) => event.stopPropagation());
      shadow.append(this.root);
      document.documentElement.append(host);
      const { text = "", files = [] } = store.get("draft") || {};
      this.area.value = text;
      this.chips = files;
      this.render();
    }

    dress() {
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const theme = script.dataset.theme;
      const wear = () => this.root.classList.toggle("dark", theme === "dark" || (theme !== "light" && dark.matches));
      dark.addEventListener("change", wear);
      wear();
    }

    makeLauncher() {
      this.badge = h("span", { class: "badge" });
      this.launcher = button("launcher", () => this.open(), icon("chat"), worded(h("span"), "launcher"), this.badge);
      this.launcher.setAttribute("aria-haspopup", "dialog");
      return this.launcher;
    }

    makePanel() {
      this.face = h("span", { class: "face", "aria-hidden": "true" });
      this.brand = h("h2");
      this.here = h("p", { class: "here" });
      this.answer = h("p");
      this.closer = button("icon", () => this.close(), icon("close"));
      this.now = h("span", { class: "grow" });
      this.facts = h("dl");
      this.card = h("details", { class: "card" }, h("summary", {}, this.now, icon("down")), this.facts);
      this.notice = h("p", { class: "notice", role: "status" });
      this.more = worded(button("link more", () => this.attempt(() => this.talk.earlier())), "earlier");
      this.intro = h("div", { class: "intro" });
      this.thread = h("div", { class: "thread" });
      this.typing = h("p", { class: "typing" });
      this.closed = worded(h("p", { class: "event" }), "closed");
      this.scroll = h("div", { class: "scroll", tabindex: "0", role: "region", onscroll: () => this.scrolled() }, h("div", { class: "inner" }, this.more, this.intro, this.thread, this.typing, this.closed, this.makeConsent(), this.makeContact()));
      this.newer = worded(button("button newer", () => this.toEnd()), "newer");
      const drag = (event) => this.dragged(event);
      this.panel = h(
        "section",
        { class: "panel", role: "dialog", tabindex: "-1", onkeydown: (event) => this.pressed(event), ondragover: drag, ondragleave: drag, ondrop: drag },
        h("header", { class: "head" }, this.face, h("div", {}, this.brand, this.here, this.answer), this.closer),
        ...[this.card, this.notice, this.scroll, this.newer, this.makeComposer()],
      );
      return this.panel;
    }

    makeConsent() {
      const act = (key, looks, agree) => worded(button(looks, () => this.decide(agree)), key);
      const acts = h("div", { class: "row" }, act("agree", "button main", true), act("not_yet", "button", false));
      return (this.consent = h("div", { class: "box" }, worded(h("p", { class: "ask" }), "asks_to_close"), acts));
    }

    makeContact() {
      const field = (name, required) => h("label", {}, worded(h("span"), `contact_${name}`), h("input", { type: required ? "email" : "text", name, required, autocomplete: name, maxlength: "254" }));
      const acts = h("div", { class: "row" }, worded(h("button", { class: "button main" }), "contact_send"), worded(button("button", () => this.left()), "contact_later"));
      const words = ["contact_title", "contact_intro"].map((key, at) => worded(h(at ? "p" : "b"), key));
      this.contact = h("form", { class: "box", onsubmit: (event) => this.leave(event) }, ...words, field("email", true), field("name", false), acts);
      return this.contact;
    }

    makeComposer() {
      this.area = h("textarea", { rows: "1", enterkeyhint: "send", oninput: () => this.typed(), onkeydown: (event) => this.entered(event), onpaste: (event) => this.pasted(event) });
      this.picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => this.picked() });
      this.attach = button("icon", () => this.picker.click(), icon("attach"));
      this.sender = button("icon send", () => this.send(), icon("send"));
      this.list = h("ul", { class: "chips" });
      this.count = h("p", { class: "count" });
      this.fault = h("p", { class: "count fault", role: "alert", hidden: true });
      this.done = h("p", { class: "count", role: "status", hidden: true });
      const line = h("div", { class: "line" }, this.attach, this.picker, this.area, this.sender);
      return (this.composer = h("div", { class: "composer" }, this.list, line, this.count, this.fault, this.done));
    }

    // --- bringing up to date

    render() {
      const { talk } = this;
      const [unread, isAtEnd] = [talk.unread, this.isAtEnd];
      this.live.settle();
      this.dressWords();
      this.renderHead();
      const isLonger = this.renderThread();
      this.renderEnd();
      if (isAtEnd || isLonger) this.toEnd();
      this.launcher.hidden = this.isOpen || !talk.greeted;
      this.panel.hidden = !this.isOpen;
      show(this.badge, unread && String(unread));
      this.launcher.setAttribute("aria-label", unread ? `${this.t("launcher")}. ${this.t("unread", { n: unread })}` : this.t("launcher"));
      this.countInTitle(unread);
      if (this.isOpen && !document.hidden && this.isAtEnd) talk.see();
    }

    /** The server's words, once they are there or changed. */
    dressWords() {
      const { talk } = this;
      if (this.worn === talk.texts) return;
      this.worn = talk.texts;
      this.root.lang = talk.language;
      this.intro.replaceChildren(...(talk.greeted ? [h("b", {}, this.t("launcher")), this.t("intro")] : [this.t("cannot_reach")]));
      const named = [[this.root, "title"], [this.closer, "close"], [this.scroll, "thread"], [this.attach, "attach"], [this.sender, "send"], [this.area, "message"], [this.panel, talk.greeted ? "title" : "cannot_reach"]];
      for (const [node, key] of named) node.setAttribute("aria-label", this.t(key));
      for (const node of this.root.querySelectorAll("[data-t]")) put(node, this.t(node.dataset.t));
    }

    renderHead() {
      const { talk } = this;
      const { agent, conversation } = talk;
      const name = agent ? agent.name : "";
      put(this.face, initials(name || talk.brand.name));
      put(this.brand, talk.brand.name);
      show(this.here, name && this.t(agent.is_here ? "here" : "away", { name }));
      this.here.classList.toggle("is", Boolean(agent && agent.is_here));
      show(this.answer, talk.answer);
      show(this.notice, talk.isCut && this.t(talk.greeted ? "offline" : "cannot_reach"));
      const card = conversation && conversation.state !== "closed" && conversation.card;
      this.card.hidden = !card;
      if (!card) return;
      put(this.now, [card.next, card.by_when].filter(Boolean).join(" · "));
      const facts = ["who", "now", "next", "by_when"].filter((key) => card[key]);
      if (changed(this.facts, [card, talk.language])) this.facts.replaceChildren(...facts.flatMap((key) => [h("dt", {}, this.t(`card_${key}`)), h("dd", {}, card[key])]));
    }

    // --- the thread

    /** Returns whether the visitor has just written. */
    renderThread() {
      const { talk } = this;
      const { thread, outbox } = talk;
      const lastSeen = thread.filter((message) => message.mine && message.seen).pop();
      const today = talk.now().toDateString();
      const nodes = [];
      let before = null;
      for (const message of thread) {
        const day = new Date(message.at).toDateString();
        const isNewDay = !before || new Date(before.at).toDateString() !== day;
        if (isNewDay) nodes.push(this.node(day, today, () => h("p", { class: "day" }, this.day(day))));
        const isFirst = isNewDay || before.mine !== message.mine || before.author !== message.author || before.kind !== message.kind || Date.parse(message.at) - Date.parse(before.at) > 300 * SECOND;
        const isSeen = message === lastSeen;
        nodes.push(this.node(message.id, [message, isFirst, isSeen], () => this.makeMessage(message, isFirst, isSeen)));
        before = message;
      }
      const isStuck = talk.stuck || talk.isCut;
      for (const item of outbox) nodes.push(this.node(item.key, [item, isStuck], () => this.makeUnsent(item, isStuck)));
      arrange(this.thread, nodes);
      this.more.hidden = !talk.hasEarlier;
      this.intro.hidden = nodes.length > 0 || !(talk.greeted || talk.misses);
      show(this.typing, (talk.typingUntil || 0) > Date.now() && this.t(talk.agent ? "typing" : "typing_nobody", { name: talk.agent ? talk.agent.name : "" }));
      const written = outbox.length - this.unsent;
      this.unsent = outbox.length;
      return written > 0;
    }

    /** The node of this name, made anew only when what it shows changed. */
    node(name, shown, make) {
      const signature = JSON.stringify([shown, this.talk.language]);
      const kept = this.nodes.get(name);
      if (kept && kept.signature === signature) return kept.node;
      const node = make();
      this.nodes.set(name, { signature, node });
      return node;
    }

    makeMessage(message, isFirst, isSeen) {
      if (message.kind === "event") return h("p", { class: "event" }, message.text);
      const time = new Intl.DateTimeFormat(this.talk.language, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(message.at));
      const by = h("p", { class: isFirst ? "by" : "ear" }, `${message.mine ? this.t("you") : message.author || this.talk.brand.name} · `, h("time", { datetime: message.at }, time));
      const looks = `say${isFirst ? " first" : ""}${message.mine ? " mine" : ""}`;
      return this.makeSay(message, looks, by, message.files.map((file) => this.makeFile(file)), isSeen && h("p", { class: "state" }, this.t("seen")));
    }

    makeUnsent(item, isStuck) {
      const isRefused = item.refused !== undefined;
      const words = isRefused ? item.refused || this.t("refused") : this.t(isStuck ? "unsent" : "sending");
      const state = h("p", { class: isRefused ? "state fault" : "state" }, words);
      if (isRefused || isStuck) {
        state.append(
          button("link", () => this.talk.retry(item.key), this.t("again")),
          button("link", () => this.takeBack(item.key), this.t("take_back")),
        );
      }
      return this.makeSay(item, "say first mine waits", null, item.files.map((file) => h("p", { class: "file" }, ...this.fileFacts(file))), state);
    }

    makeSay({ text }, looks, by, files, state) {
      return h("div", { class: looks }, by, text && h("div", { class: "words" }, ...linked(text)), ...files, state);
    }

    // --- files of messages

    fileFacts(file) {
      return [icon("file"), h("span", {}, file.name), h("small", {}, this.size(file.size))];
    }

    /** A file is a row that saves it; a picture is shown small, and large with its row when pressed. */
    makeFile(file) {
      const row = this.named("download", file, button("file", () => this.save(file), ...this.fileFacts(file)));
      if (!file.is_picture || file.size > 8e6) return row;
      // Where the page's own policy forbids blob: pictures, the row stands instead.
      const instead = () => (thumb.hidden = !(row.hidden = false));
      const image = h("img", { alt: "", onerror: instead });
      const enlarge = () => {
        row.hidden = !row.hidden;
        thumb.setAttribute("aria-expanded", String(!row.hidden));
      };
      const thumb = this.named("picture", file, button("thumb", enlarge, image));
      row.hidden = true;
      this.bytes(file).then((address) => (image.src = address), instead);
      return h("div", {}, thumb, row);
    }

    named(key, values, node) {
      node.setAttribute("aria-label", this.t(key, values));
      return node;
    }

    /** The file's bytes as an address of this page. They are never opened as a page: a file may be anything. */
    bytes(file) {
      if (!this.pictures.has(file.ref)) {
        const asked = this.talk.asked(`files/${encodeURIComponent(file.ref)}`, { file: true, seconds: 300 });
        asked.catch(() => this.pictures.delete(file.ref));
        this.pictures.set(file.ref, asked.then((blob) => URL.createObjectURL(new Blob([blob], { type: "application/octet-stream" }))));
      }
      return this.pictures.get(file.ref);
    }

    save(file) {
      this.attempt(async () => h("a", { href: await this.bytes(file), download: file.name }).click());
    }

    size(bytes) {
      const [unit, number] = bytes < 1e6 ? ["kilobyte", Math.ceil(bytes / 1e3)] : ["megabyte", Math.round(bytes / 1e5) / 10];
      return new Intl.NumberFormat(this.talk.language, { style: "unit", unit }).format(number);
    }

    day(day) {
      const { language } = this.talk;
      for (const ago of [0, 1]) {
        const word = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-ago, "day");
        if (new Date(this.talk.now() - ago * 86400 * SECOND).toDateString() === day) return word[0].toUpperCase() + word.slice(1);
      }
      return new Intl.DateTimeFormat(language, { day: "numeric", month: "long" }).format(new Date(day));
    }

    // --- scrolling and telling

    /** The scroll runs from its end (column-reverse): 0 is the newest, whatever grows around it. */
    get isAtEnd() {
      return this.scroll.scrollTop > -60;
    }

    toEnd() {
      this.scroll.scrollTop = 0;
      this.newer.hidden = true;
    }

    scrolled() {
      if (!this.isAtEnd) return;
      this.newer.hidden = true;
      this.later();
    }

    announce(news) {
      if (!news.length || !this.root) return;
      const last = news[news.length - 1];
      put(this.ear, `${last.author || this.talk.brand.name}: ${last.text || last.files.map((file) => file.name).join(", ")}`);
      if (this.isOpen && !this.isAtEnd) this.newer.hidden = false;
    }

    /** "(2) " before the page's title, while nobody looks at the page. */
    countInTitle(unread) {
      const bare = this.counted && document.title.startsWith(this.counted) ? document.title.slice(this.counted.length) : document.title;
      this.counted = document.hidden && unread ? `(${unread}) ` : "";
      if (document.title !== this.counted + bare) document.title = this.counted + bare;
    }

    // --- what stands between thread and composer, and the composer

    renderEnd() {
      const { talk } = this;
      const { conversation } = talk;
      const closed = conversation && conversation.state === "closed";
      this.consent.hidden = !(conversation && conversation.asks_to_close && !closed);
      this.contact.hidden = !talk.wants_contact || visit.get("contact") || !(conversation || talk.outbox.length);
      this.composer.hidden = !talk.greeted;
      this.area.placeholder = this.t("placeholder");
      this.closed.hidden = !closed;
      this.attach.hidden = !talk.limits.files;
      const left = talk.limits.text - this.area.value.length;
      show(this.count, left < talk.limits.text / 10 && `${this.area.value.length} / ${talk.limits.text}`);
      this.count.classList.toggle("fault", left < 0);
      const ready = this.area.value.trim() || this.chips.length;
      this.sender.setAttribute("aria-disabled", String(!ready || this.isSending));
      if (changed(this.list, [this.chips, talk.language])) this.list.replaceChildren(...this.chips.map((chip) => this.makeChip(chip)));
      this.list.hidden = !this.chips.length;
    }

    makeChip(chip) {
      const out = this.named("detach", chip, button("icon", () => this.detach(chip), icon("close")));
      return h("li", { class: "chip" }, h("span", { class: "grow" }, chip.name), h("small", {}, chip.ref ? this.size(chip.size) : this.t(chip.failed ? "upload_failed" : "uploading")), out);
    }

    grow() {
      this.area.style.height = "auto";
      this.area.style.height = `${this.area.scrollHeight}px`;
    }

    typed() {
      this.grow();
      show(this.fault, "");
      if (this.area.value) this.talk.typing();
      this.keepDraft();
    }

    keepDraft() {
      store.set("draft", { text: this.area.value, files: this.chips.filter((chip) => chip.ref) });
      this.later();
    }

    entered(event) {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    }

    /** What is written goes into the outbox; files still on their way are waited for. */
    send() {
      const text = this.area.value.trim();
      const { limits } = this.talk;
      if (text.length > limits.text) return show(this.fault, this.t("too_long", { n: limits.text }));
      if (!text && !this.chips.length) return this.area.focus();
      this.isSending = this.chips.some((chip) => !chip.ref);
      if (this.isSending) return this.later();
      this.talk.write(text, this.chips);
      this.chips = [];
      this.area.value = "";
      show(this.done, "");
      this.typed();
      this.area.focus();
    }

    takeBack(key) {
      const { text, files } = this.talk.withdraw(key) || { files: [] };
      this.area.value = [text, this.area.value].filter(Boolean).join("\n");
      this.chips = [...files, ...this.chips];
      this.typed();
      this.area.focus();
    }

    // --- files for a message

    picked() {
      this.add(this.picker.files);
      this.picker.value = "";
    }

    pasted(event) {
      if (!event.clipboardData.files.length) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    }

    dragged(event) {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      this.composer.classList.toggle("drop", event.type === "dragover");
      if (event.type === "drop") this.add(event.dataTransfer.files);
    }

    add(files) {
      const { limits } = this.talk;
      for (const file of files) {
        if (file.size > limits.file_bytes) show(this.fault, this.t("too_big", { name: file.name, size: this.size(limits.file_bytes) }));
        else if (this.chips.length >= limits.files) show(this.fault, this.t("too_many", { n: limits.files }));
        else {
          const chip = { id: uuid(), name: file.name, size: file.size };
          this.chips.push(chip);
          this.upload(chip, file);
        }
      }
      this.later();
      this.area.focus();
    }

    async upload(chip, file) {
      for (let tries = 0; this.chips.includes(chip) && !chip.ref; tries += 1) {
        const body = new FormData();
        body.append("file", file, file.name);
        try {
          Object.assign(chip, await this.talk.asked("files", { body, seconds: 600 }));
        } catch (problem) {
          if (problem.isFinal) {
            this.detach(chip);
            return this.say(problem);
          }
          chip.failed = true;
          this.later();
          await pause(Math.max(problem.wait, Math.min(30, 2 ** tries)) * SECOND);
        }
      }
      this.keepDraft();
      if (this.isSending) this.send();
    }

    detach(chip) {
      this.chips = this.chips.filter((one) => one !== chip);
      this.isSending = false;
      this.keepDraft();
      this.rest();
    }

    // --- consent and address

    decide(agree) {
      this.attempt(async () => {
        await this.talk.decide(agree);
        if (!agree) show(this.done, this.t("missing"));
        this.rest();
      });
    }

    leave(event) {
      event.preventDefault();
      const { email, name } = this.contact.elements;
      this.attempt(async () => {
        const { sentence } = await this.talk.asked("contact", { body: { email: email.value, name: name.value } });
        this.left();
        show(this.done, sentence);
      });
    }

    left() {
      visit.set("contact", true);
      this.rest();
      this.later();
    }

    /** Do it; what goes wrong is told in the server's words. */
    async attempt(act) {
      show(this.fault, "");
      await act().catch((problem) => this.say(problem));
    }

    say(problem) {
      show(this.fault, problem.sentence || this.t("failed"));
    }

    // --- opening and closing

    get focused() {
      return this.host.shadowRoot.activeElement;
    }

    open({ focus = true } = {}) {
      if (this.isOpen) return;
      this.draw();
      const before = document.activeElement;
      this.cameFrom = before && before !== document.body && before !== this.host ? before : this.launcher;
      this.isOpen = true;
      visit.set("open", true);
      this.fit();
      this.render();
      this.toEnd();
      if (this.talk.greeted) this.talk.refresh();
      this.grow();
      if (focus) this.rest();
    }

    /** Where the visitor goes on; on a phone without the keyboard, which would hide half of what is to be read. */
    rest() {
      (this.phone.matches || !this.talk.greeted ? this.panel : this.area).focus();
    }

    close() {
      if (!this.isOpen) return;
      this.isOpen = false;
      visit.remove("open");
      this.render();
      this.cameFrom.focus();
    }

    /** On a phone the panel is the whole screen above the keyboard. */
    fit() {
      const { phone, panel } = this;
      const seen = window.visualViewport;
      panel.setAttribute("aria-modal", String(phone.matches));
      const isFitted = phone.matches && seen && seen.scale === 1;
      panel.style.height = isFitted ? `${seen.height}px` : "";
      panel.style.top = isFitted ? `${seen.offsetTop}px` : "";
    }

    pressed(event) {
      if (event.key === "Escape") {
        event.preventDefault();
        this.close();
      }
      if (event.key !== "Tab" || !this.phone.matches) return;
      const stops = [...this.panel.querySelectorAll("a, button, summary, textarea, input, [tabindex='0']")].filter((node) => node.getClientRects().length);
      const [first, last] = [stops[0], stops[stops.length - 1]];
      const at = this.focused;
      if (event.shiftKey ? at !== first && at !== this.panel : at !== last) return;
      event.preventDefault();
      (event.shiftKey ? last : first).focus();
    }

    // --- the life of the page

    async begin() {
      const { talk } = this;
      if (talk.greeted) this.draw();
      for (let tries = 1; ; tries += 1) {
        try {
          await talk.hello();
          break;
        } catch (problem) {
          if ([403, 404].includes(problem.status)) return this.end();
          await pause(Math.max(problem.wait, Math.min(600, 4 ** tries)) * SECOND);
        }
      }
      this.draw();
      if (talk.conversation || this.isOpen) talk.refresh();
      if (talk.next()) talk.flush();
      if (script.dataset.open !== undefined || visit.get("open")) if (!this.phone.matches) this.open({ focus: false });
    }

    /** The channel is gone, or not for this page. */
    end() {
      store.remove("hello");
      this.live.away = true;
      this.live.settle();
      if (this.root) this.host.remove();
    }
  }

  const view = new View();
  const { talk, live, phone } = view;
  const zabota = { open: () => view.open(), close: () => view.close(), toggle: () => (view.isOpen ? view.close() : view.open()) };
  Object.defineProperty(window, "Zabota", { value: Object.freeze(zabota) });
  const look = () => {
    if (!document.hidden && navigator.onLine) wake();
    if (!document.hidden && view.isOpen && talk.greeted) talk.refresh();
    view.later();
  };
  for (const name of ["online", "offline"]) window.addEventListener(name, look);
  document.addEventListener("visibilitychange", look);
  // A page that lies in the browser's memory holds no stream; shown again, it asks what is new.
  const settle = (away) => {
    live.away = away;
    live.settle();
  };
  window.addEventListener("pagehide", () => settle(true));
  window.addEventListener("pageshow", (event) => {
    settle(false);
    if (event.persisted && talk.greeted) talk.refresh();
  });
  const fit = () => view.root && view.fit();
  phone.addEventListener("change", fit);
  if (window.visualViewport) for (const name of ["resize", "scroll"]) window.visualViewport.addEventListener(name, fit);
  if (document.body) view.begin();
  else document.addEventListener("DOMContentLoaded", () => view.begin());
})();
