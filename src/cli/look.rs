//! `--format` and `--theme`: how pictures look.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::Failure;
use crate::plot::{Format, Look, Theme, use_font};
use crate::untrusted::{FONT_LIMIT, read_bytes, shown_path};

#[derive(Args, Clone, Debug)]
pub(super) struct LookArguments {
    /// Format of the pictures
    #[arg(long, value_enum, default_value_t = FormatName::Png)]
    format: FormatName,
    /// Paper of the pictures
    #[arg(long, value_enum, default_value_t = ThemeName::Light)]
    theme: ThemeName,
    /// A TrueType or OpenType font for letters that the embedded one lacks (it has Latin, Greek and Cyrillic)
    #[arg(long, value_name = "FILE")]
    font: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum FormatName {
    /// Pixels at twice the size of CSS pixels
    Png,
    /// Shapes of any size
    Svg,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum ThemeName {
    /// White paper
    Light,
    /// Dark paper
    Dark,
}

impl LookArguments {
    /// The same for the pictures.
    pub(super) fn look(&self) -> Result<Look, Failure> {
        if let Some(path) = &self.font {
            let bytes =
                read_bytes(path, FONT_LIMIT).map_err(|error| Failure::Unreadable { path: path.clone(), error })?;
            let refused = |wrong| Failure::Refused(format!("error: `{}` cannot be used: {wrong}", shown_path(path)));
            use_font(bytes).map_err(refused)?;
        }
        let format = match self.format {
            FormatName::Png => Format::Png,
            FormatName::Svg => Format::Svg,
        };
        let theme = match self.theme {
            ThemeName::Light => Theme::Light,
            ThemeName::Dark => Theme::Dark,
        };
        Ok(Look { format, theme })
    }
}
