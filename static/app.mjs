// Starts the design system's components. The address of its script carries a checksum, so the page says it.
const own = document.querySelector("script[data-govuk]");
const { initAll } = await import(new URL(own.dataset.govuk, document.baseURI).href);
initAll();

// A scrolling region takes part in the tab order only while it has something to scroll.
const regions = document.querySelectorAll(".portal-scroll[tabindex], .portal-chart__picture[tabindex]");
function settle() {
  for (const region of regions) {
    // Words hidden by position stand out by their pixel.
    if (region.scrollWidth > region.clientWidth + 1) {
      region.setAttribute("tabindex", "0");
    } else {
      region.removeAttribute("tabindex");
    }
  }
}
if (regions.length) {
  settle();
  window.addEventListener("resize", settle);
  for (const details of document.querySelectorAll("details")) {
    details.addEventListener("toggle", settle);
  }
}

// Fields that belong to one answer appear with it. Done here and not by the design system's own script,
// which puts aria-expanded on radio buttons, where it is not allowed.
for (const input of document.querySelectorAll("input[data-reveals]")) {
  const revealed = document.getElementById(input.dataset.reveals);
  const hidden = `govuk-${input.type === "radio" ? "radios" : "checkboxes"}__conditional--hidden`;
  const show = () => revealed.classList.toggle(hidden, !input.checked);
  input.form.addEventListener("change", show);
  window.addEventListener("pageshow", show);
  show();
}

// The list of councils closes on Escape and when something else is chosen.
const councils = document.querySelector(".portal-switch");
if (councils) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && councils.open) {
      councils.open = false;
      councils.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!councils.contains(event.target)) {
      councils.open = false;
    }
  });
}

for (const link of document.querySelectorAll("[data-print]")) {
  link.hidden = false;
  link.addEventListener("click", () => window.print());
}
