// Tells the style sheet that scripts run, before anything is painted. Loaded as a file: the policy allows no inline script.
document.body.className += " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
