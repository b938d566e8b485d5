// Follows the conversation: at each event the page is asked for again, and its
// talk replaces this one.
const chat = document.getElementById("talk").dataset.chat;
let busy = false, again = false;

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await fetch("/?chat=" + chat);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = fresh.getElementById("talk"), now = document.getElementById("talk");
    if (next.innerHTML !== now.innerHTML) {
      const focused = document.activeElement?.closest("#talk li")?.id;
      now.innerHTML = next.innerHTML;
      document.getElementById("bas").scrollIntoView();
      if (focused) document.querySelector("#" + focused + " button")?.focus({ preventScroll: true });
    }
    document.querySelector(".more").innerHTML = fresh.querySelector(".more").innerHTML;
  } finally {
    busy = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}

new EventSource("/events").onmessage = () => refresh().catch(() => {});

// A form is sent without leaving the page.
document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, body = new URLSearchParams(new FormData(form, event.submitter));
  await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (form.id === "say") form.elements.text.value = "";
  refresh();
});
document.getElementById("bas").scrollIntoView();
