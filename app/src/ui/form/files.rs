//! Fields of files: attachments, and the company's seal as a picture.

use leptos::prelude::*;
use shared::pack::fill::{FillWrong, file_wrong};
use shared::pack::form::{Field, FieldKind};
use shared::pack::value::Value;

use super::field::{Ways, place};
use super::host::{Attach, Content, Files, Place};
use super::state::Cx;
use crate::i18n::{t, t_string};
use crate::platform::intl;
use crate::platform::random;
use crate::platform::worker::PickedFile;
use crate::ui::each::For;
use crate::ui::icon::Icon;
use crate::ui::show::Show;

/// A file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Coming {
    number: u64,
    name: String,
    progress: u8,
    /// Why it was not taken, and what to do.
    refused: Option<String>,
}

/// The files of a field or a cell, and those on their way to it.
#[derive(Clone, Copy)]
pub(super) struct Holding {
    cx: Cx,
    kind: StoredValue<FieldKind>,
    place: StoredValue<Place>,
    value: Signal<Option<Value>>,
    coming: RwSignal<Vec<Coming>>,
}

impl Holding {
    /// Those of a field.
    pub(super) fn of_field(cx: Cx, field: &Field) -> Self {
        let value = cx.standing(&field.id).value.into();
        Self::new(cx, field, place(field), value)
    }

    /// Those of a place whose answer is known.
    pub(super) fn new(cx: Cx, field: &Field, place: Place, value: Signal<Option<Value>>) -> Self {
        Self {
            cx,
            kind: StoredValue::new(field.kind.clone()),
            place: StoredValue::new(place),
            value,
            coming: RwSignal::new(Vec::new()),
        }
    }

    /// The hashes of what is there; tracked.
    pub(super) fn there(&self) -> Vec<String> {
        match self.value.get() {
            Some(Value::Files(files)) => files,
            _ => Vec::new(),
        }
    }

    /// Asks for something to be kept, and writes down that it is attached once it is.
    pub(super) fn attach(self, files: Files, name: String, content: Content, only: bool) {
        let number = random::number();
        let key = self.cx.key_of(&self.place.get_value());
        let coming = self.coming;
        coming.update(|all| {
            all.retain(|one| one.refused.is_none());
            all.push(Coming {
                number,
                name,
                progress: 0,
                refused: None,
            });
        });
        let change = move |change: &dyn Fn(&mut Coming)| {
            coming.try_update(|all| {
                all.iter_mut()
                    .filter(|one| one.number == number)
                    .for_each(change);
            });
        };
        let done = move |outcome: Result<String, String>| match outcome {
            Ok(hash) => {
                coming.try_update(|all| all.retain(|one| one.number != number));
                let Some(place) = self.place.try_get_value() else {
                    return;
                };
                let mut all = match only {
                    true => Vec::new(),
                    false => untrack(|| self.there()),
                };
                if !all.contains(&hash) {
                    all.push(hash);
                }
                // the row may stand elsewhere by now
                let place = self.cx.moved(place, key);
                self.cx.commit(&place, Some(Value::Files(all)));
            }
            Err(why) => change(&|one| one.refused = Some(why.clone())),
        };
        files.attach.run(Attach {
            place: self.place.get_value(),
            content,
            progress: Callback::new(move |percent| change(&|one| one.progress = percent)),
            done: Callback::new(done),
        });
    }

    fn remove(self, hash: &str) {
        let mut all = untrack(|| self.there());
        all.retain(|one| one != hash);
        let value = (!all.is_empty()).then_some(Value::Files(all));
        self.cx.commit(&self.place.get_value(), value);
    }

    /// What is wrong with a file before it is taken: its ending, its size.
    fn refused(&self, file: &PickedFile) -> Option<String> {
        let i18n = self.cx.i18n;
        self.kind.with_value(|kind| match kind {
            FieldKind::Attachment {
                megabytes, endings, ..
            } => {
                let why = file_wrong(&file.name(), file.size() as u64, *megabytes, endings)?;
                Some(untrack(|| match why {
                    FillWrong::OtherEnding(endings) => {
                        let endings = endings.join(", ");
                        t_string!(i18n, forms.file_ending, endings = endings).to_string()
                    }
                    _ => t_string!(i18n, forms.file_size, most = *megabytes).to_string(),
                }))
            }
            _ => None,
        })
    }
}

