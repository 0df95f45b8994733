//! Deck presets as the column `dconf` has them.
//!
//! In: the preset that the bank asks for, if it does. Out: JSON in schema 11, the default preset always among it: Anki refuses a package
//! without. An importer takes the bank's preset only where the learner ticks that deck presets be imported. Then the decks change over
//! to it; but one of this id that is there already stays as the learner has it (`tests/oracles/anki_preset.py` repeats that).
//!
//! Names and defaults are those of `rslib/src/deckconfig/schema11.rs` in Anki's sources.

use super::plan::stable_id;
use crate::bank::BankInfo;
use crate::bank::preset::{Preset, Step};
use serde_json::{Value, json};

/// The id of Anki's default preset.
pub(super) const DEFAULT: i64 = 1;

/// The id of the preset that the decks of a bank name: the same in every build.
pub(super) fn id(bank: &BankInfo) -> i64 {
    bank.preset.as_ref().map_or(DEFAULT, |_| stable_id(&["preset", bank.id.as_str()]))
}

/// The column `dconf`; `modified` in Unix seconds.
pub(super) fn presets(bank: &BankInfo, modified: i64) -> Value {
    let mut presets = json!({ DEFAULT.to_string(): default() });
    if let Some(preset) = &bank.preset {
        let id = id(bank);
        presets[id.to_string()] = own(preset, id, modified);
    }
    presets
}

/// As Anki makes it in a new collection.
fn default() -> Value {
    json!({
        "id": DEFAULT, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": true, "timer": 0, "replayq": true, "dyn": false,
        "new": { "bury": false, "delays": [1.0, 10.0], "initialFactor": 2500, "ints": [1, 4, 0], "order": 1, "perDay": 20 },
        "rev": { "bury": false, "ease4": 1.3, "ivlFct": 1.0, "maxIvl": 36500, "perDay": 200, "hardFactor": 1.2 },
        "lapse": { "delays": [10.0], "leechAction": 1, "leechFails": 8, "minInt": 1, "mult": 0.0 },
    })
}

/// The default preset with what the bank asks for in its place.
fn own(preset: &Preset, id: i64, modified: i64) -> Value {
    // Schema 11 counts steps in minutes.
    let minutes = |steps: &[Step]| steps.iter().map(|step| f64::from(step.seconds) / 60.0).collect::<Vec<_>>();
    let mut value = default();
    value["id"] = id.into();
    value["name"] = preset.name.as_str().into();
    value["mod"] = modified.into();
    value["usn"] = (-1).into();
    value["new"]["perDay"] = preset.new_per_day.into();
    value["new"]["delays"] = minutes(&preset.learning_steps).into();
    value["rev"]["perDay"] = preset.reviews_per_day.into();
    value["rev"]["maxIvl"] = preset.max_interval.into();
    value["lapse"]["delays"] = minutes(&preset.relearning_steps).into();
    // Read by Anki since 2.1.45 (burying) and 23.10 (FSRS), kept by older ones.
    value["desiredRetention"] = preset.desired_retention.into();
    value["buryInterdayLearning"] = preset.bury_siblings.into();
    for kind in ["new", "rev"] {
        value[kind]["bury"] = preset.bury_siblings.into();
    }
    value
}
