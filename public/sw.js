// Starts the app with no network and no server. Each version keeps its files in a cache of its own; a new
// version is fetched beside the running one and takes over when nobody uses the old one any more, or when a
// person says so. Files of the version before stay for tabs that still run it.
"use strict";

const VERSION = __VERSION__;
// [address, SHA-256 in hex] of every file of this version
const PRECACHE = __PRECACHE__;
const PREFIX = "plumbline-site-";
const CACHE = PREFIX + VERSION;
// the server's own addresses: never from here
const SERVER = ["/api/", "/sync", "/healthz", "/readyz", "/metrics", "/trust", "/packs/", "/blobs/"];

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

async function install() {
  const cache = await caches.open(CACHE);
  await Promise.all(PRECACHE.map((entry) => keep(cache, entry)));
  for (const client of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    // the very first version has nothing to replace
    if (self.registration.active) client.postMessage({ type: "update-ready", version: VERSION });
  }
}

// Puts one file into the cache: from an older version where it is the same, else from the server. The content
// is checked, so that a server updated in the middle cannot mix two versions.
async function keep(cache, [address, sha256]) {
  if (address.startsWith("/assets/")) {
    const old = await caches.match(address);
    if (old) return cache.put(address, old);
  }
  const response = await fetch(address, { cache: address.startsWith("/assets/") ? "default" : "no-store" });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  const bytes = await response.clone().arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (hex !== sha256) throw new Error(`${address}: another version of this file came`);
  await cache.put(address, response);
}

async function activate() {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  const others = names.filter((name) => name !== CACHE);
  // two generations stay: this one and the one before; with several tabs open, somebody may run an older one
  if (tabs.length <= 1) {
    for (const name of others.slice(0, -1)) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  const type = event.data && event.data.type;
  const waiting = self.registration.waiting;
  if (type === "activate") {
    // whichever version heard it, the one that waits takes over
    if (waiting) waiting.postMessage({ type: "take-over" });
  } else if (type === "take-over") {
    event.waitUntil(self.skipWaiting());
  } else if (type === "status" && event.source) {
    event.source.postMessage(waiting ? { type: "update-ready" } : { type: "current", version: VERSION });
  }
});

// What the server tells: it shows also where the app is not open. Browsers ask that each one is shown.
self.addEventListener("push", (event) => {
  let told = {};
  try {
    told = event.data ? event.data.json() : {};
  } catch {
    // not of this server's version: shown without its words
  }
  const shown = { body: told.body || "", icon: (PRECACHE.find(([known]) => known.includes("icon-192")) || [])[0], tag: told.path || "/inbox", data: place(told.path) };
  event.waitUntil(self.registration.showNotification(told.title || "准绳 Plumbline", shown));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(show(event.notification.data));
});

// A place of this app and of no other site.
function place(path) {
  return typeof path === "string" && /^\/[a-zA-Z0-9/_-]*$/.test(path) && !path.startsWith("//") ? path : "/inbox";
}

// A tab that shows it already, or another one: nobody's work is navigated away.
async function show(path) {
  const tabs = await self.clients.matchAll({ type: "window" });
  const there = tabs.find((tab) => new URL(tab.url).pathname === path);
  return there ? there.focus() : self.clients.openWindow(path);
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const path = address.pathname;
  if (path === "/sw.js" || SERVER.some((start) => path.startsWith(start)) || path === "/api") return;
  if (request.mode === "navigate") {
    event.respondWith(page(request));
  } else if (path.startsWith("/assets/") || PRECACHE.some(([known]) => known === path)) {
    event.respondWith(file(request, path));
  }
});

// The page of this version; a place in the app is not a file.
async function page(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match("/index.html");
  if (!kept) return fetch(request);
  if (!new URL(request.url).pathname.startsWith("/sign/")) return kept;
  // the address holds a secret: no other address is told it
  const headers = new Headers(kept.headers);
  headers.set("referrer-policy", "no-referrer");
  // the bytes in the cache are plain
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(kept.body, { status: kept.status, headers });
}

// A file of this version, or of an older one for the tabs that still run it.
async function file(request, path) {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) || (await caches.match(path)) || fetch(request);
}
