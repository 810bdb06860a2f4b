//! `--format` and `--theme`: how pictures look.

use clap::{Args, ValueEnum};

use crate::report::plots::{Format, Look, Theme};

#[derive(Args, Clone, Copy, Debug)]
pub(super) struct LookArguments {
    /// Format of the pictures
    #[arg(long, value_enum, default_value_t = FormatName::Png)]
    format: FormatName,
    /// Paper of the pictures
    #[arg(long, value_enum, default_value_t = ThemeName::Light)]
    theme: ThemeName,
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
    pub(super) fn look(self) -> Look {
        let format = match self.format {
            FormatName::Png => Format::Png,
            FormatName::Svg => Format::Svg,
        };
        let theme = match self.theme {
            ThemeName::Light => Theme::Light,
            ThemeName::Dark => Theme::Dark,
        };
        Look { format, theme }
    }
}
