//! A certificate of one gift: what the ledger says of it, a name the donor chose, and a QR code by
//! which any phone checks it. It claims that the gift is in the public ledger, and nothing else.

use super::super::error::Error;
use super::sheet::{GOLD, Hold, INK, Look, PAPER, RED, SOFT};
use super::{Qr, Sheet};
use crate::domain::capitals::capitals;
use crate::domain::english::agreed;
use crate::domain::money::Fen;
use crate::domain::text::{Lang, Place};
use crate::domain::time::Day;

/// What is on a certificate.
pub(crate) struct Certificate {
    /// The language of its words.
    pub(crate) lang: Lang,
    /// What the fund is called, and who runs it.
    pub(crate) fund: String,
    pub(crate) holder: String,
    /// As the donor wants to be called; it is in no file of the fund.
    pub(crate) name: Option<String>,
    /// When it was paid.
    pub(crate) day: Day,
    /// How much, and how much of that was given back.
    pub(crate) fen: Fen,
    pub(crate) refunded: Fen,
    /// Where it stands, and its receipt code.
    pub(crate) place: Place,
    pub(crate) code: String,
    /// What the QR code says: the address of the page that checks it, or the code alone.
    pub(crate) link: String,
    /// The published ledger's fingerprint and size.
    pub(crate) fingerprint: String,
    pub(crate) size: u64,
}

impl Certificate {
    /// The certificate as a picture.
    pub(crate) fn sheet(&self) -> Result<Sheet, Error> {
        let mut sheet = Sheet::new(PAPER);
        frame(&mut sheet);
        seal(&mut sheet);
        self.title(&mut sheet);
        sheet.text(540, 474, Look::middle(46, INK).bold(), &self.fund);
        self.deed(&mut sheet);
        self.proof(&mut sheet)?;
        Ok(sheet)
    }

    /// What it is, large in its own language and small in the other.
    fn title(&self, sheet: &mut Sheet) {
        let (zh, en) = ("善行证书", "Certificate of a good deed");
        if self.lang == Lang::En {
            sheet.text(540, 326, Look::middle(68, RED).bold().width(860), en);
            sheet.text(540, 388, Look::middle(30, SOFT), zh);
            return;
        }
        for (letter, x) in zh.chars().zip([354, 478, 602, 726]) {
            sheet.text(x, 336, Look::middle(94, RED).bold(), &letter.to_string());
        }
        sheet.text(540, 388, Look::middle(30, SOFT), en);
    }

    /// Who gave what, and when.
    fn deed(&self, sheet: &mut Sheet) {
        let t = |zh, en| self.lang.pick(zh, en);
        let name = self.name.as_deref().unwrap_or(t("一位善心人", "A kind soul"));
        sheet.text(540, 590, Look::middle(74, INK).bold().width(760), name);
        let day = match self.lang {
            Lang::Zh => format!("于 {} 捐出", chinese(self.day)),
            Lang::En => format!("gave on {}", self.day),
        };
        sheet.text(540, 656, Look::middle(38, SOFT), &day);
        let amount = format!("¥{}", self.fen.grouped());
        sheet.text(540, 792, Look::middle(128, RED).bold(), &amount);
        sheet.text(540, 858, Look::middle(42, INK), &capitals(self.fen));
        if self.refunded > Fen::ZERO {
            let back = t("其中已退还", "of which was given back");
            let back = format!("{back} ¥{}", self.refunded.grouped());
            sheet.text(540, 896, Look::middle(28, SOFT), &back);
        }
        sheet.shape(&format!(
            "<rect x=\"290\" y=\"910\" width=\"500\" height=\"66\" rx=\"33\" fill=\"{RED}\"/><path d=\"M330 943l12 13 24-27\" fill=\"none\" stroke=\"{PAPER}\" stroke-width=\"6\"/>"
        ));
        let held = t("已收录于公开账本", "Recorded in the public ledger");
        sheet.text(570, 957, Look::middle(38, PAPER).bold().width(400), held);
    }

