// Runs before the page is drawn, so that what needs scripts never flashes on a browser without them.
document.body.className +=
  " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
