//! What a chart shows is what the numbers are, for nothing, one, many, huge and below zero.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::days::{self, Point};
use super::growth::{self, Grown};
use super::levels;
use super::scale::{Scale, exact, label, percent};
use super::share::{self, Part, hundredths};
use super::{Chart, Fill};
use crate::domain::line::student::Levels;
use crate::domain::money::Fen;
use crate::domain::text::Lang;

fn point(n: i128, received: i128, paid: i128, held: i128) -> Point {
    Point { day: format!("2026-11-{n:02}"), received, paid, held }
}

/// The values of `attribute` in the tags `tag` of `class`, per cent in hundredths.
fn values(chart: &Chart, tag: &str, class: &str, attribute: &str) -> Vec<i128> {
    let html = chart.to_string();
    let tags = html.split('<').filter(|t| t.starts_with(&format!("{tag} class=\"{class}\"")));
    let value = |tag: &str| {
        let (_, rest) = tag.split_once(&format!(" {attribute}=\"")).unwrap();
        let text = rest.split('"').next().unwrap().strip_suffix('%').unwrap();
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        whole.parse::<i128>().unwrap() * 100 + format!("{rest:0<2}").parse::<i128>().unwrap()
    };
    tags.map(value).collect()
}

/// The ticks beside the first drawing.
fn ticks(chart: &Chart) -> Vec<String> {
    let html = chart.to_string();
    let rest = html.split("class=\"ticks\"").nth(1).unwrap().split("</div>").next().unwrap();
    rest.split("<span>").skip(1).map(|t| t.split('<').next().unwrap().to_owned()).collect()
}

#[test]
fn a_bar_is_as_high_as_its_amount_is_and_stands_on_the_line_of_zero() {
    let chart =
        days::chart(&[point(1, 10_000, 0, 10_000), point(2, 5_000, 15_000, 0)], Lang::Zh).unwrap();
    assert_eq!(ticks(&chart), ["¥100", "¥0", "−¥100", "−¥200"]);
    let zero = values(&chart, "line", "zero", "y1")[0];
    assert_eq!(zero, 3333);
    let (y, height) = (values(&chart, "rect", "in", "y"), values(&chart, "rect", "in", "height"));
    assert_eq!((y[0], height[0]), (0, 3333), "100 yuan, from the top to zero");
    assert!((height[1] * 2 - height[0]).abs() <= 2, "half as much is half as high: {height:?}");
    assert!((y[1] + height[1] - zero).abs() <= 1, "it stands on zero");
    let (y, height) = (values(&chart, "rect", "out", "y"), values(&chart, "rect", "out", "height"));
    assert_eq!((y.len(), y[0]), (1, zero), "money out hangs from zero");
    assert_eq!(height, [5000]);
}

#[test]
fn a_day_that_booked_back_more_than_it_booked_is_below_zero_and_says_so() {
    let days = [point(1, 500, 0, 500), point(2, -300, -200, 400)];
    let chart = days::chart(&days, Lang::Zh).unwrap();
    let zero = values(&chart, "line", "zero", "y1")[0];
    let (y, paid) = (values(&chart, "rect", "in", "y"), values(&chart, "rect", "out", "y"));
    assert!(y[0] < zero && y[1] == zero, "{y:?} {zero}");
    let height = values(&chart, "rect", "out", "height");
    assert!((paid[0] + height[0] - zero).abs() <= 1, "a payment that came back stands on zero");
    let html = chart.to_string();
    assert!(html.contains("<td class=\"n\" data-label=\"收到\">−¥3.00</td>"), "{html}");
    assert!(html.contains("<td class=\"n\" data-label=\"发放\">−¥2.00</td>"), "{html}");
}

#[test]
fn two_amounts_on_one_side_of_zero_stand_on_each_other() {
    let chart = days::chart(&[point(1, -100, 300, 0)], Lang::En).unwrap();
    let (received, paid) = (values(&chart, "rect", "in", "y"), values(&chart, "rect", "out", "y"));
    let height = values(&chart, "rect", "in", "height");
    assert!((received[0] + height[0] - paid[0]).abs() <= 1, "{received:?} {paid:?}");
}

