//! What the plans of all projects leave of resources.

use domain::resource::Units;
use serde::{Deserialize, Serialize};

dto! {
    /// A resource of kind work, as all plans together have it. Thousandths: 1000 is one whole.
    pub struct PoolResource {
        /// Its name: what plans call by one name is one resource.
        pub name: String,
        /// The least that there is of it on a day.
        pub there: Units,
        /// The most that is asked for on a day.
        pub busiest: Units,
        /// What is left on the day that leaves least.
        pub free: Units,
        /// How many plans have it.
        pub plans: u32,
    }
}
