//! What only the server has: fetched when its place opens, fetched again on demand and when the network is back.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

use crate::i18n::{t, use_i18n};
use crate::platform::http::{self, HttpError};
use crate::platform::network;
use crate::ui::icon::Icon;
use crate::words;

/// Something that the server has. A cheap handle.
pub struct Fetched<T: Send + Sync + 'static> {
    path: StoredValue<String>,
    value: RwSignal<Option<T>>,
    failed: RwSignal<Option<HttpError>>,
}

impl<T: Send + Sync + 'static> Clone for Fetched<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Fetched<T> {}

impl<T: DeserializeOwned + Send + Sync + 'static> Fetched<T> {
    /// Asks for a path.
    pub fn of(path: impl Into<String>) -> Self {
        let this = Self {
            path: StoredValue::new(path.into()),
            value: RwSignal::new(None),
            failed: RwSignal::new(None),
        };
        this.load();
        this
    }

    /// Asks again; what is there stays until the answer comes.
    pub fn load(self) {
        let path = self.path.get_value();
        spawn_local(async move {
            match http::get::<T>(&path).await {
                Ok(value) => {
                    let _ = self.failed.try_set(None);
                    let _ = self.value.try_set(Some(value));
                }
                Err(failed) => {
                    let _ = self.failed.try_set(Some(failed));
                }
            }
        });
    }
}

impl<T: Send + Sync + 'static> Fetched<T> {
    /// What is known of it, tracked.
    pub fn with<R>(self, look: impl FnOnce(Option<&T>) -> R) -> R {
        self.value.with(|value| look(value.as_ref()))
    }

    /// Whether it is here, tracked.
    pub fn here(self) -> bool {
        self.value.with(Option::is_some)
    }

    /// Why the last answer did not come.
    pub fn failed(self) -> Signal<Option<HttpError>> {
        self.failed.into()
    }
}

/// Says that something is on its way, or why it is not there, calmly, with a way to ask again.
#[component]
pub fn Fetching(
    /// Whether it is here.
    #[prop(into)]
    here: Signal<bool>,
    /// Why the last answer did not come.
    #[prop(into)]
    failed: Signal<Option<HttpError>>,
    /// Asks again.
    again: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let listening = network::on_change(move |online| {
        if online && failed.try_get_untracked().flatten().is_some() {
            again.run(());
        }
    });
    // ends with this place
    StoredValue::new_local(listening);
    move || match (failed.get(), here.get()) {
        (None, true) => ().into_any(),
        (None, false) => {
            view! { <p class="muted card-body" role="status">{t!(i18n, shell.loading)}</p> }
                .into_any()
        }
        (Some(failed), _) => {
            let unreachable = failed == HttpError::Unreachable;
            view! {
                <div class="notice needs-server" role="status">
                    <Icon name=if unreachable { "offline" } else { "failed" } />
                    <p class="grow">
                        {move || match unreachable {
                            true => t!(i18n, organisation.needs_server)().to_owned(),
                            false => words::failure(i18n, &failed),
                        }}
                    </p>
                    <button type="button" class="button" on:click=move |_| again.run(())>
                        {t!(i18n, organisation.again)}
                    </button>
                </div>
            }
            .into_any()
        }
    }
}
