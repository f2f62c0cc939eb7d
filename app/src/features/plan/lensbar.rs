//! The bar over the grid that finds, filters, groups, and keeps views.

use leptos::prelude::*;
use shared::base::sort;

use super::columns::Column;
use super::cx::{Cx, use_cx};
use super::lens::{self, GROUPS, Group};
use super::looking::Saved;
use crate::i18n::{t, t_signal, t_string};
use crate::platform::screen;
use crate::ui::each::For;
use crate::ui::icon::Icon;
use crate::ui::popover::Popover;
use crate::ui::show::Show;

/// The bar.
#[component]
pub fn LensBar() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    request_animation_frame(|| screen::focus("plan-find"));
    // owners that tasks have, as shown
    let owners = Memo::new(move |_| {
        let people = cx.people.get();
        let mut owners: Vec<(String, String)> = cx.model.with(|model| {
            let tasks = model.view.plan.tasks.iter();
            let owners = tasks.map(|t| (people.owner(&t.owner).to_owned(), t.owner.clone()));
            owners.filter(|(_, owner)| !owner.is_empty()).collect()
        });
        sort::plain(&mut owners);
        owners.dedup();
        owners
    });
    let groups = move || {
        cx.model.with(|model| {
            let own = model.view.plan.fields.iter();
            let own = own.map(|field| Group::Own(field.id));
            GROUPS.into_iter().chain(own).collect::<Vec<_>>()
        })
    };
    let found = move || {
        let all = cx.model.with(|m| m.view.plan.tasks.len());
        cx.rows.with(|rows| rows.found).map(|n| (n, all))
    };
    view! {
        <div class="plan-lens" role="search" aria-label=t!(i18n, lens.title)>
            <input
                type="search"
                class="input"
                id="plan-find"
                placeholder=t!(i18n, lens.find)
                title=t!(i18n, lens.find_what)
                aria-label=t!(i18n, lens.find_what)
                prop:value=move || cx.lens.with(|lens| lens.find.clone())
                on:input=move |ev| {
                    let text = event_target_value(&ev);
                    cx.look(|lens| lens.find = text);
                }
                on:keydown=move |ev| {
                    if ev.is_composing() {
                        return;
                    }
                    match ev.key().as_str() {
                        "Escape" => cx.show_everything(),
                        "Enter" | "ArrowDown" => {
                            let line = untrack(|| cx.first_line());
                            cx.cursor.update(|cursor| cursor.line = line);
                            cx.arrived();
                        }
                        _ => return,
                    }
                    ev.prevent_default();
                    ev.stop_propagation();
                }
            />
            <div class="plan-chips" role="group" aria-label=t!(i18n, lens.only)>
                {lens::ALL
                    .into_iter()
                    .map(|only| {
                        let on = move || cx.lens.with(|lens| lens.only.contains(&only));
                        view! {
                            <button
                                class="plan-chip"
                                data-only=format!("{only:?}").to_lowercase()
                                aria-pressed=move || on().to_string()
                                on:click=move |_| cx.look(|lens| lens.toggle(only))
                            >
                                {move || cx.only_words(only)}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <select
                class="select"
                data-lens="owner"
                aria-label=t!(i18n, plan.column_owner)
                on:change=move |ev| {
                    let owner = event_target_value(&ev);
                    cx.look(|lens| lens.owner = (!owner.is_empty()).then_some(owner));
                }
            >
                <option value="" selected=move || cx.lens.with(|lens| lens.owner.is_none())>
                    {t!(i18n, lens.any_owner)}
                </option>
                <For each=move || owners.get() key=|o| o.clone() let:owner>
                    <option
                        value=owner.1.clone()
                        selected=move || cx.lens.with(|lens| lens.owner.as_ref() == Some(&owner.1))
                    >
                        {owner.0.clone()}
                    </option>
                </For>
            </select>
            <select
                class="select"
                data-lens="group"
                aria-label=t!(i18n, lens.group)
                on:change=move |ev| {
                    let value = event_target_value(&ev);
                    let group = untrack(groups).into_iter().find(|group| format!("{group:?}") == value);
                    cx.look(|lens| lens.group = group);
                }
            >
                <option value="" selected=move || cx.lens.with(|lens| lens.group.is_none())>
                    {t!(i18n, lens.no_group)}
                </option>
                <For each=groups key=|group| *group let:group>
                    <option
                        value=format!("{group:?}")
                        selected=move || cx.lens.with(|lens| lens.group == Some(group))
                    >
                        {move || cx.group_words(group)}
                    </option>
                </For>
            </select>
            <Views />
            <span class="plan-space"></span>
            <span id="plan-filtered" role="status">
                {move || {
                    let found = found().map(|(n, all)| {
                        t_string!(i18n, lens.found, n = n, all = all).to_string()
                    });
                    let sorted = cx.lens.with(|lens| lens.sort).map(|(column, down)| sorted(&cx, column, down));
                    let all: Vec<String> = found.into_iter().chain(sorted).collect();
                    all.join(" · ")
                }}
            </span>
            <button
                class="button button-quiet button-icon"
                id="show-all"
                title=t!(i18n, lens.show_all)
                aria-label=t!(i18n, lens.show_all)
                on:click=move |_| cx.show_everything()
            >
                <Icon name="close" />
            </button>
        </div>
    }
}

/// By what rows are ordered, in words; tracked.
fn sorted(cx: &Cx, column: Column, down: bool) -> String {
    let arrow = if down { "↓" } else { "↑" };
    format!("{} {arrow}", cx.title(column))
}

/// The views that were kept, and a field that keeps one more.
#[component]
fn Views() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let open = RwSignal::new(false);
    let views = RwSignal::new(cx.saved_views());
    let name = RwSignal::new(String::new());
    let keep = move |all: Vec<Saved>| {
        cx.keep_views(&all);
        views.set(all);
    };
    let save = move || {
        let text = name.get_untracked().trim().to_owned();
        if text.is_empty() {
            return;
        }
        let mut all = views.get_untracked();
        let view = cx.view_now(text.clone());
        match all.iter_mut().find(|known| known.name == text) {
            Some(known) => *known = view,
            None => all.push(view),
        }
        keep(all);
        name.set(String::new());
    };
    view! {
        <Popover
            open=open
            label=t_signal!(i18n, lens.views)
            class="button plan-views"
            button=move || t!(i18n, lens.views)
        >
            <div class="plan-menu" data-views>
                <Show when=move || views.with(Vec::is_empty)>
                    <p class="plan-none">{t!(i18n, lens.no_views)}</p>
                </Show>
                <For each=move || views.get() key=|v| (v.name.clone(), format!("{:?}", v.lens)) let:view>
                    <SavedView view=view open=open remove=move |gone: &str| {
                        let mut all = views.get_untracked();
                        all.retain(|view| view.name != gone);
                        keep(all);
                    } />
                </For>
                <hr />
                <form
                    class="plan-add"
                    on:submit=move |ev| {
                        ev.prevent_default();
                        save();
                    }
                >
                    <input
                        class="input"
                        data-views-field="name"
                        placeholder=t!(i18n, lens.view_name)
                        aria-label=t!(i18n, lens.view_name)
                        prop:value=name
                        on:input=move |ev| name.set(event_target_value(&ev))
                    />
                    <button class="button">{t!(i18n, lens.keep_view)}</button>
                </form>
            </div>
        </Popover>
    }
}

/// One view that was kept.
#[component]
fn SavedView(
    view: Saved,
    open: RwSignal<bool>,
    remove: impl Fn(&str) + Copy + 'static,
) -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let name = view.name.clone();
    let gone = name.clone();
    let label = name.clone();
    view! {
        <div class="plan-view">
            <button
                class="plan-link"
                data-view=name.clone()
                on:click=move |_| {
                    open.set(false);
                    cx.look_as(&view);
                }
            >
                {name.clone()}
            </button>
            <button
                class="button button-quiet button-icon"
                aria-label=move || t_string!(i18n, lens.forget_view, name = label.clone()).to_string()
                on:click=move |_| remove(&gone)
            >
                <Icon name="close" />
            </button>
        </div>
    }
}
