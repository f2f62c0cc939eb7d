// Before anything else: can this browser run the app? Written in old JavaScript, so that old browsers can
// read it and say so. Then it loads start.js.
(function () {
  "use strict";
  var root = document.documentElement;
  var chinese = /^zh/i.test(navigator.language || "");
  root.lang = chinese ? "zh-CN" : "en";
  try {
    // as the app keeps them: chosen language and theme, before the first paint
    var language = localStorage.getItem("plumbline.language");
    if (language) {
      chinese = /^zh/i.test(language);
      root.lang = language;
    }
    var theme = localStorage.getItem("plumbline.theme");
    if (theme === "light" || theme === "dark") {
      root.setAttribute("data-theme", theme);
    }
  } catch (ignored) {
    // storage is forbidden: the check below says so
  }

  // each stands for the oldest browsers that the app runs in: Chromium 111, Safari 16.4, Firefox 115
  function missing() {
    var lacks = [];
    if (typeof WebAssembly !== "object" || !WebAssembly.instantiateStreaming) lacks.push("WebAssembly");
    if (!window.indexedDB) lacks.push("IndexedDB");
    if (!window.BroadcastChannel) lacks.push("BroadcastChannel");
    if (!navigator.locks) lacks.push("Web Locks");
    if (!("noModule" in document.createElement("script"))) lacks.push("JavaScript modules");
    if (!Array.prototype.toSorted || !window.structuredClone) lacks.push("JavaScript 2023");
    if (!window.CSS || !CSS.supports("color", "color-mix(in srgb, red, blue)")) lacks.push("CSS color-mix");
    if (!window.HTMLDialogElement) lacks.push("dialog");
    return lacks;
  }

  function say(zh, en, detail) {
    function show() {
      var text = document.getElementById("splash-text");
      text.textContent = chinese ? zh : en;
      root.classList.add("boot-failed");
      if (detail) {
        var small = document.createElement("small");
        small.textContent = detail;
        text.parentNode.appendChild(small);
      }
    }
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", show);
    else show();
  }
  window.plumblineSay = say;

  if (window.isSecureContext === false) {
    say(
      "浏览器只在 https 地址上允许离线使用。请用 https:// 打开本页;管理员可用 plumbline tls init 准备证书。",
      "Browsers allow offline use only at https addresses. Please open this page with https://; an administrator prepares the certificate with: plumbline tls init",
      location.origin
    );
    return;
  }
  var lacks = missing();
  if (lacks.length) {
    say(
      "此浏览器版本太旧,无法运行本应用。请使用 Chrome 或 Edge 111、Safari 16.4、Firefox 115 或更新的版本。已保存的数据不受影响。",
      "This browser is too old for the app. Please use Chrome or Edge 111, Safari 16.4, Firefox 115 or newer. Nothing that was saved is affected.",
      lacks.join(", ")
    );
    return;
  }
  var script = document.createElement("script");
  script.type = "module";
  script.src = "/assets/start.js";
  document.head.appendChild(script);
})();