#[test]
fn nothing_one_equal_and_huge_amounts_are_drawn_inside_the_drawing() {
    let max = i128::from(Fen::MAX.get());
    let equal: Vec<Point> = (1..=30).map(|n| point(n, 123_900, 30_000, 93_900 * n)).collect();
    for days in [
        vec![point(1, 0, 0, 0)],
        vec![point(1, 1, 0, 1)],
        vec![point(1, max, 0, max), point(2, 1, max, 1), point(3, -max, 0, 0)],
        (1..=3).map(|n| point(n, 0, 0, 0)).collect(),
        equal,
    ] {
        let chart = days::chart(&days, Lang::Zh).unwrap();
        assert_eq!(values(&chart, "line", "zero", "y1").len(), 2, "both drawings have a zero");
        for class in ["in", "out"] {
            let tops = values(&chart, "rect", class, "y");
            for (y, height) in tops.iter().zip(values(&chart, "rect", class, "height")) {
                assert!(*y >= -1 && y + height <= 10_001 && height >= 60, "{y} {height} {days:?}");
            }
            let left = values(&chart, "rect", class, "x");
            for (x, width) in left.iter().zip(values(&chart, "rect", class, "width")) {
                assert!(*x >= 0 && x + width <= 10_000 && width > 0, "{x} {width}");
            }
        }
        for day in &days {
            assert!(chart.to_string().contains(&exact(day.held)), "{}", exact(day.held));
        }
    }
    assert!(days::chart(&[], Lang::Zh).is_none());
}

#[test]
fn the_line_of_what_is_left_steps_at_each_close() {
    let days: Vec<Point> = [100, 300, 300, 0].map(|held| point(1, 0, 0, held)).into();
    let chart = days::chart(&days, Lang::Zh).unwrap();
    let y = values(&chart, "line", "line left", "y2");
    // Level, up, level, level, down, level.
    assert_eq!(y, [6666, 0, 0, 0, 10_000, 10_000]);
}

#[test]
fn every_scale_holds_its_ends_with_few_ticks_and_zero_among_them() {
    let max = i128::from(Fen::MAX.get());
    for high in [0, 1, 2, 3, 9, 10, 11, 99, 100, 101, 12_345, 999_999, max, 2 * max] {
        for low in [0, -1, -7, -100, -54_321, -max] {
            let scale = Scale::over(low, high);
            let ticks: Vec<i128> = scale.ticks().collect();
            assert!(ticks.contains(&0) && (2..=5).contains(&ticks.len()), "{low} {high} {ticks:?}");
            assert!(ticks[0] >= high && *ticks.last().unwrap() <= low, "{low} {high} {ticks:?}");
            assert_eq!((scale.place(ticks[0]), scale.place(*ticks.last().unwrap())), (0, 10_000));
            let step = ticks[0] - ticks[1];
            let first: i128 = step.to_string()[..1].parse().unwrap();
            assert!([1, 2, 5].contains(&first), "{step}");
            assert!(ticks.windows(2).all(|pair| pair[0] - pair[1] == step), "{ticks:?}");
        }
    }
}

#[test]
fn amounts_at_ticks_read_as_people_say_them() {
    for (fen, zh, en) in [
        (0, "¥0", "¥0"),
        (5, "¥0.05", "¥0.05"),
        (150_000, "¥1,500", "¥1,500"),
        (1_500_000, "¥1.5万", "¥15,000"),
        (-2_000_000, "−¥2万", "−¥20,000"),
        (50_000_000_000, "¥5亿", "¥500,000,000"),
        (500_000_000_000_000_000, "¥50,000,000亿", "¥5,000,000,000,000,000"),
    ] {
        assert_eq!((&*label(fen, Lang::Zh), &*label(fen, Lang::En)), (zh, en));
    }
    assert_eq!([0, 5, 10, 333, 10_000].map(percent), ["0%", "0.05%", "0.1%", "3.33%", "100%"]);
}

