//! Short messages at the foot of a screen, with at most one thing to do about each.

use crate::ui::each::For;
use leptos::prelude::*;
use std::time::Duration;

/// What a message says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something was not done, and why.
    Trouble,
}

#[derive(Clone)]
struct Notice {
    number: u64,
    tone: Tone,
    text: String,
    action: Option<(String, Callback<()>)>,
}

/// The messages of a screen. A cheap handle.
#[derive(Clone, Copy)]
pub struct Notices {
    list: RwSignal<Vec<Notice>>,
    next: StoredValue<u64>,
}

impl Default for Notices {
    fn default() -> Self {
        Self {
            list: RwSignal::new(Vec::new()),
            next: StoredValue::new(0),
        }
    }
}

impl Notices {
    /// Shows a message for a while.
    pub fn say(&self, tone: Tone, text: String) {
        self.add(tone, text, None);
    }

    /// Shows a message with a button.
    pub fn offer(&self, tone: Tone, text: String, label: String, action: Callback<()>) {
        self.add(tone, text, Some((label, action)));
    }

    fn add(&self, tone: Tone, text: String, action: Option<(String, Callback<()>)>) {
        let number = self
            .next
            .try_update_value(|next| {
                *next += 1;
                *next
            })
            .unwrap_or(0);
        let this = *self;
        let seconds = if action.is_some() || tone == Tone::Trouble {
            12
        } else {
            6
        };
        self.list.try_update(|list| {
            list.retain(|other| other.text != text);
            list.push(Notice {
                number,
                tone,
                text,
                action,
            });
            let over = list.len().saturating_sub(3);
            list.drain(..over);
        });
        set_timeout(move || this.drop_one(number), Duration::from_secs(seconds));
    }

    fn drop_one(&self, number: u64) {
        self.list
            .try_update(|list| list.retain(|n| n.number != number));
    }
}

/// Shows the messages.
#[component]
pub fn NoticeArea(
    /// Which.
    notices: Notices,
    /// The name of the button that takes one away.
    #[prop(into)]
    close: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || notices.list.get() key=|n| n.number let:notice>
                <div class="toast" class:toast-trouble=notice.tone == Tone::Trouble>
                    <span>{notice.text.clone()}</span>
                    {notice.action.clone().map(|(label, action)| {
                        let number = notice.number;
                        view! {
                            <button
                                class="toast-action"
                                on:click=move |_| {
                                    action.run(());
                                    notices.drop_one(number);
                                }
                            >
                                {label}
                            </button>
                        }
                    })}
                    <button class="toast-close" aria-label=close on:click=move |_| notices.drop_one(notice.number)>
                        "×"
                    </button>
                </div>
            </For>
        </div>
    }
}
