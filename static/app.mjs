// Starts the design system's components. The address of its script carries a checksum, so the page says it.
const own = document.querySelector("script[data-govuk]");
const { initAll } = await import(new URL(own.dataset.govuk, document.baseURI).href);
initAll();

// A scrolling region takes part in the tab order only while it has something to scroll.
const regions = document.querySelectorAll(".portal-scroll[tabindex], .portal-chart__picture[tabindex]");
function settle() {
  for (const region of regions) {
    if (region.scrollWidth > region.clientWidth) {
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
