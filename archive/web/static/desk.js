// Keys, and nothing that is needed to read: every page works without it.
(() => {
  "use strict";
  const help = document.getElementById("help");
  const typing = (target) => target.closest("input, select, textarea, [contenteditable]");
  let going = false;
  let timer = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) {
      event.target.blur();
      return;
    }
    if (typing(event.target) || (help && help.open)) return;
    if (going) {
      going = false;
      clearTimeout(timer);
      const link = document.querySelector(`#menu a[data-letter="${CSS.escape(event.key)}"]`);
      if (link) {
        event.preventDefault();
        link.click();
      }
      return;
    }
    const field = { "/": "search", t: "as-of" }[event.key];
    if (field && document.getElementById(field)) {
      event.preventDefault();
      document.getElementById(field).focus();
      document.getElementById(field).select();
    } else if (event.key === "?" && help) {
      event.preventDefault();
      help.showModal();
    } else if (event.key === "g") {
      going = true;
      timer = setTimeout(() => { going = false; }, 1500);
    }
  });
  const helpLink = document.getElementById("help-link");
  if (helpLink && help) {
    helpLink.addEventListener("click", (event) => {
      event.preventDefault();
      help.showModal();
    });
  }
  // The headings of a table that needs no scrolling of its own stay in sight.
  const sizes = new ResizeObserver((changed) => {
    for (const { target } of changed) {
      target.classList.toggle("fits", target.scrollWidth <= target.clientWidth);
    }
  });
  const watch = () => document.querySelectorAll(".scroll").forEach((one) => sizes.observe(one));
  document.addEventListener("htmx:afterSettle", watch);
  watch();
  // One menu of values at a time, and none when one clicks elsewhere.
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.facet[open]")) {
      if (!open.contains(event.target)) open.removeAttribute("open");
    }
  });
})();
