//! Accessibility, as axe-core finds it.

use std::path::Path;

use serde::Deserialize;

use crate::browser::Tablet;
use crate::peers;

/// Something that axe-core found.
#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    impact: Option<String>,
    help: String,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    html: String,
    #[serde(rename = "failureSummary")]
    why: Option<String>,
}

impl Tablet {
    /// Looks for what keeps people out of the page as it is now; panics where anything is serious or critical.
    pub async fn accessible(&self, place: &str) {
        let axe = Path::new("node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(peers::folder().join(axe)).unwrap();
        let script = format!(
            "const done = arguments[arguments.length - 1];
             if (!window.axe) {{ {axe} }}
             window.axe.run(document, {{ resultTypes: ['violations'] }}).then(r => done(r.violations), e => done(String(e)));"
        );
        let found = self.web.execute_async(script, vec![]).await.unwrap();
        let found: Vec<Violation> = serde_json::from_value(found.json().clone())
            .unwrap_or_else(|error| panic!("axe-core at {place}: {error}: {}", found.json()));
        let serious: Vec<String> = found
            .iter()
            .filter(|v| matches!(v.impact.as_deref(), Some("serious" | "critical")))
            .flat_map(|v| {
                let nodes = v.nodes.iter().take(4);
                nodes.map(move |node| {
                    let why = node.why.as_deref().unwrap_or_default();
                    format!("{}: {}\n  {}\n  {why}", v.id, v.help, node.html)
                })
            })
            .collect();
        assert!(serious.is_empty(), "{place}:\n{}", serious.join("\n"));
    }
}