#[test]
fn the_hundredths_of_a_yuan_add_up_to_a_yuan_whatever_the_amounts() {
    let max = Fen::MAX.get();
    for fen in [
        vec![1],
        vec![1, 1, 1],
        vec![0, 0, 7],
        vec![1; 7],
        vec![max, 1, 1],
        vec![max; 7],
        vec![333, 333, 334],
        vec![2, 3, 5, 7, 11, 13, 17],
        (1..=200).collect(),
    ] {
        let shares = hundredths(&fen).unwrap();
        assert_eq!(shares.iter().sum::<u64>(), 100, "{fen:?} {shares:?}");
        let sum: u128 = fen.iter().map(|n| u128::from(*n)).sum();
        for (n, share) in fen.iter().zip(&shares) {
            let exact = u128::from(*n) * 100;
            let (low, high) = (u128::from(*share) * sum, (u128::from(*share) + 1) * sum);
            assert!(low < exact + sum && exact < high, "{n} of {sum} is not {share} %");
            assert!(*n > 0 || *share == 0, "nothing got a share: {fen:?} {shares:?}");
        }
    }
    assert_eq!(hundredths(&[1, 1, 1]), Some(vec![34, 33, 33]));
    assert_eq!(hundredths(&[0, 0]), None);
    assert_eq!(hundredths(&[]), None);
}

#[test]
fn the_parts_of_a_yuan_lie_side_by_side_and_fill_the_bar() {
    let part = |class, fen| Part::new("x", (class, Fill::Slanted), Fen::new(fen).unwrap());
    let parts = [part("primary", 5), part("junior", 0), part("fees", 1), part("free", 1_000_000)];
    let chart = share::chart(&parts, Lang::Zh).unwrap();
    assert!(values(&chart, "rect", "junior", "x").is_empty(), "nothing is not drawn");
    assert_eq!(values(&chart, "rect", "free", "width"), [10_000]);
    let html = chart.to_string();
    assert!(html.contains("不到 1%") && html.contains("¥10,000.06"), "{html}");
    for id in html.split("url(#").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        assert_eq!(html.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
    assert!(share::chart(&[part("free", 0)], Lang::Zh).is_none());
}

#[test]
fn the_longest_row_of_students_is_as_wide_as_the_drawing() {
    let levels = Levels { primary: 12, junior: 3, senior: 0, college: 6 };
    let chart = levels::chart(levels, Lang::Zh).unwrap();
    assert_eq!(values(&chart, "rect", "level", "width"), [10_000, 2500, 0, 5000]);
    assert!(chart.to_string().contains("小学 12 人") && chart.to_string().contains(">21<"));
    assert!(levels::chart(Levels::default(), Lang::Zh).is_none());
}

#[test]
fn growth_shows_a_new_fund_and_one_of_two_years() {
    let month = |n: i128| Grown { month: format!("2026-{n:02}"), received: n * 1_000_000 };
    for count in [1, 2, 3, 4, 12] {
        let months: Vec<Grown> = (1..=count).map(month).collect();
        let chart = growth::chart(&months, Lang::En).unwrap();
        let heights = values(&chart, "rect", "in", "height");
        assert!(heights.is_sorted() && i128::try_from(heights.len()).unwrap() == count);
        assert!(
            chart.to_string().contains(&format!("2026-{count:02}</span>")),
            "the last is named"
        );
    }
    assert!(growth::chart(&[], Lang::En).is_none());
}

#[test]
fn every_drawing_has_its_words_and_no_style_of_its_own() {
    let charts = [
        days::chart(&[point(1, 5, 3, 2)], Lang::En).unwrap(),
        levels::chart(Levels { primary: 1, ..Levels::default() }, Lang::En).unwrap(),
    ];
    for html in charts.map(|chart| chart.to_string()) {
        let drawings = html.matches("role=\"img\"").count();
        assert!(drawings > 0 && html.matches("<desc id=").count() == drawings, "{html}");
        for id in html.split("aria-labelledby=\"").skip(1) {
            for id in id.split('"').next().unwrap().split(' ') {
                assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
            }
        }
        assert!(!html.contains("style=") && !html.contains("<script"), "{html}");
    }
}
