//! Hands: the mouse, fingers, an input method, through the DevTools protocol, as the browser's own input.

use serde_json::json;

use crate::browser::Tablet;

/// A point in CSS pixels of the window.
pub type Point = (f64, f64);

impl Tablet {
    /// Waits until an expression is true; when it is in vain, the panic tells what `look` gives instead.
    pub async fn soon(&self, what: &str, expression: &str, look: &str) {
        let script = format!(
            "const done = arguments[arguments.length - 1], end = Date.now() + 30000;
             const go = () => {{ let v; try {{ v = ({expression}); }} catch {{}}
               if (v || Date.now() > end) done(!!v); else setTimeout(go, 30); }}; go();"
        );
        let held = self.web.execute_async(script, vec![]).await.unwrap();
        if held.json() != &serde_json::Value::Bool(true) {
            panic!(
                "waited in vain for: {what}; there is: {}",
                self.eval(look).await
            );
        }
    }

    /// The middle of an element that is shown.
    pub async fn middle(&self, css: &str) -> Point {
        self.find(css).await;
        let quoted = serde_json::to_string(css).unwrap();
        self.point(&format!(
            "(e => {{ const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; }})(document.querySelector({quoted}))"
        ))
        .await
    }

    /// A point that an expression gives as `[x, y]`.
    pub async fn point(&self, expression: &str) -> Point {
        let value = self.eval(expression).await;
        let at = |i: usize| {
            value
                .get(i)
                .and_then(serde_json::Value::as_f64)
                .unwrap_or_else(|| panic!("{expression}: {value}"))
        };
        (at(0), at(1))
    }

    async fn mouse(&self, kind: &str, at: Point, down: bool, clicks: u8) {
        let button = if down || kind == "mouseReleased" {
            "left"
        } else {
            "none"
        };
        self.cdp(
            "Input.dispatchMouseEvent",
            json!({"type": kind, "x": at.0, "y": at.1, "button": button,
                "buttons": u8::from(down), "clickCount": clicks, "pointerType": "mouse"}),
        )
        .await;
    }

    /// Moves the mouse there.
    pub async fn hover(&self, at: Point) {
        self.mouse("mouseMoved", at, false, 0).await;
    }

    /// Presses the mouse's button there.
    pub async fn press(&self, at: Point) {
        self.hover(at).await;
        self.mouse("mousePressed", at, true, 1).await;
    }

    /// Moves the pressed mouse there.
    pub async fn drag_to(&self, from: Point, to: Point) {
        for step in 1..=6 {
            let part = f64::from(step) / 6.0;
            let at = (
                from.0 + (to.0 - from.0) * part,
                from.1 + (to.1 - from.1) * part,
            );
            self.mouse("mouseMoved", at, true, 0).await;
        }
    }

    /// Lifts the mouse's button.
    pub async fn lift(&self, at: Point) {
        self.mouse("mouseReleased", at, false, 1).await;
    }

    /// Drags with the mouse.
    pub async fn drag(&self, from: Point, to: Point) {
        self.press(from).await;
        self.drag_to(from, to).await;
        self.lift(to).await;
    }

    /// Clicks twice.
    pub async fn double_click(&self, at: Point) {
        self.hover(at).await;
        for clicks in 1..=2 {
            self.mouse("mousePressed", at, true, clicks).await;
            self.mouse("mouseReleased", at, false, clicks).await;
        }
    }

    /// Fingers come down, move or (with no points) are lifted.
    pub async fn fingers(&self, kind: &str, points: &[Point]) {
        let points: Vec<_> = points
            .iter()
            .enumerate()
            .map(|(id, at)| json!({"x": at.0, "y": at.1, "id": id}))
            .collect();
        self.cdp(
            "Input.dispatchTouchEvent",
            json!({"type": kind, "touchPoints": points}),
        )
        .await;
    }

    /// Taps with a finger.
    pub async fn tap(&self, at: Point) {
        self.fingers("touchStart", &[at]).await;
        self.fingers("touchEnd", &[]).await;
    }

    /// An input method shows this text, not written yet.
    pub async fn compose(&self, text: &str) {
        let end = text.encode_utf16().count();
        self.cdp(
            "Input.imeSetComposition",
            json!({"text": text, "selectionStart": end, "selectionEnd": end}),
        )
        .await;
    }

    /// The input method writes its text.
    pub async fn compose_end(&self, text: &str) {
        self.cdp("Input.insertText", json!({"text": text})).await;
    }
}
