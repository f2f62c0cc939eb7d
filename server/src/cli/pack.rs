//! `plumbline pack`: the files of packs, checked and compared.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use shared::pack::text::Language;
use shared::pack::{self, Pack, Problem, load::limits};

use super::{Failed, say};

/// Packs: regulations as files.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Packs {
    /// Checks packs and tells what is wrong, with file, line and column.
    Check(Check),
    /// Tells what is different between two versions of a pack.
    Diff(Diff),
}

/// Arguments of `plumbline pack check`.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// Folders, each of one pack.
    #[arg(required = true, value_name = "DIR")]
    folders: Vec<PathBuf>,
}

/// Arguments of `plumbline pack diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// The folder of the older version.
    old: PathBuf,
    /// The folder of the newer version.
    new: PathBuf,
}

impl Packs {
    pub(crate) fn run(self) -> Result<(), Failed> {
        match self {
            Self::Check(check) => check.run(),
            Self::Diff(diff) => diff.run(),
        }
    }
}

impl Check {
    fn run(self) -> Result<(), Failed> {
        let mut wrong = 0;
        for folder in &self.folders {
            let (pack, problems) = read(folder)?;
            wrong += problems.len();
            tell(folder, &problems);
            if let (Some(pack), true) = (pack, problems.is_empty()) {
                say(format_args!(
                    "{}: {} / {} {}: {} forms, {} routes, nothing wrong; sha256 {}",
                    folder.display(),
                    pack.name.zh,
                    pack.name.en,
                    pack.version,
                    pack.forms.len(),
                    pack.routes.len(),
                    pack::digest(&pack)
                ));
            }
        }
        match wrong {
            0 => Ok(()),
            wrong => Err(format!(
                "{wrong} problems; nothing works by these packs until they are mended"
            )
            .into()),
        }
    }
}

impl Diff {
    fn run(self) -> Result<(), Failed> {
        let mut packs = Vec::new();
        for folder in [&self.old, &self.new] {
            let (pack, problems) = read(folder)?;
            tell(folder, &problems);
            match pack {
                Some(pack) if problems.is_empty() => packs.push(pack),
                _ => {
                    return Err(
                        format!("{} has problems: mend them first", folder.display()).into(),
                    );
                }
            }
        }
        if let [old, new] = packs.as_slice() {
            for change in pack::difference(old, new) {
                let (zh, en) = (
                    change.message(Language::Chinese),
                    change.message(Language::English),
                );
                say(format_args!("{zh} / {en}"));
            }
        }
        Ok(())
    }
}

fn tell(folder: &Path, problems: &[Problem]) {
    for problem in problems {
        let file = folder.join(&problem.file);
        let place = match problem.line {
            0 => file.display().to_string(),
            line => format!("{}:{line}:{}", file.display(), problem.column),
        };
        let (zh, en) = (
            problem.message(Language::Chinese),
            problem.message(Language::English),
        );
        say(format_args!("{place}: {zh} / {en}"));
    }
}

fn read(folder: &Path) -> Result<(Option<Pack>, Vec<Problem>), Failed> {
    let mut files = Vec::new();
    collect(folder, "", &mut files).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(pack::load(&files))
}

/// The files of a folder and of the folders in it; what begins with a point is not of the pack.
fn collect(folder: &Path, within: &str, files: &mut Vec<(String, Vec<u8>)>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = match within {
            "" => name.clone(),
            within => format!("{within}/{name}"),
        };
        if name.starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            // packs have one level of folders: what is deeper is told by its name
            match within {
                "" => collect(&entry.path(), &path, files)?,
                _ => files.push((path, Vec::new())),
            }
            continue;
        }
        let mut bytes = Vec::new();
        // a byte more than packs may have is enough to be told
        File::open(entry.path())?
            .take(limits::FILE as u64 + 1)
            .read_to_end(&mut bytes)?;
        files.push((path, bytes));
    }
    Ok(())
}
