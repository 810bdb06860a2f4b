//! The pictures of made-up results: they decode, have the stated size, show something, and never depend on chance.

#![expect(clippy::unwrap_used, reason = "a failure is a failed test")]

mod made_up;

use std::fs;
use std::io::Cursor;
use std::path::Path;

use made_up::{
    extremes, flat, incident_a, incident_b, many_classes, sizing, sweep, thrice, with_alerts, with_sensitivity,
};
use tailback::experiment::size::{Grid, Sizing};
use tailback::experiment::{ObjectiveResult, Results, Verdict};
use tailback::findings::sizing::SizeReport;
use tailback::plot::{self, Drawing, Format, Look, Picture, TextBox, Theme};
use tailback::scenario::{self, Overrides};

fn draw_all(results: &Results) -> Vec<Picture> {
    plot::draw_all(results, Look::default())
}

struct Decoded {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
    per_metre: u32,
}

fn decode(picture: &Picture) -> Decoded {
    let mut decoder = png::Decoder::new(Cursor::new(&picture.bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut rgb).unwrap();
    let info = reader.info();
    Decoded { width: info.width, height: info.height, rgb, per_metre: info.pixel_dims.unwrap().xppu }
}

/// Share of pixels that are not white.
fn inked(decoded: &Decoded) -> f64 {
    let dark = decoded.rgb.chunks(3).filter(|pixel| *pixel != [255, 255, 255]).count();
    dark as f64 / f64::from(decoded.width * decoded.height)
}

/// Whether a frame of this many pixels at the border is white, so that nothing is cut off.
fn has_clean_border(decoded: &Decoded, frame: u32) -> bool {
    let (width, height) = (decoded.width, decoded.height);
    decoded.rgb.chunks(3).enumerate().all(|(i, pixel)| {
        let (x, y) = (i as u32 % width, i as u32 / width);
        let inside = x >= frame && y >= frame && x < width - frame && y < height - frame;
        inside || pixel == [255, 255, 255]
    })
}

fn has_color(decoded: &Decoded, color: [u8; 3]) -> bool {
    decoded.rgb.chunks(3).any(|pixel| pixel == color)
}

fn names(pictures: &[Picture]) -> Vec<&str> {
    pictures.iter().map(|picture| picture.name.as_str()).collect()
}

fn find<'a>(pictures: &'a [Picture], name: &str) -> &'a Picture {
    pictures.iter().find(|picture| picture.name == name).unwrap()
}

fn extreme_worlds() -> Vec<(&'static str, Results)> {
    let berlin = Some("2021-03-27T22:58:30+01:00[Europe/Berlin]");
    vec![
        ("twelve-classes", many_classes(0)),
        ("twelve-classes-alternatives", many_classes(3)),
        ("thirteen-alternatives", many_classes(12)),
        ("two-minutes", extremes(120.0, berlin)),
        ("two-minutes-elapsed", extremes(120.0, None)),
        ("six-weeks", extremes(42.0 * 86400.0, berlin)),
        ("six-weeks-elapsed", extremes(42.0 * 86400.0, None)),
        ("all-zero", flat(Some(0.0))),
        ("no-data", flat(None)),
        (
            "sweep-two",
            sweep(&[
                ("pools.workers.size", &["20", "30", "40", "60"]),
                ("jobs.mass-mail.slowdown", &["30", "10", "3"]),
            ]),
        ),
        ("sweep-one", sweep(&[("pools.workers.size", &["20", "30", "40", "60", "80"])])),
        ("sweep-points", Results { is_grid: false, ..sweep(&[("a.b", &["1", "2", "3"]), ("c.d", &["1h", "2h"])]) }),
        ("sweep-three", sweep(&[("a.b", &["1", "2"]), ("c.d", &["flood", "newest_first"]), ("e.f", &["1h", "2h"])])),
    ]
}