/// A size as people read it.
fn size(tag: &str, bytes: u64) -> String {
    let bytes = bytes as f64;
    match bytes {
        small if small < 1_024.0 => format!("{bytes} B"),
        some if some < 1_048_576.0 => {
            format!("{} KB", intl::format_number(tag, bytes / 1_024.0, 0))
        }
        _ => format!("{} MB", intl::format_number(tag, bytes / 1_048_576.0, 1)),
    }
}

/// The files of an attachment.
#[component]
pub(super) fn FileList(cx: Cx, holding: Holding, ways: Ways, writes: bool) -> impl IntoView {
    let i18n = cx.i18n;
    let (most, accept) = holding.kind.with_value(|kind| match kind {
        FieldKind::Attachment { most, endings, .. } => {
            let dotted = endings.iter().map(|ending| format!(".{ending}"));
            let accept = dotted.collect::<Vec<_>>().join(",");
            (*most as usize, (!endings.is_empty()).then_some(accept))
        }
        _ => (1, None),
    });
    let files = cx.host.files;
    let room = Memo::new(move |_| holding.there().len() < most);
    let take = move |file: PickedFile| {
        let Some(files) = files else { return };
        match untrack(|| holding.refused(&file)) {
            Some(why) => holding.coming.update(|all| {
                all.retain(|one| one.refused.is_none());
                all.push(Coming {
                    number: random::number(),
                    name: file.name(),
                    progress: 0,
                    refused: Some(why),
                });
            }),
            None => holding.attach(files, file.name(), Content::File(file), false),
        }
    };
    let adding = {
        let (id, described) = (ways.id.clone(), ways.described);
        let label = ways.label.clone();
        move || {
            let (id, accept, label) = (id.clone(), accept.clone(), label.clone());
            view! {
                <label class="button form-attach">
                    <input
                        id=id
                        type="file"
                        class="sr-only"
                        accept=accept
                        aria-labelledby=label
                        aria-describedby=described
                        on:change=move |ev| {
                            if let Some(file) = PickedFile::from_input(&ev) {
                                take(file);
                            }
                        }
                    />
                    {t!(i18n, forms.attach)}
                </label>
            }
        }
    };
    view! {
        <div
            class="form-files"
            role="group"
            aria-labelledby=ways.label
            on:dragover=move |ev| ev.prevent_default()
            on:drop=move |ev| {
                ev.prevent_default();
                if let Some(file) = PickedFile::from_drop(&ev).filter(|_| writes && room.get_untracked()) {
                    take(file);
                }
            }
        >
            <ul>
                <For each=move || holding.there() key=|hash| hash.clone() let:hash>
                    <FileLine cx=cx holding=holding hash=hash writes=writes />
                </For>
                <For each=move || holding.coming.get() key=|one| (one.number, one.progress, one.refused.clone()) let:one>
                    <ComingLine cx=cx one=one />
                </For>
            </ul>
            <Show when=move || !writes && holding.there().is_empty()>
                <span class="form-value">"–"</span>
            </Show>
            {writes.then(move || match files {
                Some(_) => view! {
                    <Show when=move || room.get()>{adding()}</Show>
                }.into_any(),
                None => view! { <p class="muted">{t!(i18n, forms.no_files_here)}</p> }.into_any(),
            })}
        </div>
    }
}

