// Patency's own script: warns before a session ends. Every page is complete without it.
const region = document.querySelector("[data-session-ends-in-s]");
if (region) watch(region);

function watch(region) {
  const soon = region.querySelector("[data-session-soon]");
  const ended = region.querySelector("[data-session-ended]");
  const said = document.querySelector("[data-session-said]");
  const after = (seconds) => Date.now() + seconds * 1000;
  // Instants, not timers: a computer that slept compares with the clock when it wakes.
  let warnAt = 0;
  let endsAt = 0;

  const learn = (left) => {
    warnAt = after(left.warn_in_s);
    endsAt = after(left.ends_in_s);
    for (const each of region.querySelectorAll("[data-session-if-idle]")) each.hidden = left.limited;
    for (const each of region.querySelectorAll("[data-session-if-limited]")) each.hidden = !left.limited;
  };

  const look = () => {
    const over = Date.now() >= endsAt;
    const warn = Date.now() >= warnAt;
    if (warn && region.hidden) {
      const clock = new Date(endsAt).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" });
      region.querySelector("[data-session-ends]").textContent = clock;
      said.textContent = soon.querySelector("h2").textContent + ": " + clock;
    }
    if (over && ended.hidden) said.textContent = ended.querySelector("h2").textContent;
    region.hidden = !warn;
    soon.hidden = over;
    ended.hidden = !over;
    if (over) close();
  };

  // Whoever stands before the screen now sees no patient. What was typed stays in sight: it is still to be saved.
  const close = () => {
    const typed = stillTyped();
    region.querySelector("[data-session-if-typed]").hidden = !typed;
    region.querySelector("[data-session-if-nothing-typed]").hidden = typed;
    for (const each of document.querySelectorAll("[data-session-in], .app-banner")) each.hidden = true;
    for (const each of document.querySelectorAll("[data-session-out]")) each.hidden = false;
    document.querySelector("main").hidden = !typed;
  };

  const stay = async () => {
    const body = new URLSearchParams({ csrf: region.dataset.sessionCsrf });
    const answer = await fetch(region.dataset.sessionKeep, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!answer) return; // the network is away: the session is not, and the button stays
    const limited = region.dataset.sessionLimited === "true";
    learn(answer.ok ? await answer.json() : { warn_in_s: 0, ends_in_s: 0, limited });
    region.hidden = true; // so that it says anew when it ends, should it end just as soon
    look();
    if (answer.ok && region.hidden) said.textContent = said.dataset.sessionStayed;
  };

  const { sessionWarnInS, sessionEndsInS, sessionLimited } = region.dataset;
  learn({ warn_in_s: Number(sessionWarnInS), ends_in_s: Number(sessionEndsInS), limited: sessionLimited === "true" });
  region.querySelector("[data-session-stay]").addEventListener("click", stay);
  document.addEventListener("visibilitychange", look);
  look();
  setInterval(look, 1000);
}

// Whether a form that saves something holds what is nowhere else: another answer than it came with, or one that was refused.
function stillTyped() {
  const changed = (field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.options
        ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((each) => each.defaultSelected))
        : field.type !== "hidden" && "defaultValue" in field && field.value !== field.defaultValue;
  const forms = [...document.querySelectorAll("main form[method=post]")];
  return forms.some((form) => document.querySelector(".nhsuk-error-summary") || [...form.elements].some(changed));
}
