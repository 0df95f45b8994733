//! Blueprints: what an exam draws.
