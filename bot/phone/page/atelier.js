// Plays the scene again when the folder of lessons was read again.
(() => {
  'use strict';
  const seen = document.body.dataset.reads;
  const text = document.getElementById('text');
  async function look() {
    try {
      const reply = await fetch('/atelier/lectures');
      if (reply.ok && await reply.text() !== seen && !text.value) return document.getElementById('play').submit();
    } catch { /* the server is away: look again later */ }
    setTimeout(look, 1000);
  }
  look();
  for (const id of ['lesson', 'language'])
    document.getElementById(id).addEventListener('change', event => {
      if (id === 'lesson') document.getElementById('step').value = '';
      event.target.form.requestSubmit(event.target.form.querySelector('button'));
    });
})();