    /// How to check it.
    fn proof(&self, sheet: &mut Sheet) -> Result<(), Error> {
        sheet.qr(136, 990, 320, &Qr::new(&self.link)?);
        let start = |size, ink| Look::middle(size, ink).hold(Hold::Start).width(500);
        let t = |zh, en| self.lang.pick(zh, en);
        sheet.text(478, 1042, start(30, SOFT), t("回执码", "Receipt code"));
        sheet.text(478, 1092, start(42, INK).bold(), &self.code);
        let Certificate { size, place: Place { entry, line }, .. } = self;
        let (print, at) = match self.lang {
            Lang::Zh => (
                format!("账本指纹（共 {size} 条记录）"),
                format!("记在第 {entry} 号记录第 {line} 行"),
            ),
            Lang::En => (
                agreed!("Ledger fingerprint ({size} entries)"),
                format!("entry {entry}, line {line}"),
            ),
        };
        sheet.text(478, 1144, start(30, SOFT), &print);
        sheet.text(478, 1194, start(42, INK).bold(), &self.fingerprint);
        sheet.text(478, 1244, start(30, SOFT), &at);
        let how = if self.link == self.code {
            t("打开公示页面，输入回执码核对", "Check it: enter the code on the public page")
        } else {
            t("微信扫一扫，用自己的手机核对", "Scan it, and your own phone checks it")
        };
        sheet.text(478, 1296, start(34, RED).bold(), how);
        let foot = t("本证书不是捐赠票据", "this is no receipt for tax");
        let foot = format!("{} · {foot}", self.holder);
        sheet.text(540, 1344, Look::middle(28, SOFT).width(780), &foot);
        Ok(())
    }
}

/// A day as it is written on paper.
pub(super) fn chinese(day: Day) -> String {
    let (year, month, number) = day.numbers();
    format!("{year}年{month}月{number}日")
}

/// Lines around the sheet, with a fret in each corner.
fn frame(sheet: &mut Sheet) {
    sheet.shape(&format!(
        "<g fill=\"none\" stroke=\"{GOLD}\" stroke-width=\"3\"><rect x=\"36\" y=\"36\" width=\"1008\" height=\"1368\"/><rect x=\"76\" y=\"76\" width=\"928\" height=\"1288\"/></g><rect x=\"52\" y=\"52\" width=\"976\" height=\"1336\" fill=\"none\" stroke=\"{RED}\" stroke-width=\"10\"/>"
    ));
    for turn in [
        "translate(76 76)",
        "translate(1004 76) scale(-1 1)",
        "translate(76 1364) scale(1 -1)",
        "translate(1004 1364) scale(-1 -1)",
    ] {
        sheet.shape(&format!(
            "<path transform=\"{turn}\" d=\"M0 56h14V14h42V0M14 42h14V28h14V14\" fill=\"none\" stroke=\"{GOLD}\" stroke-width=\"3\"/>"
        ));
    }
}

/// The red seal: 一善.
fn seal(sheet: &mut Sheet) {
    sheet.shape(&format!(
        "<rect x=\"484\" y=\"112\" width=\"112\" height=\"112\" rx=\"12\" fill=\"{RED}\"/><rect x=\"492\" y=\"120\" width=\"96\" height=\"96\" rx=\"7\" fill=\"none\" stroke=\"{PAPER}\" stroke-width=\"3\"/>"
    ));
    sheet.text(540, 184, Look::middle(42, PAPER).bold().width(90), "一善");
}

/// A page of certificates to be printed on A4, one a sheet, with room for a signature and a seal.
/// No script; the reader's own fonts.
pub(crate) fn page(certificates: &[Certificate]) -> Result<String, Error> {
    let lang = certificates.first().map_or(Lang::Zh, |one| one.lang);
    let (title, code) = lang.pick(("善行证书", "zh-CN"), ("Certificate of a good deed", "en"));
    let signed = lang.pick(["经办人：", "日期：", "盖章："], ["Officer:", "Date:", "Seal:"]);
    let signed = signed.map(|what| format!("<span>{what}</span>")).concat();
    let mut out = PAGE.replace("[title]", title).replace("[lang]", code);
    for one in certificates {
        let drawing = one.sheet()?.svg(FAMILY);
        out.push_str("<section>\n");
        out.push_str(&drawing);
        for part in ["<p>", &signed, "</p>\n</section>\n"] {
            out.push_str(part);
        }
    }
    out.push_str("</body>\n</html>\n");
    Ok(out)
}

/// Fonts for paper, as CSS names them.
const FAMILY: &str =
    "'Noto Serif CJK SC','Source Han Serif SC','Songti SC',SimSun,'Noto Sans CJK SC',serif";

/// The head of the page.
const PAGE: &str = r#"<!doctype html>
<html lang="[lang]">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>[title]</title>
<style>
@page { size: A4 portrait; margin: 12mm; }
body { margin: 0 auto; max-width: 186mm; font: 14pt serif; color: #2b2118; background: #fff; }
section { break-after: page; break-inside: avoid; }
section:last-child { break-after: auto; }
svg { display: block; width: 100%; height: auto; }
p { display: grid; grid-template-columns: 1fr 1fr 1fr; margin: 8mm 0 0; }
* { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
</style>
</head>
<body>
"#;
