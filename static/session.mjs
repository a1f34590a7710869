// Warns before the session ends and lets one click extend it (WCAG 2.2.1). Activity in another tab counts.
const own = document.querySelector("script[data-session-extend]");
const WARNING = 5 * 60 * 1000;
const SHARED = "portal.session.ends";
let ends = Date.now() + Number(own.dataset.sessionSeconds) * 1000;
let dialog = null;

function share() {
  try {
    localStorage.setItem(SHARED, String(ends));
  } catch {
    // Without storage each tab keeps its own time.
  }
}

function build() {
  const made = document.createElement("dialog");
  made.className = "portal-session";
  made.setAttribute("aria-labelledby", "session-title");
  made.innerHTML = `<h2 class="govuk-heading-m" id="session-title">You are about to be signed out</h2>
<p class="govuk-body" data-words role="status"></p>
<div class="govuk-button-group"><button type="button" class="govuk-button" data-stay>Stay signed in</button></div>`;
  made.querySelector("[data-stay]").addEventListener("click", extend);
  made.addEventListener("cancel", (event) => {
    event.preventDefault();
    extend();
  });
  document.body.append(made);
  return made;
}

function say(words) {
  const place = dialog.querySelector("[data-words]");
  if (place.textContent !== words) {
    place.textContent = words;
  }
}

async function extend() {
  const token = document.querySelector("header input[name=csrfmiddlewaretoken]");
  const answer = await fetch(own.dataset.sessionExtend, {
    method: "POST",
    headers: { "X-CSRFToken": token ? token.value : "" },
    redirect: "manual",
  }).catch(() => null);
  if (!answer || !answer.ok) {
    ends = Math.min(ends, Date.now());
    show();
    return;
  }
  ends = Date.now() + Number(await answer.text()) * 1000;
  share();
  if (dialog && dialog.open && ends - Date.now() > WARNING) {
    dialog.close();
  } else if (dialog && dialog.open) {
    say("You have been signed in for almost 12 hours. Save what you are writing now, then sign in again.");
  }
}

function show() {
  dialog ??= build();
  const left = ends - Date.now();
  if (left <= 0) {
    dialog.querySelector("#session-title").textContent = "You have been signed out";
    say("What you have written on this page is still here. Copy it before you leave the page, then sign in again.");
    const button = dialog.querySelector("[data-stay]");
    button.textContent = "Close";
    button.onclick = () => dialog.close();
  } else {
    const minutes = Math.ceil(left / 60000);
    const time = minutes === 1 ? "less than a minute" : `${minutes} minutes`;
    say(`Nothing has happened for a while, so you will be signed out in ${time}. Nothing you have written is lost if you stay.`);
  }
  if (!dialog.open) {
    dialog.showModal();
  }
}

let told = false;
function look() {
  const left = ends - Date.now();
  if (left > WARNING) {
    if (dialog && dialog.open) {
      dialog.close();
    }
    return;
  }
  if (left <= 0 && told) {
    return;
  }
  told = left <= 0;
  show();
}

window.addEventListener("storage", (event) => {
  if (event.key === SHARED && Number(event.newValue) > ends) {
    ends = Number(event.newValue);
    told = false;
    look();
  }
});
share();
setInterval(look, 10000);
