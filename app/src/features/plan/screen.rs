//! The screen put together: toolbar, grid, splitter, chart, and what lies over them.

use leptos::children::ViewFn;
use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use shared::base::ProjectId;
use shared::doc::history::Scope;
use shared::doc::view::first::FirstRows;
use shared::sync::device::Status;
use std::sync::Arc;

use super::chart::Chart;
use super::columns::Writes;
use super::cx::{Asked, Cursor, Cx, Line, SHARE, use_cx};
use super::editor::{Hint, PeopleList};
use super::grid::Grid;
use super::lens::Lens;
use super::print::PrintSheet;
use super::recovered::RecoveredBand;
use super::shapes::Shape;
use super::side::SideSheet;
use super::toolbar::Toolbar;
use crate::i18n::{t, t_signal, t_string};
use crate::later::{self, Later};
use crate::platform::element::{self, Watch};
use crate::platform::{clock, screen};
use crate::shell::use_replica;
use crate::ui::notice::NoticeArea;
use crate::ui::show::Show;

/// The plan of a project.
#[component]
pub fn PlanScreen(
    /// Which project.
    project: ProjectId,
    /// More tools, shown in the toolbar (import and export).
    #[prop(optional, into)]
    tools: ViewFn,
) -> impl IntoView {
    let cx = Cx::new(project);
    provide_context(cx);
    super::address::follow(cx);
    let i18n = cx.i18n;
    // when the plan has been read the cursor stands on its first task; it never stays on a task that is gone
    Effect::new(move |before: Option<bool>| {
        cx.rows.track();
        let loaded = cx.loaded.get();
        let cursor = cx.cursor.get_untracked();
        let gone = untrack(|| cx.row_of(cursor.line)).is_none();
        if gone || (loaded && before != Some(true)) {
            let line = untrack(|| cx.first_line());
            cx.cursor.set(Cursor {
                line,
                column: cursor.column,
            });
        }
        loaded
    });
    // who has a keyboard can type at once; on a tablet its keyboard would come up
    let hand = element::matches("(pointer: coarse)");
    Effect::new(move |_| {
        cx.access.track();
        let ready = cx.loaded.get() && cx.live.with(Option::is_some);
        if ready && !hand && cx.shape.get_untracked() == Shape::Gantt {
            request_animation_frame(move || {
                let grid = cx.grid.try_get_untracked().flatten();
                let asked = cx.side.try_get_untracked().flatten();
                if asked.is_none() && grid.is_some_and(|grid| screen::free_or_on(&grid)) {
                    cx.focus();
                }
            });
        }
    });
    // a moment after the last change: what is painted first the next time
    let later = StoredValue::new_local(None);
    Effect::new(move |_| {
        cx.live.track();
        let keep = move || {
            let whole = cx.live.try_with_untracked(Clone::clone).flatten();
            if let Some(model) = cx.model.try_get_untracked()
                && whole.is_some_and(|whole| Arc::ptr_eq(&whole, &model.view))
            {
                cx.open.keep_first(&FirstRows::of(&model.view));
            }
        };
        later.set_value(Some(clock::after(1_000, keep)));
    });
    // who leaves the screen while typing has it written first; what is not taken stays in the journal
    on_cleanup(move || {
        cx.finish();
        cx.open.announce(None, None);
    });
    view! {
        // only its first rows, as they were kept: the rest is being read
        <section
            class="plan"
            aria-label=t!(i18n, plan.title)
            aria-busy=move || cx.live.with(Option::is_none).then_some("true")
        >
            <Toolbar tools=tools />
            <RecoveredBand />
            <Show when=move || {
                cx.loaded.get() && !cx.may(Writes::Plan) && cx.looked.with(Option::is_none)
            }>
                <p class="plan-band" role="note">
                    {move || {
                        if cx.may(Writes::Progress) {
                            t_string!(i18n, plan.read_only_member).to_string()
                        } else {
                            t_string!(i18n, plan.read_only).to_string()
                        }
                    }}
                </p>
            </Show>
            <Bands />
            <Show
                when=move || cx.loaded.get()
                fallback=Waiting
            >
                <div class="plan-main">
                    <Show
                        when=move || cx.shape.get() == Shape::Gantt
                        fallback=move || view! { <Later load=later::shapes() /> }
                    >
                        <Body />
                    </Show>
                    <SideSheet />
                </div>
            </Show>
            <PrintSheet />
            <Show when=move || cx.asked.with(Option::is_some)>
                <Later load=later::restoring() />
            </Show>
            <PeopleList />
            <NoticeArea
                notices=cx.notices
                close=t_signal!(i18n, plan.close)
            />
        </section>
    }
}

/// In the place of a plan that is not here yet.
#[component]
fn Waiting() -> impl IntoView {
    let i18n = use_cx().i18n;
    let sync = use_replica().sync();
    let offline = Memo::new(move |_| sync.with(|s| matches!(s.status, Status::Offline { .. })));
    view! {
        <div class="plan-wait" aria-busy=move || (!offline.get()).to_string()>
            <Show when=move || offline.get() fallback=move || t!(i18n, plan.loading)>
                <h2>{t!(i18n, plan.not_here)}</h2>
                <p>{t!(i18n, plan.not_here_text)}</p>
            </Show>
        </div>
    }
}

