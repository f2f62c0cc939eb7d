//! `plumbline pack`: the files of packs, checked and compared.

use std::path::{Path, PathBuf};

use shared::pack::text::Language;
use shared::pack::{self, Pack, Problem};

use super::{Failed, say};
use crate::packs::read;

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
            let (pack, problems) = within(folder)?;
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
            let (pack, problems) = within(folder)?;
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

fn within(folder: &Path) -> Result<(Option<Pack>, Vec<Problem>), Failed> {
    read(folder).map_err(|error| format!("{}: {error}", folder.display()).into())
}
