//! Forms and registers on a screen.

use crate::browser::Tablet;

impl Tablet {
    /// Presses a cell of a table of a form.
    pub async fn form_cell(&self, table: &str, row: usize, column: &str) {
        let script = format!(
            "(cell => {{ if (!cell) return false; cell.scrollIntoView({{ block: 'center' }});
                cell.dispatchEvent(new PointerEvent('pointerdown', {{ bubbles: true, cancelable: true, button: 0, pointerType: 'mouse' }}));
                return true; }})(document.querySelector('[data-table={table}] [data-row=\"{row}\"] [data-column={column}]'))"
        );
        self.until("the cell", &script).await;
    }

    /// Types into a cell of a table of a form, and leaves it with Enter.
    pub async fn fill_cell(&self, table: &str, row: usize, column: &str, text: &str) {
        self.form_cell(table, row, column).await;
        self.keys(text).await;
        self.keys(thirtyfour::Key::Enter).await;
        let cell = format!("[data-table={table}] [data-row=\"{row}\"] [data-column={column}]");
        self.says(&cell, text).await;
    }
}