fn worlds() -> impl Iterator<Item = (&'static str, Results)> {
    let alone = extreme_worlds().into_iter().chain([("a", incident_a()), ("b", incident_b())]);
    let alone = alone.map(|(name, results)| (name, with_sensitivity(with_alerts(results, 12), Some(50.0), 1.4)));
    let minutes = thrice(extremes(120.0, None), 120.0);
    let weeks = thrice(extremes(42.0 * 86400.0, Some("2021-03-27T22:58:30+01:00[Europe/Berlin]")), 42.0 * 86400.0);
    alone.chain([
        ("two-minutes-alternatives", with_sensitivity(with_alerts(minutes, 3), Some(0.01), 1e6)),
        ("six-weeks-alternatives", with_sensitivity(with_alerts(weeks, 1), Some(1e6), 1.000_1)),
        ("sensitivity-zero", with_sensitivity(flat(Some(0.0)), Some(0.0), 2.0)),
        ("sensitivity-no-data", with_sensitivity(flat(None), None, 2.0)),
    ])
}

/// Every drawing of every world, sizes among them.
fn drawings(theme: Theme) -> Vec<(&'static str, Drawing)> {
    let of_world = |(world, results): (&'static str, Results)| {
        plot::draw(&results, theme).into_iter().map(move |drawing| (world, drawing))
    };
    worlds().flat_map(of_world).chain(sizes(theme)).collect()
}

/// The pictures of searches: with one objective and six, one pool and three, six decades, all zero, and no data.
fn sizes(theme: Theme) -> Vec<(&'static str, Drawing)> {
    let judged = |of: &str, value: f64| {
        made_up::objective(of, "p95(wait) <= 1m", ("wait_p95", "s"), (60.0, value, value * 0.05))
    };
    let long = "class-with-a-name-that-is-much-longer-than-any-title-has-room-for";
    let no_data = |_| vec![ObjectiveResult { estimate: None, verdict: Verdict::NoData, ..judged("mail", 0.0) }];
    let decades = |place: f64| vec![judged("mail", libm::exp10(4.0 - place / 2.0))];
    let many = |place: f64| (0..7).map(|i| judged(long, 100.0 / (place + f64::from(i)))).collect();
    let found = [
        ("size-decades", sizing(1, decades)),
        ("size-many", sizing(3, many)),
        ("size-zero", sizing(1, |_| vec![judged("mail", 0.0)])),
        ("size-no-data", sizing(1, no_data)),
    ];
    let draw = |(world, (grids, sizing)): (&'static str, (Vec<Grid>, Sizing))| {
        let report = SizeReport {
            title: "How many workers of each of several pools with long names are needed at least",
            alternative: None,
            source: Some("made up"),
            seed: 1,
            grids: &grids,
            costs: &vec![0.05; grids.len()],
            confidence: 0.95,
            doubt: None,
            sizing: &sizing,
        };
        Some((world, plot::draw_size(&report, theme)?))
    };
    found.into_iter().filter_map(draw).collect()
}

#[test]
fn every_picture_decodes_is_twice_900_wide_shows_something_and_is_not_cut_off() {
    for (world, drawing) in drawings(Theme::Light) {
        let decoded = decode(&Picture::new(&drawing, Format::Png));
        let what = format!("{} of {world}", drawing.name);
        assert_eq!((decoded.width, decoded.per_metre), (1800, 7560), "{what}");
        assert!((600..6000).contains(&decoded.height), "{what} is {} high", decoded.height);
        assert!((0.005..0.7).contains(&inked(&decoded)), "{what}: {} inked", inked(&decoded));
        assert!(has_clean_border(&decoded, 20), "{what} touches its border");
    }
}

#[test]
fn every_kind_of_picture_is_drawn_of_a_made_up_world() {
    let drawn = drawings(Theme::Light);
    let kinds =
        ["latency", "backlog", "workers", "distribution", "alerts", "alternatives", "cost", "drain", "sensitivity"];
    for kind in kinds.into_iter().chain(["sweep-pools-workers-size", "sweep-a-b-c-d-e-f", "sweep-points", "size"]) {
        assert!(drawn.iter().any(|(_, drawing)| drawing.name == kind), "{kind}");
    }
}

#[test]
fn the_same_results_give_the_same_bytes() {
    let results = incident_a();
    assert_eq!(draw_all(&results), draw_all(&results));
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(draw_all(&results), alone.install(|| draw_all(&results)));
}

