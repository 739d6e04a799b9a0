//! A code is read again after a chat has spoilt the picture, and no name is printed with boxes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use super::{Certificate, Fonts, Qr, page, poster};
use crate::domain::money::Fen;
use crate::domain::text::{Lang, Place};
use crate::domain::time::Day;
use crate::publish::Bulletin;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, GrayImage, RgbaImage};
use resvg::tiny_skia::Pixmap;
use std::collections::BTreeMap;
use std::path::Path;

const LINK: &str = "https://qianan.example/r/index.html#YS-123456-007-K7QM-2PXD-9";

fn decoded(png: &[u8]) -> GrayImage {
    let pixels = Pixmap::decode_png(png).unwrap();
    let (width, height) = (pixels.width(), pixels.height());
    let rgba = RgbaImage::from_raw(width, height, pixels.data().to_vec()).unwrap();
    DynamicImage::ImageRgba8(rgba).into_luma8()
}

/// The picture as a chat passes it on: this wide, JPEG of this quality.
fn spoilt(picture: &GrayImage, width: u32, quality: u8) -> GrayImage {
    let height = picture.height() * width / picture.width();
    let filter = image::imageops::FilterType::Triangle;
    let small = image::imageops::resize(picture, width, height, filter);
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&small).unwrap();
    image::load_from_memory(&bytes).unwrap().into_luma8()
}

/// What the QR codes in a picture say.
fn read(picture: &GrayImage) -> Vec<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let pixel = |x: usize, y: usize| picture.as_raw()[y * width + x];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, pixel);
    prepared.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, t)| t).collect()
}

fn certificate(name: &str) -> Certificate {
    Certificate {
        lang: Lang::Zh,
        fund: "迁安日行一善".into(),
        holder: "迁安市志愿服务联合会".into(),
        name: (!name.is_empty()).then(|| name.into()),
        day: Day::parse(b"2026-11-02").unwrap(),
        fen: Fen::new(12_345_605).unwrap(),
        refunded: Fen::ZERO,
        place: Place { entry: 123_456, line: 7 },
        code: "YS-123456-007-K7QM-2PXD-9".into(),
        link: LINK.into(),
        fingerprint: "7K2M-QX9P-0ABCD".into(),
        size: 200_000,
    }
}

fn bulletin() -> Bulletin {
    let yuan = |text: &str| format!("¥{text}");
    Bulletin {
        fund: "迁安日行一善".into(),
        holder: "迁安市志愿服务联合会".into(),
        day: Day::parse(b"2026-11-02").unwrap(),
        received: (600, yuan("1,239.00")),
        paid: (2, yuan("500.00")),
        back: Some((1, yuan("2.00"), 1)),
        received_ever: yuan("123,456.00"),
        paid_ever: yuan("98,000.00"),
        fees: yuan("0.00"),
        interest: yuan("0.35"),
        held: yuan("25,456.35"),
        promised: yuan("1,500.00"),
        restricted: None,
        agency: None,
        others: None,
        boxes: None,
        back_ever: None,
        sponsors: None,
        rest: Some("+¥0.00".into()),
        fingerprint: "7K2M-QX9P-0ABCD".into(),
        size: 200_000,
    }
}

/// The Chinese font of this computer, if it has one.
fn fonts() -> Option<Fonts> {
    let found = Fonts::find(None, &BTreeMap::new()).ok();
    if found.is_none() {
        eprintln!("skipped: no Chinese font is installed here");
    }
    found
}

#[test]
fn a_code_is_read_after_a_chat_has_shrunk_it_and_squeezed_it() {
    let longest =
        "http://files.example:8443/funds/a/b/c/en/r/index.html#YS-999999999999999-999-ZZZZ-ZZZZ-Z";
    for (text, width) in [(LINK, 270), ("YS-2-000-2MVF-RCYT-Q", 270), (longest, 360)] {
        let whole = decoded(&Qr::new(text).unwrap().png().unwrap());
        assert_eq!(read(&whole), [text]);
        assert_eq!(read(&spoilt(&whole, width, 30)), [text], "{width} pixels, quality 30");
    }
    let long = "x".repeat(4000);
    assert!(Qr::new(&long).is_err(), "too much for any code is refused");
}

#[test]
fn the_quiet_zone_is_white_and_four_modules_wide() {
    let qr = Qr::new(LINK).unwrap();
    let picture = decoded(&qr.png().unwrap());
    let edge = 4 * picture.width() / u32::try_from(qr.side()).unwrap();
    let dark = |x: u32, y: u32| picture.get_pixel(x, y).0[0] < 128;
    for at in 0..picture.width() {
        for near in 0..edge {
            let far = picture.width() - 1 - near;
            assert!(!dark(at, near) && !dark(near, at) && !dark(at, far) && !dark(far, at));
        }
    }
    assert!(dark(edge, edge), "the code begins behind it");
}