/// Says what is shown where it is not the whole plan of today, with the way back.
#[component]
fn Bands() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let ask = move |scope: Scope| {
        if let Some(looked) = cx.looked.get_untracked() {
            cx.asked.set(Some(Arc::new(Asked {
                moment: looked.moment.clone(),
                scope,
                at: looked.at,
            })));
        }
    };
    let chosen = move || {
        let line = cx.cursor.with(|cursor| cursor.line);
        matches!(line, Line::Task(_))
    };
    view! {
        <Show when=move || cx.looked.with(Option::is_some)>
            <div class="plan-band plan-band-past" role="status" id="plan-moment">
                <p>
                    {move || {
                        let looked = cx.looked.get();
                        looked.map(|l| {
                            t_string!(
                                i18n,
                                history.moment_band,
                                who = cx.person_words(l.by),
                                when = cx.when_words(l.at)
                            ).to_string()
                        })
                    }}
                </p>
                <div class="row">
                    <button class="button" id="restore-plan" on:click=move |_| ask(Scope::Everything)>
                        {t!(i18n, history.restore_plan)}
                    </button>
                    <Show when=chosen>
                        <button
                            class="button"
                            id="restore-chosen"
                            on:click=move |_| {
                                if let Some(id) = cx.current() {
                                    ask(Scope::Task(id));
                                }
                            }
                        >
                            {t!(i18n, history.restore_chosen)}
                        </button>
                    </Show>
                    <button class="button button-primary" id="back-to-now" on:click=move |_| cx.look_now()>
                        {t!(i18n, history.back_to_now)}
                    </button>
                </div>
            </div>
        </Show>
        <Show when=move || cx.lens_open.get() || cx.lens.with(|lens| *lens != Lens::default())>
            <Later load=later::lens() />
        </Show>
    }
}

/// Grid and chart under one vertical scroll bar.
#[component]
fn Body() -> impl IntoView {
    let cx = use_cx();
    let i18n = cx.i18n;
    let watch = StoredValue::<Vec<Watch>, LocalStorage>::new_local(Vec::new());
    Effect::new(move |_| {
        let Some(scroller) = cx.scroller.get() else {
            return;
        };
        let size = element::watch_size(&scroller, move |_, height| {
            if height > 0.0 && cx.height.try_get_untracked().is_some_and(|h| h != height) {
                cx.height.set(height);
                // the keyboard of a tablet came up: what is typed into stays in sight
                if let Some(editing) = cx.editing.get_untracked()
                    && let Some(row) = untrack(|| cx.row_of(editing.at.line))
                {
                    cx.reveal(row);
                }
            }
        });
        let width = element::watch_window("resize", move || {
            cx.window_width.try_set(element::window_width());
        });
        watch.set_value(vec![size, width]);
    });
    on_cleanup(move || {
        watch.try_update_value(Vec::clear);
    });
    let total = move || {
        let rows = cx.rows.with(|rows| rows.len()) + 1;
        cx.head + rows as f64 * cx.row_height + 24.0
    };
    // the share of the grid; `None`: as wide as its columns, up to a bit more than half
    let share = RwSignal::new(None::<f64>);
    let dragging = RwSignal::new(false);
    let stage = NodeRef::<leptos::html::Div>::new();
    let pane = NodeRef::<leptos::html::Div>::new();
    let width = move || {
        let columns = cx.left_of(None);
        let most = cx.window_width.get() * SHARE;
        share.get().unwrap_or_else(|| (columns + 1.0).min(most))
    };
    let set = move |wide: f64| {
        let most = (cx.window_width.get_untracked() - 80.0).max(120.0);
        share.set(Some(wide.clamp(120.0, most)));
    };
    view! {
        <div
            class="plan-scroller"
            node_ref=cx.scroller
            on:scroll=move |_| {
                if let Some(scroller) = cx.scroller.get_untracked() {
                    cx.scroll_top.set(f64::from(scroller.scroll_top()));
                }
            }
        >
            <div
                class="plan-stage"
                node_ref=stage
                style:height=move || format!("{}px", cx.height.get())
            >
                <div class="plan-grid-pane" node_ref=pane style:width=move || format!("{}px", width())>
                    <Grid />
                </div>
                <div
                    class="plan-splitter"
                    role="separator"
                    tabindex="0"
                    aria-orientation="vertical"
                    aria-label=t!(i18n, plan.splitter)
                    aria-valuenow=move || width().round().to_string()
                    on:pointerdown=move |ev| {
                        ev.prevent_default();
                        dragging.set(true);
                        if let Some(stage) = stage.get_untracked() {
                            let _ = stage.set_pointer_capture(ev.pointer_id());
                        }
                    }
                    on:dblclick=move |_| share.set(None)
                    on:keydown=move |ev| {
                        match ev.key().as_str() {
                            "ArrowLeft" => set(untrack(width) - 24.0),
                            "ArrowRight" => set(untrack(width) + 24.0),
                            _ => return,
                        }
                        ev.prevent_default();
                    }
                ></div>
                <Chart />
                <Hint pane=pane />
                <Show when=move || dragging.get()>
                    <div
                        class="plan-drag-shield"
                        on:pointermove=move |ev| {
                            if let Some(stage) = stage.get_untracked() {
                                let left = stage.get_bounding_client_rect().left();
                                set(f64::from(ev.client_x()) - left);
                            }
                        }
                        on:pointerup=move |_| dragging.set(false)
                        on:pointercancel=move |_| dragging.set(false)
                    ></div>
                </Show>
            </div>
            <div
                class="plan-filler"
                style:height=move || format!("{}px", (total() - cx.height.get()).max(0.0))
            ></div>
        </div>
    }
}
