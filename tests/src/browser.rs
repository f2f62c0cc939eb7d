//! A real Chromium, driven through chromedriver: one [`Tablet`] is one device with a profile folder of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::cdp::domains::network::NetworkConditions;
use thirtyfour::prelude::*;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long anything on a screen may take on a busy two-core machine, whose disk is busy too, before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(100);

/// A running chromedriver on a port of its own; ends with this value.
pub struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    /// Starts chromedriver. Panics with what to install where it is not there.
    pub async fn start() -> Self {
        Self::start_as(Command::new("chromedriver")).await
    }

    /// As [`Driver::start`], its browsers with a home folder of their own: there they look for more authorities.
    pub async fn start_at_home(home: &Path) -> Self {
        let mut command = Command::new("chromedriver");
        command.env("HOME", home).env_remove("XDG_DATA_HOME");
        Self::start_as(command).await
    }

    async fn start_as(mut command: Command) -> Self {
        command
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        // the port it chose may be taken before it listens on it for both kinds of addresses: then it ends
        for _ in 0..5 {
            let mut child = command
                .spawn()
                .expect("chromedriver is not installed: apt-get install chromium chromium-driver");
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            while let Some(line) = lines.next_line().await.unwrap() {
                let Some(rest) = line.split("started successfully on port ").nth(1) else {
                    continue;
                };
                let port: u16 = rest.trim_end_matches('.').trim().parse().unwrap();
                // keep reading, so that the pipe never fills up
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Self {
                    child,
                    url: format!("http://127.0.0.1:{port}"),
                };
            }
        }
        panic!("chromedriver ended five times before it was ready")
    }
}

impl Driver {
    /// The memory in bytes that all browsers that it runs have for themselves.
    pub fn memory(&self) -> u64 {
        let mut parents: Vec<(u32, u32, u64)> = Vec::new();
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let status = std::fs::read_to_string(entry.path().join("status")).unwrap_or_default();
            let number = |name: &str| -> Option<u64> {
                let line = status.lines().find(|line| line.starts_with(name))?;
                line.split_whitespace().nth(1)?.parse().ok()
            };
            if let (Some(id), Some(parent), Some(size)) =
                (number("Pid:"), number("PPid:"), number("RssAnon:"))
            {
                parents.push((id as u32, parent as u32, size << 10));
            }
        }
        let mut ours: Vec<u32> = self.child.id().into_iter().collect();
        let mut sum = 0;
        let mut next = 0;
        while let Some(parent) = ours.get(next).copied() {
            for (id, _, size) in parents.iter().filter(|(_, of, _)| *of == parent) {
                ours.push(*id);
                sum += size;
            }
            next += 1;
        }
        sum
    }
}

/// What kind of screen.
#[derive(Debug, Clone, Copy)]
pub enum Screen {
    /// 1280x800, mouse.
    Desk,
    /// 820x1180, touch.
    Tablet,
}

impl Screen {
    /// Its width and height.
    const fn size(self) -> (u32, u32) {
        match self {
            Self::Desk => (1280, 800),
            Self::Tablet => (820, 1180),
        }
    }
}

/// One browser with its own profile: a person's device. Opening it again on the same profile is switching the
/// device off and on.
pub struct Tablet {
    /// For what this type has no word for.
    pub web: WebDriver,
    profile: PathBuf,
    screen: Screen,
}

impl Tablet {
    /// Opens Chromium on a profile folder (made where it is not there). `language`: `zh-CN` or `en`.
    pub async fn open(driver: &Driver, profile: &Path, screen: Screen, language: &str) -> Self {
        Self::open_with(driver, profile, screen, language, &[]).await
    }

