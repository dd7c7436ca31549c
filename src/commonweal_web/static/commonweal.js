// Makes pages nicer; every page works without it.
//
// 1. Starts the GOV.UK and MOJ components on the page.
// 2. Autosave: <form data-autosave="/address"> sends its fields there a moment after each change, once at a time. The
//    answer is {"saved": "words for the reader", "version": 4}; the words go into [data-autosave-status], the version
//    into the form's hidden field, so that the next save is not taken for somebody else's.
// 3. Tells before leaving a page with <form data-unsaved> whose answers were changed and not sent.
// 4. <select data-autocomplete> becomes a box in which one may type.

import { initAll } from "./vendor/govuk-frontend.min.js";
import { initAll as initMoj } from "./vendor/moj-frontend.min.js";

const PAUSE = 800;

function autosave(form) {
  const status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
  let timer = null;
  let sending = false;
  let again = false;

  const say = (words) => { if (status) status.textContent = words; };

  async function send() {
    if (sending) { again = true; return; }
    sending = true;
    again = false;
    try {
      const body = new FormData(form);
      for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
      const answer = await fetch(form.dataset.autosave, {
        method: "POST", body, credentials: "same-origin", headers: { "X-Autosave": "1", Accept: "application/json" },
      });
      const told = (answer.headers.get("Content-Type") || "").includes("json") ? await answer.json() : {};
      if (told.version !== undefined && form.elements.version) form.elements.version.value = told.version;
      say(answer.ok ? told.saved || "Saved" : told.message || "Not saved yet. Use the button to save.");
      if (answer.ok && !again) form.removeAttribute("data-changed");
    } catch {
      say("Not saved yet: there is no connection. Your answers are still on this page.");
    } finally {
      sending = false;
      if (again) send();
    }
  }

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(send, PAUSE); });
  form.addEventListener("submit", () => clearTimeout(timer));
}

function unsaved(form) {
  form.addEventListener("input", () => form.setAttribute("data-changed", ""));
  form.addEventListener("submit", () => form.removeAttribute("data-changed"));
  window.addEventListener("beforeunload", (event) => { if (form.hasAttribute("data-changed")) event.preventDefault(); });
}

// GOV.UK Frontend marks radios with aria-expanded, which the role radio does not have; what opens is read out anyway.
function withoutExpandedRadios() {
  document.querySelectorAll("input[type=radio][aria-expanded]").forEach((radio) => radio.removeAttribute("aria-expanded"));
}

initAll();
initMoj();
withoutExpandedRadios();
window.addEventListener("pageshow", withoutExpandedRadios);
document.addEventListener("click", () => setTimeout(withoutExpandedRadios));
document.querySelectorAll("form[data-autosave]").forEach(autosave);
document.querySelectorAll("form[data-unsaved]").forEach(unsaved);
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
});

const selects = document.querySelectorAll("select[data-autocomplete]");
if (selects.length && window.accessibleAutocomplete) {
  selects.forEach((select) => window.accessibleAutocomplete.enhanceSelectElement({
    selectElement: select, defaultValue: "", showAllValues: true, showNoOptionsFound: true, autoselect: false,
  }));
}
