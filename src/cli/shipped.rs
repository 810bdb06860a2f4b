//! The scenarios that are built into the program.

/// A scenario that is built in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shipped {
    /// Its file in the folder of scenarios, without the extension.
    path: &'static str,
    /// Its text.
    pub(super) text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        [$(Shipped { path: $name, text: include_str!(concat!("../../scenarios/", $name, ".toml")) }),+]
    };
}

/// All of them; the first is what `tailback run` runs without a file. A test compares the list with the folder.
pub(super) const SHIPPED: &[Shipped] = &shipped![
    "12twenty-2020-mass-mail",
    "kimono-2021-dispatcher-outage",
    "first",
    "priorities",
    "dispatcher-outage",
    "policies-under-a-burst",
    "incidents/12twenty-2020-hanging-sync",
    "incidents/buttondown-scheduler-down",
    "incidents/github-2023-dispatcher-livelock",
    "incidents/github-2024-07-05-two-stage",
    "incidents/gitlab-2021-stop-and-drain",
    "incidents/gitlab-2022-one-tenants-burst",
    "incidents/gitlab-2024-zombie-workers",
    "incidents/kimono-2020-scaler-crash-loop",
    "incidents/kimono-2021-latest-useful-action",
    "incidents/kimono-2021-unseen-by-alerts",
    "incidents/mastodon-2022-retry-load",
    "incidents/mxguardian-hourly-spike",
    "incidents/postmark-stop-and-drain",
    "incidents/pusher-2020-one-long-job",
    "incidents/sendgrid-2015-newest-first",
    "incidents/sorry-2023-retry-storm",
    "incidents/va-gov-2023-how-many-more",
    "scale/slack-2016-day",
    "systems/bullmq",
    "systems/celery",
    "systems/delayed-job",
    "systems/good-job",
    "systems/keda",
    "systems/kubernetes-hpa",
    "systems/oban",
    "systems/resque",
    "systems/river",
    "systems/sidekiq",
    "systems/solid-queue",
    "systems/sqs",
];

/// What `tailback new` writes without a name.
pub(super) const STARTER: Shipped = Shipped { path: "my-queue", text: include_str!("starter.toml") };

impl Shipped {
    /// The built-in incident.
    pub(super) fn incident() -> Self {
        SHIPPED[0]
    }

    /// Its name: the stem of its file.
    pub(super) fn name(self) -> &'static str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The shipped scenario of this name.
    pub(super) fn find(name: &str) -> Option<Self> {
        SHIPPED.iter().copied().find(|shipped| shipped.name() == name)
    }

    /// The name of its file.
    pub(super) fn file(self) -> String {
        format!("{}.toml", self.name())
    }

    /// Its title as its text states it; its name if it states none.
    pub(super) fn title(self) -> String {
        let parsed = self.text.parse::<toml::Table>().ok();
        let title = parsed.as_ref().and_then(|table| table.get("title")?.as_str());
        title.unwrap_or(self.name()).to_owned()
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

    /// The scenario files below a folder, as paths without the extension.
    fn files_below(folder: &str, below: &str) -> BTreeSet<String> {
        let entries = std::fs::read_dir(format!("{folder}/{below}")).unwrap().map(|entry| entry.unwrap());
        let mut files = BTreeSet::new();
        for entry in entries {
            let name = entry.file_name().into_string().unwrap();
            if entry.file_type().unwrap().is_dir() {
                files.extend(files_below(folder, &format!("{below}{name}/")));
            } else if let Some(stem) = name.strip_suffix(".toml") {
                files.insert(format!("{below}{stem}"));
            }
        }
        files
    }

    #[test]
    fn every_scenario_of_the_folder_is_shipped() {
        let in_folder = files_below(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios"), "");
        let shipped: BTreeSet<String> = SHIPPED.iter().map(|shipped| shipped.path.to_owned()).collect();
        assert_eq!(shipped, in_folder);
        let names: BTreeSet<&str> = SHIPPED.iter().map(|shipped| shipped.name()).collect();
        assert_eq!(names.len(), SHIPPED.len(), "every name is its own");
    }

    #[test]
    fn a_copy_names_the_schema_beside_it_once() {
        let shipped = Shipped { path: "x", text: "#:schema ../schema/scenario.schema.json\ntitle = \"X\"\n" };
        assert_eq!(shipped.with_schema("tailback.schema.json"), "#:schema ./tailback.schema.json\ntitle = \"X\"\n");
        assert_eq!(shipped.title(), "X");
    }
}
