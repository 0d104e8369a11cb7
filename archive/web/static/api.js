// Swagger UI as it comes, and what it lacks for those who read with more than their eyes.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const paint = () => root.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", paint);
  paint();
  const mend = (main) => {
    // One level is left out between the title and what stands under it.
    for (const heading of main.querySelectorAll("h3, h4, h5")) {
      heading.setAttribute("aria-level", String(Number(heading.tagName[1]) - 1));
    }
    // A link within the button that unfolds it is reached by nobody.
    for (const link of main.querySelectorAll("button a[href]")) link.removeAttribute("href");
    for (const example of main.querySelectorAll("pre.microlight")) example.tabIndex = 0;
    for (const input of main.querySelectorAll("input[placeholder]")) {
      input.setAttribute("aria-label", input.placeholder);
    }
    for (const select of main.querySelectorAll("tr[data-param-name] select")) {
      select.setAttribute("aria-label", select.closest("tr").dataset.paramName);
    }
    for (const answers of main.querySelectorAll(".responses-table[role=region]")) {
      answers.setAttribute("aria-label", answers.id);
    }
    for (const [buttons, name] of [[".close-modal", "close"], [".copy-to-clipboard button", "copy"]]) {
      for (const button of main.querySelectorAll(buttons)) {
        button.setAttribute("aria-label", main.dataset[name]);
      }
    }
  };
  window.addEventListener("DOMContentLoaded", () => {
    const main = document.getElementById("api");
    new MutationObserver(() => mend(main)).observe(main, { childList: true, subtree: true });
    window.SwaggerUIBundle({
      url: "/api/openapi.json",
      dom_id: "#api",
      deepLinking: true,
      docExpansion: "none",
      validatorUrl: null,
      presets: [window.SwaggerUIBundle.presets.apis],
    });
  });
})();
