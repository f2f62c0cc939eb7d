//! Builds the app: two wasm modules, their JavaScript, the public files; names carry the content's hash, so
//! that browsers may keep them for ever. The result lies in `TARGET/site`.

mod assets;
mod bindgen;
mod compress;
mod split;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::shell::{cargo, root, run, step, target_dir};
use assets::Assets;

pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// How the app is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Builds fast.
    Development,
    /// Nearly as shipped, and built again in seconds.
    Run,
    /// As shipped: small and fast, with compressed copies.
    Release,
}

impl Kind {
    /// From a flag.
    pub(crate) fn of(release: bool) -> Kind {
        if release {
            Kind::Release
        } else {
            Kind::Development
        }
    }

    fn profile(self) -> &'static str {
        match self {
            Kind::Development => "wasm-dev",
            Kind::Run => "wasm-run",
            Kind::Release => "wasm-release",
        }
    }
}

/// A built site.
pub(crate) struct Site {
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// What a first visit loads before the app stands: page, scripts, styles, the main module.
    pub(crate) first_load: Vec<PathBuf>,
    /// What is loaded once somebody is signed in.
    pub(crate) work: Vec<PathBuf>,
    /// What a plan needs; some of it is part of the work.
    pub(crate) plan: Vec<PathBuf>,
}

/// Builds the site.
pub(crate) fn build(kind: Kind) -> Result<Site> {
    let target = target_dir()?;
    step("wasm target", ensure_wasm_target)?;
    step("app and worker to wasm", || {
        run(cargo().args([
            "build",
            "--package=app",
            "--package=worker",
            "--lib",
            "--bin=app",
            "--target",
            WASM,
            "--profile",
            kind.profile(),
        ]))
    })?;
    let built = target.join(WASM).join(kind.profile());
    let parts = step("parts of the app", || split::run(&built, "app"))?;
    let app = step("wasm-bindgen app", || {
        bindgen::run(&built, "app", Some(&parts), kind)
    })?;
    let worker = step("wasm-bindgen worker", || {
        bindgen::run(&built, "worker", None, kind)
    })?;
    step("site", || assemble(&target, app, parts, worker, kind))
}

fn assemble(
    target: &Path,
    app: bindgen::Module,
    parts: split::Parts,
    worker: bindgen::Module,
    kind: Kind,
) -> Result<Site> {
    let public = root().join("public");
    let mut site = Assets::default();
    // leaves first: who is named by others must have its final name before they are read
    site.add_folder(&public.join("icons"))?;
    let css = public.join("css");
    site.add("plumbline.css", concatenated(&css)?);
    site.add("plumbline-plan.css", concatenated(&css.join("plan"))?);
    site.add("plumbline-forms.css", concatenated(&css.join("forms"))?);
    for (name, bytes) in parts.parts {
        site.add(&name, bytes);
    }
    for module in [app, worker] {
        for (path, bytes) in module.snippets {
            site.add_snippet(&path, bytes);
        }
        site.add(&format!("{}.wasm", module.name), module.wasm);
        site.add(&format!("{}.js", module.name), module.js);
    }
    for script in ["exchange-worker.js", "start.js", "boot.js"] {
        let path = public.join("js").join(script);
        let bytes = std::fs::read(&path).with_context(|| format!("{}", path.display()))?;
        site.add(script, bytes);
    }
    for plain in ["manifest.webmanifest", "index.html"] {
        let path = public.join(plain);
        let bytes = std::fs::read(&path).with_context(|| format!("{}", path.display()))?;
        site.add_plain(plain, bytes);
    }
    let worker_script = std::fs::read_to_string(public.join("sw.js")).context("public/sw.js")?;
    let list = site.precache()?;
    if !worker_script.contains("__PRECACHE__") || !worker_script.contains("__VERSION__") {
        bail!("public/sw.js must name __PRECACHE__ and __VERSION__");
    }
    let worker_script = worker_script
        .replace("__PRECACHE__", &list)
        .replace("__VERSION__", &format!("{:?}", site.version()));
    site.add_plain("sw.js", worker_script.into_bytes());

    let folder = target.join("site");
    let first_load = [
        "index.html",
        "boot.js",
        "start.js",
        "app.js",
        "app.wasm",
        "plumbline.css",
    ]
    .iter()
    .filter_map(|name| site.path_of(name))
    .map(|path| folder.join(path))
    .collect();
    let paths = |point: &str| -> Vec<PathBuf> {
        let names = parts.needs.get(point).into_iter().flatten();
        names
            .filter_map(|name| site.path_of(name))
            .map(|path| folder.join(path))
            .collect()
    };
    let (work, mut plan) = (paths("work"), paths("plan"));
    plan.extend(
        site.path_of("plumbline-plan.css")
            .map(|path| folder.join(path)),
    );
    if kind != Kind::Development {
        let cache = target.join("compressed");
        let effort = match kind {
            Kind::Release => compress::Effort::Most,
            Kind::Run | Kind::Development => compress::Effort::Some,
        };
        for (path, bytes) in compress::siblings(site.files(), &cache, effort)? {
            site.add_made(path, bytes);
        }
    }
    site.write(&folder)?;
    println!("    {} files in {}", site.files().len(), folder.display());
    Ok(Site {
        folder,
        first_load,
        work,
        plan,
    })
}

/// All style sheets of a folder, in the order of their names, as one.
fn concatenated(folder: &Path) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for path in assets::sorted_files(folder)? {
        if path.extension().is_some_and(|e| e == "css") {
            bytes.extend(std::fs::read(&path).with_context(|| format!("{}", path.display()))?);
            bytes.push(b'\n');
        }
    }
    Ok(bytes)
}

/// Makes sure that Rust's library for wasm is there.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    let output = std::process::Command::new("rustc")
        .args(["--print", "target-libdir", "--target", WASM])
        .current_dir(root())
        .output()
        .context("rustc is not there")?;
    let libraries = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    if output.status.success() && libraries.is_dir() {
        return Ok(());
    }
    run(std::process::Command::new("rustup")
        .args(["target", "add", WASM])
        .current_dir(root()))
    .context("the wasm target is missing; with rustup: rustup target add wasm32-unknown-unknown")
}