    /// As [`Tablet::open`], with more arguments for Chromium.
    pub async fn open_with(
        driver: &Driver,
        profile: &Path,
        screen: Screen,
        language: &str,
        arguments: &[&str],
    ) -> Self {
        std::fs::create_dir_all(profile).unwrap();
        let mut capabilities = DesiredCapabilities::chrome();
        let (width, height) = screen.size();
        for &argument in arguments {
            capabilities.add_arg(argument).unwrap();
        }
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
        ] {
            capabilities.add_arg(argument).unwrap();
        }
        capabilities
            .add_arg(&format!("--window-size={width},{height}"))
            .unwrap();
        capabilities.add_arg(&format!("--lang={language}")).unwrap();
        capabilities
            .add_arg(&format!("--user-data-dir={}", profile.display()))
            .unwrap();
        capabilities
            .add_experimental_option("prefs", json!({"intl.accept_languages": language}))
            .unwrap();
        crate::client::tls();
        let web = WebDriver::new(&driver.url, capabilities)
            .await
            .expect("Chromium starts");
        web.set_script_timeout(PATIENCE).await.unwrap();
        let tablet = Self {
            web,
            profile: profile.to_owned(),
            screen,
        };
        tablet.resize(screen).await;
        if matches!(screen, Screen::Tablet) {
            tablet
                .cdp(
                    "Emulation.setTouchEmulationEnabled",
                    json!({"enabled": true, "maxTouchPoints": 5}),
                )
                .await;
        }
        tablet
    }

    /// Another pair of hands on the same device: a window of its own in the same browser, in which somebody types while
    /// others type here.
    pub async fn beside(&self, driver: &Driver) -> Self {
        // chromedriver had Chromium write here where it listens
        let told = std::fs::read_to_string(self.profile.join("DevToolsActivePort")).unwrap();
        let port = told.lines().next().unwrap_or_default();
        let mut capabilities = DesiredCapabilities::chrome();
        let address = json!(format!("127.0.0.1:{port}"));
        capabilities
            .add_experimental_option("debuggerAddress", address)
            .unwrap();
        let web = WebDriver::new(&driver.url, capabilities)
            .await
            .expect("the same Chromium again");
        web.set_script_timeout(PATIENCE).await.unwrap();
        let window = web.new_window().await.unwrap();
        web.switch_to_window(window).await.unwrap();
        Self {
            web,
            profile: self.profile.clone(),
            screen: self.screen,
        }
    }

    /// Switches the device off. Its profile stays.
    pub async fn close(self) -> PathBuf {
        self.web.quit().await.unwrap();
        self.profile
    }

    /// A command of the DevTools protocol.
    pub async fn cdp(&self, method: &str, parameters: Value) -> Value {
        self.web
            .cdp()
            .send_raw(method, parameters)
            .await
            .unwrap_or_else(|e| panic!("{method}: {e}"))
    }

    /// The browser's own switch: no network for this page.
    pub async fn offline(&self, offline: bool) {
        let network = self.web.cdp();
        network.network().enable().await.unwrap();
        let conditions = NetworkConditions {
            offline,
            ..NetworkConditions::default()
        };
        network
            .network()
            .emulate_network_conditions(conditions)
            .await
            .unwrap();
    }

    /// Runs a script in every page that this tab opens from now on, before the page's own.
    pub async fn before_load(&self, script: &str) {
        self.cdp("Page.enable", json!({})).await;
        let source = json!({"source": script});
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
    }

    /// Kills the tab's process, as a crash does: the page has no chance to tidy up. The tab is closed, another one
    /// of this browser is in front.
    pub async fn crash(&self) {
        let crashed = self.web.window().await.unwrap();
        let other = self.web.new_tab().await.unwrap();
        self.web.switch_to_window(crashed.clone()).await.unwrap();
        // the answer of a crashed tab never comes: at most a moment is given to it
        let crash = self.web.cdp();
        let crash = crash.send_raw("Page.crash", json!({}));
        let _ = tokio::time::timeout(Duration::from_secs(2), crash).await;
        self.web.switch_to_window(other).await.unwrap();
    }

    /// Opens another tab in the same browser, and is in it.
    pub async fn new_tab(&self) -> WindowHandle {
        let tab = self.web.new_tab().await.unwrap();
        self.web.switch_to_window(tab.clone()).await.unwrap();
        tab
    }

    /// Goes to a tab that is open already: it is in front, the others are hidden.
    pub async fn to_tab(&self, tab: &WindowHandle) {
        self.web.switch_to_window(tab.clone()).await.unwrap();
        self.cdp("Page.bringToFront", json!({})).await;
    }

    /// Opens an address.
    pub async fn goto(&self, url: &str) {
        self.web
            .goto(url)
            .await
            .unwrap_or_else(|e| panic!("{url}: {e}"));
    }

    /// The value of a JavaScript expression.
    pub async fn eval(&self, expression: &str) -> Value {
        let script = format!("return ({expression});");
        self.web
            .execute(script, vec![])
            .await
            .unwrap_or_else(|e| panic!("{expression}: {e}"))
            .json()
            .clone()
    }

    /// Waits until a JavaScript expression is truthy and returns it; the page itself looks at every frame.
    pub async fn until(&self, what: &str, expression: &str) -> Value {
        let script = format!(
            "const done = arguments[arguments.length - 1];
             const look = () => {{ let v; try {{ v = ({expression}); }} catch (e) {{ v = null; }}
               if (v) done(v); else setTimeout(look, 30); }}; look();"
        );
        let begun = Instant::now();
        loop {
            let error = match self.web.execute_async(script.clone(), vec![]).await {
                Ok(value) => return value.json().clone(),
                Err(error) => error,
            };
            // a page that is loaded anew takes the script with it: look again in the new one
            if begun.elapsed() >= PATIENCE {
                let shot = std::env::temp_dir().join("plumbline-browser-failure.png");
                let _ = self.web.screenshot(&shot).await;
                let text = self
                    .eval("`${location.href}, ${document.visibilityState}, loaded ${Math.round(performance.now())} ms ago\\n${document.body?.innerText.slice(0, 3000)}`")
                    .await;
                let log = self
                    .web
                    .browser_log()
                    .await
                    .map(|l| l.iter().map(|e| format!("{e:?}")).collect::<Vec<_>>());
                panic!(
                    "waited in vain for: {what}\n{error}\nscreenshot: {}\nlog: {log:?}\npage:\n{}",
                    shot.display(),
                    text.as_str().unwrap_or_default()
                )
            }
        }
    }

    /// Waits for an element that is shown, and returns it.
    pub async fn find(&self, css: &str) -> WebElement {
        let quoted = serde_json::to_string(css).unwrap();
        self.until(
            css,
            &format!(
                "[...document.querySelectorAll({quoted})].some(e => e.getClientRects().length)"
            ),
        )
        .await;
        for element in self.web.find_all(By::Css(css)).await.unwrap() {
            if element.is_displayed().await.unwrap_or(false) {
                return element;
            }
        }
        self.web.find(By::Css(css)).await.unwrap()
    }

    /// Clicks an element when it is there and nothing lies over it.
    pub async fn click(&self, css: &str) {
        let begun = Instant::now();
        loop {
            let element = self.find(css).await;
            element.scroll_into_view().await.ok();
            match element.click().await {
                Ok(()) => return,
                // drawn anew, or still moving: once more
                Err(error) => assert!(begun.elapsed() < PATIENCE, "click {css}: {error}"),
            }
        }
    }

    /// Replaces a field's text, as a person would: select all, type.
    pub async fn fill(&self, css: &str, text: &str) {
        let begun = Instant::now();
        loop {
            let element = self.find(css).await;
            element.clear().await.ok();
            match element.send_keys(text).await {
                Ok(()) => return,
                Err(error) => assert!(begun.elapsed() < PATIENCE, "fill {css}: {error}"),
            }
        }
    }

    /// Strikes keys wherever the focus is.
    pub async fn keys(&self, keys: impl Into<TypingData>) {
        let typing = keys.into();
        self.web
            .action_chain()
            .send_keys(typing)
            .perform()
            .await
            .unwrap();
    }

    /// Strikes one key while others are held.
    pub async fn chord(&self, held: &[Key], key: impl Into<char>) {
        let key = key.into();
        let mut chain = self.web.action_chain();
        for modifier in held {
            chain = chain.key_down(modifier.clone());
        }
        chain = chain.send_keys(key);
        for modifier in held.iter().rev() {
            chain = chain.key_up(modifier.clone());
        }
        chain.perform().await.unwrap();
    }

    async fn resize(&self, screen: Screen) {
        let (width, height) = screen.size();
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": matches!(screen, Screen::Tablet)});
        self.cdp("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Keeps pictures of what is shown now, at a desk in the light and on a tablet in the dark, and looks in each for what keeps
    /// people out. Then all is as it was.
    pub async fn looks(&self, name: &str) {
        let folder = crate::server::target_folder().join("screens");
        std::fs::create_dir_all(&folder).unwrap();
        for (screen, colours) in [(Screen::Desk, "light"), (Screen::Tablet, "dark")] {
            self.resize(screen).await;
            self.colours(colours).await;
            self.accessible(&format!("{name}, {colours}")).await;
            let file = folder.join(format!("{name}-{colours}.png"));
            self.screenshot(&file).await;
        }
        self.colours("light").await;
        self.resize(self.screen).await;
    }

    async fn colours(&self, colours: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": colours}]});
        self.cdp("Emulation.setEmulatedMedia", features).await;
        self.until(
            "no colour is on its way to another",
            "!document.getAnimations().some(one => one instanceof CSSTransition)",
        )
        .await;
    }

    /// Keeps a picture of the screen.
    pub async fn screenshot(&self, path: &Path) {
        self.web.screenshot(path).await.unwrap();
    }
}