#[test]
fn a_certificate_is_small_and_its_code_is_read_from_a_shrunk_picture() {
    let Some(fonts) = fonts() else { return };
    let png = certificate("陈**").sheet().unwrap().png(&fonts).unwrap();
    assert!(png.len() <= 150_000, "{} bytes", png.len());
    let picture = decoded(&png);
    assert_eq!(read(&picture), [LINK]);
    assert_eq!(read(&spoilt(&picture, 540, 30)), [LINK], "half as wide, quality 30");
    let poster = poster(&bulletin(), Some("https://qianan.example/"), Lang::Zh).unwrap();
    let png = poster.png(&fonts).unwrap();
    assert!(png.len() <= 150_000, "{} bytes", png.len());
    assert_eq!(read(&spoilt(&decoded(&png), 540, 30)), ["https://qianan.example/"]);
}

#[test]
fn a_rare_name_is_printed_whole_or_not_at_all() {
    let Some(fonts) = fonts() else { return };
    for name in ["𠮷田", "龘靐齉", "㐂㛃", "陈小明"] {
        let painted = certificate(name).sheet().unwrap().png(&fonts);
        let missing = fonts.missing(name);
        assert_eq!(painted.is_ok(), missing.is_empty(), "{name}: {missing:?}");
    }
    let refused = certificate("王🙂\u{10fffd}").sheet().unwrap().png(&fonts).unwrap_err();
    assert!(refused.text.zh.contains("U+10FFFD"), "{}", refused.text.zh);
    assert!(refused.text.en.contains("U+1F642"), "{}", refused.text.en);
    assert!(!refused.text.zh.contains('王'), "{}", refused.text.zh);
}

#[test]
fn a_missing_character_would_have_been_a_box() {
    // The name as it is painted differs from the same sheet without it, and from another name.
    let Some(fonts) = fonts() else { return };
    let png = |name| certificate(name).sheet().unwrap().png(&fonts).unwrap();
    assert_ne!(png("陈大文"), png("陈小文"));
}

#[test]
fn a_font_without_chinese_is_refused_by_the_names_of_the_characters() {
    let file = Path::new("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf");
    if !file.exists() {
        eprintln!("skipped: no such font here");
        return;
    }
    let fonts = Fonts::find(Some(file), &BTreeMap::new()).unwrap();
    let refused = certificate("").sheet().unwrap().png(&fonts).unwrap_err();
    assert!(refused.text.zh.contains('善') && !refused.text.zh.contains('Y'), "{refused:?}");
}

#[test]
fn a_file_that_is_no_font_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("font.ttf");
    for bytes in [&b""[..], b"not a font", &[0; 5000]] {
        std::fs::write(&file, bytes).unwrap();
        assert!(Fonts::find(Some(&file), &BTreeMap::new()).is_err());
    }
    assert!(Fonts::find(Some(folder.path()), &BTreeMap::new()).is_err(), "a folder");
}

#[test]
fn a_hostile_name_is_text_on_the_page_and_in_the_picture() {
    let name = "</text><a href=\"x\">&'";
    let html = page(&[certificate(name)]).unwrap();
    assert!(!html.contains("<a ") && html.contains("&lt;/text&gt;&lt;a href=&quot;x&quot;&gt;"));
    if let Some(fonts) = fonts() {
        certificate(name).sheet().unwrap().png(&fonts).unwrap();
    }
}

#[test]
fn the_page_has_a_sheet_for_each_and_says_what_was_given_back() {
    let part = Certificate { refunded: Fen::new(200).unwrap(), ..certificate("") };
    let html = page(&[certificate("陈**"), part]).unwrap();
    assert_eq!(html.matches("<section>").count(), 2);
    assert_eq!(html.matches("已收录于公开账本").count(), 2);
    assert_eq!(html.matches("人民币壹拾贰万叁仟肆佰伍拾陆元零伍分").count(), 2);
    assert_eq!(html.matches("其中已退还 ¥2.00").count(), 1);
    assert!(html.contains("一位善心人") && html.contains("于 2026年11月2日 捐出"));
    assert!(!html.contains("<script") && !html.contains("src="));
    let english = page(&[Certificate { lang: Lang::En, ..certificate("") }]).unwrap();
    for words in ["<html lang=\"en\">", "A kind soul", "gave on 2026-11-02", "Officer:"] {
        assert!(english.contains(words), "{words}: {english}");
    }
    assert!(!english.contains("已收录") && !english.contains("回执码"), "{english}");
}