#[test]
fn there_are_the_pictures_that_the_results_have_data_for() {
    let of_time = ["latency.png", "backlog.png", "workers.png", "distribution.png"];
    let mut expected = of_time.to_vec();
    assert_eq!(names(&draw_all(&extremes(120.0, None))), expected);
    expected.extend(["alternatives.png", "cost.png", "drain.png"]);
    assert_eq!(names(&draw_all(&incident_a())), expected);
    expected.push("sweep-pools-workers-size.png");
    assert_eq!(names(&draw_all(&sweep(&[("pools.workers.size", &["20", "30"])]))), expected);
    assert!(draw_all(&made_up::empty("nothing", 60.0, 6)).is_empty());
}

#[test]
fn staged_jobs_are_visible_in_the_backlog_of_a_dispatcher_outage() {
    const STAGED: [u8; 3] = [0xE6, 0x9F, 0x00];
    const READY: [u8; 3] = [0x00, 0x72, 0xB2];
    let of_b = decode(find(&draw_all(&incident_b()), "backlog.png"));
    assert!(has_color(&of_b, STAGED) && has_color(&of_b, READY));
    let of_a = decode(find(&draw_all(&incident_a()), "backlog.png"));
    assert!(!has_color(&of_a, STAGED) && has_color(&of_a, READY));
}

#[test]
fn a_class_has_one_colour_in_every_picture() {
    const SECOND: [u8; 3] = [0xD5, 0x5E, 0x00];
    let mut results = incident_a();
    let pictures = draw_all(&results);
    assert!(["latency.png", "distribution.png"].iter().all(|name| has_color(&decode(find(&pictures, name)), SECOND)));
    for point in &mut results.points {
        point.curves.retain(|curve| curve.scope.name != "document-packet");
        point.tails.retain(|tail| tail.scope.name != "document-packet");
        point.markers.clear();
    }
    results.classes[1] = "mass-mail".to_owned();
    results.classes.pop();
    let pictures = draw_all(&results);
    assert!(has_color(&decode(find(&pictures, "latency.png")), SECOND), "mass mail is the second class now");
}

#[test]
fn different_results_give_different_pictures() {
    let one = incident_a();
    let mut other = one.clone();
    other.points[0].curves.iter_mut().for_each(|curve| curve.mean.iter_mut().flatten().for_each(|value| *value *= 0.5));
    let (one, other) = (draw_all(&one), draw_all(&other));
    for name in ["latency.png", "backlog.png", "workers.png"] {
        assert_ne!(find(&one, name).bytes, find(&other, name).bytes, "{name}");
    }
}

/// Writes all pictures of the tests into the folder of the variable `TAILBACK_PICTURES`, for looking at them.
#[test]
#[ignore = "writes files for people to look at"]
fn draw_everything_for_looking_at() {
    let folder =
        std::path::PathBuf::from(std::env::var_os("TAILBACK_PICTURES").expect("TAILBACK_PICTURES names a folder"));
    for (world, results) in worlds() {
        let begin = std::time::Instant::now();
        let pictures = draw_all(&results);
        println!("{world}: {} pictures in {:?}", pictures.len(), begin.elapsed());
        std::fs::create_dir_all(folder.join(world)).unwrap();
        for picture in pictures {
            std::fs::write(folder.join(world).join(&picture.name), &picture.bytes).unwrap();
        }
    }
}

