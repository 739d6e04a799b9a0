//! The poster of a day for the donors' group: the numbers of the text, large enough to be read in a
//! chat, and a QR code that leads to the public page.

use super::super::error::Error;
use super::certificate::chinese;
use super::sheet::{GOLD, Hold, INK, Look, PAPER, RED, SOFT};
use super::{Qr, Sheet};
use crate::domain::english::agreed;
use crate::domain::text::Lang;
use crate::publish::Bulletin;

const CARD: &str = "#ffffff";
const GREEN: &str = "#1c6b3a";

/// The poster; `url` is the address of the public page.
pub(crate) fn poster(bulletin: &Bulletin, url: Option<&str>, lang: Lang) -> Result<Sheet, Error> {
    let mut sheet = Sheet::new(PAPER);
    sheet.shape(&format!(
        "<path fill=\"{RED}\" d=\"M0 0h1080v268H0z\"/><path fill=\"{GOLD}\" d=\"M0 268h1080v8H0z\"/>"
    ));
    sheet.text(540, 124, Look::middle(68, PAPER).bold().width(980), &bulletin.fund);
    let day =
        lang.pick(format!("{} 日结", chinese(bulletin.day)), format!("close of {}", bulletin.day));
    sheet.text(540, 214, Look::middle(46, PAPER), &day);
    let times =
        |count: u64, what| lang.pick(format!("{count} 笔"), format!("today: {count} {what}"));
    let cards = [
        (
            lang.pick("今日收到", "Received"),
            times(bulletin.received.0, "gifts"),
            &bulletin.received.1,
            GREEN,
        ),
        (
            lang.pick("今日发放", "Paid out"),
            times(bulletin.paid.0, "payments"),
            &bulletin.paid.1,
            RED,
        ),
        (
            lang.pick("结余", "Left"),
            lang.pick(
                format!("其中待发放 {}", bulletin.promised),
                format!("promised {}", bulletin.promised),
            ),
            &bulletin.held,
            INK,
        ),
    ];
    for ((label, more, amount, ink), y) in cards.into_iter().zip([312, 512, 712]) {
        card(&mut sheet, y, (label, &more), (amount, ink));
    }
    totals(&mut sheet, bulletin, lang);
    check(&mut sheet, bulletin, url, lang)?;
    Ok(sheet)
}

/// One amount with its name and what belongs to it.
fn card(
    sheet: &mut Sheet,
    y: u32,
    (label, more): (&str, &str),
    (amount, ink): (&str, &'static str),
) {
    sheet.shape(&format!(
        "<rect x=\"52\" y=\"{y}\" width=\"976\" height=\"176\" rx=\"20\" fill=\"{CARD}\" stroke=\"{GOLD}\" stroke-width=\"2\"/>"
    ));
    let left = |size, ink| Look::middle(size, ink).hold(Hold::Start).width(340);
    sheet.text(92, y + 78, left(48, INK).bold(), label);
    sheet.text(92, y + 136, left(34, SOFT), more);
    let right = Look::middle(88, ink).bold().hold(Hold::End).width(540);
    sheet.text(988, y + 118, right, amount);
}

/// The totals since the founding, and what was given back today.
fn totals(sheet: &mut Sheet, bulletin: &Bulletin, lang: Lang) {
    let rest = bulletin.rest.as_ref();
    let rows = [
        (lang.pick("累计收到", "Total in"), Some(&bulletin.received_ever)),
        (lang.pick("累计发放", "Total out"), Some(&bulletin.paid_ever)),
        (lang.pick("手续费", "Fees"), Some(&bulletin.fees)),
        (lang.pick("利息", "Interest"), Some(&bulletin.interest)),
        // Boxes, sponsors, appropriations and expenses: without them the numbers would not add up.
        (lang.pick("其他收支", "All else"), rest),
    ];
    let (first, step) = if rest.is_some() { (938, 48) } else { (952, 58) };
    let places =
        (0..).map(|n: u32| (if n.is_multiple_of(2) { 60 } else { 552 }, first + n / 2 * step));
    for ((label, amount), (x, y)) in rows.into_iter().zip(places) {
        let Some(amount) = amount else { continue };
        sheet.text(x, y, Look::middle(32, SOFT).hold(Hold::Start).width(190), label);
        sheet.text(x + 468, y, Look::middle(34, INK).bold().hold(Hold::End).width(270), amount);
    }
    if let Some(back) = bulletin.back(lang) {
        sheet.text(540, 1074, Look::middle(30, RED).width(976), &back);
    }
}

/// How to check it.
fn check(
    sheet: &mut Sheet,
    bulletin: &Bulletin,
    url: Option<&str>,
    lang: Lang,
) -> Result<(), Error> {
    sheet.shape(&format!("<path fill=\"{GOLD}\" d=\"M52 1090h976v2h-976z\"/>"));
    let left = if url.is_some() { 410 } else { 60 };
    if let Some(url) = url {
        sheet.qr(52, 1108, 300, &Qr::new(url)?);
    }
    let start = |size, ink| Look::middle(size, ink).hold(Hold::Start).width(1020 - left);
    sheet.text(left, 1160, start(32, SOFT), lang.pick("账本指纹", "Ledger fingerprint"));
    sheet.text(left, 1220, start(52, INK).bold(), &bulletin.fingerprint);
    let size = bulletin.size;
    let size = lang.pick(format!("共 {size} 条记录"), agreed!("{size} entries"));
    sheet.text(left, 1268, start(32, SOFT), &size);
    let how = match url {
        Some(_) => lang.pick("微信扫一扫，看每一笔", "Scan it to see every entry"),
        None => lang.pick("打开公示页面，看每一笔", "The public page shows every entry"),
    };
    sheet.text(left, 1336, start(36, RED).bold(), how);
    let compare =
        lang.pick("看当天日结的指纹与这里是否相同", "Is that day's fingerprint the same?");
    sheet.text(left, 1386, start(32, SOFT), compare);
    Ok(())
}
