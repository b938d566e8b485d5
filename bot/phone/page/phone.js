// Keeps the page up to date and sends its forms; without it they send
// themselves.
(() => {
  'use strict';
  const get = id => document.getElementById(id);
  const page = document.body.dataset;
  const lines = get('lines'), answer = get('answer'), write = get('write');
  if (!lines) return;
  const text = get('text'), status = get('status'), refresh = get('refresh');
  let last = +page.last, source, wait = 1000, watch, lost;
  let waiting, again; // what is being sent; the timer of its next attempt

  function tell(sentence) {
    status.textContent = sentence;
    if (sentence === page.back)
      setTimeout(() => status.textContent === sentence && tell(''), 6000);
  }

  function renew(form) {
    if (form.isConnected) form.elements.id.value = crypto.getRandomValues(new Uint32Array(4)).join('');
  }

  // show adds what the page does not have yet; own: the learner just acted.
  function show(update, own) {
    if (update.key !== page.key) return location.reload();
    let first;
    for (const line of update.lines) {
      if (line.n <= last) continue;
      lines.insertAdjacentHTML('beforeend', line.html);
      const added = lines.lastElementChild;
      if (!first || first.matches('.learner')) first = added;
      added.className += ' new';
      last = line.n;
    }
    if (!first) return;
    const held = own || answer.contains(document.activeElement);
    if (update.answer !== undefined) answer.innerHTML = update.answer;
    if (held && document.activeElement !== text)
      (answer.querySelector('button') || text).focus({ preventScroll: true });
    first.scrollIntoView();
  }

  function offline() {
    lost = true;
    refresh.hidden = false;
    tell(waiting ? page.kept : page.lost);
  }

  function online() {
    if (page.blind && !waiting && !text.value) return location.reload();
    wait = 1000;
    refresh.hidden = true;
    if (!lost) return;
    if (waiting) return deliver();
    lost = false;
    tell(page.back);
  }

  async function deliver() {
    const job = waiting;
    clearTimeout(again);
    if (job.busy) return;
    job.busy = true;
    let reply, update;
    try {
      reply = await fetch('/say', {
        method: 'POST', body: new URLSearchParams(job.said + '&after=' + last),
        headers: { Accept: 'application/json' },
        signal: AbortSignal.timeout(15000),
      });
      update = await reply.json();
    } catch { reply = null; }
    job.busy = false;
    if (job !== waiting) return;
    if (!reply || reply.status >= 500) {
      offline();
      again = setTimeout(deliver, job.pause = Math.min(2 * job.pause, 30000));
      return;
    }
    waiting = null;
    tell(update.problem || (lost ? page.back : ''));
    lost = false;
    if (!reply.ok) return;
    if (job.form === write && text.value === job.text) text.value = '';
    renew(job.form);
    show(update, true);
  }

  document.addEventListener('submit', event => {
    const form = event.target;
    if (form !== write && !answer.contains(form)) return;
    event.preventDefault();
    const said = String(new URLSearchParams(new FormData(form, event.submitter)));
    if (!waiting || waiting.said !== said) waiting = { form, said, text: text.value, pause: 500 };
    deliver();
  });

  function open() {
    source = new EventSource('/events?after=' + last);
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(retry, 50000);
      online();
    };
    source.addEventListener('beat', e => e.data === page.key ? alive() : location.reload());
    source.addEventListener('lines', e => { alive(); show(JSON.parse(e.data), waiting); });
    source.addEventListener('full', e => { wait = 30000; retry(); tell(e.data); });
    source.onerror = retry;
  }

  function retry() {
    source.close();
    clearTimeout(watch);
    offline();
    watch = setTimeout(open, wait * (0.5 + Math.random()));
    wait = Math.min(2 * wait, 30000);
  }

  addEventListener('pagehide', () => source.close());
  addEventListener('pageshow', e => e.persisted && location.reload());
  open();
})();