/// The texts that touch another text or leave the page.
fn misplaced(drawing: &Drawing) -> Vec<String> {
    let texts: Vec<TextBox> = drawing.texts().collect();
    let (width, height) = (drawing.width as f32, drawing.height as f32);
    let is_outside =
        |text: &TextBox| text.left < 8.0 || text.top < 8.0 || text.right > width - 8.0 || text.bottom > height - 8.0;
    let touch = |one: &TextBox, other: &TextBox| {
        one.left < other.right + 1.0
            && other.left < one.right + 1.0
            && one.top < other.bottom + 1.0
            && other.top < one.bottom + 1.0
    };
    let outside = texts.iter().filter(|text| is_outside(text)).map(|text| format!("outside: {}", text.text));
    let pairs = (0..texts.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let touching = pairs
        .filter(|&(i, j)| touch(&texts[i], &texts[j]))
        .map(|(i, j)| format!("`{}` touches `{}`", texts[i].text, texts[j].text));
    outside.chain(touching).collect()
}

fn draw_text(text: &str) -> Drawing {
    let scenario = scenario::parse(Path::new("made-up.toml"), text, &Overrides::default()).unwrap();
    plot::draw_scenario(&scenario.study, Theme::Dark).unwrap()
}

/// Classes of these names, each with a queue of its own, every second behind a dispatcher.
fn world_of(classes: &[&str]) -> String {
    let mut text =
        "[run]\nhorizon = \"2m\"\n[dispatchers.driver]\noutages = [{ from = \"30s\", to = \"1m\" }]\n".to_owned();
    for (i, class) in classes.iter().enumerate() {
        let via = if i % 2 == 0 { "via = \"driver\"\n" } else { "" };
        text += &format!(
            "[jobs.{class}]\nqueue = \"{class}\"\n{via}arrivals.poisson = {{ rate = \"2/s\" }}\nservice_time.exponential = {{ mean = \"1s\" }}\n"
        );
    }
    text + "[pools.workers]\nsize = 20\n"
}

#[test]
fn scenarios_are_drawn_without_text_that_touches_another_or_leaves_the_page() {
    let long: Vec<String> = (0..12).map(|i| format!("class-{i}-{}", "x".repeat(50))).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    let mut wrong = misplaced(&draw_text(&world_of(&["mail"])));
    wrong.extend(misplaced(&draw_text(&world_of(&long))));
    for folder in ["scenarios", "scenarios/incidents", "scenarios/scale", "scenarios/systems"] {
        for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let study = scenario::load(&path, &Overrides::default()).unwrap().study;
                let found = misplaced(&plot::draw_scenario(&study, Theme::Light).unwrap());
                wrong.extend(found.into_iter().map(|what| format!("{}: {what}", path.display())));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_scenario_shows_its_classes_dispatchers_queues_and_pools() {
    let texts: Vec<String> = draw_text(&world_of(&["mail", "bulk"])).texts().map(|text| text.text).collect();
    for text in ["mail", "bulk", "driver", "workers", "2/s", "20 workers", "down for 30\u{a0}s after 30 s"] {
        assert!(texts.iter().any(|found| found == text), "{text} is in {texts:?}");
    }
}

#[test]
fn an_svg_is_small_and_text_in_it_stays_text() {
    let mut results = incident_a();
    results.title = "<script>alert(1)</script> & \"quotes\"".to_owned();
    for drawing in plot::draw(&results, Theme::Light) {
        let svg = drawing.svg();
        assert!(svg.len() < 600_000, "{} has {} bytes", drawing.name, svg.len());
        assert!(!svg.contains("<script") && svg.contains("&lt;script&gt;"), "{}", drawing.name);
        assert_eq!(svg.matches("<g ").count(), drawing.texts().count(), "{}", drawing.name);
        assert_eq!(svg.matches("<g ").count(), svg.matches("</g>").count());
    }
}

/// A text between the quotes of the attribute `name`, from after each `start` on.
fn attributes<'a>(svg: &'a str, start: &'a str, name: &str) -> Vec<&'a str> {
    let opening = format!("{name}=\"");
    let value = |tag: &'a str| tag.split_once(&opening)?.1.split('"').next();
    svg.split(start).skip(1).filter_map(value).collect()
}

#[test]
fn an_svg_shows_the_texts_of_the_png_at_the_same_places() {
    for (world, drawing) in drawings(Theme::Light) {
        let svg = drawing.svg();
        let texts: Vec<TextBox> = drawing.texts().collect();
        let labels: Vec<&str> = attributes(&svg, "<g ", "aria-label");
        let places: Vec<&str> = attributes(&svg, "<g ", "transform");
        assert_eq!((labels.len(), places.len()), (texts.len(), texts.len()), "{} of {world}", drawing.name);
        for ((text, label), place) in texts.iter().zip(labels).zip(places) {
            let plain = label.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            assert_eq!(plain, text.text, "{} of {world}", drawing.name);
            let numbers = place.split(['(', ' ', ',', ')']).filter_map(|part| part.parse::<f32>().ok());
            let numbers: Vec<f32> = numbers.collect();
            assert!(
                (numbers[0] - text.left).abs() <= 0.06 && (numbers[1] - text.bottom).abs() <= 0.06,
                "{place}: {text:?}"
            );
        }
    }
}

#[test]
fn dark_pictures_are_light_on_dark_and_no_text_is_moved() {
    let dark = drawings(Theme::Dark);
    for ((world, light), (_, dark)) in drawings(Theme::Light).iter().zip(&dark) {
        assert!(light.texts().eq(dark.texts()), "the theme moves no text of {} of {world}", dark.name);
    }
    for (_, dark) in dark.iter().filter(|(world, _)| *world == "a") {
        let decoded = decode(&Picture::new(dark, Format::Png));
        let darkness = decoded.rgb.iter().filter(|value| **value < 64).count() as f64 / decoded.rgb.len() as f64;
        assert!(darkness > 0.5, "{}: {darkness} dark", dark.name);
    }
}

#[test]
fn no_text_touches_another_or_leaves_the_page() {
    let mut wrong = Vec::new();
    for (world, drawing) in drawings(Theme::Light) {
        assert!(drawing.texts().count() > 8, "{} of {world} has texts", drawing.name);
        let found = misplaced(&drawing).into_iter().take(3);
        wrong.extend(found.map(|what| format!("{} of {world}: {what}", drawing.name)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The largest difference of a channel among the pixels behind a text.
fn unevenness(decoded: &Decoded, text: &TextBox) -> u8 {
    let pixels = |from: f32, to: f32| (from * 2.0).ceil() as usize..(to * 2.0).floor() as usize;
    let (mut least, mut most) = ([u8::MAX; 3], [0; 3]);
    for y in pixels(text.top, text.bottom) {
        for x in pixels(text.left, text.right) {
            for channel in 0..3 {
                let value = decoded.rgb[(y * decoded.width as usize + x) * 3 + channel];
                (least[channel], most[channel]) = (least[channel].min(value), most[channel].max(value));
            }
        }
    }
    (0..3).map(|channel| most[channel].saturating_sub(least[channel])).max().unwrap()
}

/// What a grid line, a band and the shade of an event differ from paper at most; curves, marks and the lines of events differ by more.
const FAINT: u8 = 64;

/// The texts behind which lies more than that.
fn on_curves(drawing: &Drawing) -> Vec<String> {
    let behind = decode(&Picture::new(&drawing.without_texts(), Format::Png));
    let crossed = drawing.texts().filter(|text| unevenness(&behind, text) > FAINT);
    crossed.map(|text| format!("something lies behind `{}`", text.text)).collect()
}

#[test]
fn no_text_lies_on_a_curve_a_mark_or_the_line_of_an_event() {
    let mut wrong = Vec::new();
    for theme in [Theme::Light, Theme::Dark] {
        for (world, drawing) in drawings(theme) {
            let found = on_curves(&drawing).into_iter().take(3);
            wrong.extend(found.map(|what| format!("{} of {world}, {theme:?}: {what}", drawing.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_text_that_is_moved_down_onto_a_curve_is_found() {
    let drawings = plot::draw(&incident_a(), Theme::Light);
    let latency = drawings.iter().find(|drawing| drawing.name == "latency").unwrap();
    let behind = decode(&Picture::new(&latency.without_texts(), Format::Png));
    let title = latency.texts().find(|text| text.text == "Twice the workers").unwrap();
    let moved = |down: u8| TextBox {
        top: title.top + f32::from(down),
        bottom: title.bottom + f32::from(down),
        ..title.clone()
    };
    assert!(unevenness(&behind, &title) <= FAINT);
    assert!((0..=250).any(|down| unevenness(&behind, &moved(down)) > FAINT));
}
