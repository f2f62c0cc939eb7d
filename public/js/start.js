// Starts the app and keeps the service worker. The app hears of a new version by a message
// {type: "update-ready"} of the service worker, asks for the state with {type: "status"} and accepts with
// {type: "activate"}; both go to navigator.serviceWorker.controller.
import init from "/assets/app.js";

const HOUR = 3_600_000;

try {
  await init({ module_or_path: "/assets/app.wasm" });
  document.getElementById("splash")?.remove();
} catch (error) {
  console.error(error);
  window.plumblineSay(
    "应用没有启动。您的数据没有改变。请重新加载;若仍然如此,请告诉管理员下面这行字。",
    "The app did not start. Your data is unchanged. Please reload; if it stays like this, tell your administrator the line below.",
    String(error),
  );
}

// the app and the server do not go together: the newest there is, at once
window.addEventListener("plumbline-reload", async () => {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => null);
  await registration?.update().catch(() => {});
  const fresh = registration?.installing ?? registration?.waiting;
  if (!fresh) return location.reload();
  const take = () => {
    if (fresh.state === "installed") dispatchEvent(new Event("plumbline-activate"));
    else if (fresh.state !== "installing") location.reload();
  };
  fresh.addEventListener("statechange", take);
  take();
});

// who signs by a link is a guest: nothing is kept on their device for later
if ("serviceWorker" in navigator && !location.pathname.startsWith("/sign/")) {
  const workers = navigator.serviceWorker;
  let accepted = false;
  // the tab that accepted the new version loads it; the others go on with what they have until they reload
  window.addEventListener("plumbline-activate", () => {
    accepted = true;
    workers.controller?.postMessage({ type: "activate" });
  });
  workers.addEventListener("controllerchange", () => {
    if (accepted) location.reload();
  });
  try {
    const registration = await workers.register("/sw.js", { updateViaCache: "none" });
    const look = () => registration.update().catch(() => {});
    setInterval(look, HOUR);
    window.addEventListener("online", look);
  } catch (error) {
    // private windows of some browsers: the app runs, but only with a network
    console.warn("no service worker:", error);
  }
}
