// Patency's own script: warns before a session ends. Every page is complete without it.
const region = document.querySelector("[data-session-idle-s]");
if (region) watch(region);

function watch(region) {
  const soon = region.querySelector("[data-session-soon]");
  const ended = region.querySelector("[data-session-ended]");
  const said = document.querySelector("[data-session-said]");
  const from = (name) => Date.now() + Number(region.dataset[name]) * 1000;
  // Instants, not timers: a computer that slept compares with the clock when it wakes.
  let warnAt = from("sessionWarnInS");
  let endsAt = from("sessionEndsInS");

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
  };

  const stay = async () => {
    const body = new URLSearchParams({ csrf: region.dataset.sessionCsrf });
    const answer = await fetch(region.dataset.sessionKeep, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!answer) return; // the network is away: the session is not, and the button stays
    warnAt = answer.ok ? from("sessionWarnS") : 0;
    endsAt = answer.ok ? from("sessionIdleS") : 0;
    look();
    if (answer.ok) said.textContent = said.dataset.sessionStayed;
  };

  region.querySelector("[data-session-stay]").addEventListener("click", stay);
  document.addEventListener("visibilitychange", look);
  look();
  setInterval(look, 1000);
}