#[component]
fn FileLine(cx: Cx, holding: Holding, hash: String, writes: bool) -> impl IntoView {
    let i18n = cx.i18n;
    let files = cx.host.files;
    let facts = {
        let hash = hash.clone();
        Memo::new(move |_| files.and_then(|files| files.facts.run(hash.clone())))
    };
    let short: String = hash.chars().take(8).collect();
    let name = move || {
        let name = facts.with(|facts| facts.as_ref().map(|facts| facts.name.clone()));
        name.unwrap_or_else(|| short.clone())
    };
    let more = move || {
        let facts = facts.get()?;
        let tag = crate::language::tag(i18n.get_locale());
        Some(match facts.sent {
            None => size(tag, facts.bytes),
            Some(percent) => {
                let size = size(tag, facts.bytes);
                t_string!(i18n, forms.file_sent, size = size, percent = percent).to_string()
            }
        })
    };
    let shown = hash.clone();
    let small = move || files.and_then(|files| files.small.run(shown.clone()));
    let (opened, removed) = (hash.clone(), hash);
    view! {
        <li>
            {move || match small() {
                Some(address) => view! { <img class="form-thumb" src=address alt="" /> }.into_any(),
                None => view! { <span class="form-thumb form-thumb-none"><Icon name="file" /></span> }.into_any(),
            }}
            <button
                type="button"
                class="form-file"
                on:click=move |_| {
                    if let Some(files) = files {
                        files.open.run(opened.clone());
                    }
                }
            >
                {name}
            </button>
            <span class="muted num">{more}</span>
            {writes.then(|| view! {
                <button type="button" class="form-clear" on:click=move |_| holding.remove(&removed)>
                    {t!(i18n, forms.file_remove)}
                </button>
            })}
        </li>
    }
}

#[component]
fn ComingLine(cx: Cx, one: Coming) -> impl IntoView {
    let i18n = cx.i18n;
    let percent = one.progress;
    let more = match one.refused {
        Some(why) => view! { <span class="form-error" role="alert">{why}</span> }.into_any(),
        None => view! {
            <progress max="100" value=percent aria-label=t!(i18n, forms.file_coming)></progress>
        }
        .into_any(),
    };
    view! { <li><span>{one.name}</span>{more}</li> }
}

/// The company's seal: a picture of it, or its place on the paper.
#[component]
pub(super) fn Seal(cx: Cx, holding: Holding, ways: Ways, writes: bool) -> impl IntoView {
    let i18n = cx.i18n;
    let files = cx.host.files;
    let adding = {
        let (id, label, described) = (ways.id.clone(), ways.label.clone(), ways.described);
        move |files: Files| {
            view! {
                <label class="button form-attach">
                    <input
                        id=id.clone()
                        type="file"
                        class="sr-only"
                        accept="image/png,image/jpeg"
                        aria-labelledby=label.clone()
                        aria-describedby=described
                        on:change=move |ev| {
                            if let Some(file) = PickedFile::from_input(&ev) {
                                holding.attach(files, file.name(), Content::File(file), true);
                            }
                        }
                    />
                    {t!(i18n, forms.seal_add)}
                </label>
            }
        }
    };
    view! {
        <div class="form-seal" role="group" aria-labelledby=ways.label>
            <Picture cx=cx holding=holding class="form-seal-picture" />
            <For each=move || holding.coming.get() key=|one| (one.number, one.progress, one.refused.clone()) let:one>
                <ComingLine cx=cx one=one />
            </For>
            {writes.then(move || match files {
                Some(files) => adding(files).into_any(),
                None => view! { <p class="muted">{t!(i18n, forms.no_files_here)}</p> }.into_any(),
            })}
            <Show when=move || writes && !holding.there().is_empty()>
                <button
                    type="button"
                    class="form-clear"
                    on:click=move |_| untrack(|| holding.there()).iter().for_each(|hash| holding.remove(hash))
                >
                    {t!(i18n, forms.file_remove)}
                </button>
            </Show>
        </div>
    }
}

/// The pictures of a field.
#[component]
pub(super) fn Picture(cx: Cx, holding: Holding, class: &'static str) -> impl IntoView {
    let i18n = cx.i18n;
    let pictures = move || {
        let there = holding.there();
        let named = there.into_iter().map(|hash| {
            let address = cx
                .host
                .files
                .and_then(|files| files.picture.run(hash.clone()));
            (hash, address)
        });
        named.collect::<Vec<_>>()
    };
    view! {
        <For each=pictures key=|picture| picture.clone() let:picture>
            {match picture.1 {
                Some(address) => view! { <img class=class src=address alt=t!(i18n, forms.picture) /> }.into_any(),
                None => view! { <span class="muted">{t!(i18n, forms.picture_elsewhere)}</span> }.into_any(),
            }}
        </For>
    }
}
