"use strict";
(() => {
  const body = document.body, banner = document.getElementById("banner");
  const POLL = 15, WARN = 30, OLD = 120; // seconds without news
  const TURN = 8;                        // seconds a page of what does not fit
  const CALLS = 4, WINDOWS = 12, MISSED = 5; // on one page, the newest call not counted
  let shown = Number(body.dataset.seq), wanted = shown, busy = false;
  let fresh = performance.now(), ahead = Number(body.dataset.time) - Date.now();
  let newest = Math.max(0, ...seqs()), turned = performance.now();
  const turn = { calls: 0, windows: 0, missed: 0 }; // pages turned since a call came, since the start

  function seqs() { return [...document.querySelectorAll(".calls li")].map(li => Number(li.dataset.seq)); }

  // news notes that the hall spoke, and its clock.
  function news(time) {
    fresh = performance.now();
    ahead = time - Date.now();
  }

  // refresh exchanges the middle of the page; a call that is new blinks.
  async function refresh() {
    if (busy) return;
    busy = true;
    const limit = new AbortController(), timer = setTimeout(() => limit.abort(), 5000);
    try {
      const answer = await fetch(location.href, { cache: "no-store", signal: limit.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.getElementById("main").replaceWith(document.adoptNode(page.getElementById("main")));
      shown = Number(page.body.dataset.seq);
      news(Number(page.body.dataset.time));
      for (const li of document.querySelectorAll(".calls li")) {
        if (Number(li.dataset.seq) <= newest) continue;
        li.classList.add("new");
        turn.calls = 0;
        turned = performance.now();
      }
      newest = Math.max(newest, ...seqs());
      pages();
    } catch (e) {
      // The banner says since when there is no connection.
    } finally {
      clearTimeout(timer);
      busy = false;
      if (wanted > shown && performance.now() - fresh < 5000) setTimeout(refresh, 100);
    }
  }

  // listen follows the stream; a browser gives up after some errors, we do not.
  function listen() {
    const stream = new EventSource("/v1/events?after=" + shown);
    stream.onmessage = e => {
      const board = JSON.parse(e.data);
      news(board.time);
      wanted = board.seq;
      if (board.seq !== shown) refresh();
    };
    stream.onerror = () => {
      if (stream.readyState !== EventSource.CLOSED) return;
      setTimeout(listen, 3000);
    };
  }

  // pages shows one page of what is longer than the screen, and which of how
  // many it is. The newest call always stays.
  function pages() {
    leaf("calls", [...document.querySelectorAll(".calls li")].slice(1), CALLS);
    leaf("windows", [...document.querySelectorAll(".windows tr")], WINDOWS);
    leaf("missed", [...document.querySelectorAll("[data-missed]")], MISSED);
  }

  function leaf(section, lines, size) {
    const count = Math.max(1, Math.ceil(lines.length / size)), at = turn[section] % count;
    lines.forEach((line, i) => { line.hidden = Math.floor(i / size) !== at; });
    document.querySelector("." + section + " .leaf").textContent = count > 1 ? (at + 1) + " / " + count : "";
  }

  // tick shows the hall's time and the age of the data.
  function tick() {
    const zone = body.dataset.zone, now = new Date(Date.now() + ahead);
    document.getElementById("clock").textContent = now.toLocaleTimeString("zh-CN", { timeZone: zone, hour: "2-digit", minute: "2-digit", hour12: false });
    document.getElementById("date").textContent = now.toLocaleDateString("zh-CN", { timeZone: zone, year: "numeric", month: "long", day: "numeric", weekday: "long" });
    const age = (performance.now() - fresh) / 1000;
    body.classList.toggle("old", age > OLD);
    banner.hidden = age < WARN;
    if (age >= WARN) {
      const since = new Date(now - age * 1000).toLocaleTimeString("zh-CN", { timeZone: zone, hour: "2-digit", minute: "2-digit", hour12: false });
      banner.replaceChildren("自 " + since + " 起未更新，请留意窗口叫号 ");
      const en = document.createElement("small");
      en.textContent = "No connection since " + since + ", please watch the windows";
      banner.append(en);
    }
    const seconds = Math.round(performance.now() / 1000);
    if (age > POLL && seconds % 5 === 0) refresh();
    if (performance.now() - turned < TURN * 1000) return;
    turned = performance.now();
    turn.calls++;
    turn.windows++;
    turn.missed++;
    pages();
  }

  pages();
  listen();
  tick();
  setInterval(tick, 1000);
})();
