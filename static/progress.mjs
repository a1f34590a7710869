// Follows a job: asks for its state, ever more slowly, says the quarters aloud, then goes to the result.
// The address answers {"percent": 40, "step": "Drawing the charts", "done": false, "failed": false, "result_url": ""}.
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 5000;
const HIDDEN_WAIT = 10000;
const PATIENCE = 6;

for (const box of document.querySelectorAll('[data-module="portal-progress"]')) {
  follow(box);
}

function follow(box) {
  const words = box.querySelector(".portal-progress__words");
  const bar = box.querySelector(".portal-progress__bar");
  const link = box.querySelector(".portal-progress__link");
  let wait = FIRST_WAIT;
  let failures = 0;
  let spoken = -1;
  link.hidden = true;

  async function ask() {
    try {
      const answer = await fetch(box.dataset.url, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        cache: "no-store",
      });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      show(await answer.json());
      failures = 0;
    } catch {
      failures += 1;
      if (failures >= PATIENCE) {
        words.textContent = "We cannot see the progress at the moment. The work goes on.";
        link.hidden = false;
        return;
      }
      next();
    }
  }

  function show(state) {
    bar.value = state.percent;
    if (state.done) {
      words.textContent = "Ready";
      window.location.assign(state.result_url || box.dataset.url);
      return;
    }
    if (state.failed) {
      words.textContent = state.step || "This could not be finished.";
      bar.hidden = true;
      link.hidden = false;
      return;
    }
    const quarter = Math.floor(state.percent / 25);
    if (quarter !== spoken) {
      spoken = quarter;
      words.textContent = `${state.step ? `${state.step}: ` : ""}${state.percent}%`;
    }
    next();
  }

  function next() {
    window.setTimeout(ask, document.hidden ? HIDDEN_WAIT : wait);
    wait = Math.min(LONGEST_WAIT, wait * 1.4);
  }

  ask();
}
