//! Forms 表单 on the screen and on paper. A form is data ([`FormDef`]): no screen is written for one of them. What is shown
//! here knows no documents: answers come as a signal, edits go through a [`Host`].

mod choice;
mod comments;
mod edit;
mod field;
mod files;
mod host;
mod line;
mod missing;
pub mod paper;
mod paste;
mod pick;
mod shown;
mod sign;
mod state;
mod table;
mod typed;
mod words;

use std::sync::Arc;

use leptos::prelude::*;
use shared::pack::form::FormDef;
use shared::pack::value::Answers;

pub use comments::{Comments, Said, Spot, Talk, Unsaid};
pub use edit::Edit;
pub use host::{Asked, Attach, Content, FileFacts, Files, Host, Place, PoolAsk, Writing};
pub use sign::{SignPad, written};
pub use state::{answer_text, read_text};
pub use typed::Candidate;
pub use words::{problem, say, saying, unread};

use crate::i18n::use_i18n;
use field::SectionView;
use missing::Missing;
use state::Cx;

/// A form to be filled in, or read.
#[component]
pub fn FormEditor(
    /// What it is made of.
    form: Arc<FormDef>,
    /// What is written in it.
    #[prop(into)]
    answers: Signal<Answers>,
    /// Whose turn it is to write: what else there is can be read.
    #[prop(into)]
    writing: Signal<Writing>,
    /// What it needs of the place that shows it.
    host: Host,
    /// Is told how many things are wrong or missing.
    #[prop(optional)]
    left: Option<RwSignal<usize>>,
) -> impl IntoView {
    let cx = Cx::new(use_i18n(), host, form.clone(), answers, writing);
    if let Some(left) = left {
        Effect::new(move |_| left.set(cx.problems.with(Vec::len)));
    }
    let sections = (0..form.sections.len())
        .map(|at| view! { <SectionView cx=cx at=at /> })
        .collect_view();
    view! {
        <div class="form" data-form=form.id.to_string()>
            {host.comments.map(|comments| view! { <comments::Open cx=cx comments=comments /> })}
            {sections}
            <Missing cx=cx />
        </div>
    }
}
