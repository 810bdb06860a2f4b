//! The scenarios that are built into the program.

/// A scenario that is built in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shipped {
    /// Its name: the stem of its file.
    pub(super) name: &'static str,
    /// Its text.
    pub(super) text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        [$(Shipped { name: $name, text: include_str!(concat!("../../scenarios/", $name, ".toml")) }),+]
    };
}

/// All of them; the first is what `tailback run` runs without a file. A test compares the list with the folder.
pub(super) const SHIPPED: &[Shipped] = &shipped![
    "12twenty-2020-mass-mail",
    "kimono-2021-dispatcher-outage",
    "first",
    "priorities",
    "dispatcher-outage",
    "12twenty-2020-hanging-sync",
    "sorry-2023-retry-storm",
];

/// What `tailback new` writes without a name.
pub(super) const STARTER: Shipped = Shipped { name: "my-queue", text: include_str!("starter.toml") };

impl Shipped {
    /// The built-in incident.
    pub(super) fn incident() -> Self {
        SHIPPED[0]
    }

    /// The shipped scenario of this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        SHIPPED.iter().copied().find(|shipped| shipped.name == name)
    }

    /// The name of its file.
    pub(super) fn file(self) -> String {
        format!("{}.toml", self.name)
    }

    /// Its title as its text states it; its name if it states none.
    pub(super) fn title(self) -> String {
        let parsed = self.text.parse::<toml::Table>().ok();
        let title = parsed.as_ref().and_then(|table| table.get("title")?.as_str());
        title.unwrap_or(self.name).to_owned()
    }

    /// Its text with a `#:schema` line that names `schema`, in place of its own.
    pub(super) fn with_schema(self, schema: &str) -> String {
        let body: Vec<&str> = self.text.lines().filter(|line| !line.starts_with("#:schema")).collect();
        format!("#:schema ./{schema}\n{}\n", body.join("\n").trim_start())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_scenario_of_the_folder_is_shipped() {
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios")).unwrap();
        let files =
            folder.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "toml"));
        let in_folder: BTreeSet<String> =
            files.map(|path| path.file_stem().unwrap().to_string_lossy().into()).collect();
        let shipped: BTreeSet<String> = SHIPPED.iter().map(|shipped| shipped.name.to_owned()).collect();
        assert_eq!(shipped, in_folder);
    }

    #[test]
    fn a_copy_names_the_schema_beside_it_once() {
        let shipped = Shipped { name: "x", text: "#:schema ../schema/scenario.schema.json\ntitle = \"X\"\n" };
        assert_eq!(shipped.with_schema("tailback.schema.json"), "#:schema ./tailback.schema.json\ntitle = \"X\"\n");
        assert_eq!(shipped.title(), "X");
    }
}
