window.addEventListener("DOMContentLoaded", () => {
  window.SwaggerUIBundle({
    url: "/api/openapi.json",
    dom_id: "#api",
    deepLinking: true,
    docExpansion: "none",
    validatorUrl: null,
    presets: [window.SwaggerUIBundle.presets.apis],
  });
});
