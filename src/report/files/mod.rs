//! The files of a run, and the folder that holds them.

pub(crate) mod beside;
pub(crate) mod curves_csv;
pub(crate) mod folder;
pub(crate) mod manifest;
pub(crate) mod markdown;
pub(crate) mod metrics_csv;
pub(crate) mod part;
pub(crate) mod pictures;
pub(crate) mod run_files;
pub(crate) mod seal;
pub(crate) mod sensitivity_csv;
pub(crate) mod stored;
pub(crate) mod stored_error;
pub(crate) mod summary;
