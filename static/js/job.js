// A job's progress: looked at every second, and the page anew when it is over.
"use strict";
(() => {
  const box = document.querySelector("[data-job]");
  if (!box) return;
  const bar = box.querySelector("progress");
  const done = box.querySelector("[data-done]");
  const total = box.querySelector("[data-total]");

  const look = async () => {
    try {
      const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
      if (answer.redirected) return location.reload(); // signed out meanwhile
      if (answer.ok) {
        const job = await answer.json();
        if (job.over) return location.reload();
        bar.max = job.total || 1;
        bar.value = job.done;
        done.textContent = job.done;
        total.textContent = job.total;
      }
    } catch { /* the network may come back */ }
    return setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
})();
