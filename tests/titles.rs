//! Titles in pictures: Latin, Greek and Cyrillic are drawn, other scripts give way to keys or are drawn with a font that is given.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;

/// The answer, what is said beside it, and the text of all pictures.
fn run(scenario: &str, arguments: &[&str]) -> (String, String, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), scenario).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
    command.current_dir(folder.path()).args(["run", "world.toml", "--format", "svg", "--quiet"]).args(arguments);
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (said, warned) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(0), "{warned}");
    let files = fs::read_dir(folder.path().join("outputs/world")).unwrap().map(|entry| entry.unwrap().path());
    let pictures = files.filter(|path| path.extension().is_some_and(|extension| extension == "svg"));
    (said, warned, pictures.map(|path| fs::read_to_string(path).unwrap()).collect())
}

fn world(title: &str, alternative: &str) -> String {
    format!(
        "title = \"{title}\"\n[run]\nhorizon = \"20m\"\nreplications = 3\n[jobs.mail]\narrivals.poisson.rate = \"1/s\"\nservice_time.exponential.mean = \"2s\"\nobjectives = [\"p95(wait) < 10s\"]\n[pools.w]\nsize = 3\n[alternatives.queue-of-its-own]\ntitle = \"{alternative}\"\npools.w.size = 4\n"
    )
}

#[test]
fn latin_greek_and_cyrillic_are_drawn() {
    let (_, warned, pictures) = run(&world("Größe: Łódź, Tiếng Việt", "Отдельная очередь, Ουρά"), &[]);
    assert_eq!(warned, "");
    assert!(pictures.contains("Größe: Łódź, Tiếng Việt") && pictures.contains("Отдельная"), "{pictures}");
}

#[test]
fn other_scripts_give_way_to_the_key_with_a_warning() {
    for title in ["メール", "队列", "قائمة", "🚀", "대기열", "तालिका"] {
        let (_, warned, pictures) = run(&world("Mail", title), &[]);
        assert!(warned.contains("warning: the pictures show `queue-of-its-own` by key"), "{warned}");
        assert!(warned.contains("--font FILE"), "{warned}");
        assert!(pictures.contains("queue-of-its-own"), "{title}");
        assert!(!pictures.contains(title) && !pictures.contains("??"), "{title}");
    }
    let (_, warned, pictures) = run(&world("Очередь: メール", "Mail"), &[]);
    assert!(warned.contains("`title`") && pictures.contains("aria-label=\"world\""), "{warned}{pictures}");
}

/// The font has boxes for a few letters, Arabic ones too: those would have to be joined and run from right to left.
#[test]
fn a_given_font_draws_what_needs_no_joining() {
    let font = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/boxes.ttf").display().to_string();
    let (_, warned, pictures) = run(&world("Mail", "メール"), &["--font", &font]);
    assert_eq!(warned, "");
    assert!(pictures.contains("メール") && pictures.contains("<path id=\"gr") | pictures.contains("<path id=\"gs"));
    let (_, warned, pictures) = run(&world("Mail", "قائمة"), &["--font", &font]);
    assert!(warned.contains("`queue-of-its-own` by key") && !pictures.contains("قائمة"), "{warned}");
}

#[test]
fn what_is_no_font_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("world.toml"), world("Mail", "Other")).unwrap();
    for (file, problem) in [("world.toml", "it is no TrueType or OpenType font"), ("nowhere.ttf", "nowhere.ttf")] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tailback"));
        let output =
            command.current_dir(folder.path()).args(["run", "world.toml", "--quiet", "--font", file]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && said.contains(problem), "{said}");
    }
}

#[test]
fn the_case_of_forty_scripts_has_no_question_marks() {
    let text =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/forty-scripts.toml")).unwrap();
    let text = text.replace("horizon = \"6h\"", "horizon = \"2h\"").replace("replications = 5", "replications = 2");
    let (_, warned, pictures) = run(&text, &[]);
    assert!(warned.contains("by key"), "{warned}");
    assert!(!pictures.contains("??") && pictures.contains("alt-00"), "{warned}");
}

/// Who asks without promising gets figures.
#[test]
fn a_question_without_objectives_is_answered_in_figures() {
    let without = world("Mail", "Four").replace("objectives = [\"p95(wait) < 10s\"]\n", "");
    let (said, _, _) = run(&format!("question = \"How long is the wait?\"\n{without}"), &[]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("Base case: the p95 wait of all jobs is "), "{said}");
    assert!(said.contains("The p95 wait is ") && said.contains(" with `queue-of-its-own`"), "{said}");
    let alone = without.split("[alternatives").next().unwrap().to_owned();
    let (said, _, _) = run(&alone, &[]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("The mean wait is ") && said.contains("the largest backlog "), "{said}");
    let swept = format!("{alone}[sweep]\n\"pools.w.size\" = [3, 5]\n");
    let (said, _, _) = run(&swept, &[]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("Along `pools.w.size` the p95 wait goes from ") && said.contains(" at 5."), "{said}");
}
